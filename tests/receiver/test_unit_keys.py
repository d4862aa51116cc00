"""The rows of keys, whatever gets lost between receiver and unit: every packet of a unit can be opened."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from hypothesis import given
from hypothesis import strategies as st

from dau.receiver.tables import SCHEMA
from dau.receiver.unit_keys import (
    GRACE_MS,
    PENDING,
    PREVIOUS,
    Standing,
    add_next,
    all_keys,
    drop,
    note_use,
    promote,
    repeat_next,
    set_current,
)

HOUR_MS = 3_600_000
FATES = st.sampled_from(["done", "refused", "taken, 9012 lost", "lost", "taken, proved wrong, old one again"])
"""What may become of a key that is sent; the last: its receipts get lost, and the unit goes back to the old one."""


@contextmanager
def rows() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    for _, statements in SCHEMA.steps:
        for statement in statements:
            connection.execute(statement)
    yield connection
    connection.close()


def number(key: int) -> bytes:
    return b"%016d" % key


class Ends:
    """A unit and the rows about it, and a clock for both."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.now_ms = 0
        self.made = 0
        self.unit = number(0)
        set_current(connection, "M", self.unit, 0, "")

    def upload(self, key: bytes) -> None:
        usable = [
            each
            for each in all_keys(self.connection)
            if each.standing is not Standing.PREVIOUS or each.since_ms >= self.now_ms - GRACE_MS
        ]
        [opens] = [each for each in usable if each.key == key]
        note_use(self.connection, [opens, opens], self.now_ms)

    def change(self, fate: str) -> None:
        self.made += 1
        new = number(self.made)
        row = add_next(self.connection, "M", new, self.now_ms, "")
        pending = sum(each.standing is Standing.NEXT for each in all_keys(self.connection))
        assert pending <= PENDING
        is_repeated = row is None
        if row is None:
            assert pending == PENDING
            again = repeat_next(self.connection, "M", self.now_ms)
            assert again is not None
            row, new = again.id, again.key
        if fate == "refused" and is_repeated:
            return
        if fate == "refused":
            drop(self.connection, row)
        elif fate == "done":
            self.unit = new
            promote(self.connection, row, self.now_ms)
            promote(self.connection, row, self.now_ms)  # 9012 and the first packet may both say so
        elif fate == "taken, 9012 lost":
            self.unit = new
        elif fate != "lost":
            self.upload(new)


@given(st.lists(st.tuples(FATES, st.integers(0, 23), st.booleans()), max_size=25))
def test_every_packet_of_a_unit_can_be_opened(changes: list[tuple[str, int, bool]]) -> None:
    with rows() as connection:
        ends = Ends(connection)
        for fate, hours, speaks in changes:
            ends.change(fate)
            ends.now_ms += hours * HOUR_MS
            if speaks or fate.startswith("taken, proved"):
                ends.upload(ends.unit)
        ends.upload(ends.unit)
        kinds = [each.standing for each in all_keys(connection)]
        assert kinds.count(Standing.CURRENT) == 1
        assert kinds[0] is Standing.CURRENT
        assert kinds.count(Standing.PREVIOUS) <= PREVIOUS


def test_a_key_that_is_set_replaces_all_and_forgets_none_at_once() -> None:
    with rows() as connection:
        set_current(connection, "M", number(1), 0, "")
        add_next(connection, "M", number(2), 0, "")
        set_current(connection, "M", number(3), 5, "")
        found = [(each.key, each.standing.value, each.since_ms) for each in all_keys(connection)]
        assert found == [(number(3), "current", 5), (number(2), "previous", 5), (number(1), "previous", 5)]
        set_current(connection, "M", number(1), 5 + 2 * GRACE_MS, "")
        found = [(each.key, each.standing.value, each.since_ms) for each in all_keys(connection)]
        assert found[0] == (number(1), "current", 5 + 2 * GRACE_MS)
        assert [kind for _, kind, _ in found] == ["current", "previous"]


def test_a_key_that_is_no_text_is_not_offered_again() -> None:
    with rows() as connection:
        set_current(connection, "M", bytes(16), 0, "")
        set_current(connection, "M", b"\xff" * 16, 1, "")
        note_use(connection, [all_keys(connection)[1]], 2)
        assert [key.standing for key in all_keys(connection)] == [Standing.CURRENT, Standing.NEXT]
        assert repeat_next(connection, "M", 3) is None
        add_next(connection, "M", number(1), 4, "")
        offered = repeat_next(connection, "M", 5)
        assert offered is not None
        assert (offered.key, all_keys(connection)[1].since_ms) == (number(1), 5)
