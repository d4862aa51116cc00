"""The header fields in front of CP, as text and as fields of a Packet.

HJ 212-2017 clause 6.3.2; tolerances: docs/protocol.md.
"""

import re
from dataclasses import dataclass

from dau.hj212.content import Note
from dau.hj212.deviation import Deviation
from dau.hj212.dialect import Dialect
from dau.hj212.errors import Fault, LocalError, RemoteError
from dau.hj212.packet import Content, Packet, Pair

_KNOWN = {name.lower(): name for name in ("QN", "ST", "CN", "PW", "MN", "Flag", "PNUM", "PNO")}
_MN = re.compile(rb"(?:^|[;,]) *MN *= *([^;,]*)", re.IGNORECASE)
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]")
_PLAIN_FIELDS = re.compile(r"(?:[0-9A-Za-z_.-]+=[0-9A-Za-z_.-]*;)*")
_SEPARATOR = re.compile(r"[;,]")
_IN_VALUE = re.compile(r"[;,]|&&")
_NAME = re.compile(r"[0-9A-Za-z_.-]+")
_NUMBER = {digits: re.compile(rf"[0-9]{{1,{digits}}}") for digits in (3, 4)}
_COMMAND = re.compile(r"[0-9]{4}")


def mn_in(header: bytes) -> str | None:
    """Return the MN of a header that is not yet known to be one: whose keys may open what follows."""
    found = _MN.search(header)
    return found[1].strip(b" ").decode("utf-8", "replace") if found else None


def read_fields(text: str, note: Note) -> tuple[Pair, ...]:
    """Split the text in front of CP into names and values as printed, blanks around them removed.

    Raises:
        RemoteError: a field without ``=`` or a control character.
    """
    control = _UNPRINTABLE.search(text)
    if control:  # the message must not quote the header: it holds the password
        raise RemoteError(Fault.MALFORMED, f"control character {control[0]!r} in the header at byte {control.start()}")
    if text != text.rstrip(" "):
        note(Deviation.BLANKS)
        text = text.rstrip(" ")
    if text and not text.endswith(";"):
        note(Deviation.HEADER_COMMA if text.endswith(",") else Deviation.CP_NOT_SEPARATED)
        text = text.removesuffix(",") + ";"
    if "," in text:
        note(Deviation.HEADER_COMMA)
    fields: list[Pair] = []
    for printed in _SEPARATOR.split(text)[:-1]:
        name, equals, value = printed.partition("=")
        if not printed.strip(" "):
            note(Deviation.HEADER_EMPTY_FIELD)
            continue
        if not equals:
            raise RemoteError(Fault.MALFORMED, f"header field number {len(fields) + 1} has no =, expected name=value")
        pair = name.strip(" "), value.strip(" ")
        if pair != (name, value):
            note(Deviation.BLANKS)
        fields.append(pair)
    return tuple(fields)


def packet_of(fields: tuple[Pair, ...], content: Content, note: Note) -> Packet:
    """Return the packet that the header fields, in any order and with names in any case, and the content make.

    Of a known field that stands twice the first counts. Numbers that cannot be read are left out with a deviation.

    Raises:
        RemoteError: no CN of four digits, without which nothing can be done with a packet.
    """
    known, extra = _sort_out(fields, note)
    if not _COMMAND.fullmatch(known.get("CN", "")):
        raise RemoteError(Fault.MALFORMED, f"CN is {known.get('CN')!r}, expected four digits")
    return Packet(
        qn=known.get("QN"),
        st=known.get("ST"),
        cn=known["CN"],
        pw=known.get("PW"),
        mn=known.get("MN"),
        flag=_number(known.get("Flag"), 3, 255, Deviation.FLAG_FORM, note),
        pnum=_number(known.get("PNUM"), 4, 9999, Deviation.NUMBERS_FORM, note),
        pno=_number(known.get("PNO"), 4, 9999, Deviation.NUMBERS_FORM, note),
        cp=content,
        extra=extra,
    )


def packet_from(fields: tuple[Pair, ...], content: Content) -> Packet:
    """Return the packet of fields that a person or program of ours wrote, in any order and with names in any case.

    Raises:
        LocalError: no CN of four digits, a number that is none, or a field twice.
    """
    met: list[Deviation] = []
    try:
        packet = packet_of(fields, content, met.append)
    except RemoteError as error:
        raise LocalError(str(error)) from error
    for wrong in (Deviation.FLAG_FORM, Deviation.NUMBERS_FORM, Deviation.HEADER_TWICE):
        if wrong in met:
            raise LocalError(f"header: {wrong.value}, expected each field once and Flag 0-255, PNUM and PNO up to 9999")
    return packet


def _sort_out(fields: tuple[Pair, ...], note: Note) -> tuple[dict[str, str], tuple[Pair, ...]]:
    known: dict[str, str] = {}
    extra: list[Pair] = []
    for printed, value in fields:
        name = _KNOWN.get(printed.lower())
        if name is None:
            extra.append((printed, value))
            continue
        if name != printed:
            note(Deviation.HEADER_CASE)
        if name in known:
            note(Deviation.HEADER_TWICE)
        known.setdefault(name, value)
    return known, tuple(extra)


def _number(text: str | None, digits: int, most: int, otherwise: Deviation, note: Note) -> int | None:
    if text is None:
        return None
    if not _NUMBER[digits].fullmatch(text) or int(text) > most:
        note(otherwise)
        return None
    if text != str(int(text)):
        note(Deviation.NUMBER_PADDED)
    return int(text)


@dataclass(frozen=True, slots=True)
class _Sending:
    """The printed header fields of a packet we send."""

    values: dict[str, str]
    extra: tuple[Pair, ...]


def write_fields(packet: Packet, dialect: Dialect) -> str:
    """Return the header text up to and with the semicolon in front of CP, in the order of the dialect.

    Raises:
        LocalError: a required field is missing, a number or a text does not fit the format.
    """
    _check_numbers(packet, dialect)
    sending = _printed(packet, dialect)
    if packet.cn not in _ANSWERS:
        missing = [name for name in dialect.order if name in dialect.required and name not in sending.values]
        if missing:
            raise LocalError(f"packet {packet.cn}: {', '.join(missing)} missing, edition {dialect.edition} requires it")
    names = [name for name in dialect.order if name in sending.values]
    pairs = [*[(name, sending.values[name]) for name in names], *sending.extra]
    text = "".join([f"{name}={value};" for name, value in pairs])
    if _PLAIN_FIELDS.fullmatch(text) and text.count(";") == len(pairs):
        return text
    return "".join([_write_field(name, value) for name, value in pairs])


_ANSWERS = frozenset({"9011", "9012", "9013", "9014"})


def _printed(packet: Packet, dialect: Dialect) -> _Sending:
    numbers = {"Flag": (packet.flag, 1), "PNUM": (packet.pnum, dialect.number_width)}
    numbers["PNO"] = packet.pno, dialect.number_width
    texts = {"QN": packet.qn, "ST": packet.st, "CN": packet.cn, "PW": packet.pw, "MN": packet.mn}
    texts |= {name: None if number is None else f"{number:0{width}}" for name, (number, width) in numbers.items()}
    for name, _ in packet.extra:
        if name.lower() in _KNOWN or name.lower() == "cp":
            raise LocalError(f"packet {packet.cn}: extra field {name!r} is a field of its own, expected another name")
    return _Sending({name: text for name, text in texts.items() if text is not None}, packet.extra)


def _write_field(name: str, value: str) -> str:
    if not _NAME.fullmatch(name):
        raise LocalError(f"header: name {name!r}, expected letters, digits, _ . or -")
    if value != value.strip(" ") or _IN_VALUE.search(value) or _UNPRINTABLE.search(value):
        shown = "***" if name == "PW" else repr(value)
        raise LocalError(f"header: {name} is {shown}, expected no ; , && control characters or blanks around it")
    return f"{name}={value};"


def _check_numbers(packet: Packet, dialect: Dialect) -> None:
    if not _COMMAND.fullmatch(packet.cn):
        raise LocalError(f"CN is {packet.cn!r}, expected four digits")
    if packet.flag is not None and not 0 <= packet.flag <= 255:
        raise LocalError(f"packet {packet.cn}: Flag is {packet.flag}, expected 0-255")
    numbers = (packet.pnum, packet.pno)
    if packet.is_split and numbers == (None, None) and dialect.split_bit_alone:
        return
    if packet.is_split != (numbers != (None, None)):
        raise LocalError(
            f"packet {packet.cn}: Flag {packet.flag} and PNUM, PNO {numbers} disagree, expected both or neither"
        )
    if packet.is_split and not 1 <= (packet.pno or 0) <= (packet.pnum or 0) <= dialect.max_parts:
        raise LocalError(
            f"packet {packet.cn}: PNUM {packet.pnum}, PNO {packet.pno}, "
            f"expected 1 <= PNO <= PNUM <= {dialect.max_parts}"
        )
