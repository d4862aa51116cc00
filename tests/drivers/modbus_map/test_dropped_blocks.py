"""A read that is refused as not being there is not asked for ever, and costs the others nothing."""

from collections.abc import Sequence

import pytest

from dau.core.instrument import NoReply, Query, Refused
from dau.core.states import State
from dau.core.told import Oddity, Remark, Told, readings_in
from tests.drivers.modbus_map.test_driver import Answer, address, but, converse, driver, registers

NOWHERE = Refused("slave 9 refuses to read holding 10 to 11: exception 2 (illegal address)", 2)
BUSY = Refused("slave 9 refuses to read holding 10 to 11: exception 6 (device busy)", 6)


def polls(*answers: Answer) -> tuple[list[list[int]], list[Sequence[Told]]]:
    """Poll one driver once with each answer; returns the addresses asked in each poll, and what each told."""
    meter = driver()
    asked: list[list[int]] = []
    told: list[Sequence[Told]] = []
    for answer in answers:
        addresses: list[int] = []

        def noting(query: Query, answer: Answer = answer, addresses: list[int] = addresses) -> bytes | Exception:
            addresses.append(address(query))
            return answer(query)

        told.append(converse(meter, noting)[1])
        asked.append(addresses)
    return asked, told


def test_after_the_second_refusal_it_is_not_asked_again() -> None:
    refusing = but(registers({0: 5}), {10: NOWHERE})
    asked, told = polls(refusing, refusing, refusing)
    assert asked == [[0, 10, 20], [0, 10, 20], [0, 20]]
    remarks = [[each for each in poll if isinstance(each, Remark)] for poll in told]
    assert remarks == [[], [Remark(Oddity.BLOCK_DROPPED, f"{NOWHERE}; not asked again until the next start")], []]
    for poll in told:
        states = {reading.channel: reading.states for reading in readings_in(poll)}
        assert states == {**dict.fromkeys(("c0", "c1", "c20"), State.OK), **dict.fromkeys(("c10", "c11"), State.FAULT)}


def test_an_answer_in_between_counts() -> None:
    refusing, answering = but(registers({}), {10: NOWHERE}), registers({})
    asked, _ = polls(refusing, answering, refusing, answering)
    assert asked == [[0, 10, 20]] * 4


def test_busy_is_not_nowhere() -> None:
    asked, _ = polls(*[but(registers({}), {10: BUSY})] * 4)
    assert asked == [[0, 10, 20]] * 4


def test_the_last_one_stays() -> None:
    nothing = but(registers({}), {0: NOWHERE, 10: NOWHERE, 20: NOWHERE})
    asked, told = polls(nothing, nothing, nothing, registers({20: 7}))
    assert asked == [[0, 10, 20], [0, 10, 20], [20], [20]]
    assert {reading.channel: reading.value for reading in readings_in(told[-1])}["c20"] == 7.0


def test_with_a_dropped_block_a_silent_instrument_is_still_silent() -> None:
    refusing = but(registers({}), {0: NOWHERE})
    meter = driver()
    for _ in range(2):
        converse(meter, refusing)
    steps = meter.poll()
    next(steps)
    with pytest.raises(NoReply, match="nothing came"):
        steps.throw(NoReply("nothing came"))
