"""Mewtocol answers out of noise: station, code, length and checksum right, or not believed."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.core.instrument import Found
from drivers.mewtocol.frames import (
    EXPANDED,
    Manner,
    ReadContact,
    ReadRegisters,
    WriteRegisters,
    bcc_of,
    contact_in,
    find,
    frame_of,
    query_of,
    registers_in,
)

FP = Manner(1)
LOOSE = Manner(1, bcc=False)
READ = ReadRegisters(1105, 3)
CONTACT = ReadContact("R0101")
ANSWER = frame_of("%01$RD630044330A00", bcc=True)


def test_requests() -> None:
    assert query_of(LOOSE, READ).request == b"%01#RDD0110501107**\r"
    assert query_of(FP, READ).request == b"%01#RDD011050110757\r"
    assert query_of(FP, ReadContact("X0000")).request == b"%01#RCSX00001D\r"
    assert query_of(Manner(10, head=EXPANDED), CONTACT).request.startswith(b"<0A#RCSR0101")
    assert query_of(LOOSE, WriteRegisters(5, bytes.fromhex("12 34"))).request == b"%01#WDD00005000053412**\r"
    assert query_of(FP, READ).reply_bytes == len(ANSWER)
    assert bcc_of(b"%01#RDD0110501107") == b"57"


def test_registers_come_low_byte_first() -> None:
    found = find(FP, READ, ANSWER)
    assert found == Found(ANSWER, 0)
    assert registers_in(found.frame).hex(" ", 2) == "0063 3344 000a"


def test_contacts_and_writes() -> None:
    on = frame_of("%01$RC1", bcc=True)
    assert on == b"%01$RC120\r"
    assert find(FP, CONTACT, on) == Found(on, 0)
    assert contact_in(on) == 1
    assert find(FP, CONTACT, frame_of("%01$RC2", bcc=True)) is None
    written = frame_of("%01$WD", bcc=True)
    assert find(FP, WriteRegisters(5, b"\0\1"), written) == Found(written, 0)


def test_errors_are_refusals() -> None:
    frame = frame_of("%01!61", bcc=True)
    assert find(FP, READ, frame) == Found(frame, 0, "station 01 refuses RDD0110501107: error 61 (data wrong)", 61)
    other = frame_of("%01!99", bcc=False)
    found = find(LOOSE, CONTACT, other)
    assert found is not None and found.refusal == "station 01 refuses RCSR0101: error 99 (no reason known)"


def test_stars_are_taken_only_where_nobody_checks() -> None:
    stars = frame_of("%01$RD630044330A00", bcc=False)
    assert find(FP, READ, stars) is None
    assert find(LOOSE, READ, stars) == Found(stars, 0)
    assert find(LOOSE, READ, ANSWER) == Found(ANSWER, 0)
    assert find(LOOSE, READ, ANSWER[:-3] + b"00\r") is None


@pytest.mark.parametrize(
    "received",
    [
        ANSWER[:-1],
        frame_of("%02$RD630044330A00", bcc=True),
        frame_of("%01$RC630044330A00", bcc=True),
        frame_of("%01$RD63004433", bcc=True),
        frame_of("%01$RD630044330A0000", bcc=True),
        frame_of("%01$RD63004433xxxx", bcc=True),
        query_of(FP, READ).request,
        b"%01\r",
        b"%01!6\r",
    ],
)
def test_what_is_not_believed(received: bytes) -> None:
    assert find(FP, READ, received) is None


def test_echo_and_noise_are_passed_over() -> None:
    echo = query_of(FP, READ).request
    assert find(FP, READ, echo + b"\0" + ANSWER + b"\xff") == Found(ANSWER, len(echo) + 2)
    assert find(FP, READ, b"%01$RD" + ANSWER) == Found(ANSWER, 6)


@given(st.binary(max_size=120))
def test_any_bytes_are_an_answer_or_none(received: bytes) -> None:
    for manner in (FP, LOOSE):
        for request in (READ, CONTACT, WriteRegisters(5, b"\0\1")):
            found = find(manner, request, received)
            assert found is None or len(found.frame) + found.noise == len(received)


@given(st.integers(0, len(ANSWER) - 1), st.integers(1, 255))
def test_a_spoilt_byte_is_never_another_answer(at: int, spoil: int) -> None:
    bad = ANSWER[:at] + bytes([ANSWER[at] ^ spoil]) + ANSWER[at + 1 :]
    assert find(FP, READ, bad) is None


def test_in_noise_it_is_found() -> None:
    chance = Random(1)
    for _ in range(2000):
        before, after = (chance.randbytes(chance.randrange(5)) for _ in "12")
        found = find(FP, READ, before + ANSWER + after)
        assert found == Found(ANSWER, len(before) + len(after))
