"""The line without a wire: who answers, when, and with which damage."""

import pytest

from simulator.faults import Timeline, parse_fault
from simulator.instruments.framing import RtuFraming, crc
from simulator.instruments.multidrop import Multidrop, Sending
from simulator.instruments.slave import Slave
from simulator.instruments.told import Told
from simulator.plant import PLANTS
from simulator.scene_file import load_scene

START_MS = 1_770_000_000_500
AT_MS = START_MS + 5_000
ASK_COD = bytes.fromhex("01 03 00 00 00 03")
ASK_COD += crc(ASK_COD)


def outfall(*specs: str, baud: int = 0) -> Multidrop:
    scene = load_scene("outfall")
    timeline = Timeline(tuple(parse_fault(spec) for spec in specs), START_MS)
    slaves = [
        Slave(instrument, PLANTS["outfall"](1), timeline, Told(instrument)) for _, instrument in scene.instruments()
    ]
    return Multidrop(RtuFraming(), slaves, timeline, baud)


def ask(*specs: str) -> Sending:
    (sending,) = outfall(*specs).answer(ASK_COD, AT_MS)
    return sending


GOOD = ask()


def test_a_good_answer_has_slave_function_length_and_crc() -> None:
    assert GOOD.data[:3] == b"\x01\x03\x06"
    assert crc(GOOD.data[:-2]) == GOOD.data[-2:]
    assert [one.spoilt for one in GOOD.spoken] == [""]


def test_an_unknown_slave_is_silence() -> None:
    frame = bytes.fromhex("09 03 00 00 00 03")
    assert outfall().answer(frame + crc(frame), AT_MS) == []


def test_a_line_takes_its_time() -> None:
    (sending,) = outfall(baud=9600).answer(ASK_COD, AT_MS)
    assert sending.delay_s == pytest.approx(0.020 + (8 + 11) * 10 / 9600)


def test_silence_sends_nothing_and_leaves_a_note() -> None:
    sending = ask("cod:silence@0+10")
    assert sending.data == b""
    assert [one.spoilt for one in sending.spoken] == ["silence"]


def test_late() -> None:
    sending = ask("cod:late=3@0+10")
    assert (sending.delay_s, sending.data) == (3.0, GOOD.data)
    assert [one.spoilt for one in sending.spoken] == ["late"]


def test_a_wrong_crc_is_wrong_in_nothing_else() -> None:
    sending = ask("cod:crc@0+10")
    assert sending.data[:-2] == GOOD.data[:-2]
    assert sending.data[-2:] != GOOD.data[-2:]
    assert [one.spoilt for one in sending.spoken] == ["crc"]


@pytest.mark.parametrize(("where", "before", "after"), [("before", 1, 0), ("after", 0, 1), ("both", 1, 1)])
def test_noise_is_around_a_good_frame(where: str, before: int, after: int) -> None:
    sending = ask(f"cod:noise={where}@0+10")
    place = sending.data.index(GOOD.data)
    behind = len(sending.data) - place - len(GOOD.data)
    assert (place > 0, behind > 0) == (bool(before), bool(after))
    assert [one.spoilt for one in sending.spoken] == [""]


def test_the_first_fault_that_spoils_is_named() -> None:
    assert [one.spoilt for one in ask("cod:exception=6@0+10", "cod:crc@0+10").spoken] == ["exception"]


def test_a_request_cut_in_two_is_answered_once() -> None:
    line = outfall()
    assert line.answer(ASK_COD[:3], AT_MS) == []
    assert len(line.answer(ASK_COD[3:], AT_MS + 10)) == 1


def test_a_piece_that_waited_too_long_is_forgotten() -> None:
    line = outfall()
    assert line.answer(b"\x01\x10\x00\x00\x00\x7f\xff", AT_MS) == []
    assert len(line.answer(ASK_COD, AT_MS + 1000)) == 1


def test_the_neighbours_of_a_faulty_slave_are_well() -> None:
    frame = bytes.fromhex("03 04 00 00 00 02")
    line = outfall("cod:silence@0+10")
    (sending,) = line.answer(frame + crc(frame), AT_MS)
    assert [(one.channel, one.spoilt) for one in sending.spoken] == [("ph", ""), ("water_temperature", "")]
