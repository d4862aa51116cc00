"""The commands ``dau packet decode`` and ``dau packet encode``: HJ 212 frames to JSON lines and back."""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from io import BufferedIOBase
from typing import cast

import click

from dau.hj212 import (
    HJ2017,
    Content,
    Crc,
    Edition,
    Event,
    FrameReader,
    Item,
    LocalError,
    Packet,
    Pair,
    Received,
    Rejected,
    Rubbish,
    dialect,
    encode,
    packet_from,
)
from dau.words import text

_CHUNK = 1 << 16
_SHOWN = 1036  # bytes of an input without any frame: as much as the largest legal frame


@click.group(help=text("packet.help"))
def packet() -> None:
    """Hold the two commands together."""


@packet.command("decode", help=text("packet.decode.help"))
@click.option("--modbus-crc", is_flag=True, help=text("packet.modbus.help"))
@click.pass_context
def decode_command(context: click.Context, modbus_crc: bool) -> None:
    """Read frames from standard input, print a JSON line for each."""
    crcs = (Crc.HJ212, Crc.MODBUS, Crc.MODBUS_SWAPPED) if modbus_crc else HJ2017.crcs
    output = sys.stdout.buffer
    all_ok = True
    for line in _lines(FrameReader(replace(HJ2017, crcs=crcs))):
        all_ok = all_ok and line["ok"] is True
        output.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
        output.flush()
    context.exit(0 if all_ok else 1)


def _lines(reader: FrameReader) -> Iterator[dict[str, object]]:
    """Yield what to print for standard input, as soon as it is known."""
    read = size = 0
    beginning = b""
    for event in _events(reader):
        size += len(event.raw)
        if isinstance(event, Rubbish):
            beginning = (beginning + event.raw)[:_SHOWN]
            continue
        read += 1
        yield _shown(event)
    if size and not read:
        yield _failure(f"no frame in {size} bytes, expected one that begins with ## and four digits", beginning)


def _events(reader: FrameReader) -> Iterator[Event]:
    source = cast("BufferedIOBase", sys.stdin.buffer)
    while chunk := source.read1(_CHUNK):
        yield from reader.receive(chunk)
    yield from reader.receive_end()


def _shown(event: Received | Rejected) -> dict[str, object]:
    if isinstance(event, Rejected):
        return _failure(str(event.error), event.raw)
    header: dict[str, str] = {}
    for name, value in event.header:
        header.setdefault(name, value)
    return {
        "ok": True,
        "edition": event.edition.value,
        "header": header,
        "crc": event.crc,
        "encrypted": False,
        "cp": event.packet.cp,
        "deviations": [deviation.value for deviation in event.deviations],
    }


def _failure(error: str, raw: bytes) -> dict[str, object]:
    return {"ok": False, "error": error, "bytes": raw.hex()}


class _BadLine(Exception):
    """A line of input is not what encode expects. Example: cp is missing."""

    def __init__(self, found: str, expected: str) -> None:
        super().__init__(found)
        self.found = found
        self.expected = expected


@packet.command("encode", help=text("packet.encode.help"))
@click.pass_context
def encode_command(context: click.Context) -> None:
    """Read JSON lines from standard input, print a frame for each."""
    output = sys.stdout.buffer
    all_ok = True
    for number, line in enumerate(sys.stdin.buffer, start=1):
        if not line.strip():
            continue
        try:
            read, edition = _packet_of(line)
            output.write(encode(read, dialect(edition)))
        except _BadLine as bad:
            all_ok = False
            click.echo(text("packet.bad_line", line=number, found=bad.found, expected=bad.expected), err=True)
        except LocalError as error:
            all_ok = False
            click.echo(text("packet.cannot_encode", line=number, reason=error), err=True)
    context.exit(0 if all_ok else 1)


def _packet_of(line: bytes) -> tuple[Packet, Edition]:
    try:
        found: object = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _BadLine(f"({error})", "JSON object") from error
    if not isinstance(found, dict):
        raise _BadLine(_kind(found), "JSON object")
    edition = found.get("edition", Edition.E2017.value)
    if edition not in tuple(Edition):
        raise _BadLine(f"edition {edition!r}", " | ".join(Edition))
    return packet_from(_header(found), _content(found)), Edition(edition)


def _header(line: dict[str, object]) -> tuple[Pair, ...]:
    header = line.get("header")
    if not isinstance(header, dict):
        raise _BadLine(f"header: {_kind(header)}", '{"QN": "...", ...}')
    for name, value in header.items():
        if not isinstance(value, str):
            raise _BadLine(f"header {name}: {_kind(value)}", "string")
    return tuple(header.items())


def _content(line: dict[str, object]) -> Content:
    return tuple(_item(item) for item in _list(line.get("cp"), "cp", '[[["name", "value"], ...], ...]'))


def _item(item: object) -> Item:
    return tuple(_pair(pair) for pair in _list(item, "item of cp", '[["name", "value"], ...]'))


def _pair(pair: object) -> Pair:
    parts = _list(pair, "pair of cp", '["name", "value"]')
    if len(parts) != 2 or not all(isinstance(part, str) for part in parts):
        raise _BadLine(f"pair of cp: {json.dumps(parts)[:80]}", '["name", "value"]')
    name, value = cast("list[str]", parts)
    return name, value


def _list(found: object, what: str, expected: str) -> list[object]:
    if not isinstance(found, list):
        raise _BadLine(f"{what}: {_kind(found)}", expected)
    return found


def _kind(found: object) -> str:
    """Name the JSON type found, without its content: it may be long or a password."""
    return {type(None): "null", str: "string", dict: "object", list: "array", bool: "boolean"}.get(
        type(found), "number"
    )
