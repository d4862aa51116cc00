"""What people have of a packet: bytes, hexadecimal text, dumps of the usual tools."""

import pytest

from dau.cli.packet_input import bytes_of
from tests.hj212.vectors import EXAMPLE
from tests.hj212.vectors_2025 import RAW_CIPHER


def read(*chunks: bytes) -> bytes:
    return b"".join(bytes_of(chunks))


def lines(data: bytes) -> list[tuple[int, bytes]]:
    return [(place, data[place : place + 16]) for place in range(0, len(data), 16)]


def shown(row: bytes) -> str:
    return "".join(chr(byte) if 0x20 < byte < 0x7F else "." for byte in row)


def xxd(data: bytes) -> bytes:
    rows = [f"{place:08x}: {row.hex(' ', -2):<39}  {shown(row)}" for place, row in lines(data)]
    return "\n".join(rows).encode() + b"\n"


def hexdump(data: bytes) -> bytes:
    rows = [
        f"{place:08x}  {row[:8].hex(' '):<23}  {row[8:].hex(' '):<23}  |{shown(row)}|" for place, row in lines(data)
    ]
    return "\n".join([*rows, f"{len(data):08x}"]).encode() + b"\n"


def wireshark(data: bytes) -> bytes:
    rows = [f"{place:04x}  {row.hex(' '):<47}   {shown(row)}" for place, row in lines(data)]
    return "\n".join(rows).encode() + b"\n"


def tcpdump(*blocks: bytes) -> bytes:
    text = []
    for block in blocks:
        text.append("09:26:53.906 IP 10.0.0.7.40001 > 10.0.0.1.9000: Flags [P.], length 113")
        text += [f"\t0x{place:04x}:  {row.hex(' ', -2):<39}  {shown(row)}" for place, row in lines(block)]
    return "\n".join(text).encode() + b"\n"


def ip(data: bytes) -> bytes:
    """An IPv4 packet with a TCP segment that has 12 bytes of options, and padding behind it."""
    head = b"\x45\x00" + (52 + len(data)).to_bytes(2, "big") + bytes(5) + b"\x06" + bytes(10)
    return head + bytes(12) + b"\x80" + bytes(19) + data + bytes(3)


@pytest.mark.parametrize("data", [EXAMPLE, RAW_CIPHER, EXAMPLE[:-1] + b"\n" + EXAMPLE], ids=["text", "cipher", "two"])
@pytest.mark.parametrize("form", [bytes.hex, lambda data: data.hex(" "), xxd, hexdump, wireshark, tcpdump])
def test_forms(data: bytes, form: object) -> None:
    assert callable(form)
    made = form(data)
    text = made if isinstance(made, bytes) else made.encode()
    assert read(text) == data
    assert read(b"\n", *(bytes([byte]) for byte in text)) == data


@pytest.mark.parametrize("prefix", ["0x", "\\x"])
def test_hexadecimal_with_prefixes(prefix: str) -> None:
    text = ", ".join(f"{prefix}{byte:02X}" for byte in EXAMPLE)
    assert read(text.encode()) == EXAMPLE


def test_network_headers_are_left_out() -> None:
    assert read(tcpdump(ip(EXAMPLE[:50]), ip(EXAMPLE[50:]))) == EXAMPLE
    assert read(wireshark(bytes(12) + b"\x08\x00" + ip(EXAMPLE))) == EXAMPLE


@pytest.mark.parametrize(
    "data",
    [b"", EXAMPLE, b"AT+CSQ\r\n" + EXAMPLE, b"1234", b"GET / HTTP/1.1\r\n", b"00000000: 4141\n", RAW_CIPHER, b"\0\xff"],
)
def test_bytes_go_through(data: bytes) -> None:
    assert read(data) == data


def test_bytes_are_not_held_back() -> None:
    def endless() -> object:
        yield EXAMPLE
        raise AssertionError("the second piece was asked for before the first was given on")

    assert next(bytes_of(endless())) == EXAMPLE  # type: ignore[arg-type]
