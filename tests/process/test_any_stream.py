"""Whatever reaches a station, in whatever order, with whatever its clock does: what is stored follows from the samples.

Samples that are old, doubled or missing, a clock that steps, a station that is stopped and started: every period is
closed once, in order, and says exactly what a second computation from the stored samples says.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from dau.core.appetites import USUAL, Appetite
from dau.core.periods import MINUTE_MS
from dau.runtime.clock import LoopClock
from tests.process.recomputation import assert_true
from tests.process.station import GRACE_S, INSTRUMENTS, Station, live, ms, reading

BEGIN_MS = ms("2026-02-28 23:52:00")
VALUE = st.none() | st.floats(-1e12, 1e12) | st.sampled_from([0.0, 1.0, 1.7e308, -1.7e308, float("nan"), float("inf")])


@dataclass(frozen=True)
class Hear:
    """One poll, complete some time ago; no values: silence."""

    instrument: str
    values: Sequence[float | None] | None
    age_s: float


@dataclass(frozen=True)
class Pass:
    """Time goes by."""

    seconds: float


@dataclass(frozen=True)
class Step:
    """The wall clock is put forward or back."""

    seconds: float


@dataclass(frozen=True)
class Restart:
    """The station is stopped and, some time later, started again."""

    pause_s: float


def polls(instrument: str) -> st.SearchStrategy[Hear]:
    number = len(INSTRUMENTS[instrument])
    values = st.none() | st.lists(VALUE, min_size=number, max_size=number)
    return st.builds(Hear, st.just(instrument), values, st.sampled_from([0.0, 0.0, 3.0]) | st.floats(0, 200))


STORY = st.lists(
    st.one_of(
        *(polls(name) for name in INSTRUMENTS),
        *(polls(name) for name in INSTRUMENTS),
        st.builds(Pass, st.sampled_from([1.0, 20.0, 60.0]) | st.floats(0.001, 300)),
        st.builds(Step, st.floats(-400, 1200)),
        st.builds(Restart, st.floats(0, 900)),
    ),
    max_size=25,
)
APPETITE = st.builds(
    Appetite,
    st.sampled_from(["national", "provincial"]),
    st.just(60),
    st.sampled_from([1, 2, 3, 5, 6, 10, 15, 30]),
    st.sets(st.sampled_from(sorted(USUAL))).map(frozenset),
)
APPETITES = st.lists(APPETITE, max_size=2, unique_by=lambda one: one.platform).map(tuple)


async def tell(station: Station, events: Sequence[Hear | Pass | Step | Restart]) -> None:
    await station.clock.sleep(0.001)  # lets the closer note where it begins
    for event in events:
        if isinstance(event, Hear):
            await station.hear(event.instrument, event.values, event.age_s)
        elif isinstance(event, Pass):
            await station.clock.sleep(event.seconds)
        elif isinstance(event, Step):
            station.clock.start_ms += round(event.seconds * 1000)
        else:
            await station.stop()
            await station.clock.sleep(event.pause_s)
            await station.start()


@given(STORY, APPETITES, st.sampled_from([0, GRACE_S]))
@settings(max_examples=80, deadline=None)
def test_what_is_closed_follows_from_what_is_stored(
    events: list[Hear | Pass | Step | Restart], appetites: tuple[Appetite, ...], grace_s: float
) -> None:
    latest_ms = BEGIN_MS

    async def story(station: Station) -> None:
        nonlocal latest_ms
        await tell(station, events)
        await station.clock.sleep(75)
        latest_ms = station.clock.now_ms()

    with tempfile.TemporaryDirectory() as folder:
        station = Station(Path(folder) / "station.db", LoopClock(BEGIN_MS), appetites, grace_s)
        live(station, story)
        with reading(station.path) as connection:
            closed_ms = assert_true(connection, station.plan, BEGIN_MS)
            (stored,) = connection.execute("SELECT count(*) FROM sample").fetchone()
    assert stored == station.heard
    assert closed_ms >= latest_ms - (grace_s * 1000 + MINUTE_MS + 5_000)
