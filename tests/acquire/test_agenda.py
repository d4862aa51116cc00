"""Whose turn it is when a poll and an errand both wait, without a bus."""

import asyncio
import random
from collections.abc import Callable

import pytest

from dau.acquire.agenda import Agenda, Entry
from dau.acquire.turns import Turn, Turns
from dau.core.errands import Doer, Errand, Task
from tests.acquire.stand import instrument, registers
from tests.virtual_time import run_virtual

DELAY = {"do": "read_delay", "read": [{"address": 45, "type": "u16"}]}
NEVER = float("-inf")


def with_agenda(check: Callable[[Agenda, Turn, Callable[[float], Entry]], None], quiet_until_s: float = 0.0) -> None:
    """Run a check that is given an agenda, the turn of a poll that comes every 5 s, and a way to add errands."""

    async def run() -> None:
        driver = registers(1, task=[DELAY])
        assert isinstance(driver, Doer)
        turn = Turns([instrument(1, period_s=5, driver=driver)], 0.0, random.Random(1)).all[0]
        agenda = Agenda(lambda _: quiet_until_s)
        check(agenda, turn, lambda now_s: agenda.add(turn, driver, Errand(Task.READ_DELAY, "s1r0"), now_s))
        await asyncio.sleep(0)

    run_virtual(run())


@pytest.mark.parametrize(
    ("came_s", "waits_since_s", "served_s", "goes"),
    [
        (10.0, 10.0, NEVER, True),
        (10.0, 5.1, NEVER, True),  # the poll is late, but by less than its period
        (10.0, 4.9, NEVER, False),  # overdue: it goes first
        (10.0, 12.0, 11.0, True),
        (10.0, 10.5, 11.0, False),  # it was due when the last errand left the bus
    ],
)
def test_an_errand_or_the_poll(came_s: float, waits_since_s: float, served_s: float, goes: bool) -> None:
    def check(_: Agenda, turn: Turn, add: Callable[[float], Entry]) -> None:
        turn.waits_since_s = waits_since_s
        entry = add(came_s)
        assert entry.goes_before(turn, served_s) is goes
        assert entry.goes_before(None, served_s)

    with_agenda(check)


def test_the_one_that_is_ready_longest_comes_first() -> None:
    def check(agenda: Agenda, _: Turn, add: Callable[[float], Entry]) -> None:
        first, second = add(1.0), add(2.0)
        assert agenda.next(3.0) is first
        first.ready_s = 2.5  # it paused
        assert agenda.next(3.0) is second
        assert agenda.next(1.5) is None
        assert agenda.next_s() == 2.0

    with_agenda(check)


def test_a_device_that_is_to_be_left_alone_is_told_nothing() -> None:
    def check(agenda: Agenda, _: Turn, add: Callable[[float], Entry]) -> None:
        entry = add(1.0)
        assert agenda.next(6.9) is None
        assert agenda.next_s() == 7.0
        assert agenda.next(7.0) is entry

    with_agenda(check, quiet_until_s=7.0)


def test_nothing_waits_for_an_empty_agenda() -> None:
    def check(agenda: Agenda, _: Turn, add: Callable[[float], Entry]) -> None:
        del add
        assert agenda.next(1.0) is None
        assert agenda.next_s() == float("inf")

    with_agenda(check)
