"""Which kinds of record can be told in which edition, by whom is told which channels."""

import pytest

from dau.codes.kinds import COMMANDS, command_of, fed_by, kinds_of
from dau.core.channels import ChannelKind
from dau.core.records import RecordKind
from dau.hj212 import Edition, LocalError

PERIODS = frozenset({RecordKind.REALTIME, RecordKind.INTERVAL, RecordKind.HOUR, RecordKind.DAY})
FACILITIES = frozenset({RecordKind.FACILITY, RecordKind.FACILITY_DAY})
OF_SITE = frozenset({RecordKind.RESTART, RecordKind.INFO})
ALL = frozenset(ChannelKind)


def test_every_kind_has_a_command() -> None:
    assert set(COMMANDS) == set(RecordKind)
    assert len(set(COMMANDS.values())) == len(COMMANDS)


def test_what_each_edition_can_tell() -> None:
    assert kinds_of(Edition.E2005, ALL) == PERIODS | FACILITIES
    assert kinds_of(Edition.E2017, ALL) == PERIODS | FACILITIES | OF_SITE | {RecordKind.SERIAL_NUMBER}
    assert kinds_of(Edition.E2025, ALL) == frozenset(RecordKind)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (ChannelKind.MEASURED, {RecordKind.CHECK, *PERIODS}),
        (ChannelKind.PERIODIC, {RecordKind.CHECK, RecordKind.RAW, *PERIODS}),
        (ChannelKind.FACILITY, FACILITIES),
        (ChannelKind.NOISE, {RecordKind.NOISE, *PERIODS} - {RecordKind.HOUR}),
        (ChannelKind.FURNACE, {RecordKind.FURNACE, *PERIODS}),
    ],
)
def test_what_a_kind_of_channel_feeds(kind: ChannelKind, expected: frozenset[RecordKind]) -> None:
    assert kinds_of(Edition.E2025, [kind]) == expected | OF_SITE | {RecordKind.SERIAL_NUMBER}


def test_without_channels_there_is_only_the_unit_to_tell_of() -> None:
    assert kinds_of(Edition.E2017, []) == OF_SITE
    assert kinds_of(Edition.E2005, []) == frozenset()


def test_hours_of_noise_are_told_in_2017_alone() -> None:
    assert ChannelKind.NOISE in fed_by(RecordKind.HOUR, Edition.E2017)
    assert ChannelKind.NOISE not in fed_by(RecordKind.HOUR, Edition.E2025)
    assert ChannelKind.NOISE in fed_by(RecordKind.DAY, Edition.E2025)


@pytest.mark.parametrize("edition", Edition)
@pytest.mark.parametrize("kind", RecordKind)
def test_a_kind_has_its_command_or_says_that_it_has_none(kind: RecordKind, edition: Edition) -> None:
    if kind in kinds_of(edition, ALL):
        assert command_of(kind, edition) == COMMANDS[kind]
    else:
        expected = (
            f"^record of kind {kind}: edition {edition} has no {COMMANDS[kind]}, expected a kind that it can tell$"
        )
        with pytest.raises(LocalError, match=expected):
            command_of(kind, edition)
