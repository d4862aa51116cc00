"""The lines that go through the receiver's door, one JSON object each.

In, one line, no longer than `ORDER_LIMIT`. ``mn`` and ``cn`` are needed, the rest as in `Order`::

    {"mn": "...", "cn": "2061", "cp": [[["BeginTime", "20260101000000"]], [["EndTime", "20260101230000"]]]}

Out, any number of lines, the last of them with ``end``::

    {"wait": 1}                                          so many orders are before this one
    {"step": "request", "direction": "down", "at_ms": 1767225600000, "edition": "2017", "sending": 1,
     "header": [["QN", "..."], ...], "cp": [[["BeginTime", "..."]], ...], "deviations": []}
    {"end": "done", "code": 1, "detail": ""}

What is secret comes in and never goes out: PW, NewPW and NewSK are stars in every step.
"""

import json
from dataclasses import MISSING, asdict, fields
from typing import Any, Final

from dau.errors import DauError
from dau.hj212 import Content, Item, Pair
from dau.receiver.journal import Direction
from dau.receiver.orders import Ending, Order, Outcome, Part, Step, Told, Waiting

ORDER_LIMIT: Final = 16_384
"""Bytes of the longest order; what a packet can carry is a fifteenth of it."""

LONGEST_TIMEOUT_S: Final = 86_400.0
MOST_RESENDS: Final = 99
KINDS: Final = {
    "mn": "string", "cn": "string", "pw": "string", "st": "string", "via": "string",
    "timeout_s": "seconds", "execution_timeout_s": "seconds", "resends": "number", "cp": "cp",
    "is_as_given": "flag",
}  # fmt: skip


class BadLine(DauError):
    """A line through the door is not what was expected. Example: it is no JSON."""


def order_line(order: Order) -> bytes:
    """Return the line of an order; what was not given is left out. It holds the password, if one was given."""
    return _line({name: value for name, value in asdict(order).items() if value is not None})


def told_line(told: Told) -> bytes:
    """Return the line of what is told while an order is under way."""
    if isinstance(told, Waiting):
        return _line({"wait": told.before})
    shown = asdict(told)
    return _line({"step": shown.pop("part"), **shown})


def ending_line(ending: Ending) -> bytes:
    """Return the last line."""
    return _line({"end": ending.outcome, "code": ending.code, "detail": ending.detail})


def read_order(line: bytes) -> Order:
    """Return the order of a line from whoever knocked.

    Raises:
        BadLine: it is none; the message says what was found, but no value, for it may be a password.
    """
    found = _object(line)
    unknown = found.keys() - KINDS.keys()
    if unknown:
        raise BadLine(f"order: {len(unknown)} unknown names, expected some of {', '.join(KINDS)}")
    missing = [each.name for each in fields(Order) if each.default is MISSING and each.name not in found]
    if missing:
        raise BadLine(f"order: without {' and '.join(missing)}")
    for name, value in found.items():
        if not _is(KINDS[name], value):
            raise BadLine(f"order: {name} is no {KINDS[name]}")
    return Order(**found | {"cp": _content(found.get("cp", []))})


def read_told(line: bytes) -> Told | Ending:
    """Return what the receiver says.

    Raises:
        BadLine: it is nothing that a receiver of this version says.
    """
    found = _object(line)
    try:
        if "wait" in found:
            return Waiting(int(found["wait"]))
        if "end" in found:
            return Ending(Outcome(found["end"]), found["code"], str(found["detail"]))
        return Step(
            at_ms=int(found["at_ms"]),
            direction=Direction(found["direction"]),
            part=Part(found["step"]),
            edition=str(found["edition"]),
            header=_item(found["header"]),
            cp=_content(found["cp"]),
            deviations=tuple(found["deviations"]),
            sending=int(found["sending"]),
        )
    except (KeyError, ValueError, TypeError) as error:
        raise BadLine(f"the receiver said what this program does not know: {error!r}") from error


def _line(shown: dict[str, Any]) -> bytes:
    return json.dumps(shown, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def _object(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadLine(f"a line of {len(line)} bytes is no JSON") from error
    if not isinstance(found, dict):
        raise BadLine("a line is no JSON object")
    return found


def _is(kind: str, value: object) -> bool:
    """Tell whether a value of an order is of that kind."""
    match kind:
        case "string":
            return isinstance(value, str) and _is_text(value)
        case "seconds":
            return isinstance(value, int | float) and value is not True and 0 < value <= LONGEST_TIMEOUT_S
        case "number":
            return type(value) is int and 0 <= value <= MOST_RESENDS
        case "flag":
            return isinstance(value, bool)
    return isinstance(value, list) and all(isinstance(item, list) and all(map(_is_pair, item)) for item in value)


def _is_pair(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(_is("string", each) for each in value)


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:  # half a surrogate pair, which JSON can spell and UTF-8 cannot
        return False
    return True


def _content(found: list[Any]) -> Content:
    return tuple(_item(item) for item in found)


def _item(found: list[Any]) -> Item:
    return tuple(_pair(pair) for pair in found)


def _pair(found: list[Any]) -> Pair:
    name, value = found
    return str(name), str(value)
