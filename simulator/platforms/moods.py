"""What a platform in a certain mood does when a packet comes: pure, by the table of commands and a seed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random
from typing import Final

from dau.hj212 import (
    Edition,
    LocalError,
    Packet,
    Role,
    command,
    data_receipt,
    dialect,
    encode,
    is_interaction,
    notice_receipt,
    request_receipt,
)

TRAVEL_S: Final = 0.02
LATE_S: Final = 25.0
"""Later than the time-out of one packet (10 s) and its first resend."""

REFUSED: Final = 2


class Mood(StrEnum):
    """How a platform takes what it gets."""

    GOOD = "good"
    SILENT = "silent"  # never answers
    LATE = "late"  # answers after the unit has lost patience
    TWICE = "twice"  # says everything two times
    WRONG_QN = "wrong-qn"  # answers another packet than this one
    REFUSING = "refusing"  # answers uploads with 9011, QnRtn=2
    BAD_CRC = "bad-crc"  # answers with a checksum of its own
    CLOSING = "closing"  # hangs up instead of answering
    HALF = "half"  # hangs up in the middle of its answer


@dataclass(frozen=True, slots=True)
class Sending:
    """Bytes that leave ``delay_s`` after the packet came; ``hangs_up``: the connection ends behind them."""

    delay_s: float
    data: bytes
    hangs_up: bool = False


class Temper:
    """Draws a mood for each packet from those given, always in the same order for the same seed."""

    def __init__(self, moods: Sequence[Mood], seed: int) -> None:
        self._moods = tuple(moods) or (Mood.GOOD,)
        self._chance = Random(seed)

    def react(self, packet: Packet, edition: Edition) -> Sequence[Sending]:
        """Return what follows a packet of a unit; nothing follows one that wants no answer."""
        answer = answer_to(packet, edition)
        if answer is None:
            return ()
        mood = self._chance.choice(self._moods)
        frame = _frame(packet, answer, mood, edition)
        if mood is Mood.SILENT:
            return ()
        if mood is Mood.CLOSING:
            return (Sending(TRAVEL_S, b"", hangs_up=True),)
        if mood is Mood.HALF:
            return (Sending(TRAVEL_S, frame[: len(frame) // 2], hangs_up=True),)
        sending = Sending(LATE_S if mood is Mood.LATE else TRAVEL_S, frame)
        return (sending, sending) if mood is Mood.TWICE else (sending,)


def answer_to(packet: Packet, edition: Edition) -> Packet | None:
    """Return what the table of commands has a platform answer, None if nothing."""
    if is_interaction(packet.cn) or not packet.needs_answer:
        return None
    row = command(packet.cn, edition)
    answers = row.answers(Role.UNIT) if row else ("9014",)
    if "9013" in answers:
        return notice_receipt(packet)
    return data_receipt(packet) if "9014" in answers else None


def _frame(packet: Packet, answer: Packet, mood: Mood, edition: Edition) -> bytes:
    """Return the bytes of an answer; b"" if the unit's header cannot be echoed."""
    if mood is Mood.REFUSING:
        answer = request_receipt(packet, REFUSED)
    if mood is Mood.WRONG_QN and answer.qn is not None:
        answer = replace(answer, qn="20000101000000000")
    try:
        frame = encode(answer, dialect(edition))
    except LocalError:
        return b""
    if mood is Mood.BAD_CRC:
        return b"%bFFFF\r\n" % frame[:-6]
    return frame
