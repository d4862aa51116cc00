"""What an instrument was told, without a wire: how long it lasts, what is refused, that nothing is done by halves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.faults import Timeline
from simulator.instruments.slave import Slave
from simulator.instruments.told import BOTTLES, Told
from simulator.plant import PLANTS
from simulator.scene_file import load_scene

AT_MS = 1_767_225_600_000  # 2026-01-01 08:00:00 in Beijing


def cod() -> Slave:
    scene = load_scene("outfall")
    instrument = next(instrument for _, instrument in scene.instruments() if instrument.name == "cod")
    return Slave(instrument, PLANTS["outfall"](1), Timeline((), AT_MS), Told(instrument))


def tell(slave: Slave, pdu: str, at_ms: int = AT_MS) -> str:
    return slave.answer(bytes.fromhex(pdu), at_ms).pdu.hex(" ")


def holding(slave: Slave, address: int, count: int = 1, at_ms: int = AT_MS) -> str:
    return slave.answer(bytes([3, 0, address, 0, count]), at_ms).pdu[2:].hex(" ", 2)


def test_a_calibration_lasts_and_shows_in_the_status_word() -> None:
    slave = cod()
    assert tell(slave, "05 00 00 ff 00") == "05 00 00 ff 00"
    assert [holding(slave, 2, at_ms=AT_MS + after_ms) for after_ms in (0, 7999, 8000)] == ["0002", "0002", "0000"]
    spoken = slave.answer(bytes.fromhex("03 00 00 00 02"), AT_MS + 5000).spoken
    assert [one.state for one in spoken] == ["calibration"]


def test_while_it_works_it_is_busy() -> None:
    slave = cod()
    tell(slave, "05 00 00 ff 00")
    assert tell(slave, "05 00 02 ff 00", AT_MS + 1000) == "85 06"
    assert tell(slave, "05 00 02 ff 00", AT_MS + 9000) == "05 00 02 ff 00"


def test_switching_a_coil_off_does_nothing() -> None:
    slave = cod()
    assert tell(slave, "05 00 00 00 00") == "05 00 00 00 00"
    assert holding(slave, 2) == "0000"


def test_bottles_are_counted_and_begin_again() -> None:
    slave = cod()
    numbers = []
    for _ in range(BOTTLES + 1):
        tell(slave, "0f 00 02 00 01 01 01")
        numbers.append(int(holding(slave, 30), 16))
    assert numbers == [*range(1, BOTTLES + 1), 1]


def test_the_clock_goes_on_from_what_it_was_set_to() -> None:
    slave = cod()
    assert holding(slave, 20, 3) == "2601 0108 0000"
    tell(slave, "10 00 14 00 03 06 25 12 31 23 59 59")
    assert holding(slave, 20, 3, AT_MS + 2000) == "2601 0100 0001"
    assert tell(slave, "10 00 14 00 03 06 25 13 31 23 59 59") == "90 03"


def test_a_parameter_within_its_bounds() -> None:
    slave = cod()
    assert holding(slave, 10) == "00a5"
    assert tell(slave, "06 00 0a 00 96") == "06 00 0a 00 96"
    assert tell(slave, "06 00 0a 00 10") == "86 03"
    assert holding(slave, 10) == "0096"


def test_nothing_is_done_by_halves() -> None:
    slave = cod()
    assert tell(slave, "10 00 0a 00 02 04 00 96 00 01") == "90 02"  # behind the parameter there is nothing to write
    assert holding(slave, 10) == "00a5"


@pytest.mark.parametrize(
    ("pdu", "answer"),
    [
        ("05 00 00 12 34", "85 03"),
        ("05 00 00", "85 03"),
        ("06 00 0a", "86 03"),
        ("10 00 0a 00 01 04 00 96 00 01", "90 03"),
        ("10 00 0a 00 00 00", "90 03"),
        ("0f 00 00 00 09 01 01", "8f 03"),
        ("06 00 63 00 01", "86 02"),
    ],
)
def test_what_is_no_write_is_refused(pdu: str, answer: str) -> None:
    assert tell(cod(), pdu) == answer


@given(st.sampled_from([5, 6, 15, 16]), st.binary(max_size=12))
def test_whatever_is_told_something_is_answered(function: int, rest: bytes) -> None:
    slave = cod()
    reply = slave.answer(bytes([function]) + rest, AT_MS).pdu
    assert reply[0] in (function, function | 0x80)
    assert len(slave.answer(bytes.fromhex("03 00 00 00 2e"), AT_MS).pdu) == 2 + 2 * 0x2E
