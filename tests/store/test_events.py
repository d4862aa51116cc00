"""An event is owed once, under a label of its own, and tells its numbers in the unit of its day."""

from dataclasses import replace
from itertools import chain, count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.core.events import Event, Info, NoiseMeasurement, RawResult, StandardCheck
from dau.core.periods import Span
from dau.core.records import Quantity, Record, RecordKind
from dau.core.states import State
from dau.database import StoreError
from dau.store import events, outbox, samples
from tests.store.happenings import happenings
from tests.store.tables import CHANNELS, COD, tables, without_guards

OWED = st.lists(st.tuples(happenings(), st.integers(0, 6)), max_size=12)
NOTICE = Info("i21001", "the interval was set")


@given(OWED, st.integers(0, 8), st.integers(0, 8))
def test_every_event_gets_the_next_free_label_and_comes_back(
    owed: list[tuple[tuple[RecordKind, Event], int]], first_ms: int, last_ms: int
) -> None:
    model: dict[RecordKind, dict[int, Record]] = {}
    with tables() as connection:
        for (kind, event), at_ms in owed:
            number = events.owe(connection, kind, event, at_ms, 99, ["p"])
            taken = model.setdefault(kind, {})
            label_ms = free_label(kind, at_ms, set(taken))
            taken[label_ms] = Record(number, kind, Span(label_ms, 0), 99, event=event)
            assert events.of_record(connection, number) == event
        for kind in RecordKind:
            for last in (last_ms, 1000 * last_ms):
                inside = sorted(ms for ms in model.get(kind, {}) if first_ms <= ms <= last)
                expected = [model[kind][ms] for ms in inside]
                assert events.in_span(connection, kind, first_ms, last) == expected
        waiting = connection.execute("SELECT count(*) FROM delivery WHERE platform = 'p'").fetchone()
    assert waiting == (len(owed),)


def free_label(kind: RecordKind, at_ms: int, taken: set[int]) -> int:
    """Return the label of an event: the wire tells seconds of logs, and so no two of them may be in one."""
    if kind is not RecordKind.INFO:
        return next(ms for ms in count(at_ms) if ms not in taken)
    seconds = {ms // 1000 for ms in taken}
    return next(ms for ms in chain([at_ms], count(1000, 1000)) if ms // 1000 not in seconds)


def test_a_delivery_brings_the_event_and_what_its_channel_was() -> None:
    event = RawResult("cod", 21.5, State.OK, 1000, 1500, "1")
    with tables() as connection:
        samples.register(connection, CHANNELS)
        number = events.owe(connection, RecordKind.RAW, event, 1000, 1600, ["p"])
        samples.register(connection, [replace(COD, unit="g/L")])
        later = events.owe(connection, RecordKind.RAW, event, 2000, 2100, ["p"])
        samples.register(connection, [COD])
        last = events.owe(connection, RecordKind.RAW, event, 3000, 3100, [])
        found = outbox.next_delivery(connection, "p", 5000, 0, live=True)
        told = events.in_span(connection, RecordKind.RAW, 0, 5000)
    assert found is not None
    meant = (Quantity("cod", "w01018", "mg/L"),)
    assert found.record == Record(number, RecordKind.RAW, Span(1000, 0), 1600, event=event, quantities=meant)
    assert [one.id for one in told] == [number, later, last]
    assert [one.quantities[0].unit for one in told] == ["mg/L", "g/L", "mg/L"]


@pytest.mark.parametrize(
    ("kind", "event", "names"),
    [
        (
            RecordKind.NOISE,
            NoiseMeasurement((("flow", 1.0), ("cod", None), ("unknown", 2.0)), State.OK),
            ["cod", "flow"],
        ),
        (RecordKind.CHECK, StandardCheck("flow", 1.0, 1.0, is_passed=True), ["flow"]),
        (RecordKind.INFO, Info("i13001", "7", "cod"), ["cod"]),
        (RecordKind.INFO, NOTICE, []),
    ],
)
def test_the_channels_an_event_names_are_told_with_it(kind: RecordKind, event: Event, names: list[str]) -> None:
    with tables() as connection:
        samples.register(connection, CHANNELS)
        events.owe(connection, kind, event, 5, 5, [])
        (record,) = events.in_span(connection, kind, 5, 5)
    assert [quantity.channel for quantity in record.quantities] == names


def test_a_record_that_is_no_event_tells_none() -> None:
    with tables() as connection:
        number = outbox.owe(connection, RecordKind.RESTART, Span(7, 0), 7, ["p"])
        assert number is not None
        assert events.of_record(connection, number) is None
        assert events.of_record(connection, 99) is None


def test_an_event_of_another_kind_is_a_bug_and_nothing_is_owed() -> None:
    with tables() as connection:
        with pytest.raises(ValueError, match=r"^cannot tell Info\(.*\) as raw, expected info$"):
            events.owe(connection, RecordKind.RAW, NOTICE, 5, 5, ["p"])
        with pytest.raises(ValueError, match="not JSON compliant"):
            events.owe(connection, RecordKind.RAW, RawResult("cod", float("inf"), State.OK, 5), 5, 5, ["p"])
        assert connection.execute("SELECT count(*) FROM record").fetchone() == (0,)


def test_a_body_that_was_tampered_with_is_told_by_name() -> None:
    with tables() as connection:
        number = events.owe(connection, RecordKind.INFO, NOTICE, 5, 5, ["p"])
        without_guards(connection)
        connection.execute("UPDATE event SET body = '{}'")
        with pytest.raises(StoreError, match="cannot read the event of a record info: it lacks code"):
            events.of_record(connection, number)


def test_what_took_its_time_is_due_when_it_is_known_and_so_not_late() -> None:
    with tables() as connection:
        check, known_ms = StandardCheck("cod", 100.5, 100.0, True), 20 * 60_000
        events.owe(connection, RecordKind.CHECK, check, 0, known_ms, ["p"])
        live = outbox.next_delivery(connection, "p", known_ms, known_ms - 1000, live=True)
    assert live is not None and live.record.event == check
    assert live.record.span.start_ms == 0
