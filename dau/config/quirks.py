"""How the way a platform speaks departs from its edition: the table ``[platform.quirks]`` and the dialect it makes."""

from dataclasses import fields, replace
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from dau.config.base import Strict
from dau.config.forms import Command, Letter, Password, SystemCode
from dau.hj212 import CipherForm, Crc, Deviation, Dialect, Edition, Encoding, Encryption, dialect

_CRCS: Final = {"hj212": Crc.HJ212, "modbus": Crc.MODBUS, "modbus_swapped": Crc.MODBUS_SWAPPED}
_ENCODINGS: Final = {"utf-8": Encoding.UTF8, "gbk": Encoding.GBK}
DEVIATIONS: Final = {each.name.lower(): each for each in Deviation}
"""Departures from the standard by the names that the settings use."""


class QuirksTable(Strict):
    """``[platform.quirks]``: every key changes one field of `hj212.Dialect` or `hj212.Encryption`; None leaves it."""

    label_at_end: bool | None = None
    crcs: Annotated[tuple[Literal["hj212", "modbus", "modbus_swapped"], ...], Field(min_length=1)] | None = None
    crc_in_lower_case: bool | None = None
    number_width: Annotated[int, Field(ge=1, le=4)] | None = None
    encoding: Literal["utf-8", "gbk"] | None = None
    bare_uploads: bool | None = None
    answers_in_content: bool | None = None
    max_segment: Annotated[int, Field(ge=256, le=9999)] | None = None
    max_content: Annotated[int, Field(ge=128, le=9999)] | None = None
    max_parts: Annotated[int, Field(ge=1, le=9999)] | None = None
    receive_cap: Annotated[int, Field(ge=1024, le=65536)] | None = None
    heartbeat_cn: Command | None = None
    heartbeat_st: SystemCode | None = None
    registration_st: SystemCode | None = None
    retained_sample_cn: Command | None = None
    initial_pw: Password | None = None
    marks_backlog: bool | None = None
    marks_queried: bool | None = None
    sends_raw_avg: bool | None = None
    measured_if_invalid: bool | None = None
    tells_failed_conversion: bool | None = None
    answers_bad_crc: bool | None = None
    counted_flags: Annotated[tuple[Letter, ...], Field(min_length=1)] | None = None
    usual: tuple[str, ...] | None = None
    cipher_form: Literal["raw", "printed"] | None = None
    reads_printed: bool | None = None
    seals_requests: bool | None = None
    renew_days: Annotated[int, Field(ge=1, le=365)] | None = None
    alarm_days: Annotated[int, Field(ge=1, le=365)] | None = None
    grace_h: Annotated[int, Field(ge=0, le=720)] | None = None


def dialect_with(edition: Edition, quirks: QuirksTable) -> Dialect:
    """Return the rules of an edition with the quirks of a platform on top."""
    rules = dialect(edition)
    given = {name: _value(name, value) for name, value in quirks if value is not None}
    if "cipher_form" in given:
        given["form"] = given.pop("cipher_form")
    ciphering = {field.name for field in fields(Encryption)}
    encryption = replace(rules.encryption, **{name: given.pop(name) for name in ciphering & given.keys()})
    return replace(rules, encryption=encryption, **given)


def _value(name: str, value: Any) -> Any:
    """Return a value of the settings as the field of the dialect has it."""
    match name:
        case "crcs":
            return tuple(_CRCS[each] for each in value)
        case "encoding":
            return _ENCODINGS[value]
        case "cipher_form":
            return CipherForm(value)
        case "usual":
            return frozenset(DEVIATIONS[each] for each in value)
        case "counted_flags":
            return frozenset(value)
        case "initial_pw":
            return value.get_secret_value()
        case _:
            return value
