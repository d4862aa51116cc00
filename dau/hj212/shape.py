"""The shape of a data area: its names and separators without its values.

A unit sends the same names over and over with other values. What is to be said about the names (do they form factors of
the edition, does one stand twice) and how values become items again is worked out once for each shape and remembered,
also as a pattern that tells in one step whether an area is another one of the kind.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter

from dau.hj212.conformity import note_content
from dau.hj212.content import PLAIN, SEPARATORS
from dau.hj212.deviation import Deviation
from dau.hj212.dialect import Edition, dialect
from dau.hj212.packet import Content, Pair

_REMEMBERED = 512
"""Shapes kept; a stranger who invents new ones only makes us work them out, as the tolerant way does every time."""

_TO_COMMAS = bytes.maketrans(b"=;", b",,")
_SAMPLES = {"DataTime": "20240101000000"}
_DAY = rb"(?:(?:0[1-9]|1[0-2])(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])(?:29|30)|(?:0[13578]|1[02])31)"
_TIME = rb"2[0-9]{3}" + _DAY + rb"(?:[01][0-9]|2[0-3])[0-5][0-9][0-5][0-9]"
_VALUE = b"[" + re.escape(PLAIN) + b"]*+"
_FLAGS = {Edition.E2005: rb"[A-Z0-9]", Edition.E2017: rb"[A-Z0-9]", Edition.E2025: rb"[A-Za-z0-9]{1,4}"}


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """Names that stand as the edition wants them. While it is remembered there is one object of each.

    Attributes:
        edition: whose names they are.
        names: in their order.
        cuts: which of them make each item.
        items: makes the items of pairs in their order.
    """

    edition: Edition
    names: tuple[str, ...]
    cuts: tuple[slice, ...]
    items: Callable[[tuple[Pair, ...]], Content]

    def content(self, area: bytes) -> Content:
        """Return the items of an area of this shape."""
        if not area:
            return ()
        parts = area.translate(_TO_COMMAS).decode("ascii").split(",")
        return self.items(tuple(zip(self.names, parts[1::2], strict=False)))  # as many: the pattern has matched


def shape_of(area: bytes, edition: Edition) -> Shape | None:
    """Return the shape of an area if its names and separators are as the edition wants them, else None.

    That is ``name=value`` throughout, in characters without any meaning of their own: no blanks, no log text, nothing
    but ASCII. Of the values it says nothing, see ``pattern_of``.
    """
    parts = area.translate(_TO_COMMAS).decode("latin-1").split(",")
    return _shape(edition, area.translate(None, PLAIN), ",".join(parts[::2]))


@lru_cache(_REMEMBERED)
def _shape(edition: Edition, separators: bytes, joined: str) -> Shape | None:
    if not separators and not joined:
        return Shape(edition, (), (), lambda pairs: (pairs,))
    if not SEPARATORS.fullmatch(separators):
        return None
    names = tuple(joined.split(","))
    ends = [place for place, byte in enumerate(separators[1::2], start=1) if byte == ord(";")]
    cuts = tuple(slice(start, end) for start, end in zip([0, *ends], [*ends, len(names)], strict=True))
    pairs = [(name, _SAMPLES.get(name, "N")) for name in names]
    met: list[Deviation] = []
    note_content(tuple(tuple(pairs[cut]) for cut in cuts), dialect(edition), met.append)
    if met or not all(names):
        return None
    return Shape(edition, names, cuts, itemgetter(*cuts) if len(cuts) > 1 else lambda pairs: (pairs,))


@lru_cache(_REMEMBERED)
def pattern_of(shape: Shape) -> re.Pattern[bytes]:
    """Return what matches an area of this shape in which the values too are as the edition wants them."""
    items = (shape.names[cut] for cut in shape.cuts)
    return re.compile(b";".join(b",".join(_pair(name, shape.edition) for name in item) for item in items))


def _pair(name: str, edition: Edition) -> bytes:
    value = _TIME if name == "DataTime" else _FLAGS[edition] if name.endswith("-Flag") else _VALUE
    return re.escape(name).encode("ascii") + b"=" + value
