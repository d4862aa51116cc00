"""With which read a poll begins after nobody was there: a dead instrument is asked for little."""

import pytest

from dau.core.instrument import Driver, NoReply
from drivers.modbus_map import Options, build
from tests.drivers.modbus_map.test_driver import address, but, converse, registers

LOST = NoReply("nothing came")


def three_blocks() -> Driver:
    """Blocks of 6, 1 and 3 registers at 0, 20 and 40."""
    places = [*range(6), 20, *range(40, 43)]
    points = [{"channel": f"c{at}", "address": at, "type": "u16"} for at in places]
    return build(Options.model_validate({"slave": 9, "point": points}), "meter")


def first_asked(driver: Driver) -> int:
    """Poll in vain once; returns the address that was asked."""
    steps = driver.poll()
    query = next(steps)
    with pytest.raises(NoReply, match="nothing came"):
        steps.throw(LOST)
    return address(query)


def test_after_a_missed_poll_the_smallest_comes_first() -> None:
    meter = three_blocks()
    converse(meter, registers({}))
    assert [first_asked(meter), first_asked(meter)] == [0, 20]
    assert len(converse(meter, registers({}))[1]) == 10


def test_what_never_was_answered_is_not_asked_for_ever() -> None:
    meter = three_blocks()
    assert [first_asked(meter) for _ in range(4)] == [0, 20, 40, 0]


def test_what_is_ignored_never_comes_first() -> None:
    meter = three_blocks()
    ignoring = but(registers({}), {20: LOST})
    for _ in range(2):
        converse(meter, ignoring)
    assert [first_asked(meter), first_asked(meter)] == [0, 40]
