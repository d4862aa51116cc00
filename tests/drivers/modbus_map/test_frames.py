"""The search of an answer in whatever bytes arrive: the frame or nothing, never another value."""

import csv
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymodbus.constants import ExcCodes

from dau.core.instrument import Found, Query
from drivers.modbus_map.frames import RtuFraming, TcpFraming, with_crc
from drivers.modbus_map.requests import Read, Table

READ = Read(slave=1, table=Table.HOLDING, address=100, count=2)
ANSWER = with_crc(bytes.fromhex("01 03 04 41 48 00 00"))
REFUSAL = with_crc(bytes.fromhex("01 83 02"))
GOLDEN = Path(__file__).with_name("golden-frames.csv")


def rtu(read: Read = READ) -> Query:
    return RtuFraming().query(read)


def tcp(read: Read = READ) -> Query:
    return TcpFraming().query(read)


def mbap(query: Query, unit_and_pdu: bytes, number: bytes | None = None) -> bytes:
    return (number or query.request[:2]) + b"\0\0" + len(unit_and_pdu).to_bytes(2, "big") + unit_and_pdu


def golden() -> list[tuple[bytes, bytes]]:
    with GOLDEN.open(encoding="utf-8") as file:
        rows = [(bytes.fromhex(row["request"]), bytes.fromhex(row["response"])) for row in csv.DictReader(file)]
    return [(request, answer) for request, answer in rows if request[1] == 3]


@pytest.mark.parametrize(("request_frame", "answer"), golden(), ids=lambda frame: frame.hex())
def test_recorded_exchanges_of_real_instruments(request_frame: bytes, answer: bytes) -> None:
    address, count = int.from_bytes(request_frame[2:4], "big"), int.from_bytes(request_frame[4:6], "big")
    query = rtu(Read(request_frame[0], Table.HOLDING, address, count))
    assert query.request == request_frame
    if answer:
        assert query.find(answer) == Found(answer, noise=0)
        assert query.reply_bytes == len(answer)


@pytest.mark.parametrize(
    ("table", "count", "request_hex", "reply_bytes"),
    [
        (Table.COIL, 10, "01 01 00 64 00 0a", 7),
        (Table.DISCRETE, 2000, "01 02 00 64 07 d0", 255),
        (Table.HOLDING, 125, "01 03 00 64 00 7d", 255),
        (Table.INPUT, 1, "01 04 00 64 00 01", 7),
    ],
)
def test_each_table_has_its_function(table: Table, count: int, request_hex: str, reply_bytes: int) -> None:
    read = Read(1, table, 100, count)
    assert rtu(read).request == with_crc(bytes.fromhex(request_hex))
    assert rtu(read).reply_bytes == reply_bytes
    assert tcp(read).request[6:] == bytes.fromhex(request_hex)
    assert tcp(read).reply_bytes == reply_bytes + 4


def test_rtu_is_not_numbered_and_tcp_is() -> None:
    assert not rtu().numbered
    assert tcp().numbered


def test_an_answer_that_arrives_byte_by_byte() -> None:
    find = rtu().find
    assert [find(ANSWER[:end]) for end in range(len(ANSWER))] == [None] * len(ANSWER)
    assert find(ANSWER) == Found(ANSWER, 0)


@pytest.mark.parametrize("slave", range(1, 248))
def test_one_noise_byte_of_every_value_before_the_answer(slave: int) -> None:
    read = Read(slave, Table.HOLDING, 100, 2)
    query = rtu(read)
    answer = with_crc(bytes([slave, 3, 4]) + bytes.fromhex("41 48 00 00"))
    refusal = with_crc(bytes([slave, 0x83, 2]))
    for noise in range(256):
        assert query.find(bytes([noise]) + answer) == Found(answer, 1)
        found = query.find(bytes([noise]) + refusal)
        assert found is not None
        assert (found.frame, found.noise) == (refusal, 1)


def test_random_noise_gives_the_answer_or_nothing() -> None:
    chance = random.Random(20260101)
    lost = 0
    for _ in range(20_000):
        slave, count = chance.randint(1, 247), chance.randint(1, 12)
        read = Read(slave, chance.choice((Table.HOLDING, Table.INPUT)), chance.randint(0, 60000), count)
        query = rtu(read)
        answer = with_crc(bytes([slave, read.function, 2 * count]) + chance.randbytes(2 * count))
        before, after = chance.randbytes(chance.randint(0, 12)), chance.randbytes(chance.randint(0, 6))
        damaged = chance.random() < 0.3
        sent = bytearray(answer)
        if damaged:
            sent[chance.randrange(len(sent))] ^= 1 << chance.randrange(8)
        found = query.find(before + bytes(sent) + after)
        if damaged:
            assert found is None
        elif found is None:
            lost += 1
        else:
            assert found == Found(answer, len(before) + len(after))
    assert lost == 0


@given(st.binary(max_size=80))
def test_bytes_of_others_are_never_an_answer(noise: bytes) -> None:
    found = rtu().find(noise)
    # Whatever is believed is a true answer: address, function, count, length and CRC leave one chance in 2**40.
    assert found is None or found.frame[:3] in (ANSWER[:3], REFUSAL[:2] + found.frame[2:3])


@pytest.mark.parametrize(
    "wrong",
    [
        "02 03 04 41 48 00 00",  # another slave
        "01 04 04 41 48 00 00",  # another function
        "01 03 02 41 48",  # fewer registers
        "01 03 06 41 48 00 00 00 00",  # more registers
        "01 84 02",  # a refusal of another function
        "02 83 02",  # a refusal of another slave
    ],
)
def test_frames_that_answer_another_question(wrong: str) -> None:
    frame = with_crc(bytes.fromhex(wrong))
    assert rtu().find(frame) is None
    assert rtu().find(frame + ANSWER) == Found(ANSWER, len(frame))


def test_a_wrong_crc_is_never_believed() -> None:
    for bit in range(8 * len(ANSWER)):
        damaged = bytearray(ANSWER)
        damaged[bit // 8] ^= 1 << bit % 8
        assert rtu().find(bytes(damaged)) is None


def test_an_echo_of_the_request_is_no_noise() -> None:
    query = rtu()
    assert query.find(query.request) is None
    assert query.find(query.request + ANSWER) == Found(ANSWER, 0)
    assert query.find(b"\xff" + query.request + ANSWER) == Found(ANSWER, 1)


@pytest.mark.parametrize("slave", range(1, 248))
def test_an_echo_whose_bytes_look_like_an_answer(slave: int) -> None:
    # Registers from 0x0200 on: the high byte of the address stands where the byte count of the answer will.
    read = Read(slave, Table.HOLDING, 0x0200 + slave, 1)
    query = rtu(read)
    answer = with_crc(bytes([slave, 3, 2, 0, 7]))
    for end in range(len(query.request)):
        assert query.find(query.request[:end]) is None
    assert query.find(query.request + answer) == Found(answer, 0)


def test_a_second_master_on_the_line() -> None:
    foreign = with_crc(bytes.fromhex("01 03 00 c8 00 02"))
    theirs = with_crc(bytes.fromhex("01 03 04 12 34 56 78"))
    other_slave = with_crc(bytes.fromhex("02 03 00 c8 00 02"))
    assert rtu().find(foreign + theirs) is None
    assert rtu().find(b"\x00" + foreign + theirs) is None
    assert rtu().find(other_slave + ANSWER) == Found(ANSWER, len(other_slave))
    assert rtu().find(ANSWER + foreign) == Found(ANSWER, len(foreign))


@pytest.mark.parametrize(
    ("heard", "is_waiting"),
    [
        ("", False),
        ("q", True),
        ("noise q noise", True),
        ("q a", False),  # answered, be it with another count than ours
        ("q noise r", False),  # refused
        ("a q", True),
        ("q a q", True),
        ("other", False),
        ("write", False),
    ],
)
def test_a_question_of_a_second_master_that_waits_for_its_answer(heard: str, is_waiting: bool) -> None:
    frames = {
        "q": with_crc(bytes.fromhex("01 03 00 c8 00 01")),
        "a": with_crc(bytes.fromhex("01 03 02 12 34")),
        "r": REFUSAL,
        "noise": b"\x00\x01\x03\xff",
        "other": with_crc(bytes.fromhex("02 03 00 c8 00 01")),
        "write": with_crc(bytes.fromhex("01 06 00 c8 00 01")),
    }
    assert rtu().is_asked_already(b"".join(frames[each] for each in heard.split())) is is_waiting
    assert not tcp().is_asked_already(frames["q"])


def test_a_refusal_inside_an_unfinished_answer_is_data() -> None:
    read = Read(1, Table.HOLDING, 0, 4)
    answer = with_crc(bytes.fromhex("01 03 08 00") + REFUSAL + bytes.fromhex("00 00"))
    query = rtu(read)
    for end in range(len(answer)):
        assert query.find(answer[:end]) is None
    assert query.find(answer) == Found(answer, 0)


@pytest.mark.parametrize("code", [*ExcCodes, 0x55])
def test_a_refusal_says_what_was_refused_and_why(code: int) -> None:
    found = rtu().find(with_crc(bytes([1, 0x83, code])))
    assert found is not None
    assert found.refusal.startswith(f"slave 1 refuses to read holding 100 to 101: exception {code} (")
    numbered = tcp()
    assert numbered.find(mbap(numbered, bytes([1, 0x83, code]))) is not None


def test_the_words_of_a_refusal() -> None:
    found = rtu().find(REFUSAL)
    assert found is not None
    assert found.refusal == "slave 1 refuses to read holding 100 to 101: exception 2 (illegal address)"


class TestTcp:
    DATA = bytes.fromhex("01 03 04 41 48 00 00")

    def test_every_request_has_a_new_number(self) -> None:
        framing, other = TcpFraming(), TcpFraming()
        numbers = [query.request[:2] for _ in range(50) for query in (framing.query(READ), other.query(READ))]
        assert len(set(numbers)) == 100

    def test_the_answer_with_its_number(self) -> None:
        query = tcp()
        answer = mbap(query, self.DATA)
        assert [query.find(answer[:end]) for end in range(len(answer))] == [None] * len(answer)
        assert query.find(answer) == Found(answer, 0)

    def test_a_late_answer_is_stepped_over(self) -> None:
        framing = TcpFraming()
        late, query = framing.query(READ), framing.query(READ)
        stale = mbap(late, bytes.fromhex("01 03 04 ff ff ff ff"))
        answer = mbap(query, self.DATA)
        assert query.find(stale) is None
        assert query.find(stale + answer) == Found(answer, len(stale))

    def test_an_answer_quoted_inside_another_frame_is_not_believed(self) -> None:
        query = tcp()
        quoted = mbap(query, b"\x01\x03\x20" + mbap(query, self.DATA) + bytes(19), number=b"\xff\xff")
        assert query.find(quoted) is None

    @pytest.mark.parametrize(
        "wrong",
        [
            "02 03 04 41 48 00 00",
            "01 04 04 41 48 00 00",
            "01 03 02 41 48",
            "01 03 06 41 48 00 00 00 00",
            "01 84 02",
            "02 83 02",
        ],
    )
    def test_frames_that_answer_another_question(self, wrong: str) -> None:
        query = tcp()
        frame, answer = mbap(query, bytes.fromhex(wrong)), mbap(query, self.DATA)
        assert query.find(frame) is None
        assert query.find(frame + answer) == Found(answer, len(frame))

    @pytest.mark.parametrize("noise", [bytes([value]) for value in range(256)])
    def test_a_stray_byte_before_the_answer(self, noise: bytes) -> None:
        query = tcp()
        answer = mbap(query, self.DATA)
        assert query.find(noise + answer) == Found(answer, 1)

    @given(st.binary(max_size=200))
    def test_rubbish_is_no_answer(self, noise: bytes) -> None:
        query = tcp()
        assert query.find(noise) is None or query.request[:2] in noise

    def test_numbers_begin_again_after_65535(self) -> None:
        framing = TcpFraming()
        seen = {framing.query(READ).request[:2] for _ in range(65_536)}
        assert len(seen) == 65_536
