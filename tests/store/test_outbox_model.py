"""The outbox against a model of a few lines, through any sequence of what a station does with it."""

from collections import Counter
from collections.abc import Collection
from contextlib import ExitStack
from dataclasses import dataclass, replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from dau.core.periods import Span
from dau.core.records import Record, RecordKind
from dau.store import outbox
from dau.store.outbox import Delivery, DeliveryState, Tally
from tests.store.tables import tables

PLATFORMS = ("national", "provincial")
INSTANTS = st.integers(0, 20)
ENDS = st.sampled_from([DeliveryState.ACKNOWLEDGED, DeliveryState.SENT])


@dataclass(frozen=True, slots=True)
class Owed:
    """What the model knows of one delivery."""

    delivery: Delivery
    state: DeliveryState = DeliveryState.WAITING
    next_try_ms: int = 0
    done_ms: int | None = None
    qn: str | None = None

    @property
    def due_ms(self) -> int:
        return self.delivery.record.span.end_ms

    @property
    def waits(self) -> bool:
        return self.state is DeliveryState.WAITING


class Outbox(RuleBasedStateMachine):
    """Whatever happens, the tables and the model say the same."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.connection = self.stack.enter_context(tables())
        self.model: dict[tuple[int, str], Owed] = {}
        self.labels: set[tuple[RecordKind, Span]] = set()

    def teardown(self) -> None:
        self.stack.close()

    @initialize()
    def first(self) -> None:
        self.owe(RecordKind.HOUR, Span(0, 4), 4, PLATFORMS)
        self.owe(RecordKind.REALTIME, Span(4, 0), 4, PLATFORMS)

    @rule(
        kind=st.sampled_from(RecordKind),
        span=st.builds(Span, st.integers(0, 8), st.sampled_from([0, 2, 4])),
        created_ms=INSTANTS,
        platforms=st.sets(st.sampled_from(PLATFORMS)),
    )
    def owe(self, kind: RecordKind, span: Span, created_ms: int, platforms: Collection[str]) -> None:
        number = outbox.owe(self.connection, kind, span, created_ms, platforms)
        assert (number is None) is ((kind, span) in self.labels)
        self.labels.add((kind, span))
        if number is not None:
            for platform in platforms:
                self.model[number, platform] = Owed(Delivery(Record(number, kind, span, created_ms), platform, 0))

    @rule(data=st.data(), end=ENDS, at_ms=INSTANTS)
    def finish(self, data: st.DataObject, end: DeliveryState, at_ms: int) -> None:
        key, owed = data.draw(st.sampled_from(sorted(self.model.items(), key=lambda item: item[0])))
        outbox.finish(self.connection, owed.delivery, end, f"qn{at_ms}", at_ms)
        if owed.waits:
            tried = replace(owed.delivery, attempts=owed.delivery.attempts + 1)
            self.model[key] = replace(owed, delivery=tried, state=end, done_ms=at_ms, qn=f"qn{at_ms}")

    @rule(data=st.data(), next_try_ms=INSTANTS)
    def postpone(self, data: st.DataObject, next_try_ms: int) -> None:
        key, owed = data.draw(st.sampled_from(sorted(self.model.items(), key=lambda item: item[0])))
        outbox.postpone(self.connection, owed.delivery, next_try_ms)
        if owed.waits:
            tried = replace(owed.delivery, attempts=owed.delivery.attempts + 1)
            self.model[key] = replace(owed, delivery=tried, next_try_ms=next_try_ms)

    @rule(platform=st.sampled_from(PLATFORMS), before_ms=INSTANTS, now_ms=INSTANTS)
    def expire(self, platform: str, before_ms: int, now_ms: int) -> None:
        ending = [
            key
            for key, owed in self.model.items()
            if key[1] == platform
            and owed.waits
            and owed.due_ms < before_ms
            and owed.delivery.record.kind in {RecordKind.REALTIME, RecordKind.FACILITY}
        ]
        assert outbox.expire_live(self.connection, platform, before_ms, now_ms) == len(ending)
        for key in ending:
            self.model[key] = replace(self.model[key], state=DeliveryState.EXPIRED, done_ms=now_ms)

    @rule(platform=st.sampled_from(PLATFORMS), now_ms=INSTANTS, since_ms=INSTANTS, live=st.booleans())
    def look(self, platform: str, now_ms: int, since_ms: int, live: bool) -> None:
        candidates = [
            owed
            for (_, name), owed in self.model.items()
            if name == platform and owed.waits and owed.next_try_ms <= now_ms and (owed.due_ms >= since_ms) is live
        ]
        expected = min(candidates, key=lambda owed: (owed.due_ms, owed.delivery.record.id), default=None)
        found = outbox.next_delivery(self.connection, platform, now_ms, since_ms, live)
        assert found == (None if expected is None else expected.delivery)

    @rule(platform=st.sampled_from(PLATFORMS), since_ms=INSTANTS)
    def count(self, platform: str, since_ms: int) -> None:
        mine = [owed for (_, name), owed in self.model.items() if name == platform]
        ended = [owed for owed in mine if owed.done_ms is not None and owed.done_ms >= since_ms]
        counts = Counter(owed.state for owed in ended)
        receipts = [owed.done_ms for owed in ended if owed.state is DeliveryState.ACKNOWLEDGED]
        assert outbox.tally(self.connection, platform, since_ms) == Tally(
            waiting=sum(owed.waits for owed in mine),
            acknowledged=counts[DeliveryState.ACKNOWLEDGED],
            sent=counts[DeliveryState.SENT],
            expired=counts[DeliveryState.EXPIRED],
            last_receipt_ms=max((at_ms for at_ms in receipts if at_ms is not None), default=None),
        )

    @invariant()
    def the_tables_hold_what_the_model_says(self) -> None:
        rows = self.connection.execute("SELECT record, platform, state, due_ms, attempts, qn, done_ms FROM delivery")
        stored = {(record, platform): tuple(rest) for record, platform, *rest in rows}
        assert stored == {
            key: (owed.state.value, owed.due_ms, owed.delivery.attempts, owed.qn, owed.done_ms)
            for key, owed in self.model.items()
        }

    @invariant()
    def every_label_exists_once(self) -> None:
        rows = self.connection.execute("SELECT kind, start_ms, length_ms FROM record").fetchall()
        assert len(rows) == len(self.labels)
        assert {(RecordKind(kind), Span(start_ms, length_ms)) for kind, start_ms, length_ms in rows} == self.labels


TestOutbox = Outbox.TestCase
TestOutbox.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
