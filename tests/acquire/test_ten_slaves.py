"""Ten slaves on a line at 9600 baud that is asked as fast as it can carry, some of them dead."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from itertools import combinations, pairwise

import pytest

from tests.acquire.stand import Stand, instrument
from tests.virtual_time import run_virtual

BYTE_S = 10 / 9600
THINKING_S = 0.04
"""With 8 bytes there, 9 back and 5 ms of silence a poll takes 63 ms: ten slaves are a round of 0.63 s."""

PERIOD_S = 0.63
SECONDS = 12
FINDING_OUT_S = 2.5


@dataclass
class Outcome:
    """Polls of the live slave that was polled least, and the longest time between two polls of one.

    ``later_gap_s`` leaves out the first seconds, in which the dead are found out.
    """

    least: int
    worst_gap_s: float
    later_gap_s: float


def outcome(dead: AbstractSet[int]) -> Outcome:
    slaves = range(1, 11)
    asked = [replace(instrument(slave, timeout_s=0.3), period_s=PERIOD_S) for slave in slaves]
    stand = Stand(asked, gap_s=0.005, byte_s=BYTE_S, change_gap_s=0.005)
    stand.slaves.think_s, stand.slaves.dead = THINKING_S, set(dead)
    run_virtual(stand.run(SECONDS))
    answers = [stand.answers(f"i{slave}") for slave in slaves if slave not in dead]
    gaps = [(sooner.when_s, later.when_s - sooner.when_s) for each in answers for sooner, later in pairwise(each)]
    later_gap_s = max(gap_s for when_s, gap_s in gaps if when_s > FINDING_OUT_S)
    return Outcome(min(map(len, answers)), max(gap_s for _, gap_s in gaps), later_gap_s)


def test_all_alive() -> None:
    every = outcome(set())
    assert every.least == 19
    assert every.worst_gap_s < 0.7


@pytest.mark.parametrize("dead", range(1, 11))
def test_one_dead(dead: int) -> None:
    others = outcome({dead})
    assert others.least >= 18
    assert others.worst_gap_s < 1.0


@pytest.mark.parametrize("dead", list(combinations(range(1, 11), 3))[::4], ids=str)
def test_three_dead(dead: tuple[int, ...]) -> None:
    others = outcome(set(dead))
    assert others.least >= 15
    assert others.later_gap_s < 1.0
    assert others.worst_gap_s < 1.2
