"""What must hold for the codec whatever bytes arrive, as one function, and a source of bytes that try to break it.

Used by scripts/fuzz, standard library only. Invariants: the reader raises nothing and reports every byte once and in
order; ``decode`` raises only RemoteError; what was read can be sent again and reads the same, or is refused with
LocalError.
"""

from collections.abc import Callable
from contextlib import suppress
from random import Random

from dau.hj212 import FrameReader, LocalError, Received, RemoteError, decode, dialect, encode, group_factors
from tests.hj212.framing import frame
from tests.hj212.vectors import VECTORS

_LURES = (
    b"##",
    b"##0101",
    b"##9999",
    b"##101Q",
    b"\r\n",
    b"\n",
    b"\r",
    b"&&",
    b"&&0000\r\n",
    b"//",
    b"CP=&&",
    b";",
    b",",
)
_WORDS = (
    *_LURES,
    b"Flag=",
    b"PNUM=99999;",
    b"=",
    b" ",
    b"\xff",
    b"\xe6\xb8",
    b"\xb4\xab",
    b"w01018-Rtd=",
    b"DataTime=2",
    b"\0",
)


def a_case(random: Random) -> bytes:
    """Return bytes: noise, damaged frames of the vectors, or a frame with a good CRC around nonsense."""
    kind = random.randrange(4)
    if kind == 0:
        return random.randbytes(random.randrange(300))
    if kind == 1:
        return b"".join(random.choices(_WORDS, k=random.randrange(60)))
    if kind == 2:
        inside = b"".join(random.choices(_WORDS, k=random.randrange(20)))
        head = random.choice((b"CN=2011;CP=&&", b"ST=32;CN=9014;Flag=5;CP=&&", b""))
        return frame(head + inside + random.choice((b"&&", b"")), tail=random.choice((b"\r\n", b"\n", b"")))
    data = bytearray(b"".join(vector.frame for vector in random.choices(VECTORS, k=random.randint(1, 3))))
    for _ in range(random.randrange(8)):
        place = random.randrange(len(data) + 1)
        data[place : place + random.randrange(20)] = random.choice((*_LURES, random.randbytes(random.randrange(4))))
    return bytes(data)


def examine(data: bytes, random: Random, reader_of: Callable[[], FrameReader] = FrameReader) -> int:
    """Read ``data`` in pieces, checking all invariants; return how many frames were accepted.

    Raises:
        AssertionError: an invariant is broken. Any other exception is what the codec promises never to raise.
    """
    reader = reader_of()
    events = []
    place = 0
    while place < len(data):
        size = random.choice((1, 7, 100, len(data)))
        events += reader.receive(data[place : place + size])
        events += reader.give_up() if random.random() < 0.02 else []
        place += size
    events += reader.receive_end()
    assert b"".join(event.raw for event in events) == data, "bytes were lost, doubled or reordered"
    with suppress(RemoteError):
        decode(data)
    accepted = [event for event in events if isinstance(event, Received)]
    for event in accepted:
        _examine_received(event)
    return len(accepted)


def _examine_received(event: Received) -> None:
    group_factors(event.packet.cp)
    rules = dialect(event.edition)
    try:
        sent = encode(event.packet, rules)
    except LocalError:
        return
    again = decode(sent, rules).packet
    assert again == event.packet, f"{again} was sent as {event.packet}"
