"""Errands on a bus in virtual time: between the polls, never instead of them, and always with an end."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest
from structlog.testing import capture_logs

from dau.acquire import Instruments
from dau.acquire.agenda import LONGEST_S, MOST_WAITING, WAIT_S
from dau.core.errands import CannotDo, Errand, InstrumentBusy, Pause, Report, Task, Work
from dau.core.instrument import Driver, InstrumentError, NoReply, Poll
from dau.link import PortMissing
from tests.acquire.stand import START_MS, Stand, instrument, registers
from tests.virtual_time import run_virtual

LINE_9600_S = 10 / 9600
ZERO = {"do": "zero", "write": [{"address": 900, "type": "u16", "value": 1, "function": 16}]}
DELAY = {"do": "read_delay", "read": [{"address": 45, "type": "u16"}]}
SLOW = {
    "do": "check",
    "write": [{"address": 901, "type": "u16", "value": 1, "function": 16}],
    "until": [{"address": 950, "type": "u16", "equals": [0], "within_s": 60, "every_s": 5}],
}
TASKS = [ZERO, DELAY, SLOW]


def able(slave: int, **keys: Any) -> Driver:
    return registers(slave, task=TASKS, **keys)


def stand(*slaves: int, period_s: int = 1, **keys: Any) -> Stand:
    return Stand([instrument(slave, period_s=period_s, driver=able(slave)) for slave in slaves], **keys)


@dataclass
class Told:
    """What became of errands that were sent in a plot: result and time, in order."""

    bench: Stand
    ends: list[tuple[Report | BaseException, float]] = field(default_factory=list)
    tasks: list["asyncio.Task[None]"] = field(default_factory=list)

    def send(self, task: Task, name: str = "i1", **keys: Any) -> Callable[[], None]:
        def begin() -> None:
            self.tasks.append(asyncio.create_task(self._perform(name, Errand(task, "", **keys))))

        return begin

    async def _perform(self, name: str, errand: Errand) -> None:
        end: Report | BaseException
        try:
            end = await self.bench.bus.perform(name, errand)
        except (InstrumentError, asyncio.CancelledError) as error:
            end = error
        self.ends.append((end, self.bench.clock.monotonic_s()))

    def cancel(self, number: int) -> Callable[[], object]:
        def leave() -> None:
            self.tasks[number].cancel()

        return leave

    @property
    def results(self) -> list[Report | BaseException]:
        return [end for end, _ in self.ends]


class TestTurns:
    def test_an_errand_goes_at_once_while_nobody_is_asked(self) -> None:
        bench = stand(1, period_s=10)
        told = Told(bench)
        run_virtual(bench.run(9, (3.0, told.send(Task.READ_DELAY))))
        ((report, when_s),) = told.ends
        assert report == Report(minutes=45)
        assert when_s == pytest.approx(3.0 + 0.05 + 0.02)

    def test_an_errand_that_follows_another_goes_at_once(self) -> None:
        bench = stand(1, period_s=10)
        ends: list[float] = []

        async def one_after_another() -> None:
            for _ in range(3):
                await bench.bus.perform("i1", Errand(Task.READ_DELAY, ""))
                ends.append(bench.clock.monotonic_s())

        run_virtual(bench.run(9, (3.0, one_after_another)))
        assert ends == pytest.approx([3.07, 3.14, 3.21])

    def test_it_waits_for_the_poll_under_way_and_keeps_the_gap(self) -> None:
        bench = stand(1, 2, period_s=10, gap_s=0.1)
        bench.slaves.think_s = 0.3
        told = Told(bench)
        run_virtual(bench.run(9, (0.2, told.send(Task.READ_DELAY, "i2"))))
        assert [round(when_s, 3) for when_s, *_ in bench.slaves.asked[:3]] == [0.1, 0.5, 0.9]
        assert [address for *_, address in bench.slaves.asked[:3]] == [10, 45, 20]
        assert told.results == [Report(minutes=45)]

    def test_errands_as_fast_as_possible_starve_no_poll(self) -> None:
        bench = stand(*range(1, 9), byte_s=LINE_9600_S)
        stop = False

        async def flood(name: str) -> None:
            while not stop:
                await bench.bus.perform(name, Errand(Task.READ_DELAY, ""))

        def begin() -> None:
            floods.extend(asyncio.create_task(flood(f"i{1 + number % 8}")) for number in range(MOST_WAITING))

        def end() -> None:
            nonlocal stop
            stop = True

        floods: list[asyncio.Task[None]] = []
        run_virtual(bench.run(62, (1.0, begin), (61.0, end)))
        for name in (f"i{slave}" for slave in range(1, 9)):
            answers = bench.answers(name)
            assert not bench.silences(name)
            assert len(answers) >= 61
            due = [answer.when_s - 0.25 for answer in answers[1:]]
            assert max(later - sooner for sooner, later in pairwise(due)) < 2.0
            counts = bench.bus.instrument_counts()[name]
            assert (counts.skipped, counts.silent, counts.misses) == (0, 0, 0)
        assert sum(counts.errands for counts in bench.bus.instrument_counts().values()) >= 60

    def test_polls_that_never_end_starve_no_errand(self) -> None:
        bench = Stand([instrument(slave, driver=able(slave)) for slave in range(1, 31)], byte_s=LINE_9600_S)
        told = Told(bench)
        run_virtual(bench.run(60, *((10.0 + 5 * number, told.send(Task.READ_DELAY)) for number in range(8))))
        assert told.results == [Report(minutes=45)] * 8
        assert all(when_s - 10.0 - 5 * number < 4 for number, (_, when_s) in enumerate(told.ends))

    def test_a_slow_errand_turns_no_healthy_instrument_silent(self) -> None:
        bench = stand(1, 2, 3)
        bench.slaves.value_of = lambda address: 1 if address == 950 and bench.clock.monotonic_s() < 40 else 0
        told = Told(bench)
        run_virtual(bench.run(60, (3.0, told.send(Task.CHECK))))
        assert told.results == [Report()]
        assert 40 < told.ends[0][1] < 46
        assert len(bench.slaves.written) == 1
        for name in ("i1", "i2", "i3"):
            assert len(bench.answers(name)) == 61
            assert not bench.silences(name)

    def test_errands_that_miss_turn_no_healthy_instrument_silent(self) -> None:
        bench = stand(1, 2, period_s=5)
        bench.slaves.ignoring = {(1, 45), (1, 900)}
        told = Told(bench)
        run_virtual(bench.run(61, *((3.0 + 7 * number, told.send(Task.ZERO)) for number in range(8))))
        assert all(isinstance(end, NoReply) for end in told.results)
        assert len(bench.slaves.written) == 0  # they were ignored whole; each was sent once
        assert [address for *_, address in bench.slaves.asked].count(900) == 8
        assert len(bench.answers("i1")) == len(bench.answers("i2")) == 14
        assert not bench.silences("i1")

    def test_the_slave_is_left_alone_after_a_miss(self) -> None:
        bench = stand(1, 2, period_s=10)
        bench.slaves.ignoring = {(1, 45)}
        told = Told(bench)
        run_virtual(bench.run(9, (3.0, told.send(Task.READ_DELAY)), (3.1, told.send(Task.READ_DELAY, "i2"))))
        asked = [(round(when_s, 2), slave) for when_s, slave, _ in bench.slaves.asked if when_s > 1]
        # The second one settles, then has its turn; the first is asked again after the quiet time.
        assert asked == [(3.05, 1), (3.9, 2), (5.6, 1)]
        assert isinstance(told.results[1], NoReply)

    def test_one_instrument_does_one_thing_at_a_time(self) -> None:
        bench = stand(1, 2, period_s=10)
        bench.slaves.value_of = lambda address: 1 if address == 950 and bench.clock.monotonic_s() < 20 else 45
        bench.slaves.memory = {(1, 950): 1}

        def finish() -> None:
            bench.slaves.memory[1, 950] = 0

        told = Told(bench)
        plot = [
            (3.0, told.send(Task.CHECK)),
            (4.0, told.send(Task.READ_DELAY)),
            (4.0, told.send(Task.READ_DELAY, "i2")),
            (16.0, finish),
        ]
        run_virtual(bench.run(30, *plot))
        assert told.results == [Report(minutes=45), Report(), Report(minutes=45)]
        assert [round(when_s) for _, when_s in told.ends] == [4, 18, 18]


class TestEnds:
    def test_what_an_instrument_cannot_do_is_refused_at_once(self) -> None:
        bench = stand(1)
        told = Told(bench)
        run_virtual(bench.run(5, (3.0, told.send(Task.SPAN))))
        ((error, when_s),) = told.ends
        assert isinstance(error, CannotDo)
        assert str(error) == "i1: span is no task of this instrument"
        assert when_s == 3.0

    def test_the_queue_is_bounded(self) -> None:
        bench = stand(1)
        told = Told(bench)
        run_virtual(bench.run(9, *((3.0, told.send(Task.READ_DELAY)) for _ in range(MOST_WAITING + 2))))
        busy = [end for end in told.results if isinstance(end, InstrumentBusy)]
        assert [str(error) for error in busy] == ["i1: read_delay not begun: its bus has 8 errands already"] * 2
        assert told.results.count(Report(minutes=45)) == MOST_WAITING

    def test_a_closed_line_fails_at_once(self) -> None:
        bench = stand(1)
        bench.closed = PortMissing("serial port /dev/ttyUSB0 is not there")
        told = Told(bench)
        run_virtual(bench.run(5, (3.5, told.send(Task.ZERO))))
        ((error, when_s),) = told.ends
        assert str(error) == "i1: zero not begun: bus line1 is closed: serial port /dev/ttyUSB0 is not there"
        assert isinstance(error, InstrumentError)
        assert when_s == 3.5

    def test_a_line_that_breaks_under_an_errand(self) -> None:
        bench = stand(1, period_s=10)
        bench.slaves.think_s = 0.4

        def cut() -> None:
            assert bench.far is not None
            bench.closed = PortMissing("gone")
            bench.far.cut()

        told = Told(bench)
        run_virtual(bench.run(9, (3.0, told.send(Task.ZERO)), (3.0, told.send(Task.READ_DELAY)), (3.2, cut)))
        assert [str(error) for error in told.results] == [
            "i1: zero begun, its end unknown: reading from memory: the pipe is cut",
            "i1: read_delay not begun: bus line1 is closed: gone",
        ]
        assert all(when_s < 3.3 for _, when_s in told.ends)
        assert [address for *_, address in bench.slaves.asked] == [10, 10, 900]  # nothing was sent again

    def test_a_silent_instrument_is_tried_at_once_and_fails_soon(self) -> None:
        bench = stand(1, 2, period_s=5)
        bench.slaves.dead = {1}
        told = Told(bench)
        run_virtual(bench.run(60, (40.0, told.send(Task.ZERO))))
        ((error, when_s),) = told.ends
        assert isinstance(error, NoReply)
        assert when_s == pytest.approx(40.55, abs=0.2)
        assert len(bench.answers("i2")) == 13

    def test_a_silent_instrument_that_answers_an_errand_is_polled_again(self) -> None:
        bench = stand(1, period_s=5)
        bench.slaves.dead = {1}
        told = Told(bench)
        run_virtual(bench.run(60, (36.0, bench.slaves.dead.clear), (36.0, told.send(Task.READ_DELAY))))
        assert told.results == [Report(minutes=45)]
        assert [round(answer.when_s) for answer in bench.answers("i1")] == [40, 45, 50, 55]

    def test_what_is_not_begun_in_time_is_given_up(self) -> None:
        bench = stand(1, period_s=10)
        bench.slaves.memory = {(1, 950): 1}
        told = Told(bench)
        run_virtual(bench.run(90, (3.0, told.send(Task.CHECK)), (4.0, told.send(Task.READ_DELAY))))
        (late, late_s), (check, check_s) = told.ends
        assert isinstance(late, InstrumentBusy)
        assert str(late) == "i1: read_delay not begun within 30 s: its bus is busy"
        assert 4.0 + WAIT_S < late_s < 4.0 + WAIT_S + 5.1
        assert isinstance(check, NoReply)
        assert check_s == pytest.approx(64, abs=3)

    def test_who_goes_away_before_it_is_begun_takes_the_errand_along(self) -> None:
        bench = stand(1, 2, period_s=10)
        bench.slaves.think_s = 0.4
        told = Told(bench)
        plot = [(3.0, told.send(Task.READ_DELAY, "i2")), (3.1, told.send(Task.ZERO)), (3.2, told.cancel(1))]
        run_virtual(bench.run(9, *plot))
        assert isinstance(told.results[0], asyncio.CancelledError)
        assert told.results[1] == Report(minutes=45)
        assert bench.slaves.written == []

    def test_what_is_begun_is_finished_although_nobody_waits(self) -> None:
        pulse = [
            {"address": 900, "type": "u16", "value": 1, "function": 16, "wait_s": 5},
            {"address": 900, "type": "u16", "value": 0, "function": 16},
        ]
        bench = Stand([instrument(1, period_s=10, driver=registers(1, task=[{"do": "clean", "write": pulse}]))])
        told = Told(bench)
        with capture_logs() as logs:
            run_virtual(bench.run(15, (3.0, told.send(Task.CLEAN)), (4.0, told.cancel(0))))
        assert [round(when_s, 2) for when_s, *_ in bench.slaves.written] == [3.05, 8.12]
        assert bench.slaves.memory == {(1, 900): 0}
        assert [entry["errand"] for entry in logs if entry["event"] == "errand_without_listener"] == ["i1: clean"]

    def test_a_bus_that_stops_tells_those_who_wait(self) -> None:
        bench = stand(1, period_s=10)
        bench.slaves.memory = {(1, 950): 1}
        told = Told(bench)
        run_virtual(_and_then(bench.run(9, (3.0, told.send(Task.CHECK)), (4.0, told.send(Task.ZERO))), told))
        assert [str(error) for error in told.results] == [
            "i1: check begun, its end unknown: bus line1 has stopped",
            "i1: zero not begun: bus line1 has stopped",
        ]

    def test_an_errand_that_never_ends_is_given_up(self) -> None:
        class Endless:
            channels = ("c",)
            device = "slave 1"
            tasks = frozenset({Task.CLEAN})

            def queries(self) -> list[Any]:
                return []

            def poll(self) -> Poll:
                yield from ()
                return ()

            def perform(self, errand: Errand) -> Work:
                del errand
                while True:
                    yield Pause(600.0)

        bench = Stand([instrument(1, period_s=60, driver=Endless())])
        told = Told(bench)
        run_virtual(bench.run(LONGEST_S + 60, (3.0, told.send(Task.CLEAN))))
        assert [str(error) for error in told.results] == ["i1: clean given up: it did not end within 7200 s"]

    def test_the_time_to_set_goes_on_while_the_errand_waits(self) -> None:
        table = {"do": "set_clock", "write": [{"address": 900, "takes": "time", "time": "unix", "function": 16}]}
        bench = Stand([instrument(1, period_s=10, timeout_s=3.0, driver=registers(1, task=[table]))])
        bench.slaves.think_s = 2.9
        told = Told(bench)
        plot = (0.1, told.send(Task.SET_CLOCK, at_ms=START_MS + 100))
        run_virtual(bench.run(9, plot))
        assert told.results == [Report()]
        set_s = (bench.slaves.memory[1, 900] << 16) + bench.slaves.memory[1, 901]
        assert set_s == START_MS // 1000 + 2  # handed over at 0.1 s, begun at 2.95 s


async def _and_then(running: Awaitable[None], told: Told) -> None:
    await running
    await asyncio.gather(*told.tasks)


class TestInstruments:
    def test_an_errand_finds_its_instrument_by_channel(self) -> None:
        bench = stand(1, 2)
        instruments = Instruments([bench.bus])
        reports: list[Report] = []

        async def ask() -> None:
            reports.append(await instruments.perform(Errand(Task.READ_DELAY, "s2r1")))

        run_virtual(bench.run(5, (3.5, ask)))
        assert reports == [Report(minutes=45)]
        assert [(slave, address) for _, slave, address in bench.slaves.asked if address == 45] == [(2, 45)]

    def test_without_a_channel_the_one_that_can(self) -> None:
        bench = Stand([instrument(1), instrument(2, driver=able(2))])
        instruments = Instruments([bench.bus])
        reports: list[Report] = []

        async def ask() -> None:
            reports.append(await instruments.perform(Errand(Task.READ_DELAY, "")))

        run_virtual(bench.run(5, (3.5, ask)))
        assert reports == [Report(minutes=45)]

    @pytest.mark.parametrize(
        ("errand", "reason"),
        [
            (Errand(Task.ZERO, "gold"), "no instrument feeds the channel gold"),
            (Errand(Task.ZERO, ""), "zero without a channel needs exactly one instrument that can; there are: i1, i2"),
            (Errand(Task.SPAN, ""), "span without a channel needs exactly one instrument that can; there are: none"),
        ],
    )
    def test_nobody_is_meant(self, errand: Errand, reason: str) -> None:
        async def ask() -> None:
            await Instruments([stand(1, 2).bus]).perform(errand)

        with pytest.raises(CannotDo) as caught:
            run_virtual(ask())
        assert str(caught.value) == reason
