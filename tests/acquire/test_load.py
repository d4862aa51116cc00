"""How busy a bus will be."""

from dataclasses import replace

import pytest

from dau.acquire import Instrument, Line, line_of
from dau.acquire.load import hasty, load, overload
from dau.config.settings import BusTable
from dau.link import dial_memory
from drivers.modbus_map import Options, build
from tests.acquire.pushers import LineListener

DIAL = dial_memory(id)


def instrument(registers: int, period_s: int, framing: str = "rtu", slave: int = 1) -> Instrument:
    points = [{"channel": f"c{at}", "address": at, "type": "u16"} for at in range(registers)]
    options = Options.model_validate({"slave": slave, "framing": framing, "point": points})
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


def test_another_slave_costs_a_longer_silence() -> None:
    line = line_of(BusTable(name="a", serial="/dev/ttyS0"), DIAL)
    alone = load(line, [instrument(60, 1)])
    two = load(line, [instrument(60, 1), instrument(60, 1, slave=2)])
    assert two == pytest.approx(2 * (alone + 0.05))
    tcp = line_of(BusTable(name="a", tcp="10.0.0.7:502", gap_ms=0), DIAL)
    assert load(tcp, [instrument(60, 1, "tcp", slave) for slave in (1, 2)]) == pytest.approx(0.02)


def test_an_instrument_with_a_gap_of_its_own() -> None:
    line = line_of(BusTable(name="a", serial="/dev/ttyS0"), DIAL)
    slow = replace(instrument(60, 1), gap_s=0.3)
    assert load(line, [slow]) == pytest.approx(load(line, [instrument(60, 1)]) + 0.25)


def test_one_that_speaks_by_itself_is_not_asked() -> None:
    line = line_of(BusTable(name="a", serial="/dev/ttyS0"), DIAL)
    pusher = Instrument("pusher", LineListener("pusher", "ph"), 60, 0.1, 0)
    assert load(line, [pusher, instrument(60, 1)]) == load(line, [instrument(60, 1)])
    assert list(hasty(line_of(BusTable(name="a", tcp="10.0.0.7:502"), DIAL), [pusher])) == []


@pytest.mark.parametrize(
    ("end", "framing", "timeout_s", "is_hasty"),
    [
        ({"tcp": "10.0.0.7:4001"}, "rtu", 0.2, True),
        ({"tcp": "10.0.0.7:4001"}, "ascii", 0.2, True),
        ({"tcp": "10.0.0.7:4001"}, "rtu", 0.3, False),
        ({"tcp": "10.0.0.7:502"}, "tcp", 0.2, False),
        ({"serial": "/dev/ttyS0"}, "rtu", 0.2, False),
    ],
)
def test_a_serial_server_needs_its_time(end: dict[str, str], framing: str, timeout_s: float, is_hasty: bool) -> None:
    line = line_of(BusTable.model_validate({"name": "a", **end}), DIAL)
    told = list(hasty(line, [replace(instrument(2, 5, framing), timeout_s=timeout_s)]))
    words = (
        "仪表 meter 经串口服务器，timeout_s = 0.2 太短，应不小于 0.3：服务器攒够字节才转发 / "
        "instrument meter is behind a serial server: timeout_s = 0.2 is too short, at least 0.3"
    )
    assert told == ([("meter", words)] if is_hasty else [])
