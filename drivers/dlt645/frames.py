"""DL/T 645-2007 on the wire: reads of one data item, the search of their answers, answers in several frames.

A frame is ``68 A0..A5 68 C L data CS 16``: the address of 12 digits low byte first, control, length, data with 33H
added to each byte, the sum of all bytes from the first 68 on. Up to four FE may stand before it. An answer is believed
if address, control, item, length and checksum are right; the wildcard address AA.. takes the answer of any meter, and
is for lines with one meter alone. Our own bytes come back with the control code of a request and are passed over.
"""

from dataclasses import dataclass, replace
from typing import Final

from dau.core.instrument import Found, Query

START: Final = 0x68
END: Final = 0x16
OFFSET: Final = 0x33
LEAD_IN: Final = b"\xfe\xfe\xfe\xfe"
ANYBODY: Final = "AAAAAAAAAAAA"

READ: Final = 0x11
READ_ON: Final = 0x12
ANSWER: Final = 0x80
MORE: Final = 0x20
REFUSED: Final = 0x40

HEAD_BYTES: Final = 10
"""From the first 68 to the length."""
ITEM_BYTES: Final = 4
LONGEST: Final = 200
"""The most data of an answer to a read (DL/T 645-2007, 5.2.6)."""
MOST_FRAMES: Final = 32

REASONS: Final = (
    "other error",
    "no such data",
    "wrong password or not allowed",
    "speed cannot be changed",
    "too many time zones of the year",
    "too many time zones of the day",
    "too many tariffs",
)
"""Bits of the error byte (DL/T 645-2007, 7.1.3)."""
NO_SUCH_DATA: Final = 2
"""The bit of it that says so."""


@dataclass(frozen=True, slots=True)
class Question:
    """A read of one data item, or of the frame number ``sequence`` of its answer; ``item`` is as printed: 00010000."""

    meter: str
    item: str
    sequence: int = 0
    data_bytes: int = 4
    """How much is expected, for the time it needs on the line."""


def checksum(data: bytes) -> int:
    """Return the sum of the bytes, modulo 256."""
    return sum(data) & 0xFF


def frame_of(meter: str, control: int, data: bytes) -> bytes:
    """Return a frame without lead-in; ``data`` are as they are meant, 33H is added here."""
    shifted = bytes((byte + OFFSET) & 0xFF for byte in data)
    body = bytes([START]) + _low_first(meter) + bytes([START, control, len(data)]) + shifted
    return body + bytes([checksum(body), END])


def _low_first(digits: str) -> bytes:
    return bytes.fromhex(digits)[::-1]


def query_of(question: Question) -> Query:
    """Return a question on the wire."""
    control = READ_ON if question.sequence else READ
    sequence = bytes([question.sequence]) if question.sequence else b""
    request = LEAD_IN + frame_of(question.meter, control, _low_first(question.item) + sequence)
    length = len(LEAD_IN) + HEAD_BYTES + ITEM_BYTES + question.data_bytes + len(sequence) + 2
    return Query(request, lambda received: find(question, received), length)


def find(question: Question, received: bytes) -> Found | None:
    """Return the answer to a question, if it is complete. See `Query`."""
    control = ANSWER | (READ_ON if question.sequence else READ)
    at = received.find(START)
    while at >= 0:
        frame = _frame_at(received, at)
        if frame is not None and _is_from(frame, question.meter):
            noise = len(received) - len(frame)
            if frame[8] == control | REFUSED and len(frame) == HEAD_BYTES + 3:
                code = (frame[HEAD_BYTES] - OFFSET) & 0xFF
                return Found(frame, noise, f"meter refuses item {question.item}: {_reasons(code)}", code)
            if frame[8] in {control, control | MORE} and _is_of(frame, question):
                return Found(frame, noise)
        at = received.find(START, at + 1)
    return None


def _frame_at(received: bytes, at: int) -> bytes | None:
    """Return the whole and right frame that begins at a place, if there is one."""
    if len(received) < at + HEAD_BYTES or received[at + 7] != START or received[at + 9] > LONGEST:
        return None
    frame = received[at : at + HEAD_BYTES + received[at + 9] + 2]
    is_whole = len(frame) == HEAD_BYTES + received[at + 9] + 2
    return frame if is_whole and frame[-1] == END and frame[-2] == checksum(frame[:-2]) else None


def _is_from(frame: bytes, meter: str) -> bool:
    """Whether an address is the one asked; AA in it stands for any two digits."""
    return all(wanted in {0xAA, found} for wanted, found in zip(_low_first(meter), frame[1:7], strict=True))


def _is_of(frame: bytes, question: Question) -> bool:
    data = data_of(frame)
    if not data.startswith(_low_first(question.item)):
        return False
    return not question.sequence or (len(data) > ITEM_BYTES and data[-1] == question.sequence)


def _reasons(code: int) -> str:
    listed = [reason for bit, reason in enumerate(REASONS) if code >> bit & 1]
    return f"error {code:02X}H ({', '.join(listed) or 'no reason given'})"


def data_of(frame: bytes) -> bytes:
    """Return the data of a frame, the item first, 33H taken off."""
    return bytes((byte - OFFSET) & 0xFF for byte in frame[HEAD_BYTES:-2])


def frames_in(joined: bytes) -> list[bytes]:
    """Return the frames of one answer that `find` found one after the other."""
    frames: list[bytes] = []
    while joined:
        length = HEAD_BYTES + joined[9] + 2
        frames.append(joined[:length])
        joined = joined[length:]
    return frames


def follow_up(question: Question, joined: bytes) -> Question | None:
    """Return what is to be asked next, if the last frame of an answer announces another."""
    frames = frames_in(joined)
    if not frames[-1][8] & MORE or len(frames) >= MOST_FRAMES:
        return None
    return replace(question, meter=meter_of(frames[-1]), sequence=len(frames))


def meter_of(frame: bytes) -> str:
    """Return the address of the meter that sent a frame."""
    return frame[1:7][::-1].hex().upper()


def content(joined: bytes) -> bytes:
    """Return the data of an answer in all its frames, without item and sequence numbers; low byte first."""
    first, *others = frames_in(joined)
    return data_of(first)[ITEM_BYTES:] + b"".join(data_of(frame)[ITEM_BYTES:-1] for frame in others)
