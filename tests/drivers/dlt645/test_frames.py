"""DL/T 645 answers out of noise: address, control, item, length and checksum right, or not believed."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.core.instrument import Found
from drivers.dlt645.frames import ANYBODY, Question, content, find, follow_up, frame_of, query_of

METER = "012345678901"
ENERGY = Question(METER, "00010000")
ANY = Question(ANYBODY, "00010000")
REQUEST = bytes.fromhex("FE FE FE FE 68 01 89 67 45 23 01 68 11 04 33 33 34 33 0C 16")
ITEM = bytes.fromhex("00 00 01 00")
ANSWER = frame_of(METER, 0x91, ITEM + bytes.fromhex("78 56 34 12"))


def test_the_request_is_the_one_of_the_standard() -> None:
    query = query_of(ENERGY)
    assert query.request == REQUEST
    assert query.reply_bytes == len(ANSWER) + 4


def test_an_answer_with_and_without_lead_in() -> None:
    assert ANSWER.hex(" ") == "68 01 89 67 45 23 01 68 91 08 33 33 34 33 ab 89 67 45 70 16"
    for lead in range(5):
        assert find(ENERGY, b"\xfe" * lead + ANSWER) == Found(ANSWER, lead)
    assert content(ANSWER) == bytes.fromhex("78 56 34 12")


def test_our_own_bytes_are_passed_over() -> None:
    assert find(ENERGY, REQUEST) is None
    assert find(ENERGY, REQUEST + ANSWER) == Found(ANSWER, len(REQUEST))


@pytest.mark.parametrize(
    "received",
    [
        ANSWER[:-1],
        ANSWER[:-2] + b"\x00\x16",
        ANSWER[:-1] + b"\x17",
        frame_of("112345678901", 0x91, ITEM + b"\0\0\0\0"),  # another meter
        frame_of(METER, 0x91, bytes.fromhex("00 00 02 00") + b"\0\0\0\0"),  # another item
        frame_of(METER, 0x92, ITEM + b"\0\0\0\0"),  # the answer to another kind of question
        frame_of(METER, 0x91, b""),
    ],
)
def test_what_is_not_believed(received: bytes) -> None:
    assert find(ENERGY, received) is None


def test_the_wildcard_takes_any_meter_and_groups_of_digits() -> None:
    assert find(ANY, ANSWER) == Found(ANSWER, 0)
    assert find(Question("AAAA45678901", "00010000"), ANSWER) == Found(ANSWER, 0)
    assert find(Question("AAAA45678902", "00010000"), ANSWER) is None


def test_a_refusal_says_why() -> None:
    frame = frame_of(METER, 0xD1, b"\x02")
    assert find(ENERGY, b"\xfe" + frame) == Found(frame, 1, "meter refuses item 00010000: error 02H (no such data)", 2)


def test_an_answer_in_three_frames() -> None:
    first = frame_of(METER, 0xB1, ITEM + b"\x11" * 10)
    asked = follow_up(ANY, first)
    assert asked == Question(METER, "00010000", sequence=1)
    assert query_of(asked).request.endswith(frame_of(METER, 0x12, ITEM + b"\x01"))
    second = frame_of(METER, 0xB2, ITEM + b"\x22" * 10 + b"\x01")
    assert find(asked, first) is None, "a late first frame is not the second"
    assert find(asked, frame_of(METER, 0xB2, ITEM + b"\x22" * 10 + b"\x02")) is None
    assert find(asked, second) == Found(second, 0)
    third = frame_of(METER, 0x92, ITEM + b"\x33" * 3 + b"\x02")
    assert follow_up(ANY, first + second) == Question(METER, "00010000", sequence=2)
    assert follow_up(ANY, first + second + third) is None
    assert content(first + second + third) == b"\x11" * 10 + b"\x22" * 10 + b"\x33" * 3


def test_a_meter_that_never_ends_is_left() -> None:
    joined = frame_of(METER, 0xB1, ITEM + b"\x11")
    for sequence in range(1, 40):
        asked = follow_up(ENERGY, joined)
        if asked is None:
            break
        joined += frame_of(METER, 0xB2, ITEM + b"\x11" + bytes([sequence]))
    assert follow_up(ENERGY, joined) is None and sequence == 32


@given(st.binary(max_size=120))
def test_any_bytes_are_an_answer_or_none(received: bytes) -> None:
    for question in (ENERGY, ANY, Question(METER, "00010000", sequence=1)):
        found = find(question, received)
        assert found is None or len(found.frame) + found.noise == len(received)


def test_in_noise_it_is_found_or_nothing_and_never_another() -> None:
    chance = Random(645)
    for _ in range(3000):
        before, after = (chance.randbytes(chance.randrange(5)) for _ in "12")
        found = find(ENERGY, before + ANSWER + after)
        assert found == Found(ANSWER, len(before) + len(after))


@given(st.integers(0, len(ANSWER) - 1), st.integers(1, 255))
def test_a_spoilt_byte_is_never_another_answer(at: int, spoil: int) -> None:
    bad = ANSWER[:at] + bytes([ANSWER[at] ^ spoil]) + ANSWER[at + 1 :]
    assert find(ENERGY, bad) is None
