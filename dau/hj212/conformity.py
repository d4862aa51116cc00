"""Measures a received packet against its edition and names each departure (docs/protocol.md, "Reading is tolerant")."""

import re

from dau.hj212.commands import is_interaction
from dau.hj212.content import Note
from dau.hj212.deviation import Deviation
from dau.hj212.dialect import Dialect
from dau.hj212.factors import group_factors, has_bare_flag
from dau.hj212.packet import Content, Packet, Pair
from dau.hj212.timestamps import parse_data_time

_DIGITS_17 = re.compile(r"[0-9]{17}")
_SYSTEM = re.compile(r"[0-9A-Z]{2}")
_SIX = re.compile(r".{6}")


def note_departures(packet: Packet, header: tuple[Pair, ...], dialect: Dialect, note: Note) -> None:
    """Note what the packet and its header as printed do otherwise than ``dialect`` prints it."""
    _note_identifiers(packet, dialect, note)
    _note_flag(packet, dialect, note)
    _note_fields(header, dialect, note)
    if is_interaction(packet.cn):
        if packet.st not in (None, "91"):
            note(Deviation.ANSWER_ST)
        if packet.needs_answer:
            note(Deviation.ANSWER_FLAG)
    note_content(packet.cp, dialect, note)


def _note_identifiers(packet: Packet, dialect: Dialect, note: Note) -> None:
    if packet.qn is None:
        if "QN" in dialect.required:
            note(Deviation.QN_MISSING)
    elif not _DIGITS_17.fullmatch(packet.qn):
        note(Deviation.QN_FORM)
    for text, missing, form, wanted in (
        (packet.st, Deviation.ST_MISSING, Deviation.ST_FORM, _SYSTEM),
        (packet.pw, Deviation.PW_MISSING, Deviation.PW_FORM, _SIX),
        (packet.mn, Deviation.MN_MISSING, Deviation.MN_FORM, dialect.mn_form),
    ):
        if not text:
            note(missing)
        elif not wanted.fullmatch(text):
            note(form)


def _note_flag(packet: Packet, dialect: Dialect, note: Note) -> None:
    if packet.flag is None and packet.qn is not None:  # 2005 uploads have neither; a QN alone follows no edition
        note(Deviation.FLAG_MISSING)
    numbers = (packet.pnum, packet.pno)
    if packet.is_split and None in numbers and not (dialect.split_bit_alone and numbers == (None, None)):
        note(Deviation.NUMBERS_MISSING)
    if not packet.is_split and numbers != (None, None):
        note(Deviation.NUMBERS_UNANNOUNCED)
    if None not in numbers and not are_numbers(packet, dialect):
        note(Deviation.NUMBERS_FORM)


def are_numbers(packet: Packet, dialect: Dialect) -> bool:
    """Tell whether PNUM and PNO number a part as the dialect can."""
    return 1 <= (packet.pno or 0) <= (packet.pnum or 0) <= dialect.max_parts


def _note_fields(header: tuple[Pair, ...], dialect: Dialect, note: Note) -> None:
    places = {name.lower(): place for place, name in enumerate(dialect.order)}
    seen = [places[name.lower()] for name, _ in header if name.lower() in places]
    if seen != sorted(seen):
        note(Deviation.HEADER_ORDER)
    if len(seen) < len(header):
        note(Deviation.HEADER_UNKNOWN)


def note_content(content: Content, dialect: Dialect, note: Note) -> None:
    """Note what the content does otherwise. But for DataTime and data flags it depends on the names alone."""
    names = [name for item in content for name, _ in item]
    if len(set(names)) < len(names):
        note(Deviation.NAME_TWICE)
    if has_bare_flag(content):
        note(Deviation.FLAG_BARE)
    for name, value in (pair for item in content for pair in item):
        if name == "DataTime" and (len(value) != 14 or parse_data_time(value) is None):
            note(Deviation.DATA_TIME)
    for factor in group_factors(content):
        if not dialect.factor_form.fullmatch(factor.code):
            note(Deviation.FACTOR_CODE)
        _note_attributes(factor.fields, dialect, note)
    _note_scattered(content, note)


def _note_attributes(fields: tuple[Pair, ...], dialect: Dialect, note: Note) -> None:
    attributes = [attribute for attribute, _ in fields]
    if not dialect.attributes.issuperset(attributes):
        note(Deviation.ATTRIBUTE)
    if len(attributes) > 1 and attributes[0] == "Flag":
        note(Deviation.FLAG_FIRST)
    for attribute, value in fields:
        if attribute == "Flag" and not dialect.data_flag_form.fullmatch(value):
            note(Deviation.FLAG_LETTER)


def _note_scattered(content: Content, note: Note) -> None:
    """Note a factor whose values stand in several items. Only factors with a Flag: noise spreads over items by rule."""
    places: dict[str, set[int]] = {}
    for place, item in enumerate(content):
        for factor in group_factors((item,)):
            places.setdefault(factor.code, set()).add(place)
    flagged = (factor.code for factor in group_factors(content) if factor.get("Flag") is not None)
    if any(len(places.get(code, ())) > 1 for code in flagged):
        note(Deviation.FACTOR_SCATTERED)
