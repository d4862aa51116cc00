"""Takes the number, text or time of a point out of a line."""

import re
from collections.abc import Callable
from datetime import datetime

from drivers.line.pattern import compiled
from drivers.line.tables import Block, Kind, Point
from drivers.line.text import number_at_beginning, number_in
from drivers.profile.times import BEIJING, FIRST_YEAR
from drivers.profile.values import Raw

Take = Callable[[str], Raw]
"""Takes a point out of the text of a line, its beginning and all; None where there is none."""

LONGEST_TEXT = 64
"""What is kept of a text."""

_WORD_END = re.compile(r"[\s,;]")
_BITS = re.compile(r"[01]{1,64}")
_HEX = re.compile(r"[0-9A-Fa-f]{1,16}")


def taker(point: Point, block: Block) -> Take:
    """Return what takes a point out of a line."""
    cut = _cut(point, block)

    def take(line: str) -> Raw:
        text = cut(line)
        return None if text is None else _read(point.type, text)

    return take


def _cut(point: Point, block: Block) -> Callable[[str], str | None]:
    behind = len(block.starts or "")
    if point.word is not None:
        word, separator = point.word, block.separator

        def words(line: str) -> str | None:
            found = line[behind:].split(separator)
            return found[word] if word < len(found) else None

        return words
    if point.slice is not None:
        first, end = behind + point.slice[0], behind + sum(point.slice)
        return lambda line: line[first:end] if end <= len(line) else None
    if point.after is not None:
        label, is_number = point.after, point.type is Kind.NUMBER

        def behind_label(line: str) -> str | None:
            _, found, rest = line.partition(label)
            if not found:
                return None
            return number_at_beginning(rest) if is_number else _WORD_END.split(rest.lstrip(" \t"), maxsplit=1)[0]

        return behind_label
    pattern = compiled(point.match or "")

    def matched(line: str) -> str | None:
        found = pattern.search(line)
        return None if found is None else found[1]

    return matched


def _read(kind: Kind, text: str) -> Raw:
    stripped = text.strip()
    match kind:
        case Kind.NUMBER:
            return number_in(text)
        case Kind.BITS:
            return int(stripped, 2) if _BITS.fullmatch(stripped) else None
        case Kind.HEX:
            return int(stripped, 16) if _HEX.fullmatch(stripped) else None
        case Kind.TIME:
            return _seconds("".join(re.findall(r"[0-9]", text)))
        case Kind.TEXT:
            return stripped[:LONGEST_TEXT]


def _seconds(digits: str) -> int | None:
    if len(digits) not in {12, 14}:
        return None
    full = digits if len(digits) == 14 else f"20{digits}"
    try:
        moment = datetime.strptime(full, "%Y%m%d%H%M%S").replace(tzinfo=BEIJING)
    except ValueError:
        return None
    return round(moment.timestamp()) if moment.year >= FIRST_YEAR else None
