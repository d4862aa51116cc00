"""The end of the demonstration: was everything acknowledged, and is what the receivers stored what the plant was?"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from dau.words import text
from simulator.demo.deliveries import read_deliveries
from simulator.demo.stage import PlatformRole, Stage, StationRole
from simulator.journal import read_journal
from simulator.scene_file import load_scene
from simulator.truth.chronicle import chronicles
from simulator.truth.stored import read_stored
from simulator.truth.verdict import Run, Verdict, compare

CLOSING_S: Final = 3.0
"""How long after end and grace a period may take to be closed and acknowledged."""

MOST_PROBLEMS: Final = 20


@dataclass(frozen=True, slots=True)
class Times:
    """When one station was started, and when it was told to stop and had stopped (milliseconds UTC)."""

    start_ms: int
    told_ms: int
    stopped_ms: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the summary, and whether it is as it should be."""

    line: str
    is_good: bool


def summarise(stage: Stage, times: dict[str, Times]) -> Iterator[Finding]:
    """Yield the findings about every station at every platform."""
    for station in stage.stations:
        entries = list(read_journal(stage.journal(station)))
        if not entries:
            yield Finding(text("sim.demo.no_truth", station=station.name), False)
            continue
        run = _run(station, times[station.name], entries[0].at_ms)
        yield Finding(text("sim.demo.truth", station=station.name, values=len(entries)), True)
        for platform in station.platforms:
            yield _delivered(station, platform, run)
            verdict = compare(
                load_scene(station.name),
                chronicles(entries),
                read_stored(stage.receiver_file(platform.name), platform.mn),
                run,
            )
            yield from _judged(station, platform, verdict)


def _run(station: StationRole, times: Times, begin_ms: int) -> Run:
    must_ms = times.told_ms - round((station.grace_s + CLOSING_S) * 1000)
    return Run(times.start_ms, begin_ms, must_ms, times.stopped_ms)


def _judged(station: StationRole, platform: PlatformRole, verdict: Verdict) -> Iterator[Finding]:
    key = "sim.demo.equal" if verdict.is_good else "sim.demo.unequal" if verdict.problems else "sim.demo.nothing"
    line = text(
        key,
        station=station.name,
        platform=platform.name,
        labels=verdict.labels,
        values=verdict.values,
        wrong=len(verdict.problems),
    )
    yield Finding(line, verdict.is_good)
    yield from (Finding(f"    {problem}", False) for problem in verdict.problems[:MOST_PROBLEMS])


def _delivered(station: StationRole, platform: PlatformRole, run: Run) -> Finding:
    found = read_deliveries(station.database, platform.name, run.begin_ms)
    line = text(
        "sim.demo.delivered",
        station=station.name,
        platform=platform.name,
        closed=found.closed,
        acknowledged=found.acknowledged,
        live=found.live_acknowledged,
        live_all=found.live,
    )
    return Finding(line, found.closed > 0 and found.waiting == 0)
