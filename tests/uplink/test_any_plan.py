"""Whatever a platform does to us and in whatever order: every label reaches it, and doubles say the same."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from dau.core.periods import MINUTE_MS
from dau.hj212 import HJ2017, Connection, Packet, Received, Role, answered_qn, data_time
from tests.uplink import far_end
from tests.uplink.far_end import FarEnd, Reaction, Script, receipt
from tests.uplink.stand import START_MS, Stand, at_stand, platform

MOODS: Final[Mapping[str, Script]] = {
    "good": receipt,
    "silent": far_end.silence,
    "late": far_end.late(14.0),
    "twice": far_end.twice,
    "wrong QN": far_end.wrong_qn,
    "refusing": far_end.refusal(2),
    "closing": far_end.hanging_up,
    "cutting": lambda _: Reaction(cuts=True),
    "noisy": far_end.preceded_by(b"RING\r\n##0100QN=2026"),
}
DOWN: Final = "down"
LONGEST_PAUSE_S: Final = 16 * 60.0
RECORDS: Final = 12

plans = st.lists(
    st.tuples(st.sampled_from([*MOODS, DOWN]), st.floats(1.0, 400.0)),
    max_size=12,
)


async def follow(plan: list[tuple[str, float]], national: FarEnd) -> None:
    """Let the platform live through its moods, and be good for ever after."""
    for mood, seconds in plan:
        national.is_up = mood != DOWN
        if mood == DOWN and national.pipes:
            national.cut()
        national.script = MOODS.get(mood, receipt)
        await asyncio.sleep(seconds)
    national.is_up, national.script = True, receipt


async def owe_one_a_minute(stand: Stand) -> None:
    for number in range(RECORDS):
        await stand.owe_minutes(1, since_ms=START_MS + number * MINUTE_MS)
        await asyncio.sleep(60)


def receipts_said(national: FarEnd) -> set[str | None]:
    """Return the QNs of all receipts that the platform really sent."""
    reader = Connection(Role.UNIT, HJ2017)
    events = [event for frame in national.said for event in reader.receive(frame)]
    return {answered_qn(event.packet) for event in events if isinstance(event, Received) and event.packet.cn == "9014"}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(plan=plans)
def test_every_label_reaches_the_platform_whatever_it_does(plan: list[tuple[str, float]]) -> None:
    async def work(stand: Stand) -> None:
        national = stand.far_end()
        stand.start(platform(), national)
        await asyncio.gather(follow(plan, national), owe_one_a_minute(stand))
        await asyncio.sleep(LONGEST_PAUSE_S + 120)
        assert await stand.states() == ["acknowledged"] * RECORDS
        ended_by = {qn for (qn,) in await stand.rows("SELECT qn FROM delivery")}
        assert len(ended_by) == RECORDS
        assert ended_by <= receipts_said(national)
        arrived: dict[str | None, set[Packet]] = defaultdict(set)
        for packet in national.uploads("2051"):
            arrived[packet.first("DataTime")].add(replace(packet, qn=None))
        assert set(arrived) == {data_time(START_MS + number * MINUTE_MS) for number in range(RECORDS)}
        assert {len(contents) for contents in arrived.values()} == {1}

    with TemporaryDirectory() as folder, capture_logs():
        at_stand(Path(folder), work)
