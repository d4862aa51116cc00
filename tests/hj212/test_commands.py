"""The table of commands: every number of the standards, its directions, answers, areas, and what is encrypted."""

import re
from dataclasses import replace

import pytest

from dau.hj212 import (
    COMMANDS,
    HJ2017,
    HJ2025,
    Data,
    Edition,
    Encryption,
    Kind,
    Role,
    command,
    decode,
    is_interaction,
    shall_encrypt,
)
from dau.hj212.command_table import TABLE
from tests.hj212.vectors import GOOD
from tests.hj212.vectors_2025 import TABLE as VECTORS_2025


def test_rows() -> None:
    assert len(COMMANDS) == 33
    assert list(COMMANDS) == sorted(COMMANDS)
    for row in TABLE:
        assert re.fullmatch(r"[0-9]{4}", row.number)
        assert row.zh
        assert row.en
        assert row.up or row.down
        assert (row.up is None, row.down is None) == (row.told is None, row.asked is None)
        assert row.editions or row.tolerated


def test_a_number_has_one_meaning_in_an_edition() -> None:
    listed = [(row.number, edition) for row in TABLE for edition in row.editions]
    assert len(set(listed)) == len(listed)
    tolerated = [(row.number, edition) for row in TABLE for edition in row.tolerated]
    assert not set(listed) & set(tolerated)


def test_how_many_commands_each_edition_has() -> None:
    sizes = {edition: sum(edition in row.editions for row in TABLE) for edition in Edition}
    assert sizes == {Edition.E2005: 31, Edition.E2017: 33, Edition.E2025: 39}


@pytest.mark.parametrize(
    ("cn", "up", "down"),
    [
        ("2011", Kind.UPLOAD, Kind.REQUEST),
        ("2081", Kind.UPLOAD, None),
        ("1013", Kind.NOTICE, None),
        ("2012", None, Kind.NOTICE),
        ("1061", Kind.REPLY, Kind.REQUEST),
        ("9011", Kind.INTERACTION, None),
        ("9014", Kind.INTERACTION, Kind.INTERACTION),
    ],
)
def test_kinds(cn: str, up: Kind | None, down: Kind | None) -> None:
    assert COMMANDS[cn].kind(Role.UNIT) is up
    assert COMMANDS[cn].kind(Role.PLATFORM) is down


@pytest.mark.parametrize(
    ("cn", "edition", "en"),
    [
        ("1001", Edition.E2005, "set alarm time"),
        ("1001", Edition.E2025, "hardware identity of the unit"),
        ("3014", Edition.E2005, "set sampling times"),
        ("3014", Edition.E2017, "comparison sampling"),
        ("3014", Edition.E2025, "comparison sampling"),
        ("9015", Edition.E2017, "heartbeat (extension)"),
        ("9015", Edition.E2025, "heartbeat"),
    ],
)
def test_meanings_that_depend_on_the_edition(cn: str, edition: Edition, en: str) -> None:
    row = command(cn, edition)
    assert row is not None
    assert row.en == en


def test_unknown_numbers() -> None:
    assert command("1001", Edition.E2017) is None
    assert command("2013", Edition.E2017) is None
    assert command("9999", Edition.E2025) is None


@pytest.mark.parametrize(
    ("cn", "sender", "answers", "data"),
    [
        ("1000", Role.PLATFORM, ("9011", "9012"), Data.NONE),
        ("1061", Role.PLATFORM, ("9011", "1061", "9012"), Data.ONE),
        ("2061", Role.PLATFORM, ("9011", "2061", "9012"), Data.MANY),
        ("2061", Role.UNIT, ("9014",), Data.MANY),
        ("2012", Role.PLATFORM, ("9013",), Data.NONE),
        ("1061", Role.UNIT, (), Data.ONE),
        ("9014", Role.UNIT, (), Data.NONE),
        ("2081", Role.PLATFORM, (), Data.NONE),
    ],
)
def test_answers(cn: str, sender: Role, answers: tuple[str, ...], data: Data) -> None:
    assert COMMANDS[cn].answers(sender) == answers
    assert COMMANDS[cn].data is data


def test_what_is_encrypted_in_2025() -> None:
    numbers = sorted({row.number for row in TABLE if Edition.E2025 in row.editions})
    up = [cn for cn in numbers if shall_encrypt(cn, Role.UNIT, HJ2025)]
    down = [cn for cn in numbers if shall_encrypt(cn, Role.PLATFORM, HJ2025)]
    data = [cn for cn in numbers if cn.startswith("2")]
    assert up == ["1014", *(cn for cn in data if cn not in ("2012", "2022")), "3020"]
    assert down == ["1014"]
    every = replace(HJ2025, encryption=Encryption(seals_requests=True))
    assert [cn for cn in numbers if shall_encrypt(cn, Role.PLATFORM, every)] == ["1014", *data, "3020"]
    assert shall_encrypt("2999", Role.UNIT, HJ2025)
    assert not shall_encrypt("3999", Role.UNIT, HJ2025)
    assert not any(shall_encrypt(cn, Role.UNIT, HJ2017) for cn in numbers)


def test_interactions() -> None:
    assert [cn for cn in COMMANDS if is_interaction(cn)] == ["9011", "9012", "9013", "9014"]
    assert not is_interaction("9015")
    assert not is_interaction("9022")


def test_every_command_of_the_examples_is_in_the_table() -> None:
    for vector in GOOD:
        received = decode(vector.frame)
        assert command(received.packet.cn, received.edition)
    for each in VECTORS_2025:
        if "frame_computed" in each:
            assert command(decode(each["frame_computed"].encode()).packet.cn, Edition.E2025)
