"""Reads a frame that is exactly as its edition prints it, in few steps; any other is left to the tolerant reader.

What it returns is what the tolerant way would return, without a deviation. It never accepts what that way would reject:
whatever it does not know is None.
"""

import re
from functools import partial

from dau.hj212.commands import is_interaction
from dau.hj212.conformity import are_numbers
from dau.hj212.crc import PRINTED_CRC, Crc, crc212
from dau.hj212.dialect import Dialect, Edition, dialect, edition_of
from dau.hj212.frame import Received, received_exactly
from dau.hj212.header import packet_from
from dau.hj212.packet import Packet, Pair, packet_like
from dau.hj212.sealing import GROUP, Keys
from dau.hj212.shape import Shape, pattern_of, shape_of

_NUMBERS = rb"PNUM=[1-9][0-9]{0,3};PNO=[1-9][0-9]{0,3}"
_HEADER = re.compile(
    rb"##[0-9]{4}QN=[0-9]{17};(ST=[0-9A-Z]{2};CN=[0-9]{4};PW=[0-9A-Za-z]{6};MN=[0-9A-F]{24};"
    rb"Flag=(?:[45]|[67];%b|(?:[89]|1[01];PNUM=[1-9];PNO=[1-9])(?:;RF=1)?);)CP=&&" % _NUMBERS
)
_HEADER_2005 = re.compile(
    rb"##[0-9]{4}(?:QN=[0-9]{17};(?=[^&]*;Flag=))?((?:%b;(?=[^&]*;Flag=[23];))?ST=[0-9A-Z]{2};CN=[0-9]{4};"
    rb"PW=[0-9A-Za-z]{6};MN=[0-9A-Za-z]{14};(?:Flag=[0-3];)?)CP=&&" % _NUMBERS
)
_AROUND = len("##0000" + "0000\r\n")
_END = len("&&0000\r\n")
_LONGEST = min(dialect(edition).max_segment for edition in Edition)
_LONGEST_CONTENT = min(dialect(edition).max_content for edition in Edition)
_KINDS = 32
"""Kinds of packet remembered by a reader: one unit sends about six, and what is not remembered is only slower."""
_SHAPES = 8
"""Shapes remembered for a kind."""


_NOTHING = re.compile(rb"(?!)")


class _Kind:
    """Packets with the same header but for QN, as one unit sends them, and the shapes of their areas.

    Attributes:
        header: the fields behind QN.
        model: a packet with these fields, and no content.
        edition: what its Flag claims.
    """

    def __init__(self, header: tuple[Pair, ...]) -> None:
        self.header = header
        self.model = packet_from(header, ())
        self.edition = edition_of(self.model.flag)
        self._last: Shape | None = None
        self._pattern = _NOTHING
        self._seen: set[Shape] = set()

    def shape_of(self, area: bytes) -> Shape | None:
        """Return the shape of an area in which nothing departs from the edition.

        Also None at the first sight of a shape: its pattern takes a millisecond to make, which is for units that come
        again and not for a stranger who invents names.
        """
        if self._pattern.fullmatch(area):
            return self._last
        shape = shape_of(area, self.edition)
        if shape not in self._seen:
            if shape is not None:
                self._remember(shape)
            return None
        self._last, self._pattern = shape, pattern_of(shape)
        return shape if self._pattern.fullmatch(area) else None

    def _remember(self, shape: Shape) -> None:
        if len(self._seen) >= _SHAPES:
            self._seen.clear()
        self._seen.add(shape)


class ExactReader:
    """Reads frames of one stream; each ``FrameReader`` has one. The kinds of packet it has met make it faster."""

    def __init__(self, rules: Dialect, keys: Keys) -> None:
        self._keys = keys
        self._longest = min(_LONGEST, rules.receive_cap) if rules.crcs[0] is Crc.HJ212 else -1
        self._kinds: dict[bytes, _Kind | None] = {}

    def read(self, buffer: bytes, at: int) -> Received | None:
        """Return the frame that begins at ``at`` if it is whole and exactly as printed, else None."""
        size = buffer[at + 2 : at + 6]
        if not size.isdigit():
            return None
        length = int(size)
        raw = buffer[at : at + length + _AROUND]
        if len(raw) != length + _AROUND or length > self._longest or raw[-2:] != b"\r\n" or raw[-8:-6] != b"&&":
            return None
        found = _HEADER.match(raw) or _HEADER_2005.match(raw)
        if found is None:
            return None
        header, start = found[1], found.end()
        if not 0 <= len(raw) - start - _END <= _LONGEST_CONTENT - len("CP=&&&&"):
            return None
        kind = self._kinds[header] if header in self._kinds else self._meet(header)
        if kind is None:
            return None
        area, key = raw[start:-_END], None
        if not raw.isascii():
            opened = self._open(raw, start, kind.model.mn)
            if opened is None:
                return None
            area, key = opened
        elif PRINTED_CRC[crc212(raw[6:-6])] != raw[-6:-2]:
            return None
        shape = kind.shape_of(area)
        return received_exactly(raw, kind.edition, key, partial(_tell, raw, kind, shape, area)) if shape else None

    def _meet(self, header: bytes) -> _Kind | None:
        """Work out what a header says, without its QN; None if the tolerant way finds a departure in it."""
        kind = _Kind(_pairs(header.decode("ascii")))
        model = kind.model
        answers_well = not is_interaction(model.cn) or (model.st == "91" and not model.needs_answer)
        is_exact = answers_well and (model.pnum is None or are_numbers(model, dialect(kind.edition)))
        if len(self._kinds) >= _KINDS:
            self._kinds.clear()
        self._kinds[header] = kind if is_exact else None
        return self._kinds[header]

    def _open(self, raw: bytes, start: int, mn: str | None) -> tuple[bytes, int | None] | None:
        """Return the area of a frame with bytes above 7F, and the key whose plaintext agrees with the CRC."""
        sealed = raw[start:-_END]
        if len(sealed) >= GROUP:
            for number, cipher in enumerate(self._keys.ciphers(mn)):
                area = cipher.open(sealed)
                if PRINTED_CRC[crc212(b"%b%b&&" % (raw[6:start], area))] == raw[-6:-2]:
                    return area, number
        return None


def _tell(raw: bytes, kind: _Kind, shape: Shape, area: bytes) -> tuple[Packet, tuple[Pair, ...]]:
    """Return packet and header of a frame that was found exact, in full."""
    qn = raw[9:26].decode("ascii") if raw.startswith(b"QN=", 6) else None
    header = kind.header if qn is None else (("QN", qn), *kind.header)
    return packet_like(kind.model, qn, shape.content(area)), header


def _pairs(header: str) -> tuple[Pair, ...]:
    """Return the fields of a header that is exact: name, equals sign, value, semicolon."""
    return tuple([(field[: field.index("=")], field[field.index("=") + 1 :]) for field in header.split(";")[:-1]])
