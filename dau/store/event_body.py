"""The text of an event in the database: JSON, one form for each kind of record, read as strictly as it is written."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NoReturn, TypeVar

from dau.core.events import Event, Info, NoiseMeasurement, RawResult, SerialNumber, StandardCheck
from dau.core.records import RecordKind
from dau.core.states import State
from dau.database import StoreError

T = TypeVar("T")

KINDS: Final[Mapping[type[Event], RecordKind]] = {
    RawResult: RecordKind.RAW,
    NoiseMeasurement: RecordKind.NOISE,
    StandardCheck: RecordKind.CHECK,
    SerialNumber: RecordKind.SERIAL_NUMBER,
    Info: RecordKind.INFO,
}
"""The kind of the record that tells each type of event."""


def channels_of(event: Event) -> Sequence[str]:
    """Return the names of the channels that an event tells of; none if it concerns the unit itself."""
    if isinstance(event, NoiseMeasurement):
        return [channel for channel, _ in event.values]
    return [] if event.channel is None else [event.channel]


def to_text(event: Event) -> str:
    """Return the event as JSON.

    Raises:
        ValueError: one of its numbers is not finite.
    """
    return json.dumps(_written(event), ensure_ascii=False, allow_nan=False)


def from_text(kind: RecordKind, text: str) -> Event:
    """Return the event of a record of this kind.

    Raises:
        StoreError: the text is no such event; the message names the kind and the field.
    """
    try:
        found = json.loads(text, parse_constant=_refuse)
    except ValueError as error:
        raise StoreError(f"cannot read the event of a record {kind.value}: it is no JSON: {error}") from error
    fields = _Fields(kind, found)
    event = _READERS[kind](fields)
    fields.end()
    return event


def _refuse(constant: str) -> NoReturn:
    """Python reads NaN and Infinity, which are no JSON and never written."""
    raise ValueError(f"{constant} is no number")


class _Fields:
    """The fields of a body, taken one by one, each of its very type; in the end none may be left."""

    def __init__(self, kind: RecordKind, found: object) -> None:
        self._kind = kind
        if not isinstance(found, dict):
            raise self._unreadable(f"it is {found!r}, expected an object")
        self._left: dict[str, object] = dict(found)

    def take(self, name: str, wanted: type[T]) -> T:
        if name not in self._left:
            raise self._unreadable(f"it lacks {name}")
        found = self._left.pop(name)
        if not isinstance(found, wanted) or isinstance(found, bool) is not (wanted is bool):
            raise self._unreadable(f"{name} is {found!r}, expected {wanted.__name__}")
        return found

    def maybe(self, name: str, wanted: type[T]) -> T | None:
        if name in self._left and self._left[name] is None:
            return self.take(name, type(None))
        return self.take(name, wanted)

    def measured(self, name: str) -> tuple[tuple[str, float | None], ...]:
        """Take pairs of a channel and its value."""
        found = self.take(name, list)
        pairs = []
        for pair in found:
            if not (isinstance(pair, list) and len(pair) == 2):
                raise self._unreadable(f"{name} has {pair!r}, expected a channel and its value")
            inner = _Fields(self._kind, {"channel": pair[0], "value": pair[1]})
            pairs.append((inner.take("channel", str), inner.maybe("value", float)))
        return tuple(pairs)

    def end(self) -> None:
        if self._left:
            raise self._unreadable(f"it has {', '.join(sorted(self._left))}, which no such event has")

    def _unreadable(self, reason: str) -> StoreError:
        return StoreError(f"cannot read the event of a record {self._kind.value}: {reason}")


def _written(event: Event) -> dict[str, object]:
    match event:
        case RawResult():
            return {
                "channel": event.channel,
                "value": _number(event.value),
                "states": int(event.states),
                "sampled_ms": event.sampled_ms,
                "completed_ms": event.completed_ms,
                "sample_type": event.sample_type,
            }
        case NoiseMeasurement():
            values = [[channel, _number(value)] for channel, value in event.values]
            return {"values": values, "states": int(event.states)}
        case StandardCheck():
            return {
                "channel": event.channel,
                "reading": float(event.reading),
                "standard": float(event.standard),
                "is_passed": event.is_passed,
            }
        case SerialNumber():
            return {"channel": event.channel, "number": event.number}
        case Info():
            return {"code": event.code, "value": event.value, "channel": event.channel}


def _number(value: float | None) -> float | None:
    """A whole number in the place of a real one is written as a real one, which reading insists on."""
    return None if value is None else float(value)


def _raw(fields: _Fields) -> RawResult:
    return RawResult(
        channel=fields.take("channel", str),
        value=fields.maybe("value", float),
        states=State(fields.take("states", int)),
        sampled_ms=fields.maybe("sampled_ms", int),
        completed_ms=fields.maybe("completed_ms", int),
        sample_type=fields.take("sample_type", str),
    )


def _noise(fields: _Fields) -> NoiseMeasurement:
    return NoiseMeasurement(fields.measured("values"), State(fields.take("states", int)))


def _check(fields: _Fields) -> StandardCheck:
    return StandardCheck(
        channel=fields.take("channel", str),
        reading=fields.take("reading", float),
        standard=fields.take("standard", float),
        is_passed=fields.take("is_passed", bool),
    )


def _serial_number(fields: _Fields) -> SerialNumber:
    return SerialNumber(fields.take("channel", str), fields.take("number", str))


def _info(fields: _Fields) -> Info:
    return Info(fields.take("code", str), fields.take("value", str), fields.maybe("channel", str))


_READERS: Final[Mapping[RecordKind, Callable[[_Fields], Event]]] = {
    RecordKind.RAW: _raw,
    RecordKind.NOISE: _noise,
    RecordKind.CHECK: _check,
    RecordKind.SERIAL_NUMBER: _serial_number,
    RecordKind.INFO: _info,
}
