"""Explains a received packet field by field, in Chinese and English. Passwords and keys are not shown."""

from collections.abc import Iterator

from dau.hj212 import (
    SECRETS,
    Deviation,
    Dialect,
    Edition,
    Finding,
    Packet,
    Received,
    Rejected,
    Role,
    command,
    dialect,
    validate,
)
from dau.hj212.commands import Kind
from dau.hj212.fields import DATA_FLAGS, EXE_RTN, QN_RTN, Field, field_of
from dau.words import text

_KINDS = {kind: f"packet.kind.{kind.value}" for kind in Kind}


def explain(event: Received | Rejected, number: int, edition: Edition | None) -> Iterator[str]:
    """Yield the lines about the packet of this number; ``edition`` measures it by other rules than its Flag claims."""
    if isinstance(event, Rejected):
        yield f"#{number} {text('packet.rejected', size=len(event.raw), reason=event.error)}"
        return
    rules = dialect(edition or event.edition)
    yield f"#{number} {text('packet.accepted', edition=event.edition.value, size=len(event.raw), crc=event.crc)}"
    yield f"  {_encryption(event)}"
    for name, value in event.header:
        yield f"  {name:<8}{_masked(name, value):<26}{_header_meaning(name, value, event.packet, rules)}".rstrip()
    for item in event.packet.cp:
        for place, (name, value) in enumerate(item):
            yield f"  {'  ' if place else '- '}{name}={_masked(name, value)}  {_meaning(name, value)}".rstrip()
    yield from _wrong(event, rules)


def _encryption(event: Received) -> str:
    if event.key is None:
        return text("packet.plain")
    return text("packet.opened", number=event.key + 1)


def _masked(name: str, value: str) -> str:
    return "***" if name in SECRETS else value


def _header_meaning(name: str, value: str, packet: Packet, rules: Dialect) -> str:
    if name == "CN":
        row = command(packet.cn, rules.edition)
        if row is None:
            return text("packet.unknown_command", edition=rules.edition.value)
        kinds = {row.kind(sender) for sender in _senders(packet, rules)} - {None}
        return f"{row.zh} / {row.en}; " + ", ".join(text(_KINDS[kind]) for kind in kinds if kind)
    if name == "Flag" and packet.flag is not None:
        parts = text("packet.flag.split") if packet.is_split else text("packet.flag.single")
        answer = text("packet.flag.answer") if packet.needs_answer else text("packet.flag.silent")
        return f"V={packet.version}; {parts}; {answer}"
    return _clock(value) if name == "QN" else text("packet.header.RF") if name == "RF" else ""


def _senders(packet: Packet, rules: Dialect) -> list[Role]:
    """Return who may have sent the packet: the ends that may, and of these the ones with the fewest findings."""
    found = {sender: validate(packet, sender, rules) for sender in Role}
    strangeness = {sender: (Finding(Deviation.DIRECTION) in each, len(each)) for sender, each in found.items()}
    return [sender for sender in Role if strangeness[sender] == min(strangeness.values())]


def _meaning(name: str, value: str) -> str:
    field = field_of(name)
    if field is None:
        return text("packet.unknown_field")
    return f"{field.zh} / {field.en}{_of_value(field, value)}"


def _of_value(field: Field, value: str) -> str:
    if field.name == "-Flag":
        return ": {} / {}".format(*DATA_FLAGS[value]) if value in DATA_FLAGS else ""
    codes = {"QnRtn": QN_RTN, "ExeRtn": EXE_RTN}.get(field.name)
    if codes and value.isdecimal() and int(value) in codes:
        return ": {} / {}".format(*codes[int(value)])
    return f": {_clock(value)}" if field.form == "YYYYMMDDhhmmss" else ""


def _clock(digits: str) -> str:
    """Return digits of a time as people write it."""
    if not (digits.isascii() and digits.isdecimal() and len(digits) in (14, 17)):
        return digits
    year, rest = digits[:4], [digits[place : place + 2] for place in range(4, 14, 2)]
    milliseconds = f".{digits[14:]}" if digits[14:] else ""
    return f"{year}-{rest[0]}-{rest[1]} {rest[2]}:{rest[3]}:{rest[4]}{milliseconds} +08:00"


def _wrong(event: Received, rules: Dialect) -> Iterator[str]:
    sender = _senders(event.packet, rules)[0]
    findings = validate(event.packet, sender, rules, is_encrypted=event.is_encrypted)
    claimed = [] if rules.edition is event.edition else [text("packet.other_edition", edition=event.edition.value)]
    lines = [*claimed, *(each.value for each in event.deviations), *map(_shown, findings)]
    if not lines:
        yield f"  {text('packet.nothing_wrong')}"
    yield from (f"  ! {line}" for line in lines)


def _shown(finding: Finding) -> str:
    return f"{finding.deviation.value}: {finding.name}" if finding.name else finding.deviation.value
