"""A bus in virtual time: who is asked when, what silence becomes, and that no answer is ever taken for another."""

from itertools import pairwise

import pytest
from structlog.testing import capture_logs

from dau.acquire import Instrument, InstrumentCounts
from dau.core.states import State
from dau.link import LinkRefused, PortMissing
from dau.runtime.clock import BEAT_S
from tests.acquire.stand import START_MS, Stand, instrument, registers
from tests.virtual_time import run_virtual

LINE_9600_S = 10 / 9600
"""One byte at 9600 8N1."""


def since_start_ms(times: list[int]) -> list[int]:
    return [time_ms - START_MS for time_ms in times]


def due_ms(period_s: int, until_ms: int) -> list[int]:
    """Return every due time of an instrument in milliseconds after the start: at once, then on the timetable."""
    return [0, *range(250, until_ms, 1000 * period_s)]


def polls_a_minute(dead: set[int], period_s: int = 1) -> tuple[dict[str, int], float]:
    """Run eight instruments on one line at 9600 baud for a minute; returns answers by name and the worst gap.

    The ten seconds before the count are those in which the dead ones are found out.
    """
    stand = Stand([instrument(slave, period_s=period_s, timeout_s=1.0) for slave in range(1, 9)], byte_s=LINE_9600_S)
    stand.slaves.dead = dead
    run_virtual(stand.run(70))
    stand.heard = [heard for heard in stand.heard if heard.when_s > 10]
    live = [f"i{slave}" for slave in range(1, 9) if slave not in dead]
    gaps = [later.when_s - sooner.when_s for name in live for sooner, later in pairwise(stand.answers(name))]
    return {name: len(stand.answers(name)) for name in live}, max(gaps)


class TestTimes:
    def test_at_once_and_then_at_multiples_of_the_period(self) -> None:
        stand = Stand([instrument(3, period_s=5)])
        run_virtual(stand.run(21))
        answers = stand.answers("i3")
        assert since_start_ms([answer.at_ms for answer in answers]) == [due + 70 for due in due_ms(5, 21_000)]
        assert answers[0].values() == {"s3r0": 30, "s3r1": 31}
        assert not stand.silences("i3")

    def test_instruments_with_periods_of_their_own(self) -> None:
        stand = Stand([instrument(1, period_s=1), instrument(2, period_s=10)])
        run_virtual(stand.run(60))
        assert (len(stand.answers("i1")), len(stand.answers("i2"))) == (61, 7)

    def test_the_line_is_silent_for_the_gap_before_each_request(self) -> None:
        stand = Stand([instrument(slave) for slave in (1, 2, 3)], gap_s=0.1)
        run_virtual(stand.run(5))
        assert min(later - sooner for (sooner, *_), (later, *_) in pairwise(stand.slaves.asked)) >= 0.1 + 0.02 - 1e-9

    @pytest.mark.parametrize("step_ms", [-86_400_000, -3_000, 700, 3_600_000])
    def test_a_step_of_the_wall_clock_moves_no_poll_by_more_than_half_a_period(self, step_ms: int) -> None:
        stand = Stand([instrument(1, period_s=5), instrument(2, period_s=5)])
        stand.slaves.dead = {2}

        def step() -> None:
            stand.clock.start_ms += step_ms

        run_virtual(stand.run(60, (17.0, step)))
        gaps = [later.when_s - sooner.when_s for sooner, later in pairwise(stand.answers("i1")[1:])]
        assert min(gaps) >= 2.4
        assert max(gaps) <= 7.6
        assert 12 <= len(stand.answers("i1")) <= 14
        assert 12 <= len(stand.silences("i2")) <= 14

    def test_it_shows_that_it_lives_while_it_waits(self) -> None:
        stand = Stand([instrument(1, period_s=60, timeout_s=30.0), instrument(2, period_s=60)])
        stand.slaves.dead = {1}
        run_virtual(stand.run(120))
        assert max(later - sooner for sooner, later in pairwise([0.0, *stand.beats])) <= BEAT_S + 0.001


class TestSilence:
    def test_every_due_time_without_an_answer_is_silence(self) -> None:
        stand = Stand([instrument(1, period_s=5)])
        stand.slaves.dead = {1}
        run_virtual(stand.run(301))
        due = since_start_ms([silence.at_ms for silence in stand.silences("i1")])
        assert due == due_ms(5, 301_000)
        assert not stand.answers("i1")

    def test_a_slave_that_stops_and_comes_back(self) -> None:
        stand = Stand([instrument(1, period_s=5)])
        slaves = stand.slaves
        run_virtual(stand.run(121, (30, lambda: slaves.dead.add(1)), (60, slaves.dead.clear)))
        answers = since_start_ms([answer.at_ms for answer in stand.answers("i1")])
        silences = since_start_ms([silence.at_ms for silence in stand.silences("i1")])
        assert all(silence in range(30_250, 75_251, 5000) for silence in silences)
        assert sorted([*(answer - 70 for answer in answers), *silences]) == due_ms(5, 121_000)
        assert answers[-1] == 120_320

    def test_a_silent_slave_is_probed_less_and_less_often(self) -> None:
        stand = Stand([instrument(1)])
        stand.slaves.dead = {1}
        run_virtual(stand.run(600))
        asked = [when_s for when_s, *_ in stand.slaves.asked]
        pauses = [later - sooner for sooner, later in pairwise(asked)]
        assert [round(pause) for pause in pauses[:4]] == pytest.approx([3, 5, 9, 17], abs=2)
        assert min(pauses[6:]) >= 54
        assert max(pauses) <= 68

    def test_a_slave_that_is_not_retried_before_it_was_heard(self) -> None:
        stand = Stand([instrument(1, period_s=10, retries=3)])
        stand.slaves.dead = {1}
        run_virtual(stand.run(9))
        assert len(stand.slaves.asked) == 1

    def test_a_live_slave_is_asked_again_before_it_counts_as_silent(self) -> None:
        stand = Stand([instrument(1, period_s=10, retries=1)])
        slaves = stand.slaves
        run_virtual(stand.run(29, (10, lambda: slaves.dead.add(1)), (12, slaves.dead.clear)))
        assert not stand.silences("i1")
        assert len(stand.answers("i1")) == 4
        assert stand.bus.instrument_counts()["i1"] == InstrumentCounts(answered=4, polls=5, retries=1, misses=1)

    def test_no_retry_that_would_reach_into_the_next_period(self) -> None:
        stand = Stand([instrument(1, period_s=2, retries=3)])
        slaves = stand.slaves
        run_virtual(stand.run(9.9, (4.5, lambda: slaves.dead.add(1)), (6.5, slaves.dead.clear)))
        assert since_start_ms([silence.at_ms for silence in stand.silences("i1")]) == [6250, 8250]
        assert stand.bus.instrument_counts()["i1"].retries == 0

    def test_the_counts_tell_every_due_time(self) -> None:
        stand = Stand([instrument(slave) for slave in range(1, 9)], byte_s=LINE_9600_S)
        stand.slaves.dead = {2, 5}
        run_virtual(stand.run(60.2))
        for counts in stand.bus.instrument_counts().values():
            assert counts.answered + counts.silent + counts.skipped in {60, 61, 62}
            assert counts.polls == counts.answered + counts.misses


class TestFairness:
    def test_without_a_dead_slave_all_keep_their_period(self) -> None:
        polls, _ = polls_a_minute(dead=set())
        assert set(polls.values()) == {60}

    @pytest.mark.parametrize("period_s", [1, 5])
    def test_with_one_dead_slave_of_eight_the_other_seven_keep_their_period(self, period_s: int) -> None:
        polls, worst_s = polls_a_minute({1}, period_s)
        assert set(polls.values()) == {60 // period_s}
        assert worst_s < period_s + 1.6

    def test_three_dead_slaves_cost_little(self) -> None:
        polls, worst_s = polls_a_minute({2, 5, 8})
        assert min(polls.values()) >= 57
        assert worst_s < 2.7

    def test_silent_slaves_together_take_at_most_a_fifth_of_the_time(self) -> None:
        dead = set(range(2, 20))
        stand = Stand([instrument(slave, timeout_s=3.0) for slave in (1, *dead)], byte_s=LINE_9600_S)
        stand.slaves.dead = dead
        run_virtual(stand.run(400))
        probes = [when_s for when_s, slave, _ in stand.slaves.asked if slave in dead and when_s > 100]
        assert len(probes) * 3.0 <= 0.2 * 300 + 3.0
        asked = {slave for when_s, slave, _ in stand.slaves.asked if slave in dead and when_s > 100}
        assert len(asked) == len(dead)

    def test_more_than_the_bus_can_carry_is_shared_out(self) -> None:
        stand = Stand([instrument(slave) for slave in range(1, 31)], byte_s=LINE_9600_S)
        run_virtual(stand.run(60))
        polls = [len(stand.answers(f"i{slave}")) for slave in range(1, 31)]
        assert max(polls) - min(polls) <= 4
        assert min(polls) >= 20
        assert all(counts.skipped > 30 for counts in stand.bus.instrument_counts().values())


class TestLateAnswers:
    def test_a_late_answer_is_never_taken_for_the_next(self) -> None:
        """The slave answers 0.1 s after the time-out, with values that tell when they were asked for."""
        stand = Stand([instrument(1, period_s=5, retries=1), instrument(2, period_s=5)])
        slaves = stand.slaves
        slaves.value_of = lambda _: round(stand.clock.monotonic_s())
        slaves.late_s = {1: 0.6}
        run_virtual(stand.run(60, (30.2, slaves.late_s.clear)))
        answers = stand.answers("i1")
        assert answers
        assert all(answer.values()["s1r0"] == round(answer.when_s) for answer in answers)
        assert all(answer.when_s > 30 for answer in answers)
        assert len(stand.answers("i2")) == 13

    def test_the_same_slave_is_left_alone_and_others_wait_little(self) -> None:
        twin = Instrument("twin", registers(1), 10, 0.5, 0)
        stand = Stand([instrument(1, period_s=10), instrument(2, period_s=10), twin], quiet_s=2.0)
        run_virtual(stand.run(19, (9, lambda: stand.slaves.dead.add(1))))
        missed = [(when_s, slave) for when_s, slave, _ in stand.slaves.asked if when_s > 9]
        (first_s, _), (other_s, _), (twin_s, _) = missed[:3]
        assert [slave for _, slave in missed[:3]] == [1, 2, 1]
        assert other_s - first_s == pytest.approx(0.5 + 0.3 + 0.05)
        assert twin_s - first_s == pytest.approx(0.5 + 2.0 + 0.05)

    def test_one_that_was_never_heard_holds_nobody_back(self) -> None:
        stand = Stand([instrument(1, period_s=10), instrument(2, period_s=10)])
        stand.slaves.dead = {1}
        run_virtual(stand.run(5))
        (first_s, *_), (other_s, *_), *_ = stand.slaves.asked
        assert other_s - first_s == pytest.approx(0.5 + 0.05)

    def test_an_echo_on_the_line_changes_nothing(self) -> None:
        stand = Stand([instrument(1)])
        stand.slaves.echo = True
        run_virtual(stand.run(10))
        assert len(stand.answers("i1")) == 11
        assert stand.bus.instrument_counts()["i1"].noise_bytes == 0


class TestRefusals:
    @pytest.mark.parametrize(("code", "times", "words"), [(2, 2, "illegal address"), (6, 11, "device busy")])
    def test_a_refused_block_costs_its_points_and_is_logged_once(self, code: int, times: int, words: str) -> None:
        points = [{"channel": "a", "address": 0, "type": "u16"}, {"channel": "b", "address": 50, "type": "u16"}]
        stand = Stand([instrument(7, driver=registers(7, point=points))])
        stand.slaves.refusing = {(7, 50): code}
        with capture_logs() as logs:
            run_virtual(stand.run(10))
        assert len(stand.answers("i7")) == 11
        for answer in stand.answers("i7"):
            assert answer.values() == {"a": 0.0, "b": None}
            assert answer.states() == {"a": State.OK, "b": State.FAULT}
        refusals = [entry for entry in logs if entry["event"] == "instrument_refuses"]
        assert [entry["refusals"] for entry in refusals] == [
            [f"slave 7 refuses to read holding 50 to 50: exception {code} ({words})"]
        ]
        assert stand.bus.instrument_counts()["i7"].refusals == times

    def test_a_block_without_an_answer_does_not_hide_the_others(self) -> None:
        points = [{"channel": f"c{at}", "address": at, "type": "u16"} for at in (0, 50, 90)]
        stand = Stand([instrument(7, period_s=5, driver=registers(7, point=points))])
        stand.slaves.ignoring = {(7, 50)}
        run_virtual(stand.run(30))
        assert len(stand.answers("i7")) == 7
        assert not stand.silences("i7")
        for answer in stand.answers("i7")[1:]:
            assert answer.values() == {"c0": 0.0, "c90": 90.0, "c50": None}
            assert answer.states()["c50"] == State.COMM_LOST
        assert stand.bus.instrument_counts()["i7"].misses == 7


class TestLine:
    def test_while_the_port_is_missing_every_due_time_is_silence(self) -> None:
        stand = Stand([instrument(1, period_s=5), instrument(2)])
        stand.closed = PortMissing("serial port /dev/ttyUSB0 is not there")

        def plug_in() -> None:
            stand.closed = None

        with capture_logs() as logs:
            run_virtual(stand.run(60, (30.5, plug_in)))
        assert since_start_ms([silence.at_ms for silence in stand.silences("i1")]) == due_ms(5, 30_500)
        assert all(
            abs(silence.when_s * 1000 - (silence.at_ms - START_MS)) < 2 for silence in stand.heard if silence.is_silence
        )
        assert len(stand.silences("i2")) == len(due_ms(1, 30_500))
        assert stand.answers("i2")[0].when_s < 30.5 + 3
        assert len(stand.answers("i1")) == 5
        assert [entry["event"] for entry in logs][:3] == ["bus_closed", "bus_open", "instrument_answers"]

    def test_a_refused_connection_is_tried_less_and_less_often(self) -> None:
        stand = Stand([instrument(1)])
        stand.closed = LinkRefused("connecting to 10.0.0.7:502: refused")
        run_virtual(stand.run(40))
        pauses = [round(later - sooner, 3) for sooner, later in pairwise(stand.dials)]
        assert pauses == [1, 2, 5, 10, 10, 10]

    def test_a_cut_line_is_silence_within_a_second_and_heals_within_three(self) -> None:
        stand = Stand([instrument(1), instrument(2)])

        def unplug() -> None:
            stand.closed = PortMissing("gone")
            assert stand.far is not None
            stand.far.cut()

        def plug_in() -> None:
            stand.closed = None

        run_virtual(stand.run(30, (10.6, unplug), (20.6, plug_in)))
        for name in ("i1", "i2"):
            assert stand.silences(name)[0].when_s < 11.6
            assert len(stand.silences(name)) in {10, 11}
            healed = next(answer for answer in stand.answers(name) if answer.when_s > 20)
            assert healed.when_s < 23.6
            due_s = sorted(heard.at_ms // 1000 for heard in stand.of(name))
            assert all(later - sooner <= 2 for sooner, later in pairwise(due_s))

    def test_a_line_cut_in_the_middle_of_a_poll(self) -> None:
        stand = Stand([instrument(1, period_s=5, timeout_s=2.0)])
        stand.slaves.think_s = 1.0

        def cut() -> None:
            assert stand.far is not None
            stand.far.cut()

        run_virtual(stand.run(14, (5.8, cut)))
        assert not stand.silences("i1")
        assert [round(answer.when_s, 2) for answer in stand.answers("i1")] == [1.05, 2.1, 6.85, 11.3]

    def test_a_gateway_that_hangs_up_costs_nothing(self) -> None:
        stand = Stand([instrument(1, period_s=5)])

        def hang_up() -> None:
            assert stand.far is not None
            stand.far.cut()

        run_virtual(stand.run(60, *((float(second), hang_up) for second in range(4, 60, 10))))
        assert len(stand.answers("i1")) == 13
        assert not stand.silences("i1")
        assert len(stand.dials) == 7

    def test_a_line_that_opens_and_closes_at_once_is_not_hammered(self) -> None:
        stand = Stand([instrument(1)])

        def hang_up() -> None:
            if stand.far is not None:
                stand.far.cut()

        run_virtual(stand.run(20, *((0.01 + 0.04 * step, hang_up) for step in range(490))))
        assert len(stand.dials) <= 6

    def test_a_bus_without_instruments_keeps_its_line(self) -> None:
        stand = Stand([])
        run_virtual(stand.run(10))
        assert stand.dials == [0.0]
        assert len(stand.beats) >= 10 / BEAT_S
        assert stand.bus.instrument_counts() == {}
