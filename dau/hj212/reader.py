"""Finds frames in a stream of bytes, and repairs what the field does to them.

HJ 212-2017 clause 6.3.1; reference 3 and 22.2. Rules of the search, from the first byte not yet reported:

1. A frame begins at ``##`` and four digits (three and a letter from senders that forget the leading zero). What
   precedes is Rubbish.
2. The declared length counts first: CR LF at the place it computes, and a CRC that agrees, settle the frame whatever
   its segment holds (``##``, ``&&``, line ends in log text).
3. Otherwise the first end behind the beginning is tried: a line end, or the next beginning. With ``&&`` and a CRC
   that agrees in front of it the frame ends there, and its length was wrong. This is tried at once, also while bytes
   are missing by the declared length: a sender whose length is too large waits for our answer and sends nothing more.
4. If neither holds, the bytes up to that first end are Rejected and the search goes on behind them, so that a good
   frame behind a bad one is found.

Each beginning costs at most two checksums over at most ``receive_cap`` bytes and each byte is looked at a bounded
number of times, so hostile input takes linear time. Between two calls the buffer holds less than one frame of
``receive_cap``. There is no clock here: when a half-received frame has waited long enough, the owner says so with
``give_up``.
"""

import re
from dataclasses import dataclass

from dau.hj212.deviation import Deviation
from dau.hj212.dialect import HJ2017, Dialect
from dau.hj212.errors import Fault, RemoteError
from dau.hj212.exact import ExactReader
from dau.hj212.frame import CRC_DIGITS, TAIL, Cut, Event, Received, Rejected, Rubbish, read_cut
from dau.hj212.sealing import NO_KEYS, Keys

_BEGINNING = re.compile(rb"##([0-9]{4}|[0-9]{3}(?=[A-Za-z]))")
_END = re.compile(rb"\n|##(?:[0-9]{4}|[0-9]{3}(?=[A-Za-z]))")
_HALF_BEGINNING = re.compile(rb"##?\Z|##[0-9]{1,3}\Z")
_LONGEST_HALF = 5


@dataclass(frozen=True, slots=True)
class _End:
    """The first end behind a beginning, both places counted from the beginning."""

    text: int  # end of what may be segment and CRC
    frame: int  # start of what follows
    tail: tuple[Deviation, ...]


@dataclass(slots=True)
class _Attempt:
    """What is known of the frame that begins at the first byte not yet reported; places count from there."""

    head: int  # bytes of "##" and the length
    declared: int
    scanned: int  # where the search for the first end goes on
    end: _End | None = None
    end_failed: RemoteError | None = None


class FrameReader:
    """Turns received bytes into events. Every byte comes out exactly once, in order, in the ``raw`` of one event.

    Never raises for received bytes.
    """

    def __init__(self, dialect: Dialect = HJ2017, keys: Keys = NO_KEYS) -> None:
        """``keys`` open encrypted packets; without them such packets are rejected."""
        self._dialect = dialect
        self._keys = keys
        self._exact = ExactReader(dialect, keys)
        self._buffer = b""
        self._at = 0  # first byte of the buffer not yet reported
        self._reported = 0  # bytes reported in earlier calls
        self._attempt: _Attempt | None = None

    @property
    def pending_at(self) -> int | None:
        """Place in the stream of the half-received frame, None if nothing is half received.

        The owner of a clock remembers when it first saw this number; if it is still the same too long after, it calls
        ``give_up``.
        """
        return self._reported if self._buffer else None

    def receive(self, data: bytes) -> list[Event]:
        """Take received bytes, in pieces of any size, and return what they complete."""
        self._buffer = self._buffer + data if self._buffer else bytes(data)
        return self._drain(final=False)

    def receive_end(self) -> list[Event]:
        """The stream has ended: return what the bytes still waiting are worth. The reader is empty afterwards."""
        return self._drain(final=True)

    def give_up(self) -> list[Event]:
        """The half-received frame has waited too long: judge it as it stands and go on behind it."""
        events = [self._next(final=True)] if self._buffer else []
        return [event for event in events if event] + self._drain(final=False)

    def _drain(self, final: bool) -> list[Event]:
        events: list[Event] = []
        while self._at < len(self._buffer) and (event := self._next(final)):
            events.append(event)
        self._buffer = self._buffer[self._at :]
        self._reported += self._at
        self._at = 0
        return events

    def _next(self, final: bool) -> Event | None:
        """Report the next event and step over its bytes; None if more bytes are needed."""
        event: Event | None = self._exact.read(self._buffer, self._at)
        if event:
            self._attempt = None
        elif self._attempt is None:
            event = self._begin(final)
        if self._attempt is not None:
            event = self._settle(self._attempt, final)
            if event:
                self._attempt = None
        if event:
            self._at += len(event.raw)
        return event

    def _begin(self, final: bool) -> Rubbish | None:
        """Start an attempt if a frame begins here, else return the rubbish in front of the next beginning."""
        found = _BEGINNING.search(self._buffer, self._at)
        if found and found.start() == self._at:
            head = found.end() - found.start()
            self._attempt = _Attempt(head=head, declared=int(found[1]), scanned=head)
            return None
        until = found.start() if found else len(self._buffer) - (0 if final else self._half(len(self._buffer)))
        return Rubbish(self._buffer[self._at : until]) if until > self._at else None

    def _half(self, until: int) -> int:
        """Return how many bytes before ``until`` may become a beginning with what follows."""
        half = _HALF_BEGINNING.search(self._buffer[max(self._at, until - _LONGEST_HALF) : until])
        return len(half[0]) if half else 0

    def _settle(self, attempt: _Attempt, final: bool) -> Event | None:
        """Decide what the attempt is; None if more bytes can still change that."""
        size = len(self._buffer) - self._at
        usable = attempt.declared <= self._dialect.receive_cap
        undecided = usable and not final and size < self._whole(attempt)
        refused: RemoteError | None = None
        if usable and size >= self._whole(attempt):
            by_length = self._by_length(attempt)
            refused = by_length if isinstance(by_length, RemoteError) else None
            if isinstance(by_length, Received):
                return by_length
        self._look_for_end(attempt, final)
        if attempt.end and not attempt.end_failed and self._worth_trying(attempt, attempt.end, refused):
            by_end = self._by_end(attempt, attempt.end)
            if isinstance(by_end, Received):
                return by_end
            attempt.end_failed = by_end
        if undecided or not (attempt.end or size >= self._window(attempt)):
            return None
        return self._reject(attempt, refused)

    def _worth_trying(self, attempt: _Attempt, end: _End, refused: RemoteError | None) -> bool:
        """Tell whether the first end may be the true one although the declared length led to a tail."""
        return refused is None or (refused.fault is Fault.CRC and end.frame < self._whole(attempt))

    def _whole(self, attempt: _Attempt) -> int:
        return attempt.head + attempt.declared + CRC_DIGITS + len(TAIL)

    def _window(self, attempt: _Attempt) -> int:
        return attempt.head + self._dialect.receive_cap + CRC_DIGITS + len(TAIL)

    def _piece(self, start: int, stop: int) -> bytes:
        return self._buffer[self._at + start : self._at + stop]

    def _by_length(self, attempt: _Attempt) -> Received | RemoteError | None:
        """Read the frame of the declared length; None if no tail stands where it should."""
        whole = self._whole(attempt)
        crc = whole - len(TAIL) - CRC_DIGITS
        if self._piece(whole - len(TAIL), whole) != TAIL:
            return None
        cut = Cut(
            raw=self._piece(0, whole),
            declared=attempt.declared,
            segment=self._piece(attempt.head, crc),
            crc=self._piece(crc, crc + CRC_DIGITS),
            deviations=_head_deviations(attempt),
        )
        return self._read(cut)

    def _by_end(self, attempt: _Attempt, end: _End) -> Received | RemoteError:
        """Read the frame that ends at the first end, whatever length it declares."""
        text = self._piece(attempt.head, end.text)
        ampersands = text.rfind(b"&&")
        if ampersands < 0:
            return RemoteError(Fault.LENGTH, f"no && in the {len(text)} bytes up to the next line end or frame")
        segment = text[: ampersands + 2]
        deviations = (*_head_deviations(attempt), *end.tail)
        raw = self._piece(0, end.frame)
        return self._read(Cut(raw, attempt.declared, segment, text[ampersands + 2 :], deviations))

    def _read(self, cut: Cut) -> Received | RemoteError:
        try:
            return read_cut(cut, self._dialect, self._keys)
        except RemoteError as error:
            return error

    def _look_for_end(self, attempt: _Attempt, final: bool) -> None:
        """Find the first end within the window, looking at each byte once."""
        if attempt.end:
            return
        window = self._at + self._window(attempt)
        found = _END.search(self._buffer, self._at + attempt.scanned, window)
        if found:
            self._note_end(attempt, found.start() - self._at, found[0] == b"\n")
        elif final and len(self._buffer) < window:
            self._note_end(attempt, len(self._buffer) - self._at, False)
        else:
            attempt.scanned = max(attempt.head, len(self._buffer) - self._at - _LONGEST_HALF)

    def _note_end(self, attempt: _Attempt, place: int, line_end: bool) -> None:
        carriage_return = place > attempt.head and self._piece(place - 1, place) == b"\r"
        tail = () if line_end and carriage_return else (_TAIL_DEVIATION[line_end or carriage_return],)
        attempt.end = _End(place - carriage_return, place + line_end, tail)

    def _reject(self, attempt: _Attempt, refused: RemoteError | None) -> Rejected:
        """Give the attempt up to its first end, or to the end of the window without splitting a beginning there."""
        if attempt.end:
            until = attempt.end.frame
        else:
            until = self._window(attempt) - self._half(self._at + self._window(attempt))
        return Rejected(refused or self._refusal(attempt), self._piece(0, until))

    def _refusal(self, attempt: _Attempt) -> RemoteError:
        """Say why neither the declared length nor the first end made a frame."""
        came = len(self._buffer) - self._at - attempt.head
        cap = self._dialect.receive_cap
        failed = attempt.end_failed or RemoteError(Fault.LENGTH, f"no line end within {cap} bytes")
        declared = f"declared length {attempt.declared}"
        if attempt.declared > cap:
            return RemoteError(
                failed.fault, f"{declared} is above the {cap} bytes accepted; by the first end: {failed}"
            )
        if came < attempt.declared + CRC_DIGITS + len(TAIL):
            return RemoteError(Fault.INCOMPLETE, f"{declared}, but only {came} bytes came behind it")
        return RemoteError(failed.fault, f"no CR LF at the {declared}; by the first end: {failed}")


_TAIL_DEVIATION = {True: Deviation.TAIL_WRONG, False: Deviation.TAIL_MISSING}


def _head_deviations(attempt: _Attempt) -> tuple[Deviation, ...]:
    return () if attempt.head == 6 else (Deviation.LENGTH_THREE_DIGITS,)


def decode(raw: bytes, dialect: Dialect = HJ2017, keys: Keys = NO_KEYS) -> Received:
    """Read exactly one frame; ``keys`` open an encrypted one.

    Raises:
        RemoteError: the bytes are not one acceptable frame, or there are bytes beside it.
    """
    reader = FrameReader(dialect, keys)
    events = reader.receive(raw) + reader.receive_end()
    for event in events:
        if isinstance(event, Rejected):
            raise event.error
    if len(events) == 1 and isinstance(events[0], Received):
        return events[0]
    frames = sum(isinstance(event, Received) for event in events)
    beside = sum(len(event.raw) for event in events if isinstance(event, Rubbish))
    raise RemoteError(Fault.NO_FRAME, f"{frames} frames and {beside} bytes of rubbish, expected exactly one frame")
