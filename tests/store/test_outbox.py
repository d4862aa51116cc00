"""The outbox by example: what a record tells, the two lanes, and how a delivery ends."""

import sqlite3

import pytest

from dau.core.periods import DAY_MS, HOUR_MS, MINUTE_MS, Span
from dau.core.records import Quantity, Record, RecordKind
from dau.core.samples import Sample
from dau.core.states import State
from dau.core.statistics import PeriodStatistic
from dau.store import outbox, samples, statistics
from dau.store.outbox import Delivery, DeliveryState, Tally
from tests.store.tables import CHANNELS, minute, tables

NOW = 10 * HOUR_MS
MEANT = tuple(Quantity(one.name, one.factor, one.unit) for one in CHANNELS)


def made(channel: str, span: Span) -> PeriodStatistic:
    return PeriodStatistic(channel, span, State.OK, True, 12, 12, 1.0, 0.5, 2.0, 1.0, None)


def following(connection: sqlite3.Connection, platform: str = "p", now_ms: int = NOW) -> Delivery:
    """Return the next delivery of any lane."""
    found = outbox.next_delivery(connection, platform, now_ms, 0, live=True)
    assert found is not None
    return found


def test_a_label_is_told_once() -> None:
    with tables() as connection:
        number = outbox.owe(connection, RecordKind.INTERVAL, minute(1), NOW, ["p", "q"])
        assert number is not None
        assert outbox.owe(connection, RecordKind.INTERVAL, minute(1), NOW + 1, ["p", "q", "r"]) is None
        assert outbox.owe(connection, RecordKind.INTERVAL, Span(MINUTE_MS, 10 * MINUTE_MS), NOW, ["r"]) is not None
        assert outbox.owe(connection, RecordKind.REALTIME, Span(MINUTE_MS, 0), NOW, ["r"]) is not None
        rows = connection.execute("SELECT platform FROM delivery WHERE record = ? ORDER BY 1", (number,)).fetchall()
        assert rows == [("p",), ("q",)]


def test_a_record_of_a_period_tells_its_statistics_and_no_others() -> None:
    hour = Span(0, HOUR_MS)
    with tables() as connection:
        ids = samples.register(connection, CHANNELS)
        told = [made("cod", hour), made("flow", hour)]
        statistics.add(connection, ids, [*told, made("cod", minute(0)), made("cod", Span(HOUR_MS, HOUR_MS))])
        number = outbox.owe(connection, RecordKind.HOUR, hour, NOW, ["p"])
        assert number is not None
        expected = Record(number, RecordKind.HOUR, hour, NOW, statistics=tuple(told), quantities=MEANT)
        assert following(connection) == Delivery(expected, "p", 0)


def test_a_live_record_tells_the_samples_tied_to_it() -> None:
    told = [Sample("cod", 5, 1.0, 1.0, State.OK), Sample("flow", 6, None, None, State.COMM_LOST)]
    with tables() as connection:
        ids = samples.register(connection, CHANNELS)
        samples.add(connection, ids, [*told, Sample("cod", 7, 2.0, 2.0, State.OK)], 0)
        number = outbox.owe(connection, RecordKind.REALTIME, Span(10, 0), 10, ["p"])
        assert number is not None
        outbox.attach_live(connection, number, [2, 1])
        expected = Record(number, RecordKind.REALTIME, Span(10, 0), 10, tuple(told), quantities=MEANT)
        assert following(connection).record == expected


def test_a_restart_tells_nothing_but_itself() -> None:
    with tables() as connection:
        number = outbox.owe(connection, RecordKind.RESTART, Span(7, 0), 7, ["p"])
        assert number is not None
        assert following(connection).record == Record(number, RecordKind.RESTART, Span(7, 0), 7)


def test_live_goes_by_what_became_due_since_and_the_rest_is_backlog() -> None:
    with tables() as connection:
        for number in (3, 1, 2):
            outbox.owe(connection, RecordKind.INTERVAL, minute(number), NOW, ["p"])
        since_ms = minute(2).end_ms
        live = outbox.next_delivery(connection, "p", NOW, since_ms, live=True)
        backlog = outbox.next_delivery(connection, "p", NOW, since_ms, live=False)
        assert live is not None and live.record.span == minute(2)
        assert backlog is not None and backlog.record.span == minute(1)
        assert outbox.next_delivery(connection, "q", NOW, since_ms, live=True) is None


def test_what_became_due_together_goes_in_the_order_it_was_made() -> None:
    day = Span(0, DAY_MS)
    spans = [(RecordKind.INTERVAL, Span(day.end_ms - 600_000, 600_000)), (RecordKind.HOUR, Span(23 * HOUR_MS, HOUR_MS))]
    with tables() as connection:
        for kind, span in [*spans, (RecordKind.DAY, day), (RecordKind.REALTIME, Span(day.end_ms, 0))]:
            outbox.owe(connection, kind, span, NOW, ["p"])
        told = []
        for _ in range(4):
            delivery = following(connection)
            told.append(delivery.record.kind)
            outbox.finish(connection, delivery, DeliveryState.ACKNOWLEDGED, "", NOW)
        assert told == [RecordKind.INTERVAL, RecordKind.HOUR, RecordKind.DAY, RecordKind.REALTIME]


def test_a_new_delivery_is_due_at_once_even_if_the_clock_was_put_back() -> None:
    with tables() as connection:
        outbox.owe(connection, RecordKind.INTERVAL, minute(1), NOW, ["p"])
        assert following(connection, now_ms=NOW // 2).record.span == minute(1)


def test_a_postponed_delivery_steps_aside_until_its_time() -> None:
    with tables() as connection:
        for number in (1, 2):
            outbox.owe(connection, RecordKind.INTERVAL, minute(number), NOW, ["p", "q"])
        first = following(connection)
        outbox.postpone(connection, first, NOW + 60_000)
        assert following(connection).record.span == minute(2)
        again = following(connection, now_ms=NOW + 60_000)
        assert (again.record, again.attempts) == (first.record, 1)
        assert following(connection, "q") == Delivery(first.record, "q", 0)


@pytest.mark.parametrize("end", [DeliveryState.ACKNOWLEDGED, DeliveryState.SENT, DeliveryState.EXPIRED])
def test_an_end_is_final(end: DeliveryState) -> None:
    with tables() as connection:
        outbox.owe(connection, RecordKind.REALTIME, Span(5, 0), 5, ["p"])
        delivery = following(connection)
        outbox.finish(connection, delivery, end, "20260101", NOW)
        ended = connection.execute("SELECT * FROM delivery").fetchall()
        outbox.finish(connection, delivery, DeliveryState.SENT, "20270101", NOW + 1)
        outbox.postpone(connection, delivery, NOW + 2)
        assert outbox.expire_live(connection, "p", NOW, NOW + 3) == 0
        assert connection.execute("SELECT * FROM delivery").fetchall() == ended
        assert outbox.next_delivery(connection, "p", NOW + DAY_MS, 0, live=True) is None


def test_only_live_values_of_that_platform_expire() -> None:
    with tables() as connection:
        for kind, span in [
            (RecordKind.REALTIME, Span(100, 0)),
            (RecordKind.REALTIME, Span(200, 0)),
            (RecordKind.INTERVAL, Span(40, 60)),
            (RecordKind.RESTART, Span(100, 0)),
        ]:
            outbox.owe(connection, kind, span, 200, ["p", "q"])
        assert outbox.expire_live(connection, "p", before_ms=200, now_ms=300) == 1
        rows = connection.execute("SELECT record, platform, done_ms FROM delivery WHERE state = 'expired'").fetchall()
        assert rows == [(1, "p", 300)]


def test_a_tally_counts_what_waits_and_what_ended_since() -> None:
    with tables() as connection:
        for number in range(6):
            outbox.owe(connection, RecordKind.REALTIME, Span(number, 0), 0, ["p", "q"])
        ends = [(DeliveryState.ACKNOWLEDGED, 10), (DeliveryState.ACKNOWLEDGED, 30), (DeliveryState.SENT, 40)]
        for end, at_ms in ends:
            outbox.finish(connection, following(connection), end, "", at_ms)
        outbox.expire_live(connection, "p", before_ms=4, now_ms=50)
        assert outbox.tally(connection, "p", since_ms=0) == Tally(2, 2, 1, 1, 30)
        assert outbox.tally(connection, "p", since_ms=30) == Tally(2, 1, 1, 1, 30)
        assert outbox.tally(connection, "p", since_ms=31) == Tally(2, 0, 1, 1, None)
        assert outbox.tally(connection, "q", since_ms=0) == Tally(6, 0, 0, 0, None)
        assert outbox.tally(connection, "nobody", since_ms=0) == Tally(0, 0, 0, 0, None)
