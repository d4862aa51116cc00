"""The live table: every channel with value, unit and flag, every platform with its link and its deliveries."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from rich.console import Group
from rich.table import Table

from dau.words import text
from simulator.truth.stored import BEIJING

LINK_COLOURS: Final = {"connected": "green", "connecting": "yellow", "down": "red"}


@dataclass(slots=True)
class Board:
    """The latest status line of each station."""

    latest: dict[str, dict[str, Any]] = field(default_factory=dict)

    def take(self, line: bytes) -> None:
        """Take one line of ``dau status --follow --json``."""
        status = json.loads(line)
        self.latest[status["station"]] = status

    def tables(self, title: str) -> Group:
        """Return what a terminal shows."""
        return Group(title, *(table for status in self._in_order() for table in _tables(status)))

    def line(self) -> str:
        """Return everything in one line, for a log."""
        return " | ".join(_line(status) for status in self._in_order())

    def _in_order(self) -> Iterable[dict[str, Any]]:
        return (self.latest[name] for name in sorted(self.latest))


def _tables(status: dict[str, Any]) -> tuple[Table, Table]:
    channels = Table(title=text("sim.demo.channels", station=status["station"]), title_justify="left")
    for heading in ("channel", "factor", "value", "unit", "flag", "time"):
        channels.add_column(heading, justify="right" if heading == "value" else "left")
    for channel in status["channels"]:
        colour = "green" if channel["flag"] == "N" else "red"
        channels.add_row(
            channel["name"],
            channel["factor"],
            _shown(channel["value"]),
            channel["unit"],
            f"[{colour}]{channel['flag']}[/]",
            _clock(channel["at_ms"]),
        )
    platforms = Table()
    for heading in ("platform", "link", "sent", "acknowledged", "waiting", "last receipt"):
        platforms.add_column(heading, justify="right" if heading in ("sent", "acknowledged", "waiting") else "left")
    for platform in status["platforms"]:
        colour = LINK_COLOURS.get(platform["link"], "white")
        platforms.add_row(
            platform["name"],
            f"[{colour}]{platform['link']}[/]",
            str(platform["sent"]),
            str(platform["acknowledged"]),
            str(platform["waiting"]),
            _clock(platform["last_receipt_ms"]),
        )
    return channels, platforms


def _line(status: dict[str, Any]) -> str:
    values = " ".join(f"{one['name']}={_shown(one['value'])}{one['flag']}" for one in status["channels"])
    platforms = " ".join(
        f"{one['name']}:{one['link']} sent={one['sent']} acknowledged={one['acknowledged']} waiting={one['waiting']}"
        for one in status["platforms"]
    )
    return f"{status['station']} {values} {platforms}"


def _shown(value: object) -> str:
    return "-" if value is None else str(value)


def _clock(at_ms: int | None) -> str:
    """Return the time of day in Beijing."""
    return "-" if at_ms is None else f"{datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(BEIJING):%H:%M:%S}"
