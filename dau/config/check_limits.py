"""Holds limits and the thresholds of findings against the channels of a settings file."""

from collections.abc import Mapping, Sequence
from typing import Final

from dau.config.draft import Draft
from dau.config.limits import LimitTable
from dau.config.lines import KeyPath
from dau.words import text

OTHERS: Final = ("ratio_of", "ratio_oxygen", "wet", "inlet")
"""Keys of thresholds that name another channel."""


def check_limits(draft: Draft, tables: Mapping[KeyPath, LimitTable], known: Sequence[str]) -> None:
    """Complain about limits of unknown channels, and about two that would count on the same days."""
    first: dict[tuple[object, ...], KeyPath] = {}
    for at, table in tables.items():
        if table.channel not in known:
            draft.complain_name((*at, "channel"), "config.unknown_channel", table.channel, known)
        same = first.setdefault((table.channel, table.valid_from, table.season), at)
        if same != at:
            draft.complain(at, text("limits.twice", line=draft.line(same)), found=table.channel)


def check_findings(draft: Draft, known: Sequence[str]) -> None:
    """Complain about thresholds of unknown channels."""
    channels = draft.at(("findings", "channels"))
    for name in channels if isinstance(channels, dict) else ():
        if name not in known:
            draft.complain_name(("findings", "channels", name), "config.unknown_channel", name, known)
        for key in OTHERS:
            path = ("findings", "channels", name, key)
            other = draft.at(path)
            if isinstance(other, str) and (other not in known or other == name):
                draft.complain_name(path, "config.unknown_channel", other, [each for each in known if each != name])
