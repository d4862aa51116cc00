"""What happens at a site as items: results, checks, exchanged instruments, log entries (HJ 212-2017 C.39 to C.44)."""

import re
from collections.abc import Iterator
from typing import Final

from dau.core.events import Info, NoiseMeasurement, RawResult, SerialNumber, StandardCheck
from dau.core.records import Record
from dau.core.states import State, winner
from dau.hj212 import Item, LocalError, data_time
from dau.uplink.identity import Platform
from dau.uplink.telling.told import Told, told_channel

LONGEST_LOG: Final = 850
"""Bytes of a log entry: below the 890 of table B.10, so that the packet with its header stays below 1024."""

_LOG_CODE: Final = re.compile(r"i.1...")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]+")
_DOUBLED: Final = re.compile(r"([/&])(?=\1)")

StItem = tuple[str, Item]


def happened(record: Record, platform: Platform) -> Iterator[StItem]:
    """Yield the items of what happened, each with its system code; none if it concerns a channel of others.

    Raises:
        LocalError: the record says nothing of what happened.
    """
    match record.event:
        case NoiseMeasurement() as event:
            yield from _noise(event, record, platform)
        case Info() as event:
            yield from _info(event, record, platform)
        case RawResult() | StandardCheck() | SerialNumber() as event:
            told = told_channel(record, platform, event.channel)
            if told is not None:
                yield from ((told.st, item) for item in _items(event, told))
        case None:
            raise LocalError(f"record {record.id} of kind {record.kind}: holds no event, expected what happened")


def _items(event: RawResult | StandardCheck | SerialNumber, told: Told) -> Iterator[Item]:
    if isinstance(event, RawResult):
        yield _result(event, told)
    elif isinstance(event, SerialNumber):
        yield (("PolId", told.factor.code),)
        yield told.item([("SN", event.number)])
    else:
        yield told.item([("SampleRd", told.value(event.reading))])
        yield told.item([("StandardValue", told.value(event.standard))])
        yield told.item([("ResultType", "1" if event.is_passed else "0")])


def _result(event: RawResult, told: Told) -> Item:
    sampled, completed = (
        None if at_ms is None else data_time(at_ms) for at_ms in (event.sampled_ms, event.completed_ms)
    )
    fields = [
        ("SampleTime", sampled),
        ("CompleteTime", completed),
        ("SampleType", event.sample_type or None),
        ("Avg", told.value(event.value)),
    ]
    return told.item(fields, winner(event.states))


def _noise(event: NoiseMeasurement, record: Record, platform: Platform) -> Iterator[StItem]:
    values = dict(event.values)
    for name in platform.channels:  # in the platform's order
        told = told_channel(record, platform, name) if name in values else None
        if told is not None:
            state = winner(event.states)
            if values[name] is None and state is State.OK:
                state = State.NO_DATA
            yield told.st, told.item_flagged_if_odd([("Data", told.value(values[name]))], state)


def _info(event: Info, record: Record, platform: Platform) -> Iterator[StItem]:
    told = None if event.channel is None else told_channel(record, platform, event.channel)
    if event.channel is not None and told is None:
        return
    st = platform.st if told is None else told.st
    if told is not None:
        yield st, (("PolId", told.factor.code),)
    is_log = _LOG_CODE.fullmatch(event.code) is not None
    yield st, ((f"{event.code}-Info", f"//{log_text(event.value)}//" if is_log else event.value),)


def log_text(text: str) -> str:
    """Return a log entry as it may stand between its slashes: on one line, without marks of the protocol, not too long.

    What is cut off shows by three dots at the end.
    """
    plain = _DOUBLED.sub(r"\1 ", _CONTROL.sub(" ", text.encode("utf-8", "replace").decode()))
    if len(plain.encode()) <= LONGEST_LOG:
        return plain
    return plain.encode()[: LONGEST_LOG - 3].decode("utf-8", "ignore") + "..."
