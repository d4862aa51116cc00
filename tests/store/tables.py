"""An empty station database in memory, and things to put into it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Final

from hypothesis import strategies as st

from dau.core.channels import Channel, Medium
from dau.core.periods import MINUTE_MS, Span
from dau.core.samples import Sample
from dau.core.states import State
from dau.core.statistics import PeriodStatistic
from dau.store.schema import STATION

COD: Final = Channel("cod", "w01018", "mg/L", 1, Medium.WATER, period_s=5)
FLOW: Final = Channel("flow", "w00000", "L/s", 2, Medium.WATER, period_s=5, total_per_second=0.001)
CHANNELS: Final = (COD, FLOW)

STATES: Final = st.integers(0, 2 * max(State) - 1).map(State)
NUMBERS: Final = st.none() | st.floats(-1e12, 1e12)


@contextmanager
def tables() -> Iterator[sqlite3.Connection]:
    """Yield a connection to a database that exists in memory alone."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        for _, statements in STATION.steps:
            for statement in statements:
                connection.execute(statement)
        yield connection


def without_guards(connection: sqlite3.Connection) -> None:
    """Do what somebody does first who wants to alter what is never altered."""
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for (name,) in found:
        connection.execute(f"DROP TRIGGER {name}")


def samples_of(instants: st.SearchStrategy[int]) -> st.SearchStrategy[Sample]:
    """Return a strategy for samples of `CHANNELS` at these instants; at the border they are never late."""
    names = st.sampled_from([channel.name for channel in CHANNELS])
    return st.builds(Sample, names, instants, NUMBERS, NUMBERS, STATES)


def statistics_of(spans: st.SearchStrategy[Span]) -> st.SearchStrategy[PeriodStatistic]:
    """Return a strategy for statistics of `CHANNELS` in these spans."""
    names = st.sampled_from([channel.name for channel in CHANNELS])
    counts = st.integers(0, 60)
    return st.builds(PeriodStatistic, names, spans, STATES, st.booleans(), counts, counts, *(NUMBERS for _ in range(5)))


def minute(number: int) -> Span:
    """Return the minute with this number since the beginning of time."""
    return Span(number * MINUTE_MS, MINUTE_MS)
