"""DCON on the wire: ``#01`` and a carriage return ask, ``>+08.074+05.794...`` answers, out of whatever bytes arrive.

An answer does not say who gives it. It is believed only if it is whole, its checksum is right where there is one, and
it has exactly as many numbers as were asked for, each of a sign, digits and one point in seven characters. Instead of a
number out of its range some makes send a text of their own (``-0000``, ``+9999.9``): that channel has no number then.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dau.core.instrument import Found, Query

CR: Final = b"\r"
MOST_NUMBERS: Final = 16
UNKNOWN: Final = 1
"""Code of the refusal ``?AA``: there is but one."""

_NUMBERS: Final = re.compile(r"(?:[+-][0-9.]{4,6})+")
_NUMBER: Final = re.compile(r"[+-][0-9.]{4,6}")
_SEVEN: Final = re.compile(r"[+-](?=.{6}$)[0-9]*\.[0-9]*$")
_OUT_OF_RANGE: Final = re.compile(r"[+-](?:0000|9999|9999\.9|9999\.|999999)$")
_TYPE: Final = re.compile(r"[0-9A-F]{6}$")
_REQUEST: Final = re.compile(rb"#[0-9A-F]{2,5}\r")
_ANSWER: Final = re.compile(rb"[>?][^\r]*\r")


class Ask(StrEnum):
    """What a question wants."""

    VALUES = "values"
    """``#AA``: the numbers of all channels."""
    CHANNEL = "channel"
    """``#AAN``: the number of one."""
    TYPE = "type"
    """``$AA2``: codes of range, speed and format, two hexadecimal digits each."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question to a module; ``numbers`` are how many it answers, for `Ask.VALUES`."""

    slave: int
    ask: Ask
    channel: int = 0
    numbers: int = 8
    checksum: bool = False


def sum_of(text: bytes) -> bytes:
    """Return the checksum of a command or answer: the sum of its bytes, as two upper-case hexadecimal digits."""
    return b"%02X" % (sum(text) & 0xFF)


def frame_of(text: str, *, checksum: bool) -> bytes:
    """Return a command or answer as it goes over the wire."""
    data = text.encode("ascii")
    return data + (sum_of(data) if checksum else b"") + CR


def query_of(question: Question) -> Query:
    """Return a question on the wire."""
    request = frame_of(_command(question), checksum=question.checksum)
    body = 6 if question.ask is Ask.TYPE else 7 * (question.numbers if question.ask is Ask.VALUES else 1)
    length = (4 if question.ask is Ask.TYPE else 2) + body + (2 if question.checksum else 0)
    return Query(request, lambda received: find(question, received), length, is_asked_already=_is_asked_already)


def _command(question: Question) -> str:
    match question.ask:
        case Ask.VALUES:
            return f"#{question.slave:02X}"
        case Ask.CHANNEL:
            return f"#{question.slave:02X}{question.channel:X}"
        case Ask.TYPE:
            return f"${question.slave:02X}2"


def find(question: Question, received: bytes) -> Found | None:
    """Return the answer to a question, if it is complete. See `Query`."""
    head = b"!%02X" % question.slave if question.ask is Ask.TYPE else b">"
    refusal = b"?%02X" % question.slave
    begin = 0
    while (end := received.find(CR, begin)) >= 0:
        line = received[begin:end]
        for mark in (head, refusal):
            for at in _places(line, mark):
                content = _content(line[at:], len(mark), question)
                if content is None:
                    continue
                frame = received[begin + at : end + 1]
                if mark is refusal and not content:
                    said = f"module {question.slave:02X} refuses {_command(question)}"
                    return Found(frame, len(received) - len(frame), said, UNKNOWN)
                if mark is head and _is_answer(question, content):
                    return Found(frame, len(received) - len(frame))
        begin = end + 1
    return None


def _places(line: bytes, mark: bytes) -> list[int]:
    return [at for at in range(len(line)) if line.startswith(mark, at)]


def _content(line: bytes, head: int, question: Question) -> str | None:
    """Return what stands behind the head of a line, without its checksum; None if that is wrong."""
    if question.checksum:
        line, printed = line[:-2], line[-2:]
        if len(line) < head or printed != sum_of(line):
            return None
    return line[head:].decode("ascii") if line.isascii() else None


def _is_answer(question: Question, content: str) -> bool:
    if question.ask is Ask.TYPE:
        return _TYPE.match(content) is not None
    wanted = question.numbers if question.ask is Ask.VALUES else 1
    if len(content) > 7 * wanted or not _NUMBERS.fullmatch(content):
        return False
    found = _NUMBER.findall(content)
    return len(found) == wanted and all(_SEVEN.match(each) or _OUT_OF_RANGE.match(each) for each in found)


def values_in(question: Question, frame: bytes) -> list[float | None]:
    """Return the numbers of an answer that was found, None where a channel is out of its range.

    Of `Ask.TYPE` the codes: range, speed, format.
    """
    text = frame[: -3 if question.checksum else -1].decode("ascii")
    if question.ask is Ask.TYPE:
        return [int(text[at : at + 2], 16) for at in (3, 5, 7)]
    found = _NUMBER.findall(text)
    return [float(each) if _SEVEN.match(each) and not _OUT_OF_RANGE.match(each) else None for each in found]


def _is_asked_already(heard: bytes) -> bool:
    """Whether another master has asked a module and its answer, which looks like ours, has still to come."""
    asked = [found.end() for found in _REQUEST.finditer(heard)]
    return bool(asked) and _ANSWER.search(heard, asked[-1]) is None
