"""Listens to instruments, host computers and loggers that push HJ 212 text; the codec is that of the uplink.

A message is believed if its CRC and its declared length are right, and it is one that the settings ask for. The CRC of
HJ 212 alone has few values: of a few hundred spoilt messages one would pass. MN, PW and ST may be empty, as they are in
the field. A message that was sent again for one that had failed (``RF=1``) is answered but not taken: its values are
not those of now.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from dau.core.parameter_names import ParameterName
from dau.core.states import State
from dau.core.told import Oddity, Parameter, Remark, Told
from dau.hj212 import (
    HJ2017,
    Deviation,
    Event,
    FactorFields,
    FrameReader,
    LocalError,
    Packet,
    Received,
    data_receipt,
    dialect,
    edition_of,
    encode,
    group_factors,
    is_backfilled,
    parse_data_time,
)
from drivers.hj212.tables import STANDARD_FLAGS, LineKeys, Point
from drivers.profile.hearing import Message, Remarks
from drivers.profile.model import BlockKeys
from drivers.profile.values import Raw

LONGEST: Final = 4096
"""The longest data segment that is taken, bytes; it bounds what is kept of an unfinished message."""

LONGEST_TEXT: Final = 64
"""What is kept of a value that is a text."""

DOUBTFUL: Final = frozenset({Deviation.LENGTH_WRONG, Deviation.LENGTH_THREE_DIGITS})
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]{1,20}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})(?:[eE][+-]?[0-9]{1,2})?")


class Hj212Ear:
    """The ear for one sender. See `drivers.profile.hearing.Ear`."""

    def __init__(self, line: LineKeys, homes: Sequence[tuple[BlockKeys, Sequence[Point]]]) -> None:
        self._line = line
        self._points = [point for _, points in homes for point in points]
        words = {**STANDARD_FLAGS, **line.flags}
        self._flags = {flag: State.FAULT if word == "suspect" else State[word.upper()] for flag, word in words.items()}
        self._reader = FrameReader(replace(HJ2017, receive_cap=LONGEST))
        self._remarks = Remarks()
        self._heard = 0  # bytes so far
        self._last = b""  # the last of them

    @property
    def device(self) -> str:
        """See `Ear`."""
        return f"HJ 212 sender {self._line.mn or 'of any MN'}"

    def hear(self, data: bytes) -> tuple[Sequence[Message], bytes]:
        """See `Ear`."""
        messages: list[Message] = []
        replies = b""
        for event in self._events(data):
            if not isinstance(event, Received) or not self._is_ours(event):
                continue
            if self._line.answers and event.packet.needs_answer:
                replies += _receipt(event.packet)
            if event.packet.cn in self._line.commands and not is_backfilled(event.packet):
                messages += self._messages(event.packet)
        return messages, replies

    def _events(self, data: bytes) -> list[Event]:
        """Return what the bytes complete. A message behind which another begins is not waited for any longer."""
        waiting = self._reader.pending_at
        events = self._reader.receive(data)
        seam = self._last + data
        another = seam.rfind(b"##")
        begins = another + self._heard - len(self._last)
        self._heard += len(data)
        self._last = seam[-1:]
        if another >= 0 and waiting is not None and self._reader.pending_at == waiting < begins:
            events += self._reader.give_up()
        return events

    def _is_ours(self, received: Received) -> bool:
        if self._line.mn is not None and received.packet.mn != self._line.mn:
            return False
        return self._line.any_length or not DOUBTFUL.intersection(received.deviations)

    def _messages(self, packet: Packet) -> list[Message]:
        factors = {factor.code: factor for factor in group_factors(packet.cp)}
        raws: dict[str, Raw] = {}
        states: dict[str, State] = {}
        more: list[Told] = []
        for point in self._points:
            factor = factors.get(point.code)
            text = None if factor is None else factor.get(point.item)
            if factor is None or text is None:
                continue
            raws[point.name] = _raw(text)
            states[point.name], remarks = self._state(factor)
            more += remarks
        if not raws:
            return []
        if self._line.route is not None:
            more.append(Parameter(ParameterName.ROUTE, self._line.route))
        at_ms = parse_data_time(packet.first("DataTime") or "")
        return [Message(raws, states=states, data_ms=at_ms, more=more)]

    def _state(self, factor: FactorFields) -> tuple[State, Sequence[Remark]]:
        """Return the state that the flag of a factor gives; a factor without a flag is well."""
        flag = factor.get("Flag")
        if not flag:
            return State.OK, ()
        state = self._flags.get(flag)
        if state is not None:
            return state, ()
        remark = Remark(Oddity.UNKNOWN_WORD, f"flag of {factor.code} is {flag!r:.20}, which is not listed")
        return State.FAULT, self._remarks.once(remark)


def _raw(text: str) -> Raw:
    stripped = text.strip()[:LONGEST_TEXT]
    return float(stripped) if _NUMBER.fullmatch(stripped) else stripped or None


def _receipt(packet: Packet) -> bytes:
    """Return the receipt for an upload; nothing where what it sent cannot be repeated in good manners."""
    try:
        return encode(data_receipt(packet), dialect(edition_of(packet.flag)))
    except LocalError:
        return b""
