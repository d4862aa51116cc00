"""A line that loses answers now and then: one healthy instrument pays for its own loss, nobody else does."""

import random
from itertools import pairwise

import pytest

from tests.acquire.stand import Stand, instrument
from tests.virtual_time import run_virtual

SECONDS = 600
SHARE = 0.02


@pytest.mark.parametrize(("period_s", "most_lost"), [(1, 4.0), (5, 0.5)])
def test_a_lost_answer_costs_little(period_s: int, most_lost: float) -> None:
    """Without a retry in time (period 1 s) a loss costs the quiet time of the line; with one (5 s) nothing."""
    chance = random.Random(period_s)
    stand = Stand([instrument(slave, period_s=period_s) for slave in (1, 2, 3)], byte_s=10 / 9600)
    lost = 0

    def lose() -> bool:
        nonlocal lost
        lost += (is_lost := chance.random() < SHARE)
        return is_lost

    stand.slaves.is_lost = lose
    run_virtual(stand.run(SECONDS))
    answers = {name: stand.answers(name) for name in ("i1", "i2", "i3")}
    missing = 3 * SECONDS / period_s - sum(map(len, answers.values()))
    assert lost > 5
    assert missing <= most_lost * lost
    gaps = [later.when_s - sooner.when_s for each in answers.values() for sooner, later in pairwise(each)]
    assert max(gaps) < 10.0  # two losses in a row
