"""DCON answers out of noise: believed whole, with the right count of numbers, or not at all."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.core.instrument import Found
from drivers.dcon.frames import Ask, Question, find, frame_of, query_of, values_in

ALL = Question(1, Ask.VALUES)
ONE = Question(0x1A, Ask.CHANNEL, channel=3)
SUMMED = Question(1, Ask.VALUES, numbers=2, checksum=True)
TYPE = Question(1, Ask.TYPE)
EIGHT = b">+08.074+05.794-00.001+00.000+19.999+04.000+12.000+20.000\r"


def test_requests() -> None:
    assert query_of(ALL).request == b"#01\r" and query_of(ALL).reply_bytes == len(EIGHT)
    assert query_of(ONE).request == b"#1A3\r"
    assert query_of(SUMMED).request == b"#0184\r"  # 0x23 + 0x30 + 0x31
    assert query_of(TYPE).request == b"$012\r"


def test_eight_numbers() -> None:
    found = find(ALL, EIGHT)
    assert found == Found(EIGHT, 0)
    assert values_in(ALL, found.frame) == [8.074, 5.794, -0.001, 0.0, 19.999, 4.0, 12.0, 20.0]


@pytest.mark.parametrize("shown", ["-0000", "+0000", "+9999.9", "-9999.9", "+999999"])
def test_a_channel_out_of_range_has_no_number_and_costs_no_other(shown: str) -> None:
    frame = f">{shown}+05.794\r".encode()
    question = Question(1, Ask.VALUES, numbers=2)
    assert find(question, frame) == Found(frame, 0)
    assert values_in(question, frame) == [None, 5.794]


def test_type_and_refusal() -> None:
    assert find(TYPE, b"!010D0600\r") == Found(b"!010D0600\r", 0)
    assert values_in(TYPE, b"!010D0600\r") == [0x0D, 6, 0]
    assert find(TYPE, b"!020D0600\r") is None, "another module"
    assert find(ALL, b"?01\r") == Found(b"?01\r", 0, "module 01 refuses #01", 1)
    assert find(ALL, b"?02\r") is None


@pytest.mark.parametrize(
    "received",
    [
        b"",
        EIGHT[:-1],
        b">+08.074+05.794\r",  # two of eight
        EIGHT[:-1] + b"+01.000\r",  # nine of eight
        b"#01\r",  # our own bytes
        EIGHT.replace(b"5.794", b"5,794"),
        EIGHT.replace(b"5.794", b"5..94"),
        EIGHT.replace(b">", b"!"),
        EIGHT.replace(b"5.794", b"5.79\xb4"),
    ],
)
def test_what_is_not_believed(received: bytes) -> None:
    assert find(ALL, received) is None


def test_noise_and_the_echo_of_the_request_are_counted_and_skipped() -> None:
    assert find(ALL, b"#01\r\0\xff" + EIGHT + b"\0") == Found(EIGHT, 7)
    assert find(ALL, b"\0>" + EIGHT) == Found(EIGHT, 2)


def test_a_checksum_that_is_asked_for_must_be_right() -> None:
    good = frame_of(">+08.074+05.794", checksum=True)
    assert find(SUMMED, good) == Found(good, 0)
    assert values_in(SUMMED, good) == [8.074, 5.794]
    assert find(SUMMED, good.replace(b"8.074", b"8.075")) is None
    assert find(SUMMED, b">+08.074+05.794\r") is None
    refusal = frame_of("?01", checksum=True)
    assert find(SUMMED, refusal) == Found(refusal, 0, "module 01 refuses #01", 1)


def test_another_master_is_waited_for() -> None:
    asks = query_of(ALL).is_asked_already
    assert asks(b"#02\r")
    assert not asks(b"#02\r" + EIGHT)
    assert not asks(b"\0\1")
    assert asks(EIGHT + b"#02\r\0")


@given(st.binary(max_size=200))
def test_any_bytes_give_an_answer_that_can_be_read_or_none(received: bytes) -> None:
    for question in (ALL, ONE, SUMMED, TYPE):
        found = find(question, received)
        if found is not None and not found.refusal:
            values_in(question, found.frame)


def test_in_noise_without_marks_it_is_always_found() -> None:
    chance = Random(7)
    quiet = bytes(byte for byte in range(256) if byte not in b">?")
    for _ in range(2000):
        before, after = (bytes(chance.choices(quiet, k=chance.randrange(4))) for _ in "12")
        assert find(ALL, before + EIGHT + after) == Found(EIGHT, len(before) + len(after))


@given(st.lists(st.decimals(-99, 99, places=3), min_size=8, max_size=8), st.integers(0, 8 * 7), st.integers(1, 255))
def test_a_spoilt_byte_under_a_checksum_is_never_another_number(numbers: list[float], at: int, spoil: int) -> None:
    question = Question(1, Ask.VALUES, checksum=True)
    good = frame_of(">" + "".join(f"{number:+07.3f}" for number in numbers), checksum=True)
    found = find(question, good)
    assert found is not None and values_in(question, found.frame) == [float(number) for number in numbers]
    bad = good[:at] + bytes([good[at] ^ spoil]) + good[at + 1 :]
    assert find(question, bad) is None
