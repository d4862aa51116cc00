"""What must hold for the codec whatever bytes arrive, as one function, and a source of bytes that try to break it.

Used by scripts/fuzz, standard library only. Invariants: the reader raises nothing and reports every byte once and in
order; the pieces in which bytes come change no frame; the short way for exact frames gives what the tolerant way gives;
``decode`` raises only RemoteError; what was read can be sent again and reads the same, or is refused with LocalError.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from random import Random

from dau.hj212 import (
    HJ2017,
    AreaCipher,
    Event,
    FrameReader,
    LocalError,
    Received,
    RemoteError,
    Rubbish,
    decode,
    dialect,
    encode,
    group_factors,
)
from tests.hj212.framing import frame
from tests.hj212.tolerant import TolerantReader, shown
from tests.hj212.vectors import GOOD, VECTORS

CORPUS = Path(__file__).parent / "corpus"
"""Inputs worth trying again: each file is one stream of bytes."""

_LURES = (
    *(b"##", b"##0101", b"##9999", b"##101Q", b"\r\n", b"\n", b"\r", b"&&", b"&&0000\r\n", b"//", b"CP=&&", b";", b","),
    *(b"{0x", b"{0x41,0x42}", b"Flag=9;", b"RF=1;"),
)
_WORDS = (
    *_LURES,
    *(b"Flag=", b"PNUM=99999;", b"=", b" ", b"\xff", b"\xe6\xb8", b"\xb4\xab", b"w01018-Rtd=", b"DataTime=2", b"\0"),
)


class Mirror:
    """A cipher without any library, which is none: each whole group of 16 bytes against one byte of noise."""

    def __init__(self, noise: int) -> None:
        self._table = bytes(byte ^ noise for byte in range(256))

    def seal(self, area: bytes) -> bytes:
        """Change the whole groups, leave the rest."""
        whole = len(area) // 16 * 16
        return area[:whole].translate(self._table) + area[whole:]

    open = seal


class MirrorKeys:
    """Two of them, the same for every unit."""

    def ciphers(self, mn: str | None) -> Sequence[AreaCipher]:
        """Return the current and the previous one."""
        return _MIRRORS


_MIRRORS = (Mirror(0xA5), Mirror(0xC3))
KEYS = MirrorKeys()


def reader_with_keys() -> FrameReader:
    """Return the reader that is tried."""
    return FrameReader(HJ2017, KEYS)


def a_case(random: Random) -> bytes:
    """Return bytes: noise, damaged frames, encrypted ones, or a frame with a good CRC around nonsense."""
    kind = random.randrange(6)
    if kind == 0:
        return random.randbytes(random.randrange(300))
    if kind == 1:
        return b"".join(random.choices(_WORDS, k=random.randrange(60)))
    if kind == 2:
        inside = b"".join(random.choices(_WORDS, k=random.randrange(20)))
        head = random.choice((b"CN=2011;CP=&&", b"ST=32;CN=9014;Flag=5;CP=&&", b""))
        return frame(head + inside + random.choice((b"&&", b"")), tail=random.choice((b"\r\n", b"\n", b"")))
    if kind == 3:
        return _damaged(random.choice(_files()), random)
    frames = [_a_frame(random) for _ in range(random.randint(1, 3))]
    return _damaged(b"".join(frames * random.choice((1, 3))), random)


def _a_frame(random: Random) -> bytes:
    """Return a frame of the vectors, sometimes in 2025 and encrypted."""
    if random.random() < 0.6:
        return random.choice(VECTORS).frame
    packet = decode(random.choice(GOOD).frame).packet
    with suppress(LocalError):
        return encode(packet, HJ2017, random.choice(_MIRRORS))
    return b""


def _damaged(whole: bytes, random: Random) -> bytes:
    data = bytearray(whole)
    for _ in range(random.randrange(8)):
        place = random.randrange(len(data) + 1)
        data[place : place + random.randrange(20)] = random.choice((*_LURES, random.randbytes(random.randrange(4))))
    return bytes(data)


def _files() -> Sequence[bytes]:
    if not _READ:
        _READ.extend(path.read_bytes() for path in sorted(CORPUS.iterdir()))
    return _READ


_READ: list[bytes] = []


def examine(data: bytes, random: Random, reader_of: Callable[[], FrameReader] = reader_with_keys) -> int:
    """Read ``data`` in several ways, checking all invariants; return how many frames were accepted.

    Raises:
        AssertionError: an invariant is broken. Any other exception is what the codec promises never to raise.
    """
    whole = _read(data, [len(data)], reader_of())
    pieces = _read(data, [random.choice((1, 7, 100, len(data) or 1)) for _ in range(len(data) + 1)], reader_of())
    assert _frames(whole) == _frames(pieces), "the pieces in which bytes came changed their meaning"
    tolerant = _read(data, [len(data)], TolerantReader(HJ2017, KEYS))
    assert shown(whole) == shown(tolerant), "the short way and the tolerant way differ"
    _examine_giving_up(data, random, reader_of())
    with suppress(RemoteError):
        decode(data, keys=KEYS)
    accepted = [event for event in whole if isinstance(event, Received)]
    for event in accepted:
        _examine_received(event)
    return len(accepted)


def _read(data: bytes, sizes: Sequence[int], reader: FrameReader) -> Sequence[Event]:
    events: list[Event] = []
    place = 0
    for size in sizes:
        events += reader.receive(data[place : place + size])
        place += size
    events += reader.receive_end()
    assert b"".join(event.raw for event in events) == data, "bytes were lost, doubled or reordered"
    return events


def _frames(events: Sequence[Event]) -> list[object]:
    """Return the events without rubbish, which may come in several pieces."""
    return shown([event for event in events if not isinstance(event, Rubbish)])


def _examine_giving_up(data: bytes, random: Random, reader: FrameReader) -> None:
    place = random.randrange(len(data) + 1)
    events = [*reader.receive(data[:place]), *reader.give_up(), *reader.receive(data[place:]), *reader.receive_end()]
    assert b"".join(event.raw for event in events) == data, "bytes were lost, doubled or reordered by giving up"


def _examine_received(event: Received) -> None:
    group_factors(event.packet.cp)
    rules = dialect(event.edition)
    cipher = None if event.key is None else _MIRRORS[event.key]
    try:
        sent = encode(event.packet, rules, cipher)
    except LocalError:
        return
    again = decode(sent, rules, KEYS)
    assert again.packet == event.packet, f"{again.packet} was sent as {event.packet}"
    assert again.key == event.key, f"key {again.key} opened what key {event.key} sealed"
