"""Lines of text out of whatever bytes arrive: what ends them, what proves them, what stands in them.

A line is believed if all that the settings say of it is true: it begins as it should, has its length, its checksum is
right, its shape is the expected one, and every character is printable. What stands before its beginning is noise; a
line that is our own request is passed over.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from operator import xor
from typing import Final

from dau.core.instrument import Found

_PRINTABLE: Final = re.compile(rb"[\t\x20-\x7e]*")
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]{1,20}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})(?:[eE][+-]?[0-9]{1,2})?")


class Sum(StrEnum):
    """The checksum before the end of a line: two upper-case hexadecimal digits over everything before them."""

    NONE = "none"
    SUM = "sum"
    """The sum of the bytes, modulo 256."""
    XOR = "xor"


@dataclass(frozen=True, slots=True)
class Shape:
    """What is known of a line. ``length`` counts its characters without end and checksum."""

    ends: bytes
    longest: int
    checksum: Sum = Sum.NONE
    starts: bytes = b""
    length: int | None = None
    expect: re.Pattern[str] | None = None


def sum_of(kind: Sum, text: bytes) -> bytes:
    """Return the checksum of a text."""
    if kind is Sum.NONE:
        return b""
    return b"%02X" % (sum(text) & 0xFF if kind is Sum.SUM else reduce(xor, text, 0))


def framed(shape: Shape, text: bytes) -> bytes:
    """Return a text as it goes over the wire."""
    return text + sum_of(shape.checksum, text) + shape.ends


def find(shape: Shape, received: bytes, request: bytes) -> Found | None:
    """Return the first line that is believed, with its end. ``request`` is our own, to be passed over."""
    begin = 0
    while (end := received.find(shape.ends, begin)) >= 0:
        line = received[begin:end]
        if not request or line + shape.ends != request:
            for at in _beginnings(shape, line):
                if text_of(shape, line[at:]) is not None:
                    frame = received[begin + at : end + len(shape.ends)]
                    return Found(frame, len(received) - len(frame))
        begin = end + len(shape.ends)
    return None


def _beginnings(shape: Shape, line: bytes) -> Iterator[int]:
    """Yield where the line may begin, behind noise."""
    if not shape.starts:
        yield len(line) - len(_printable_end(line[-shape.longest :]))
        return
    at = line.find(shape.starts, max(0, len(line) - shape.longest))
    while at >= 0:
        yield at
        at = line.find(shape.starts, at + 1)


def _printable_end(line: bytes) -> bytes:
    """Return the part of a line that follows its last byte which is no character."""
    return re.split(rb"[^\t\x20-\x7e]", line)[-1]


def text_of(shape: Shape, line: bytes) -> str | None:
    """Return the text of a line without its end and checksum, if it is believed."""
    if len(line) > shape.longest or not line.startswith(shape.starts) or not _PRINTABLE.fullmatch(_inside(shape, line)):
        return None
    if shape.checksum is not Sum.NONE:
        line, printed = line[:-2], line[-2:]
        if printed != sum_of(shape.checksum, line):
            return None
    if not line or (shape.length is not None and len(line) != shape.length):
        return None
    text = line.decode("latin-1")
    return text if shape.expect is None or shape.expect.search(text) else None


def _inside(shape: Shape, line: bytes) -> bytes:
    """Return a line without its beginning, which may be a control character such as STX."""
    return line[len(shape.starts) :]


def number_in(text: str) -> float | None:
    """Return the number that a text is, blanks around it aside; None if it is none."""
    stripped = text.strip()
    return float(stripped) if _NUMBER.fullmatch(stripped) else None


def number_at_beginning(text: str) -> str:
    """Return the number that a text begins with, blanks before it aside; empty if with none."""
    found = _NUMBER.match(text.lstrip(" \t"))
    return found.group() if found else ""
