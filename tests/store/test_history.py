"""History against a model of a few lines: everything between two labels, once, in order, however it is paged."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.core.events import Info
from dau.core.periods import DAY_MS, FURNACE_MS, HOUR_MS, MINUTE_MS, Span
from dau.core.records import Quantity, Record, RecordKind
from dau.core.samples import Sample
from dau.core.states import State
from dau.core.statistics import PeriodStatistic
from dau.store import events, history, outbox, samples, statistics
from tests.store.tables import CHANNELS, COD, samples_of, statistics_of, tables

MEANT = {one.name: Quantity(one.name, one.factor, one.unit) for one in CHANNELS}
LENGTH = {
    RecordKind.INTERVAL: 10 * MINUTE_MS,
    RecordKind.HOUR: HOUR_MS,
    RecordKind.DAY: DAY_MS,
    RecordKind.FACILITY_DAY: DAY_MS,
    RecordKind.FURNACE: FURNACE_MS,
}
LIVE = [RecordKind.REALTIME, RecordKind.FACILITY]
LABELS = st.integers(0, 12)


def spans() -> st.SearchStrategy[Span]:
    return st.builds(lambda number, length: Span(number * length, length), LABELS, st.sampled_from([*LENGTH.values()]))


def paged(
    connection: sqlite3.Connection, kind: RecordKind, length_ms: int | None, labels: tuple[int, int], limit: int
) -> Iterator[Record]:
    """Yield all of a history, page by page; a full page is followed by another."""
    after = None
    while True:
        page: Sequence[Record] = history.records(connection, kind, length_ms, *labels, after, limit)
        assert len(page) <= limit
        yield from page
        if len(page) < limit:
            return
        after = page[-1].span.start_ms


@given(
    st.lists(statistics_of(spans()), max_size=30, unique_by=lambda one: (one.channel, one.span)),
    st.sampled_from(sorted(LENGTH)),
    LABELS,
    LABELS,
    st.integers(1, 4),
)
def test_closed_periods_are_history_whether_or_not_they_were_owed(
    stored: list[PeriodStatistic], kind: RecordKind, first: int, last: int, limit: int
) -> None:
    length_ms = LENGTH[kind]
    with tables() as connection:
        ids = samples.register(connection, CHANNELS)
        statistics.add(connection, ids, stored)
        if stored:
            outbox.owe(connection, RecordKind.HOUR, stored[0].span, 5, ["p"])
        found = list(paged(connection, kind, length_ms, (first * length_ms, last * length_ms), limit))
    expected = []
    for number in range(first, last + 1):
        span = Span(number * length_ms, length_ms)
        told = tuple(sorted((one for one in stored if one.span == span), key=lambda one: ids[one.channel]))
        if told:
            meant = tuple(MEANT[one.channel] for one in told)
            expected.append(Record(0, kind, span, span.end_ms, statistics=told, quantities=meant))
    assert found == expected


@given(
    st.lists(st.tuples(st.sampled_from(LIVE), LABELS, st.lists(samples_of(LABELS), max_size=2)), max_size=12),
    st.sampled_from(LIVE),
    LABELS,
    LABELS,
    st.integers(1, 4),
)
def test_live_records_are_history_with_the_samples_of_their_instant(
    made: list[tuple[RecordKind, int, list[Sample]]], kind: RecordKind, first: int, last: int, limit: int
) -> None:
    model: dict[tuple[RecordKind, int], Record] = {}
    with tables() as connection:
        ids = samples.register(connection, CHANNELS)
        stored = 0
        for each, at_ms, group in made:
            number = outbox.owe(connection, each, Span(at_ms, 0), at_ms + 7, [])
            assert (number is None) is ((each, at_ms) in model)
            if number is not None:
                samples.add(connection, ids, group, 0)
                outbox.attach_live(connection, number, range(stored + 1, stored + 1 + len(group)))
                stored += len(group)
                meant = tuple(MEANT[name] for name in ids if any(one.channel == name for one in group))
                model[each, at_ms] = Record(number, each, Span(at_ms, 0), at_ms + 7, tuple(group), quantities=meant)
        found = list(paged(connection, kind, None, (first, last), limit))
    assert found == [model[kind, at_ms] for at_ms in range(first, last + 1) if (kind, at_ms) in model]


@given(st.lists(LABELS, max_size=9), LABELS, LABELS, st.integers(1, 4))
def test_events_are_history(instants: list[int], first: int, last: int, limit: int) -> None:
    with tables() as connection:
        for number, at_ms in enumerate(instants):
            events.owe(connection, RecordKind.INFO, Info("i21001", str(number)), at_ms, 99, [])
        found = list(paged(connection, RecordKind.INFO, None, (first, last), limit))
        assert found == events.in_span(connection, RecordKind.INFO, first, last)
        everything = list(paged(connection, RecordKind.INFO, None, (0, 99_999), limit))
    assert sorted(one.event.value for one in everything if isinstance(one.event, Info)) == sorted(
        str(number) for number in range(len(instants))
    )


def test_a_history_keeps_the_meaning_of_its_numbers() -> None:
    with tables() as connection:
        for number, unit in enumerate(["mg/L", "g/L"]):
            ids = samples.register(connection, [replace(COD, unit=unit)])
            span = Span(number * HOUR_MS, HOUR_MS)
            statistics.add(connection, ids, [PeriodStatistic("cod", span, State.OK, True, 60, 60, 1.0)])
        found = history.records(connection, RecordKind.HOUR, None, 0, DAY_MS, None, 10)
    assert [one.quantities for one in found] == [
        (Quantity("cod", "w01018", "mg/L"),),
        (Quantity("cod", "w01018", "g/L"),),
    ]


def test_an_interval_without_a_length_is_a_bug() -> None:
    with tables() as connection, pytest.raises(ValueError, match="records of kind interval without a length"):
        history.records(connection, RecordKind.INTERVAL, None, 0, 1, None, 1)
