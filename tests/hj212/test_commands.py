"""The command table."""

import re

import pytest

from dau.hj212 import COMMANDS, Kind, Role, decode, is_interaction
from tests.hj212.vectors import GOOD


def test_rows() -> None:
    assert len(COMMANDS) == 33
    assert list(COMMANDS) == sorted(COMMANDS)
    for number, row in COMMANDS.items():
        assert row.number == number
        assert re.fullmatch(r"[0-9]{4}", number)
        assert row.zh
        assert row.en
        assert row.up or row.down


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


def test_interactions() -> None:
    assert [cn for cn in COMMANDS if is_interaction(cn)] == ["9011", "9012", "9013", "9014"]
    assert not is_interaction("9015")


def test_every_command_of_the_examples_is_in_the_table() -> None:
    assert {decode(vector.frame).packet.cn for vector in GOOD} <= COMMANDS.keys()
