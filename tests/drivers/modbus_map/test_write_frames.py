"""Writes on the wire: the frames of the Modbus specification, section 6, and their answers among echoes and noise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymodbus.framer import FramerRTU
from pymodbus.pdu import DecodePDU

from dau.core.instrument import Found
from drivers.modbus_map.frames import RtuFraming, TcpFraming, with_crc
from drivers.modbus_map.requests import Table, Write
from tests.drivers.modbus_map.test_frames import ANSWER, READ, mbap

COIL = Write(17, Table.COIL, 172, (1,), 5)
REGISTER = Write(17, Table.HOLDING, 1, (3,), 6)
COILS = Write(17, Table.COIL, 19, (1, 0, 1, 1, 0, 0, 1, 1, 1, 0), 15)
REGISTERS = Write(17, Table.HOLDING, 1, (10, 258), 16)
WRITES = [COIL, REGISTER, COILS, REGISTERS]


@pytest.mark.parametrize(
    ("write", "request_hex", "answer_hex"),
    [
        (COIL, "11 05 00 ac ff 00", "11 05 00 ac ff 00"),
        (REGISTER, "11 06 00 01 00 03", "11 06 00 01 00 03"),
        (COILS, "11 0f 00 13 00 0a 02 cd 01", "11 0f 00 13 00 0a"),
        (REGISTERS, "11 10 00 01 00 02 04 00 0a 01 02", "11 10 00 01 00 02"),
    ],
)
def test_examples_of_the_specification(write: Write, request_hex: str, answer_hex: str) -> None:
    query, numbered = RtuFraming().query(write), TcpFraming().query(write)
    answer = with_crc(bytes.fromhex(answer_hex))
    assert query.request == with_crc(bytes.fromhex(request_hex))
    assert query.reply_bytes == len(answer)
    assert [query.find(answer[:end]) for end in range(len(answer))] == [None] * len(answer)
    assert query.find(answer) == Found(answer, 0)
    assert query.find(b"\x00\x11" + answer + b"\xff") == Found(answer, 3)
    assert numbered.request[6:] == bytes.fromhex(request_hex)
    frame = mbap(numbered, bytes.fromhex(answer_hex))
    assert numbered.find(frame) == Found(frame, 0)
    assert numbered.reply_bytes == len(frame)


@pytest.mark.parametrize("write", WRITES)
def test_a_refusal(write: Write) -> None:
    frame = with_crc(bytes([17, write.function | 0x80, 4]))
    found = RtuFraming().query(write).find(frame)
    last = write.address + len(write.words) - 1
    words = f"slave 17 refuses to write {write.table} {write.address} to {last}: exception 4 (device failure)"
    assert found == Found(frame, 0, words, code=4)


@pytest.mark.parametrize(
    "wrong",
    [
        "11 10 00 01 00 01",  # fewer registers
        "11 10 00 02 00 02",  # elsewhere
        "12 10 00 01 00 02",  # another slave
        "11 06 00 01 00 02",  # another function
        "12 90 04",
        "11 86 04",
    ],
)
def test_frames_that_answer_another_write(wrong: str) -> None:
    frame, answer = with_crc(bytes.fromhex(wrong)), with_crc(bytes.fromhex("11 10 00 01 00 02"))
    query = RtuFraming().query(REGISTERS)
    assert query.find(frame) is None
    assert query.find(frame + answer) == Found(answer, len(frame))


@pytest.mark.parametrize("changed", [REGISTER.pdu()[:3] + b"\0\4", b"\6\0\2\0\3"])
def test_a_write_of_something_else_is_no_answer(changed: bytes) -> None:
    assert RtuFraming().query(REGISTER).find(with_crc(b"\x11" + changed)) is None


@pytest.mark.parametrize("write", [COILS, REGISTERS])
def test_an_echo_of_several_is_seen_to_be_one(write: Write) -> None:
    query = RtuFraming().query(write)
    answer = with_crc(bytes([17, *write.answer_head]))
    for end in range(len(query.request) + 1):
        assert query.find(query.request[:end]) is None
    assert query.find(query.request + answer) == Found(answer, 0)


@pytest.mark.parametrize("write", [COIL, REGISTER])
def test_on_a_line_that_echoes_the_second_copy_is_the_answer(write: Write) -> None:
    framing = RtuFraming()
    read = framing.query(READ)
    assert read.find(read.request + ANSWER) == Found(ANSWER, 0)
    query = framing.query(write)
    assert query.find(query.request) is None
    assert query.find(query.request + query.request) == Found(query.request, 0)
    refusal = with_crc(bytes([17, write.function | 0x80, 4]))
    found = query.find(query.request + refusal)
    assert found is not None
    assert (found.frame, found.noise) == (refusal, 0)


def test_a_line_that_echoes_no_longer() -> None:
    framing = RtuFraming()
    read = framing.query(READ)
    read.find(read.request + ANSWER)
    read.find(ANSWER)
    query = framing.query(REGISTER)
    assert query.find(query.request) == Found(query.request, 0)


def test_a_late_answer_with_another_number_is_stepped_over() -> None:
    framing = TcpFraming()
    late, query = framing.query(REGISTER), framing.query(REGISTER)
    assert query.find(late.request) is None
    assert query.find(late.request + query.request) == Found(query.request, len(late.request))


@given(st.sampled_from(WRITES), st.binary(max_size=60), st.booleans())
def test_bytes_of_others_are_never_an_answer(write: Write, noise: bytes, echoes: bool) -> None:
    framing = RtuFraming()
    if echoes:
        read = framing.query(READ)
        read.find(read.request + ANSWER)
    found = framing.query(write).find(noise)
    head = bytes([17, *write.answer_head])
    assert found is None or found.frame.startswith((head, bytes([17, write.function | 0x80])))


@given(
    st.sampled_from(WRITES),
    st.binary(max_size=12).filter(lambda noise: 17 not in noise),
    st.binary(max_size=6),
    st.integers(0, 63),
    st.booleans(),
)
def test_the_answer_in_noise_or_nothing(write: Write, before: bytes, after: bytes, bit: int, is_damaged: bool) -> None:
    answer = with_crc(bytes([17, *write.answer_head]))
    sent = bytearray(answer)
    if is_damaged:
        sent[bit // 8] ^= 1 << bit % 8
    found = RtuFraming().query(write).find(before + bytes(sent) + after)
    assert found == (None if is_damaged else Found(answer, len(before) + len(after)))


@given(
    st.integers(1, 247),
    st.integers(0, 65_000),
    st.one_of(
        st.tuples(st.just(Table.COIL), st.just(5), st.tuples(st.integers(0, 1))),
        st.tuples(st.just(Table.HOLDING), st.just(6), st.tuples(st.integers(0, 65_535))),
        st.tuples(st.just(Table.COIL), st.just(15), st.lists(st.integers(0, 1), min_size=1).map(tuple)),
        st.tuples(
            st.just(Table.HOLDING),
            st.just(16),
            st.lists(st.integers(0, 65_535), min_size=1, max_size=123).map(tuple),
        ),
    ),
)
def test_the_decoder_of_pymodbus_reads_every_request(
    slave: int, address: int, what: tuple[Table, int, tuple[int, ...]]
) -> None:
    table, function, words = what
    query = RtuFraming().query(Write(slave, table, address, words, function))
    _, pdu = FramerRTU(DecodePDU(True)).handleFrame(query.request, 0, 0)
    assert pdu is not None
    assert (pdu.dev_id, pdu.function_code, pdu.address) == (slave, function, address)
    written = pdu.bits[: len(words)] if table is Table.COIL else pdu.registers
    assert tuple(map(int, written)) == words
