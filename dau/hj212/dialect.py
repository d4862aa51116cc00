"""The editions of the standard as data: what differs between HJ/T 212-2005, HJ 212-2017 and HJ 212-2025.

A platform's own quirks are a Dialect too: ``dataclasses.replace(HJ2017, crcs=(Crc.HJ212, Crc.MODBUS))``.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from dau.hj212.crc import Crc


class Edition(StrEnum):
    """An edition of the standard, by the year it is called after."""

    E2005 = "2005"
    E2017 = "2017"
    E2025 = "2025"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """The rules of one edition, or of one platform.

    Attributes:
        version: number in the version bits of Flag.
        order: header fields in the order of sending; fields outside of it follow before CP.
        required: header fields without which a packet is not sent (interaction packets only echo what they got).
        answers_in_content: the 2005 layout: an answer names the QN it belongs to inside CP.
        split_bit_alone: the D bit may stand without PNUM and PNO (2005 requests carry Flag=3).
        max_segment: largest data segment sent, bytes.
        max_content: largest CP field sent, bytes, with ``CP=&&`` and ``&&``; both limits hold.
        max_parts: largest PNUM.
        receive_cap: largest data segment accepted, bytes; bounds the buffer of a reader.
        crcs: checksums accepted on reception, best first. What is sent is always HJ 212's.
        mn_form, factor_form, data_flag_form: full-match patterns; what differs is a deviation, never an error.
        attributes: what may stand behind the hyphen of a factor name.
    """

    edition: Edition
    version: int
    order: tuple[str, ...]
    required: frozenset[str]
    answers_in_content: bool = False
    split_bit_alone: bool = False
    max_segment: int = 1024
    max_content: int = 950
    max_parts: int = 9999
    receive_cap: int = 4096
    crcs: tuple[Crc, ...] = (Crc.HJ212,)
    mn_form: re.Pattern[str]
    factor_form: re.Pattern[str]
    data_flag_form: re.Pattern[str]
    attributes: frozenset[str]


_ATTRIBUTES_2017 = frozenset({"Rtd", "ZsRtd", "Flag", "SampleTime", "EFlag"}) | {  # realtime
    *("Cou", "Min", "Avg", "Max", "ZsMin", "ZsAvg", "ZsMax"),  # periods
    *("Data", "DayData", "NightData"),  # noise
    *("RS", "RT", "Info", "SN"),  # facilities and instruments
}
_COMMON = r"SB[0-9]{1,3}|L[0-9A-Za-z]{1,3}"  # facilities and noise
_MODERN = rf"[wa][0-9]{{5}}|[eg][0-9ab][0-9]{{4}}|i[0-9a-z]{{5}}|{_COMMON}"

HJ2017 = Dialect(
    edition=Edition.E2017,
    version=1,
    order=("QN", "ST", "CN", "PW", "MN", "Flag", "PNUM", "PNO"),
    required=frozenset({"QN", "ST", "CN", "PW", "MN", "Flag"}),
    mn_form=re.compile(r"[0-9A-F]{24}"),
    factor_form=re.compile(_MODERN),
    data_flag_form=re.compile(r"[A-Z0-9]"),
    attributes=_ATTRIBUTES_2017,
)
HJ2005 = Dialect(
    edition=Edition.E2005,
    version=0,
    order=("QN", "PNUM", "PNO", "ST", "CN", "PW", "MN", "Flag"),
    required=frozenset({"ST", "CN", "PW", "MN"}),
    answers_in_content=True,
    split_bit_alone=True,
    max_content=960,
    mn_form=re.compile(r"[0-9A-Za-z]{14}"),
    factor_form=re.compile(rf"[0-9]{{2,3}}|[BS][0-9]{{2}}|{_COMMON}"),
    data_flag_form=re.compile(r"[A-Z0-9]"),
    attributes=_ATTRIBUTES_2017 | {"Ala", "UpValue", "LowValue"},
)
HJ2025 = Dialect(  # the header and the limits only: encryption of the content is not part of this codec yet
    edition=Edition.E2025,
    version=2,
    order=(*HJ2017.order, "RF"),
    required=HJ2017.required,
    max_parts=9,
    mn_form=HJ2017.mn_form,
    factor_form=re.compile(rf"[pd][0-9]{{5}}|{_MODERN}"),
    data_flag_form=re.compile(r"[A-Za-z0-9]{1,4}"),
    attributes=_ATTRIBUTES_2017 | {"RawAvg", "CompleteTime", "SampleType", "SampleRd", "StandardValue", "ResultType"},
)

_DIALECTS = {each.edition: each for each in (HJ2005, HJ2017, HJ2025)}


def dialect(edition: Edition) -> Dialect:
    """Return the rules of an edition as printed, without any platform's quirks."""
    return _DIALECTS[edition]


def edition_of(flag: int | None) -> Edition:
    """Return the edition a Flag field claims: no Flag or version 0 is 2005, 1 is 2017, anything newer is read as 2025.

    The version bits alone prove little (surface-water stations sent Flag=8 from 2019 on); they settle the layout of
    an answer.
    """
    version = (flag or 0) >> 2
    return Edition.E2005 if version == 0 else Edition.E2017 if version == 1 else Edition.E2025
