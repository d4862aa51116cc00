"""Modbus ASCII: the frame or nothing, never another value."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymodbus.framer.ascii import FramerAscii
from pymodbus.pdu import DecodePDU

from dau.core.instrument import Found, Query
from drivers.modbus_map.ascii_frames import AsciiFraming, as_text, with_lrc
from drivers.modbus_map.requests import Read, Table, Write

READ = Read(slave=1, table=Table.HOLDING, address=100, count=2)
MESSAGE = with_lrc(bytes.fromhex("01 03 04 41 48 00 00"))
ANSWER = as_text(MESSAGE)
REGISTER = Write(1, Table.HOLDING, 7, (0x0102,), 6)
COIL = Write(1, Table.COIL, 7, (1,), 5)
SEVERAL = Write(1, Table.HOLDING, 7, (1, 2), 16)
COILS = Write(1, Table.COIL, 7, (1, 0, 1), 15)
PEER = FramerAscii(DecodePDU(True))


def ascii_query(read: Read = READ) -> Query:
    return AsciiFraming().query(read)


def frame(message_hex: str) -> bytes:
    """Return a frame as somebody else makes it."""
    message = bytes.fromhex(message_hex)
    return PEER.encode(message[1:], message[0], 0)


def test_a_frame_as_in_the_standard() -> None:
    # The example of the serial line guide: 247 reads registers 4 and 5.
    assert AsciiFraming().query(Read(0xF7, Table.HOLDING, 0x1389, 10)).request == b":F7031389000A60\r\n"
    assert ascii_query().find(b":010304414800006F\r\n") == Found(MESSAGE, 0)


@pytest.mark.parametrize("request_", [READ, REGISTER, COIL, SEVERAL, COILS])
def test_our_requests_as_somebody_else_reads_them(request_: Read | Write) -> None:
    query = AsciiFraming().query(request_)
    _, pdu = PEER.handleFrame(query.request, 0, 0)
    assert pdu is not None
    assert (pdu.dev_id, pdu.function_code, pdu.address) == (1, request_.function, request_.address)


@pytest.mark.parametrize(
    ("read", "answer"),
    [
        (Read(1, Table.COIL, 0, 10), "01 01 02 ff 03"),
        (Read(1, Table.DISCRETE, 0, 1), "01 02 01 01"),
        (Read(1, Table.HOLDING, 0, 1), "01 03 02 00 07"),
        (Read(1, Table.INPUT, 0, 1), "01 04 02 00 07"),
    ],
)
def test_each_table(read: Read, answer: str) -> None:
    query = ascii_query(read)
    assert query.find(frame(answer)) == Found(with_lrc(bytes.fromhex(answer)), 0)
    assert query.reply_bytes == len(frame(answer))
    assert not query.numbered


def test_an_answer_that_arrives_byte_by_byte_and_in_small_letters() -> None:
    find = ascii_query().find
    assert [find(ANSWER[:end]) for end in range(len(ANSWER))] == [None] * len(ANSWER)
    assert find(ANSWER.lower()) == Found(MESSAGE, 0)


@pytest.mark.parametrize("slave", range(1, 248))
def test_one_noise_byte_of_every_value_before_the_answer(slave: int) -> None:
    query = ascii_query(Read(slave, Table.HOLDING, 100, 2))
    message = with_lrc(bytes([slave, 3, 4]) + bytes.fromhex("41 48 00 00"))
    refusal = with_lrc(bytes([slave, 0x83, 2]))
    for noise in range(256):
        assert query.find(bytes([noise]) + as_text(message)) == Found(message, 1)
        found = query.find(bytes([noise]) + as_text(refusal))
        assert found is not None
        assert (found.frame, found.noise, found.code) == (refusal, 1, 2)


def test_random_noise_gives_the_answer_or_nothing() -> None:
    chance = random.Random(20260102)
    lost = 0
    for _ in range(20_000):
        slave, count = chance.randint(1, 247), chance.randint(1, 12)
        read = Read(slave, chance.choice((Table.HOLDING, Table.INPUT)), chance.randint(0, 60000), count)
        message = with_lrc(bytes([slave, read.function, 2 * count]) + chance.randbytes(2 * count))
        before, after = chance.randbytes(chance.randint(0, 12)), chance.randbytes(chance.randint(0, 6))
        sent = bytearray(as_text(message))
        damaged = chance.random() < 0.3
        if damaged:
            sent[chance.randrange(len(sent))] ^= 1 << chance.randrange(8)
        found = ascii_query(read).find(before + bytes(sent) + after)
        assert found is None or found == Found(
            message, len(before) + len(after)
        )  # another case of a letter is no damage
        lost += found is None and not damaged
    assert lost == 0


@given(st.binary(max_size=80))
def test_bytes_of_others_are_never_an_answer(noise: bytes) -> None:
    found = ascii_query().find(noise)
    assert found is None or found.frame[:2] in (b"\1\3", b"\1\x83")


@pytest.mark.parametrize(
    "wrong",
    [
        "02 03 04 41 48 00 00",  # another slave
        "01 04 04 41 48 00 00",  # another function
        "01 03 02 41 48",  # fewer registers
        "01 03 06 41 48 00 00 00 00",  # more registers
        "01 03 04 41 48 00",  # shorter than it says
        "01 84 02",  # a refusal of another function
        "02 83 02",  # a refusal of another slave
        "01 83 02 00",  # a refusal with something behind
    ],
)
def test_frames_that_answer_another_question(wrong: str) -> None:
    assert ascii_query().find(frame(wrong)) is None
    assert ascii_query().find(frame(wrong) + ANSWER) == Found(MESSAGE, len(frame(wrong)))


def test_a_damaged_frame_is_never_believed_and_hides_nothing() -> None:
    for digit in range(1, len(ANSWER) - 2):
        for other in b"0123456789ABCDEF:\r":
            if other == ANSWER[digit]:
                continue
            damaged = ANSWER[:digit] + bytes([other]) + ANSWER[digit + 1 :]
            assert ascii_query().find(damaged) is None
            assert ascii_query().find(damaged + ANSWER) == Found(MESSAGE, len(damaged))
    assert ascii_query().find(ANSWER[:-4] + ANSWER) == Found(MESSAGE, len(ANSWER) - 4)


def test_an_echo_of_the_request_is_no_noise() -> None:
    query = ascii_query()
    assert query.find(query.request) is None
    assert query.find(query.request + ANSWER) == Found(MESSAGE, 0)
    assert query.find(b"\xff" + query.request + ANSWER) == Found(MESSAGE, 1)


def test_a_second_master_on_the_line() -> None:
    foreign, theirs = frame("01 03 00 c8 00 02"), frame("01 03 04 12 34 56 78")
    other_slave = frame("02 03 00 c8 00 02")
    assert ascii_query().find(foreign + theirs) is None
    assert ascii_query().find(other_slave + ANSWER) == Found(MESSAGE, len(other_slave))
    assert ascii_query().find(ANSWER + foreign) == Found(MESSAGE, len(foreign))


@pytest.mark.parametrize(
    ("heard", "is_waiting"),
    [
        ("", False),
        ("q", True),
        ("noise q noise", True),
        ("q a", False),
        ("q noise r", False),
        ("q a q", True),
        ("o", False),
    ],
)
def test_a_question_of_a_second_master_that_waits_for_its_answer(heard: str, is_waiting: bool) -> None:
    frames = {
        "q": frame("01 03 00 c8 00 01"),
        "a": frame("01 03 02 12 34"),
        "r": frame("01 83 02"),
        "noise": b":\r01\n",
        "o": frame("02 03 00 c8 00 01"),
    }
    assert ascii_query().is_asked_already(b"".join(frames[each] for each in heard.split())) is is_waiting


@pytest.mark.parametrize("write", [REGISTER, COIL])
def test_on_a_line_that_echoes_the_second_copy_is_the_answer(write: Write) -> None:
    framing = AsciiFraming()
    message = with_lrc(b"\1" + write.pdu())
    assert framing.query(write).find(as_text(message)) == Found(message, 0)
    read = framing.query(READ)
    assert read.find(read.request + ANSWER) == Found(MESSAGE, 0)
    query = framing.query(write)
    assert query.find(query.request) is None
    assert query.find(query.request * 2) == Found(message, 0)
    found = query.find(query.request + frame(f"01 {write.function | 0x80:02x} 04"))
    assert found is not None
    assert found.refusal.endswith("exception 4 (device failure)")


@pytest.mark.parametrize("write", [SEVERAL, COILS])
def test_the_answer_to_several(write: Write) -> None:
    message = with_lrc(b"\1" + write.answer_head)
    query = AsciiFraming().query(write)
    assert query.find(query.request) is None
    assert query.find(query.request + as_text(message)) == Found(message, 0)
