"""The live table: every channel with value, unit and flag, every platform with its link and its deliveries."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from rich.console import Group
from rich.table import Table
from rich.text import Text

from simulator.truth.stored import BEIJING

LINK_COLOURS: Final = {"connected": "green", "connecting": "yellow", "down": "red"}
COUNTS: Final = ("sent", "acknowledged", "waiting")


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
    """Return two tables without lines: all of both stations fits on a screen of 24 rows."""
    channels = _table(status["station"], "factor", "value", "unit", "flag", "time")
    for channel in status["channels"]:
        channels.add_row(
            channel["name"],
            channel["factor"],
            _shown(channel["value"]),
            channel["unit"],
            _coloured(channel["flag"], "green" if channel["flag"] == "N" else "red"),
            _clock(channel["at_ms"]),
        )
    platforms = _table("platform", "link", "sent", "acknowledged", "waiting", "last receipt")
    for platform in status["platforms"]:
        platforms.add_row(
            platform["name"],
            _coloured(platform["link"], LINK_COLOURS.get(platform["link"], "white")),
            *(str(platform[count]) for count in COUNTS),
            _clock(platform["last_receipt_ms"]),
        )
    return channels, platforms


def _table(*headings: str) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for number, heading in enumerate(headings):
        is_number = heading == "value" or heading in COUNTS
        table.add_column(heading, justify="right" if is_number else "left", min_width=17 if number == 0 else 6)
    return table


def _coloured(word: str, colour: str) -> Text:
    return Text(word, style=colour)


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
