"""The commands ``dau packet decode`` and ``dau packet encode``: HJ 212 frames to JSON lines or in words, and back."""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from io import BufferedIOBase
from pathlib import Path
from typing import cast

import click

from dau.cipher import FixedKeys, KeyFormError
from dau.cli.commands_page import page
from dau.cli.packet_explain import explain
from dau.cli.packet_input import bytes_of
from dau.hj212 import (
    HJ2017,
    NO_KEYS,
    Content,
    Crc,
    Edition,
    Event,
    FrameReader,
    Item,
    Keys,
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


class _KeysOption(click.ParamType[list[str]]):
    """Keys as people write them, or ``@FILE`` with one in each line; the message about a bad one does not show it."""

    name = "key"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> list[str]:
        try:
            texts = Path(value[1:]).read_text(encoding="ascii").splitlines() if value.startswith("@") else [value]
            FixedKeys(*(keys := [line for line in texts if line.strip()]))
        except (OSError, UnicodeDecodeError) as error:
            self.fail(text("packet.key.unreadable", reason=error), param, ctx)
        except KeyFormError as error:
            self.fail(text("packet.key.form", reason=error), param, ctx)
        return keys


@packet.command("decode", help=text("packet.decode.help"))
@click.option("--modbus-crc", is_flag=True, help=text("packet.modbus.help"))
@click.option("--key", "key_lists", type=_KeysOption(), multiple=True, help=text("packet.key.help"))
@click.option(
    "--edition",
    type=click.Choice(["auto", *(each.value for each in Edition)]),
    default="auto",
    help=text("packet.edition.help"),
)
@click.option("--explain", "in_words", is_flag=True, help=text("packet.explain.help"))
@click.pass_context
def decode_command(
    context: click.Context, modbus_crc: bool, key_lists: tuple[list[str], ...], edition: str, in_words: bool
) -> None:
    """Read frames from standard input, print a JSON line or an explanation for each."""
    chosen = None if edition == "auto" else Edition(edition)
    keys: Keys = FixedKeys(*(key for keys in key_lists for key in keys)) if key_lists else NO_KEYS
    crcs = (Crc.HJ212, Crc.MODBUS, Crc.MODBUS_SWAPPED) if modbus_crc else HJ2017.crcs
    reader = FrameReader(replace(dialect(chosen or Edition.E2017), crcs=crcs), keys)
    if in_words:
        context.exit(0 if _explain_all(reader, chosen) else 1)
    output = sys.stdout.buffer
    all_ok = True
    for line in _lines(reader):
        all_ok = all_ok and line["ok"] is True
        output.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
        output.flush()
    context.exit(0 if all_ok else 1)


def _explain_all(reader: FrameReader, edition: Edition | None) -> bool:
    """Explain every frame of standard input; tell whether there was one and all were accepted."""
    rubbish = number = 0
    all_ok = True
    for event in _events(reader):
        if isinstance(event, Rubbish):
            rubbish += len(event.raw)
            continue
        number += 1
        all_ok = all_ok and isinstance(event, Received)
        for line in explain(event, number, edition):
            click.echo(line)
    if rubbish:
        click.echo(text("packet.rubbish", size=rubbish))
    return all_ok and (number > 0 or not rubbish)


@packet.command("commands", hidden=True)
def commands_command() -> None:
    """Print docs/commands.md."""
    sys.stdout.buffer.write(page().encode())


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
    for chunk in bytes_of(iter(lambda: source.read1(_CHUNK), b"")):
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
        "encrypted": event.is_encrypted,
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
