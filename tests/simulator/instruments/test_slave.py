"""One slave without a wire: what it answers, and what it says it answered."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.faults import Timeline, parse_fault
from simulator.instruments.slave import Slave, Spoken
from simulator.instruments.told import Told
from simulator.plant import PLANTS
from simulator.scene_file import load_scene

START_MS = 1_770_000_000_500
LATER_MS = START_MS + 60_000


def slave(name: str, *specs: str) -> Slave:
    """Return one instrument of the scenes, with faults counted from START_MS."""
    for scene in (load_scene("outfall"), load_scene("stack")):
        for _, instrument in scene.instruments():
            if instrument.name == name:
                timeline = Timeline(tuple(parse_fault(spec) for spec in specs), START_MS)
                return Slave(instrument, PLANTS[scene.plant](1), timeline, Told(instrument))
    raise AssertionError(name)


def read(function: int, address: int, count: int) -> bytes:
    return struct.pack(">BHH", function, address, count)


def test_cod_holds_a_float_and_a_status_word() -> None:
    reply = slave("cod").answer(read(3, 0, 3), LATER_MS)
    function, length, value, status = struct.unpack(">BBfH", reply.pdu)
    assert (function, length, status) == (3, 6, 0)
    assert reply.spoken == (Spoken("cod", "cod", value, "normal"),)
    assert value == pytest.approx(PLANTS["outfall"](1)["cod"](LATER_MS), abs=0.051)


@pytest.mark.parametrize(
    ("name", "query", "state", "content"),
    [
        ("cod", (3, 2, 1), "maintenance", b"\x03\x02\x00\x01"),
        ("cod", (3, 2, 1), "calibration", b"\x03\x02\x00\x02"),
        ("cod", (3, 2, 1), "fault", b"\x03\x02\x00\x03"),
        ("nh3n", (3, 2, 1), "fault", b"\x03\x02\x00\x01"),
        ("nh3n", (3, 2, 1), "calibration", b"\x03\x02\x00\x02"),
        ("nh3n", (3, 2, 1), "maintenance", b"\x03\x02\x00\x04"),
        ("dust", (3, 1, 1), "calibration", b"\x03\x02\x00\x20"),
        ("dust", (3, 1, 1), "maintenance", b"\x03\x02\x00\x40"),
        ("dust", (3, 1, 1), "fault", b"\x03\x02\x00\x80"),
        ("cems", (2, 4000, 3), "fault", b"\x02\x01\x01"),
        ("cems", (2, 4000, 3), "maintenance", b"\x02\x01\x02"),
        ("cems", (2, 4000, 3), "calibration", b"\x02\x01\x04"),
    ],
)
def test_status_words(name: str, query: tuple[int, int, int], state: str, content: bytes) -> None:
    assert slave(name, f"{name}:state={state}@10+100").answer(read(*query), LATER_MS).pdu == content
    assert slave(name, f"{name}:state={state}@10+100").answer(read(*query), START_MS).pdu[2:] in (b"\0", b"\0\0")


def test_a_state_is_spoken_with_the_value() -> None:
    spoken = slave("cems", "cems:state=calibration@0+100").answer(read(4, 300, 6), LATER_MS).spoken
    assert [(one.channel, one.state) for one in spoken] == [
        ("so2", "calibration"),
        ("nox", "calibration"),
        ("o2", "calibration"),
    ]


def test_pressure_travels_in_pascal_and_is_spoken_in_kilopascal() -> None:
    reply = slave("tpf").answer(read(4, 1, 1), LATER_MS)
    (pascal,) = struct.unpack(">h", reply.pdu[2:])
    assert reply.spoken[0].value == pytest.approx(pascal / 1000, rel=1e-15)
    assert -500 < pascal < 100


def test_words_between_two_registers_read_as_zero_and_only_whole_registers_are_spoken() -> None:
    reply = slave("flow").answer(read(4, 0x1010, 9), LATER_MS)
    assert reply.pdu[2 + 4 : 2 + 16] == bytes(12)
    assert [one.channel for one in reply.spoken] == ["flow"]


@pytest.mark.parametrize(
    ("pdu", "answer"),
    [
        (read(3, 44, 3), b"\x83\x02"),  # one word too far
        (read(4, 0, 1), b"\x84\x02"),  # the other area
        (read(3, 0, 0), b"\x83\x03"),
        (read(3, 0, 126), b"\x83\x03"),
        (b"\x03\x00", b"\x83\x03"),
        (b"\x06\x00\x00\x00\x01", b"\x86\x02"),  # measured, not set
        (b"\x10\x00\x00\x00\x01\x02\x00\x00", b"\x90\x02"),
        (b"\x16\x00\x00\x00\x01\x00\x01", b"\x96\x01"),
        (b"", b"\x80\x01"),
    ],
)
def test_what_cannot_be_answered_is_refused(pdu: bytes, answer: bytes) -> None:
    assert slave("cod").answer(pdu, LATER_MS).pdu == answer


def test_an_exception_spoils_what_would_have_been_said() -> None:
    reply = slave("cod", "cod:exception=6@0+100").answer(read(3, 0, 3), LATER_MS)
    assert reply.pdu == b"\x83\x06"
    assert [one.spoilt for one in reply.spoken] == ["exception"]


def test_a_frozen_instrument_keeps_the_value_of_the_beginning() -> None:
    frozen, free = slave("cod", "cod:frozen@10+100"), slave("cod")
    values = {frozen.answer(read(3, 0, 2), START_MS + second * 1000).pdu for second in range(10, 110)}
    assert values == {free.answer(read(3, 0, 2), START_MS + 10_000).pdu}
    after_ms = START_MS + 110_000
    assert frozen.answer(read(3, 0, 2), after_ms) == free.answer(read(3, 0, 2), after_ms)


@pytest.mark.parametrize(
    ("name", "query", "top"), [("cod", (3, 0, 2), 500), ("ph", (4, 0, 1), 14), ("dust", (3, 0, 1), 100)]
)
def test_over_range_shows_more_than_the_range(name: str, query: tuple[int, int, int], top: float) -> None:
    (spoken,) = slave(name, f"{name}:over_range@0+100").answer(read(*query), LATER_MS).spoken
    assert spoken.value > top
    assert (spoken.state, spoken.spoilt) == ("over_range", "")


@given(st.binary(max_size=12))
def test_whatever_is_asked_something_is_answered(pdu: bytes) -> None:
    assert len(slave("cod").answer(pdu, LATER_MS).pdu) >= 2
