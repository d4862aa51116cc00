"""Which kinds of record an edition has a command for, and which channels feed each of them."""

from collections.abc import Iterable, Mapping
from typing import Final

from dau.core.channels import ChannelKind
from dau.core.records import RecordKind
from dau.hj212 import Edition, Kind, LocalError, Role, command

COMMANDS: Final[Mapping[RecordKind, str]] = {
    RecordKind.REALTIME: "2011",
    RecordKind.INTERVAL: "2051",
    RecordKind.HOUR: "2061",
    RecordKind.DAY: "2031",
    RecordKind.RESTART: "2081",
    RecordKind.FACILITY: "2021",
    RecordKind.FACILITY_DAY: "2041",
    RecordKind.FURNACE: "2111",
    RecordKind.RAW: "2013",
    RecordKind.NOISE: "2052",
    RecordKind.CHECK: "2062",
    RecordKind.SERIAL_NUMBER: "3019",
    RecordKind.INFO: "3020",
}

_ANALYSERS: Final = frozenset({ChannelKind.MEASURED, ChannelKind.PERIODIC})
_VALUES: Final = frozenset(ChannelKind) - {ChannelKind.FACILITY, ChannelKind.CONDITION}
_FED_BY: Final[Mapping[RecordKind, frozenset[ChannelKind]]] = {
    RecordKind.REALTIME: _VALUES,
    RecordKind.INTERVAL: _VALUES,
    RecordKind.HOUR: _VALUES,
    RecordKind.DAY: _VALUES,
    RecordKind.FACILITY: frozenset({ChannelKind.FACILITY}),
    RecordKind.FACILITY_DAY: frozenset({ChannelKind.FACILITY}),
    RecordKind.FURNACE: frozenset({ChannelKind.FURNACE}),
    RecordKind.RAW: frozenset({ChannelKind.PERIODIC}),
    RecordKind.NOISE: frozenset({ChannelKind.NOISE}),
    RecordKind.CHECK: _ANALYSERS,
    RecordKind.SERIAL_NUMBER: frozenset(ChannelKind),
}
"""Kinds that are not here tell of the unit itself and need no channel."""


def fed_by(kind: RecordKind, edition: Edition) -> frozenset[ChannelKind]:
    """Return the kinds of channel that a kind of record tells of in an edition."""
    found = _FED_BY.get(kind, frozenset())
    if kind is RecordKind.REALTIME and edition is Edition.E2025:
        return found | {ChannelKind.CONDITION}  # tags of conditions are new there
    if kind is RecordKind.HOUR and edition is Edition.E2025:
        return found - {ChannelKind.NOISE}  # no hours of noise among its examples
    return found


def kinds_of(edition: Edition, channels: Iterable[ChannelKind]) -> frozenset[RecordKind]:
    """Return the kinds of record that can be told in an edition by whom is told channels of these kinds."""
    there = frozenset(channels)
    return frozenset(
        kind
        for kind, number in COMMANDS.items()
        if _lists(edition, number) and (kind not in _FED_BY or fed_by(kind, edition) & there)
    )


def command_of(kind: RecordKind, edition: Edition) -> str:
    """Return the number of the command that tells a kind of record.

    Raises:
        LocalError: the edition has none.
    """
    number = COMMANDS[kind]
    if not _lists(edition, number):
        raise LocalError(f"record of kind {kind}: edition {edition} has no {number}, expected a kind that it can tell")
    return number


def _lists(edition: Edition, number: str) -> bool:
    row = command(number, edition)
    return row is not None and edition in row.editions and row.kind(Role.UNIT) in (Kind.UPLOAD, Kind.REPLY)
