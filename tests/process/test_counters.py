"""A counter that leaps is a finding, unless the settings switch its rule off; what flowed is the same either way."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from dau.core.channels import Channel, ChannelKind, Medium
from dau.core.periods import MINUTE_MS, Span
from dau.core.rules.names import Rule, Silenced
from dau.core.samples import Sample
from dau.core.states import State
from dau.process.closer import close_minute
from dau.runtime.clock import LoopClock
from dau.store import findings, samples
from dau.store.findings import Wanted
from tests.process.station import Station, ms, reading
from tests.virtual_time import run_virtual

BEGIN_MS = ms("2026-01-01 10:00:00")
TOTAL = Channel("total", "w00000", "m3", 1, Medium.WATER, 20, kind=ChannelKind.COUNTER, modulus=1000.0)
ALL_OFF = frozenset({("total", Rule.COUNTER_ROLLED), ("total", Rule.COUNTER_LEAPT)})


@pytest.mark.parametrize(
    ("silenced", "seen"),
    [
        (frozenset(), [Rule.COUNTER_ROLLED, Rule.COUNTER_LEAPT]),
        (frozenset({("total", Rule.COUNTER_LEAPT)}), [Rule.COUNTER_ROLLED]),
        (frozenset({("flow", Rule.COUNTER_LEAPT)}), [Rule.COUNTER_ROLLED, Rule.COUNTER_LEAPT]),
        (ALL_OFF, []),
    ],
)
def test_leaps_are_seen_unless_their_rule_is_off(tmp_path: Path, silenced: Silenced, seen: list[Rule]) -> None:
    station = Station(tmp_path / "station.db", LoopClock(BEGIN_MS))
    readings = (998.0, 3.0, 1.0)  # rolls over, then goes back by itself

    async def story() -> None:
        await station.start((TOTAL,))
        plan = replace(station.plan, silenced=silenced)
        for number, value in enumerate(readings):
            minute = Span(BEGIN_MS + number * MINUTE_MS, MINUTE_MS)
            sample = Sample("total", minute.start_ms + 1, value, value, State.OK)
            taken = partial(samples.add, ids=plan.ids, samples=[sample], closed_until_ms=0)
            await station.database.write(taken)
            await station.database.write(partial(close_minute, plan=plan, minute=minute, now_ms=minute.end_ms))
        await station.stop()

    run_virtual(story(), busy=lambda: station.database.busy)
    with reading(station.path) as connection:
        found = [one.seen.rule for one in findings.listed(connection, Wanted(), 9)]
        totals = [each for (each,) in connection.execute("SELECT total FROM statistic WHERE length_ms = 60000")]
    assert sorted(found) == sorted(seen)
    assert totals[1] == 5.0
