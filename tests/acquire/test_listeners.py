"""Instruments that speak by themselves, alone on a line and among others that are asked."""

from collections.abc import Coroutine
from typing import Any

import pytest
from structlog.testing import capture_logs

from dau.acquire import Instrument, InstrumentCounts
from dau.core.instrument import Listener
from dau.core.states import State
from dau.link import PortMissing
from tests.acquire.pushers import LONGEST, LineListener
from tests.acquire.stand import START_MS, Stand, instrument, registers
from tests.virtual_time import run_virtual


def sender(period_s: int = 10, reply: bytes = b"") -> Instrument:
    return Instrument("meter", LineListener("meter", "ph", reply), period_s, 1.0, 0)


def driver_of(stand: Stand) -> LineListener:
    driver = next(each.driver for each in stand.instruments if each.name == "meter")
    assert isinstance(driver, LineListener)
    return driver


def say(stand: Stand, text: bytes) -> Coroutine[Any, Any, None]:
    assert stand.far is not None
    return stand.far.write(text)


def test_a_driver_is_a_listener_or_is_asked() -> None:
    assert isinstance(LineListener("meter", "ph"), Listener)
    assert not isinstance(registers(1), Listener)


class TestAlone:
    def test_each_message_is_an_answer_when_it_is_complete(self) -> None:
        stand = Stand([sender()])
        run_virtual(stand.run(31, (4, lambda: say(stand, b"ph=7.")), (4.5, lambda: say(stand, b"25\nph=7.5\n"))))
        assert [answer.values() for answer in stand.answers("meter")] == [{"ph": 7.25}, {"ph": 7.5}]
        assert [answer.at_ms - START_MS for answer in stand.answers("meter")] == [4500, 4500]
        assert not stand.slaves.asked

    def test_it_is_answered_at_once(self) -> None:
        stand = Stand([sender(reply=b"ok\n")])
        sent = 0.0

        async def exchange() -> None:
            nonlocal sent
            assert stand.far is not None
            await stand.far.write(b"ph=7.25\n")
            assert await stand.far.read() == b"ok\n"
            sent = stand.clock.monotonic_s()

        stand.is_deaf = True
        run_virtual(stand.run(9, (4, exchange)))
        assert sent == 4.0
        assert len(stand.answers("meter")) == 1

    def test_after_two_periods_its_due_times_pass_as_silence(self) -> None:
        stand = Stand([sender(period_s=10)])
        with capture_logs() as logs:
            run_virtual(stand.run(61, (14, lambda: say(stand, b"ph=7\n")), (55, lambda: say(stand, b"ph=8\n"))))
        assert [silence.at_ms - START_MS for silence in stand.silences("meter")] == [40_250, 50_250]
        assert [round(silence.when_s, 2) for silence in stand.silences("meter")] == [40.25, 50.25]
        assert stand.bus.instrument_counts()["meter"] == InstrumentCounts(answered=2, silent=2)
        told = [entry["event"] for entry in logs]
        assert told == ["bus_open", "instrument_speaks", "instrument_silent", "instrument_speaks"]

    def test_one_that_never_speaks(self) -> None:
        stand = Stand([sender(period_s=10)])
        run_virtual(stand.run(41))
        assert [silence.at_ms - START_MS for silence in stand.silences("meter")] == [20_250, 30_250, 40_250]

    def test_while_the_line_is_closed_every_due_time_is_silence(self) -> None:
        stand = Stand([sender(period_s=10)])

        def unplug() -> None:
            stand.closed = PortMissing("gone")
            assert stand.far is not None
            stand.far.cut()

        def plug_in() -> None:
            stand.closed = None

        plot = ((5, lambda: say(stand, b"ph=7\n")), (8, unplug), (25, plug_in), (28, lambda: say(stand, b"ph=8\n")))
        run_virtual(stand.run(41, *plot))
        assert [silence.at_ms - START_MS for silence in stand.silences("meter")] == [10_250, 20_250]
        assert len(stand.answers("meter")) == 2

    def test_endless_noise_is_bounded_and_no_message(self) -> None:
        stand = Stand([sender(period_s=10)])
        run_virtual(stand.run(30, *((float(at), lambda: say(stand, b"\xff" * 5000)) for at in range(1, 20))))
        assert not stand.answers("meter")
        assert len(driver_of(stand).heard) == 19 * 5000
        assert len(driver_of(stand)._part) <= LONGEST
        assert len(stand.dials) == 1

    def test_two_senders_on_one_line_hear_their_own(self) -> None:
        other = Instrument("other", LineListener("other", "cod"), 10, 1.0, 0)
        stand = Stand([sender(), other])
        run_virtual(stand.run(9, (4, lambda: say(stand, b"ph=7\ncod=33\n"))))
        assert [answer.values() for answer in stand.answers("meter")] == [{"ph": 7.0}]
        assert [answer.values() for answer in stand.answers("other")] == [{"cod": 33.0}]


class TestAmongOthers:
    def test_it_is_heard_while_the_bus_rests_and_polls_go_on(self) -> None:
        stand = Stand([instrument(1), sender(period_s=10)])
        run_virtual(stand.run(20.2, *((at + 0.6, lambda: say(stand, b"ph=7\n")) for at in range(0, 20, 5))))
        assert len(stand.answers("meter")) == 4
        assert len(stand.answers("i1")) == 21
        assert not stand.silences("i1")

    @pytest.mark.parametrize("lag_s", [0.0, 0.03, 0.055, 0.065])
    def test_around_an_answer_of_another_it_is_heard_and_the_answer_too(self, lag_s: float) -> None:
        """The message begins in the gap before the question, with it, or right before the answer."""
        stand = Stand([instrument(1, period_s=10), sender(period_s=10)])
        run_virtual(stand.run(15, (10.25 + lag_s, lambda: say(stand, b"ph=7\n"))))
        assert [answer.values() for answer in stand.answers("meter")] == [{"ph": 7.0}]
        assert [answer.values() for answer in stand.answers("i1")] == [{"s1r0": 10.0, "s1r1": 11.0}] * 3
        assert b"\x01\x03" not in driver_of(stand).heard

    def test_instead_of_an_answer_it_is_heard(self) -> None:
        stand = Stand([instrument(1, period_s=10, retries=0), sender(period_s=10)])
        stand.slaves.dead = {1}
        run_virtual(stand.run(5, (0.2, lambda: say(stand, b"ph=7\n"))))
        assert [answer.values() for answer in stand.answers("meter")] == [{"ph": 7.0}]
        assert stand.silences("i1")
        assert not stand.answers("i1")

    def test_an_answer_is_no_message_of_a_listener(self) -> None:
        stand = Stand([instrument(1), sender(period_s=10)])
        run_virtual(stand.run(10))
        assert driver_of(stand).heard == b""
        assert all(answer.states()["s1r0"] is State.OK for answer in stand.answers("i1"))
