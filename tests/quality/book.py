"""A database of closed periods, made by hand, and the engine run over it."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from dau.config.findings import FindingsTable
from dau.config.limits import LimitTable
from dau.core.channels import Channel, Medium
from dau.core.findings import Finding
from dau.core.periods import HOUR_MS, MINUTE_MS, Span
from dau.core.rules.names import Rule
from dau.core.states import State
from dau.core.statistics import PeriodStatistic
from dau.quality.engine import Task, begin, look_at_due
from dau.quality.parameters import parameters_of
from dau.quality.subjects import checks_of, subjects_of
from dau.store import findings, samples, statistics
from dau.store.findings import Wanted
from tests.process.station import ms
from tests.store.tables import tables

DAY: int = ms("2026-03-05 00:00:00")
SO2 = Channel("so2", "a21026", "mg/m3", 1, Medium.GAS, 5, high=200.0)
NOW = DAY + 10**10


@dataclass(slots=True)
class Book:
    """A station whose channels close as told, and its findings."""

    connection: sqlite3.Connection
    channels: tuple[Channel, ...]
    task: Task

    def close(
        self,
        channel: Channel,
        start_ms: int,
        values: Sequence[float | None],
        length_ms: int = HOUR_MS,
        state: State = State.OK,
        **more: Any,
    ) -> None:
        """Close one period after the other, valid wherever there is a value."""
        made = [
            PeriodStatistic(
                channel.name,
                Span(start_ms + place * length_ms, length_ms),
                state if value is not None or state is not State.OK else State.NO_DATA,
                value is not None and state is not State.STOPPED,
                0 if value is None else 45,
                60,
                value,
                **{"low": value, "high": value, "raw_mean": value} | more,
            )
            for place, value in enumerate(values)
        ]
        statistics.add(self.connection, self.task.ids, made)

    def look(self, from_ms: int, until_ms: int, at_once: int = 100_000) -> None:
        """Let the engine look at everything that closed between."""
        if findings.looked_until(self.connection) is None:
            findings.set_looked_until(self.connection, from_ms)
        statistics.set_closed_until(self.connection, until_ms)
        while (findings.looked_until(self.connection) or 0) < until_ms:
            look_at_due(self.connection, self.task, NOW, at_once)

    def found(self) -> list[Finding]:
        """Return every finding, oldest first."""
        return list(reversed(findings.listed(self.connection, Wanted(), 10_000)))

    def told(self) -> list[tuple[str, str, int, int, bool]]:
        """Return rule, subject, first and last hour of the day, and whether it lasts."""
        return [
            (
                each.seen.rule.value,
                each.seen.subject,
                (each.seen.first_ms - DAY) // HOUR_MS,
                (each.seen.last_ms - DAY) // HOUR_MS,
                each.running,
            )
            for each in self.found()
        ]


def limit(channel: str, **keys: Any) -> LimitTable:
    return LimitTable.model_validate({"channel": channel, **keys})


def only(*rules: str, **keys: Any) -> FindingsTable:
    """Return thresholds under which no other rules speak."""
    return FindingsTable.model_validate({"off": tuple(rule for rule in Rule if rule.value not in rules), **keys})


@contextmanager
def book(
    channels: tuple[Channel, ...],
    thresholds: FindingsTable,
    limits: Sequence[LimitTable] = (),
    told: tuple[str, ...] = (),
) -> Iterator[Book]:
    """Yield an empty book."""
    with tables() as connection:
        ids = samples.register(connection, channels)
        subjects = subjects_of(channels, thresholds, limits)
        task = Task(checks_of(subjects), ids, parameters_of(subjects, {}), told)
        begin(connection, task, NOW)
        yield Book(connection, channels, task)


def facts(made: Book, place: int = 0) -> dict[str, object]:
    """Return what explains one of the findings."""
    return dict(made.found()[place].seen.facts or {})


def minutes(hours: Sequence[float | None]) -> list[float | None]:
    """Return each value sixty times."""
    return [value for value in hours for _ in range(60)]


def hours(values: Sequence[float | None]) -> Callable[[Book, Channel], None]:
    """Return what closes these hours of the day, with all their minutes."""

    def close(made: Book, channel: Channel) -> None:
        made.close(channel, DAY, minutes(values), MINUTE_MS)
        made.close(channel, DAY, values)

    return close
