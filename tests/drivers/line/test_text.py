"""Lines out of noise: believed if all that is said of them is true, or not at all."""

import re
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.core.instrument import Found
from drivers.line.text import Shape, Sum, find, framed, number_in, text_of

UPS = Shape(b"\r", 256, starts=b"(", length=46, expect=re.compile("[01]{8}$"))
ANSWER = b"(208.4 140.0 208.4 034 59.9 02.05 35.0 00110000\r"
SUMMED = Shape(b"\r\n", 64, Sum.SUM)


def test_the_answer_of_a_ups_has_47_bytes() -> None:
    answer = b"(208.4 140.0 208.4 034 59.9 20.5 35.0 00110000\r"
    assert len(answer) == 47
    assert find(UPS, answer, b"Q1\r") == Found(answer, 0)
    assert find(UPS, b"\0\xff((2Q1\r" + answer + b"\0", b"Q1\r") == Found(answer, 9)


@pytest.mark.parametrize(
    "received",
    [
        ANSWER,  # 48 bytes: a digit too many
        b"(208.4 140.0 208.4 034 59.9 20.5 35.0 0011000\r",
        b"(208.4 140.0 208.4 034 59.9 20.5 35.0 00110002\r",
        b"(208.4 140.0 208.4 034 59.9 20.5 35.0 00110000",
        b"(208.4 140.0 208.\xb4 034 59.9 20.5 35.0 00110000\r",
        b"208.4 140.0 208.4 034 59.9 20.5 35.0 00110000\r",
        b"",
    ],
)
def test_what_is_not_believed(received: bytes) -> None:
    assert find(UPS, received, b"Q1\r") is None


def test_the_echo_of_the_request_is_passed_over() -> None:
    anything = Shape(b"\r", 64, expect=re.compile("1"))
    assert find(anything, b"Q1\r", b"Q1\r") is None
    assert find(anything, b"Q1\r12\r", b"Q1\r") == Found(b"12\r", 3)


def test_noise_before_a_line_without_a_known_beginning_ends_at_the_last_odd_byte() -> None:
    anything = Shape(b"\r\n", 64, expect=re.compile("mg/L"))
    assert find(anything, b"\0x\xff1.25 mg/L\r\n", b"") == Found(b"1.25 mg/L\r\n", 3)


@pytest.mark.parametrize(("kind", "printed"), [(Sum.SUM, b"BF"), (Sum.XOR, b"5D")])
def test_checksums(kind: Sum, printed: bytes) -> None:
    shape = Shape(b"\r\n", 64, kind)
    line = framed(shape, b"Q=1")
    assert line == b"Q=1" + printed + b"\r\n"
    assert text_of(shape, line[:-2]) == "Q=1"
    assert find(shape, line.replace(b"1", b"2", 1), b"") is None


def test_a_line_that_is_too_long_is_none() -> None:
    shape = Shape(b"\n", 10, starts=b"$")
    assert find(shape, b"$123456789\n", b"") == Found(b"$123456789\n", 0)
    assert find(shape, b"$1234567890\n", b"") is None


@given(st.binary(max_size=200))
def test_any_bytes_are_a_line_or_none(received: bytes) -> None:
    for shape in (UPS, SUMMED):
        found = find(shape, received, b"Q1\r")
        assert found is None or len(found.frame) + found.noise == len(received)


@given(st.text("0123456789.,= QM", min_size=1, max_size=40), st.integers(0, 39), st.integers(1, 255))
def test_a_spoilt_byte_under_a_checksum_is_never_another_line(text: str, at: int, spoil: int) -> None:
    line = framed(SUMMED, text.encode())
    at %= len(line)
    bad = line[:at] + bytes([line[at] ^ spoil]) + line[at + 1 :]
    found = find(SUMMED, bad, b"")
    assert found is None or found.frame == line[-len(found.frame) :]


def test_in_noise_it_is_found() -> None:
    chance, quiet = Random(1), bytes(byte for byte in range(256) if byte not in b"(\r")
    answer = b"(208.4 140.0 208.4 034 59.9 20.5 35.0 00110000\r"
    for _ in range(2000):
        before, after = (bytes(chance.choices(quiet, k=chance.randrange(5))) for _ in "12")
        assert find(UPS, before + answer + after, b"Q1\r") == Found(answer, len(before) + len(after))


@pytest.mark.parametrize(
    ("text", "number"),
    [("12.5", 12.5), (" -0.1 ", -0.1), ("+3", 3.0), (".5", 0.5), ("1e3", 1000.0), ("1.2.3", None), ("nan", None),
     ("inf", None), ("1_0", None), ("", None), ("0x10", None), ("---", None), ("１", None)],
)  # fmt: skip
def test_numbers(text: str, number: float | None) -> None:
    assert number_in(text) == number
