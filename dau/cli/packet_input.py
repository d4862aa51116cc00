"""Turns what people have of a packet into its bytes: the bytes themselves, hexadecimal text, or a dump with offsets.

Dumps are those of xxd, ``hexdump -C``, ``tcpdump -X`` and Wireshark. Where a dumped block begins with an IPv4 or
Ethernet header in front of TCP, only what TCP carries is taken.
"""

import re
from collections.abc import Iterable, Iterator

_DUMP_LINE = re.compile(rb"[ \t]*(?:0x)?([0-9A-Fa-f]{4,8}):?[ \t]+((?:[0-9A-Fa-f]{2}){1,2}(?:[ \t].*)?)")
_TCPDUMP = re.compile(rb"[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]+ IP")
_HEXADECIMAL = re.compile(rb"(?:0[xX]|\\x)?[0-9A-Fa-f]{2}(?:(?:[\s:,-]|0[xX]|\\x)*[0-9A-Fa-f]{2})*")
_DIGITS = re.compile(rb"[0-9A-Fa-fxX\\\s:,-]+")
_NOT_DIGITS = re.compile(rb"0[xX]|\\x|[\s:,-]")
_BYTES = re.compile(rb"(?:[0-9A-Fa-f]{2}){1,2}")
_GAP = re.compile(rb"[ \t]{2,}")
_HEAD = b"##"
_ETHERNET, _IPV4_INSIDE = 14, b"\x08\x00"
_TCP = 6
_ENOUGH = 100
"""Bytes without a line end that show what the input is."""


def bytes_of(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the bytes of packets. Bytes go through at once; text that has to be understood is taken whole."""
    source = iter(chunks)
    first = _beginning(source)
    if not _may_be_text(first):
        yield first
        yield from source
        return
    whole = first + b"".join(source)
    yield _of_dump(whole) or _of_hexadecimal(whole) or whole


def _beginning(source: Iterator[bytes]) -> bytes:
    """Return as much as it takes to see what the input is: a line, or the beginning of a frame."""
    first = b""
    for chunk in source:
        first += chunk
        if _HEAD in first or b"\n" in first.lstrip() or len(first) > _ENOUGH:
            break
    return first


def _may_be_text(chunk: bytes) -> bool:
    line = next((line for line in chunk.splitlines() if line.strip()), b"")
    return not line.lstrip().startswith(_HEAD) and (
        _TCPDUMP.match(line) is not None
        or _DIGITS.fullmatch(line) is not None
        or any(map(_DUMP_LINE.fullmatch, chunk.splitlines()[:50]))
    )


def _of_hexadecimal(text: bytes) -> bytes:
    """Return the bytes that hexadecimal text stands for, nothing if it is none or holds no beginning of a frame."""
    if not _HEXADECIMAL.fullmatch(text.strip()):
        return b""
    data = bytes.fromhex(_NOT_DIGITS.sub(b"", text).decode("ascii"))
    return data if _HEAD in data else b""


def _of_dump(text: bytes) -> bytes:
    """Return what the blocks of a dump carry, nothing if there is no beginning of a frame in them."""
    blocks: list[bytearray] = []
    for line in text.splitlines():
        found = _DUMP_LINE.fullmatch(line)
        if not found:
            continue
        if not blocks or int(found[1], 16) == 0:
            blocks.append(bytearray())
        blocks[-1] += _of_line(found[2])
    data = b"".join(_carried(bytes(block)) for block in blocks)
    return data if _HEAD in data else b""


def _of_line(text: bytes) -> bytes:
    """Return the bytes of one line behind its offset, without the column of characters."""
    if b"|" in text:
        columns = [text[: text.index(b"|")]]
    else:
        first, *others = _GAP.split(text)
        halves = len(first.split()) == 8 and others and len(others[0].split()) <= 8
        columns = [first, others[0]] if halves and all(map(_BYTES.fullmatch, others[0].split())) else [first]
    digits = b"".join(token for column in columns for token in column.split() if _BYTES.fullmatch(token))
    return bytes.fromhex(digits.decode("ascii"))


def _carried(block: bytes) -> bytes:
    """Return what TCP carries if the block is an IPv4 packet, with or without Ethernet around it; else the block."""
    if block[12:14] == _IPV4_INSIDE and block[_ETHERNET : _ETHERNET + 1] == b"\x45":
        block = block[_ETHERNET:]
    if block[:1] != b"\x45" or len(block) < 40 or block[9] != _TCP:
        return block
    end = int.from_bytes(block[2:4], "big")
    return block[20 + (block[32] >> 4) * 4 : end]
