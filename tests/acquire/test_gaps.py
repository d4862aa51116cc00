"""How long the line is silent before a request, and how long an instrument is left alone."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest

from dau.acquire import Instrument
from tests.acquire.stand import Stand, instrument, registers
from tests.virtual_time import run_virtual

THINK_S = 0.02


def gaps(instruments: Sequence[Instrument], change_gap_s: float = 0.1, byte_s: float = 0.0) -> list[tuple[int, float]]:
    """Return who was asked in the first round after the start, and after how long a silence."""
    stand = Stand(instruments, gap_s=0.05, byte_s=byte_s, change_gap_s=change_gap_s)
    run_virtual(stand.run(9))
    ends = [(slave, when_s) for when_s, slave, _ in stand.slaves.asked]
    return [(slave, round(later - sooner - THINK_S - 17 * byte_s, 3)) for (_, sooner), (slave, later) in pairwise(ends)]


def test_another_slave_is_asked_after_a_longer_silence() -> None:
    two = [instrument(1, period_s=10), instrument(2, period_s=10)]
    assert gaps(two)[:1] == [(2, 0.1)]
    assert gaps(two, change_gap_s=0.0)[:1] == [(2, 0.05)]


def test_the_same_slave_is_asked_after_the_gap_of_the_line() -> None:
    points = [{"channel": f"c{at}", "address": at, "type": "u16"} for at in (10, 20, 30)]
    one = instrument(1, period_s=10, driver=registers(1, point=points))
    assert gaps([one])[:2] == [(1, 0.05), (1, 0.05)]


def test_an_instrument_with_a_gap_of_its_own() -> None:
    slow = replace(instrument(2, period_s=10), gap_s=0.3)
    quick = replace(instrument(3, period_s=10), gap_s=0.0)
    assert gaps([instrument(1, period_s=10), slow, quick])[:2] == [(2, 0.3), (3, 0.1)]
    assert gaps([instrument(1, period_s=10), slow, quick], change_gap_s=0.0)[:2] == [(2, 0.3), (3, 0.0)]


@pytest.mark.parametrize(("baud", "least_s"), [(9600, 0.005), (2400, 3.5 * 10 / 2400)])
def test_on_a_wire_frames_are_always_apart(baud: int, least_s: float) -> None:
    quick = [replace(instrument(slave, period_s=10), gap_s=0.0) for slave in (1, 2)]
    (slave, gap_s), *_ = gaps(quick, 0.0, byte_s=10 / baud)
    assert slave == 2
    assert gap_s == pytest.approx(least_s, abs=0.001)


def test_modbus_tcp_knows_no_change_of_slave() -> None:
    two = [instrument(slave, period_s=10, driver=registers(slave, framing="tcp")) for slave in (1, 2)]
    stand = Stand(two, gap_s=0.0, change_gap_s=0.1)
    stand.is_deaf = True
    asked: list[float] = []

    async def note() -> None:
        assert stand.far is not None
        for _ in range(2):
            request = await stand.far.read()
            asked.append(stand.clock.monotonic_s())
            await stand.far.write(request[:4] + b"\0\7" + request[6:8] + bytes.fromhex("04 0001 0002"))

    run_virtual(stand.run(5, (0.1, note)))
    assert asked == [0.1, 0.1]


def test_an_instrument_is_left_alone_as_long_as_its_slowest_answer_takes() -> None:
    slow = replace(instrument(1, period_s=10, retries=1), retake_s=4.0)
    stand = Stand([slow], quiet_s=2.0)
    stand.slaves.value_of = lambda _: round(stand.clock.monotonic_s())
    run_virtual(stand.run(25, (9, lambda: stand.slaves.late_s.update({1: 4.2})), (11, stand.slaves.late_s.clear)))
    missed_s, again_s = [when_s for when_s, *_ in stand.slaves.asked if when_s > 10][:2]
    assert again_s - missed_s == pytest.approx(0.5 + 4.0 + 0.05)
    assert all(answer.values()["s1r0"] == round(answer.when_s) for answer in stand.answers("i1"))


def test_after_opening_the_line_an_instrument_has_time_to_wake() -> None:
    sleepy = replace(instrument(1), wake_s=3.0)
    stand = Stand([sleepy, instrument(2)])

    def hang_up() -> None:
        assert stand.far is not None
        stand.far.cut()

    run_virtual(stand.run(20, (10, hang_up)))
    asked = [when_s for when_s, slave, _ in stand.slaves.asked if slave == 1]
    assert min(asked) == pytest.approx(3.0, abs=0.2)
    assert next(when_s for when_s in asked if 9.5 < when_s < 13.5) == pytest.approx(13.0, abs=0.2)
    assert not stand.silences("i1")
    assert len(stand.answers("i2")) >= 19
