"""Keys of platforms: what stands how, what is forgotten, and what of it is left."""

import sqlite3
from collections.abc import Iterator
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.hj212 import parse_data_time
from dau.store import keys
from dau.store.keys import Age, Held, Standing
from tests.store.tables import tables

CREATED: Final = "20260101000000000"
LATER: Final = "20260301000000000"
CREATED_MS: Final = parse_data_time(CREATED)
LATER_MS: Final = parse_data_time(LATER)


def key(number: int) -> bytes:
    return b"key of %9d" % number


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with tables() as connection:
        keys.take_over(connection, "national", key(0), CREATED, 1000)
        keys.take_over(connection, "provincial", key(9), CREATED, 1000)
        yield connection


def standings(connection: sqlite3.Connection) -> dict[bytes, str]:
    return {held.key: held.standing.value for held in keys.held(connection, "national")}


def test_a_key_from_giving_to_forgetting(connection: sqlite3.Connection) -> None:
    number = keys.give(connection, "national", key(1), LATER, 2000)
    assert standings(connection) == {key(1): "next", key(0): "current"}
    keys.answered(connection, number, 3000)
    assert standings(connection) == {key(1): "unproven", key(0): "current"}
    keys.prove(connection, "national", number, 4000)
    assert standings(connection) == {key(1): "current", key(0): "previous"}
    keys.erase(connection, "national", 3999, 5000)
    assert len(standings(connection)) == 2
    keys.erase(connection, "national", 4000, 5000)
    assert keys.held(connection, "national") == (Held(number, key(1), LATER, Standing.CURRENT, 4000),)
    assert keys.is_known(connection, "national", key(0))
    assert not keys.is_known(connection, "national", key(2))
    (left,) = connection.execute("SELECT key FROM sm4_key WHERE standing = 'erased'").fetchone()
    assert key(0) not in left
    assert [held.key for held in keys.held(connection, "provincial")] == [key(9)]
    assert not keys.is_known(connection, "provincial", key(0))


def test_a_proof_leaves_newer_keys_in_question(connection: sqlite3.Connection) -> None:
    first = keys.give(connection, "national", key(1), LATER, 2000)
    keys.answered(connection, keys.give(connection, "national", key(2), LATER, 2000), 3000)
    keys.prove(connection, "national", first, 4000)
    assert standings(connection) == {key(2): "unproven", key(1): "current", key(0): "previous"}
    keys.put_off(connection, "national", 5000)
    assert standings(connection) == {key(2): "next", key(1): "current", key(0): "previous"}


def test_ages(connection: sqlite3.Connection) -> None:
    assert keys.ages(connection)["national"] == Age(CREATED_MS, has_newer=False)
    number = keys.give(connection, "national", key(1), LATER, 2000)
    assert keys.ages(connection)["national"] == Age(CREATED_MS, has_newer=True)
    keys.prove(connection, "national", number, 4000)
    keys.take_over(connection, "odd", key(5), "no time", 1000)
    assert keys.ages(connection) == {
        "national": Age(LATER_MS, has_newer=False),
        "provincial": Age(CREATED_MS, has_newer=False),
        "odd": Age(None, has_newer=False),
    }


@given(st.lists(st.tuples(st.sampled_from(["give", "answered", "prove", "put off", "erase"]), st.integers(0, 9))))
def test_there_is_always_one_current_key_and_few_others(steps: list[tuple[str, int]]) -> None:
    with tables() as connection:
        keys.take_over(connection, "national", key(0), CREATED, 0)
        for at_ms, (step, which) in enumerate(steps, 1):
            numbers = [held.id for held in keys.held(connection, "national") if held.standing is not Standing.PREVIOUS]
            number = numbers[which % len(numbers)]
            match step:
                case "give":
                    keys.give(connection, "national", key(at_ms), CREATED, at_ms)
                case "answered":
                    keys.answered(connection, number, at_ms)
                case "prove":
                    keys.prove(connection, "national", number, at_ms)
                case "put off":
                    keys.put_off(connection, "national", at_ms)
                case _:
                    keys.erase(connection, "national", at_ms - which, at_ms)
            stand = [held.standing for held in keys.held(connection, "national")]
            assert stand.count(Standing.CURRENT) == 1
            assert stand.count(Standing.NEXT) + stand.count(Standing.UNPROVEN) <= keys.UNPROVEN_KEPT
