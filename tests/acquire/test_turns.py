"""Whose turn it is, without a bus: every due time has one outcome."""

import random

from hypothesis import given
from hypothesis import strategies as st

from dau.acquire.timetable import Moment
from dau.acquire.turns import LineState, Standing, Turns
from tests.acquire.stand import START_MS, instrument


def turns(*slaves: int, period_s: int = 1) -> Turns:
    return Turns([instrument(slave, period_s=period_s) for slave in slaves], 0.0, random.Random(1))


def at(seconds: float) -> Moment:
    return Moment(seconds, START_MS + round(1000 * seconds))


def test_whoever_waits_longest_is_next() -> None:
    some = turns(1, 2, 3)
    order = []
    for step in range(6):
        turn = some.next(10.0 + step)
        assert turn is not None
        order.append(turn.instrument.name)
        some.answered(turn, at(10.0 + step))
    assert order == ["i1", "i2", "i3"] * 2


def test_nobody_is_due() -> None:
    one = turns(1)
    turn = one.next(0.0)
    assert turn is not None
    one.answered(turn, at(0.1))
    assert one.next(0.2) is None
    assert one.next_turn_s() == 0.25


def test_the_live_come_before_the_silent() -> None:
    two = turns(1, 2)
    silent, live = two.all
    silent.standing, silent.probe_s = Standing.SILENT, 4.5
    live.standing = Standing.LIVE
    live.due_s = live.waits_since_s = 5.2501
    assert two.next(5.26) is live
    two.answered(live, at(5.3))
    assert two.next(5.3) is silent


def test_the_silent_do_not_wait_for_ever() -> None:
    two = turns(1, 2)
    silent, live = two.all
    silent.standing, silent.probe_s = Standing.SILENT, 4.5
    live.standing = Standing.LIVE
    live.due_s = live.waits_since_s = 6.6
    assert two.next(7.0) is silent


def test_one_that_missed_for_once_is_asked_again_as_if_it_lived() -> None:
    two = turns(1, 2)
    missed, live = two.all
    missed.standing = live.standing = Standing.LIVE
    two.missed(missed, 0.0, at(1.0))
    live.due_s = live.waits_since_s = missed.probe_s + 0.5
    missed.due_s = missed.waits_since_s = missed.probe_s + 0.1
    assert two.next(missed.probe_s - 0.1) is None
    now_s = missed.probe_s + 0.6
    assert two.next(now_s) is missed
    two.missed(missed, now_s, at(now_s + 1.0))
    missed.probe_s = now_s
    assert two.next(now_s + 1.1) is live


def test_when_one_is_found_dead_the_live_come_before_those_not_heard_yet() -> None:
    three = turns(1, 2, 3)
    dead, new, live = three.all
    live.standing, live.waits_since_s = Standing.LIVE, 0.25
    assert three.next(0.3) is dead
    three.missed(dead, 0.0, at(0.3))
    assert three.next(0.3) is live
    live.waits_since_s = 0.35
    assert three.next(0.4) is new


def test_a_device_shared_by_two_instruments_is_left_alone_as_a_whole() -> None:
    twins = turns(1, 1, 2)
    twins.quiet(twins.all[0], until_s=5.0)
    turn = twins.next(1.0)
    assert turn is twins.all[2]
    twins.answered(twins.all[2], at(1.0))
    twins.all[2].due_s = 99.0
    assert twins.next(4.9) is None
    assert twins.next(5.0) is twins.all[0]


def test_nothing_waits_for_an_empty_bus() -> None:
    none = turns()
    assert none.next(1.0) is None
    assert none.next_turn_s() == float("inf")
    assert list(none.passed(at(1.0), None, LineState.OPEN)) == []


events = st.lists(
    st.tuples(
        st.sampled_from(["answer", "miss", "wait", "cut"]),
        st.floats(0.01, 4.0),
        st.sampled_from(list(LineState)),
    ),
    max_size=60,
)


def due_until(now_s: float, period_s: int) -> int:
    return 1 + sum(1 for number in range(1_000) if 0.25 + number * period_s <= now_s)


@given(events, st.sampled_from([1, 5]))
def test_every_due_time_has_one_outcome(happenings: list[tuple[str, float, LineState]], period_s: int) -> None:
    some, now_s, silences = turns(1, 2, 3, period_s=period_s), 0.0, 0
    for what, lasting_s, line in happenings:
        turn = some.next(now_s) if what in {"answer", "miss"} else None
        began_s, now_s = now_s, now_s + lasting_s
        silences += len(list(some.passed(at(now_s), turn, line)))
        if what == "answer" and turn:
            some.answered(turn, at(now_s))
        elif what == "miss" and turn:
            some.quiet(turn, now_s + 2.0)
            silences += some.missed(turn, began_s, at(now_s)) is not None
        elif what == "cut":
            some.forget()
    silences += len(list(some.passed(at(now_s), None, LineState.CLOSED)))
    for turn in some.all:
        counts = turn.counts
        # the wall clock is read in whole milliseconds: a due time is known to half of one
        least, most = (due_until(now_s + 0.001 + unsure_s, period_s) for unsure_s in (-0.0005, 0.0005))
        assert least <= counts.answered + counts.silent + counts.skipped <= most
    assert silences == sum(turn.counts.silent for turn in some.all)
