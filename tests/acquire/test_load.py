"""How busy a bus will be."""

import pytest

from dau.acquire import Instrument, Line, line_of
from dau.acquire.load import load, overload
from dau.config.settings import BusTable
from dau.link import dial_memory
from drivers.modbus_map import Options, build

DIAL = dial_memory(id)


def instrument(registers: int, period_s: int, framing: str = "rtu") -> Instrument:
    points = [{"channel": f"c{at}", "address": at, "type": "u16"} for at in range(registers)]
    options = Options.model_validate({"slave": 1, "framing": framing, "point": points})
    return Instrument("meter", build(options, "meter"), period_s, 1.0, 1)


@pytest.mark.parametrize(
    ("keys", "byte_s"),
    [
        ({"serial": "/dev/ttyS0"}, 10 / 9600),
        ({"serial": "/dev/ttyS0", "parity": "E"}, 11 / 9600),
        ({"serial": "/dev/ttyS0", "stop_bits": 2, "baud": 19200}, 11 / 19200),
        ({"serial": "/dev/ttyS0", "data_bits": 7, "parity": "O", "baud": 1200}, 10 / 1200),
        ({"tcp": "10.0.0.7:502"}, 0.0),
    ],
)
def test_the_time_of_a_byte(keys: dict[str, object], byte_s: float) -> None:
    line = line_of(BusTable.model_validate({"name": "a", "gap_ms": 20, "quiet_ms": 1500, **keys}), DIAL)
    assert line == Line("a", DIAL, 0.02, 1.5, byte_s, change_gap_s=0.1)


def test_sixty_registers_at_9600_baud() -> None:
    # 8 bytes there and 125 back are 139 ms; gap and thinking time are 50 ms each.
    line = line_of(BusTable(name="a", serial="/dev/ttyS0"), DIAL)
    assert load(line, [instrument(60, 1)]) == pytest.approx(0.139 + 0.1, abs=0.001)
    assert load(line, [instrument(60, 5), instrument(60, 10)]) == pytest.approx(0.3 * 0.239, abs=0.001)


def test_modbus_tcp_costs_little() -> None:
    line = line_of(BusTable(name="a", tcp="10.0.0.7:502", gap_ms=0), DIAL)
    assert load(line, [instrument(500, 1, "tcp")]) == pytest.approx(0.04)


def test_no_complaint_up_to_the_limit() -> None:
    line = line_of(BusTable(name="rs485", serial="/dev/ttyS0"), DIAL)
    assert overload(line, [instrument(60, 1)] * 2) is None
    assert overload(line, []) is None


def test_the_complaint() -> None:
    line = line_of(BusTable(name="rs485", serial="/dev/ttyS0"), DIAL)
    assert overload(line, [instrument(60, 1)] * 3) == (
        "总线 rs485 过忙：查询占用 72 % 的时间，应不超过 60 %；可延长 period_s、提高 baud 或分到两条总线 / "
        "bus rs485 is too busy: polls take 72 %, limit 60 %; raise period_s or baud, or use two buses"
    )
