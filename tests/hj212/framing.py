"""Puts a frame around a segment by hand, so that tests of the reader do not lean on the writer."""

HEADER = "QN=20240101000000001;ST=32;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=5;"


def by_definition(data: bytes) -> int:
    """HJ 212-2017 appendix A.1, step by step."""
    register = 0xFFFF
    for byte in data:
        register = (register >> 8) ^ byte
        for _ in range(8):
            lowest = register & 1
            register >>= 1
            if lowest:
                register ^= 0xA001
    return register


def frame(segment: str | bytes, *, length: str | None = None, crc: str | None = None, tail: bytes = b"\r\n") -> bytes:
    """Return the frame of ``segment`` with any part replaced."""
    data = segment.encode() if isinstance(segment, str) else segment
    printed = f"{by_definition(data):04X}" if crc is None else crc
    return b"##" + (length or f"{len(data):04}").encode() + data + printed.encode() + tail


def content(text: str, header: str = HEADER) -> bytes:
    """Return a good frame with this content."""
    return frame(f"{header}CP=&&{text}&&")
