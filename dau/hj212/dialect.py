"""The editions of the standard as data, and the quirks a platform or a device may have on top of one.

A platform's own dialect is a replacement: ``dataclasses.replace(HJ2017, crcs=(Crc.HJ212, Crc.MODBUS))``. Where HJ
212-2025 could not be established, the field is the setting and its default the safe behaviour.
"""

import re
from dataclasses import dataclass, field
from enum import Enum, StrEnum

from dau.hj212.crc import Crc
from dau.hj212.deviation import Deviation
from dau.hj212.sealing import CipherForm


class Edition(StrEnum):
    """An edition of the standard, by the year it is called after."""

    E2005 = "2005"
    E2017 = "2017"
    E2025 = "2025"


class Encoding(Enum):
    """The character set of Chinese text on sending; the value is Python's name of it."""

    UTF8 = "utf-8"
    GBK = "gb18030"


@dataclass(frozen=True, slots=True, kw_only=True)
class Encryption:
    """How SM4 is used on a link (HJ 212-2025 clause 6.4). No edition says when to: whoever has a key encrypts.

    Attributes:
        form: how encrypted bytes are sent.
        reads_printed: the printed form ``{0xE4,..}`` is understood on reception.
        seals_requests: the platform's 2xxx requests and its 3020 are encrypted too, not only what a unit sends.
        renew_days: a key is renewed at least so often.
        alarm_days: an older key is worth an alarm.
        grace_h: so long after a change the previous key still opens packets.
    """

    form: CipherForm = CipherForm.RAW
    reads_printed: bool = True
    seals_requests: bool = False
    renew_days: int = 90
    alarm_days: int = 80
    grace_h: int = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """The rules of one edition, or of one platform.

    Attributes:
        version: number in the version bits of Flag.
        order: header fields in the order of sending; fields outside of it follow before CP.
        required: header fields without which a packet is not sent (interaction packets only echo what they got).
        answers_in_content: the 2005 layout: an answer names the QN it belongs to inside CP.
        bare_uploads: the 2005 layout: an upload that wants no answer carries neither QN nor Flag.
        split_bit_alone: the D bit may stand without PNUM and PNO (2005 requests carry Flag=3).
        max_segment: largest data segment sent, bytes.
        max_content: largest CP field sent, bytes, with ``CP=&&`` and ``&&``; both limits hold.
        max_parts: largest PNUM.
        receive_cap: largest data segment accepted, bytes; bounds the buffer of a reader. Room for a printed cipher.
        crcs: checksums accepted on reception, best first. What is sent is always HJ 212's.
        mn_form, factor_form, data_flag_form: full-match patterns; what differs is a deviation, never an error.
        attributes: what may stand behind the hyphen of a factor name.
        encryption: how SM4 is used where there is a key.

    Quirks on sending:
        crc_in_lower_case: the platform compares the CRC's letters as small ones.
        number_width: PNUM and PNO are padded with zeros to so many digits.
        encoding: character set of Chinese text.
        label_at_end: DataTime of a period is its end; the standard wants its start. Carried for the uplink.

    Quirks on reading:
        usual: departures that this peer is known for; they are read as always and not reported any more.

    Commands that are not the same everywhere (None: not sent):
        heartbeat_cn: number of the heartbeat; 9021 in some places.
        heartbeat_st, registration_st: ST of heartbeat and 1001; None: the ST of the site, some want 91.
        retained_sample_cn: number of the report of table C.63, which could not be established.
        initial_pw: PW of a unit that is not registered yet.
        marks_backlog: back-filled uploads carry ``RF=1``.
        marks_queried: so do the answers to history queries.
        sends_raw_avg: ``-RawAvg`` is sent beside ``-Avg``.
        measured_if_invalid: a period that is not valid is told by what was measured of it, not by all its numbers.
        tells_failed_conversion: a value that cannot be converted to reference oxygen is told as the largest number.
        answers_bad_crc: a request with a wrong CRC gets a 9011 with QnRtn=9 instead of silence.
        counted_flags: data flags whose values count as valid.
    """

    edition: Edition
    version: int
    order: tuple[str, ...]
    required: frozenset[str]
    answers_in_content: bool = False
    bare_uploads: bool = False
    split_bit_alone: bool = False
    max_segment: int = 1024
    max_content: int = 950
    max_parts: int = 9999
    receive_cap: int = 6144
    crcs: tuple[Crc, ...] = (Crc.HJ212,)
    mn_form: re.Pattern[str]
    factor_form: re.Pattern[str]
    data_flag_form: re.Pattern[str]
    attributes: frozenset[str]
    encryption: Encryption = field(default_factory=Encryption)

    crc_in_lower_case: bool = False
    number_width: int = 1
    encoding: Encoding = Encoding.UTF8
    label_at_end: bool = False

    usual: frozenset[Deviation] = frozenset()

    heartbeat_cn: str | None = None
    heartbeat_st: str | None = None
    registration_st: str | None = None
    retained_sample_cn: str | None = None
    initial_pw: str = "123456"
    marks_backlog: bool = False
    marks_queried: bool = False
    sends_raw_avg: bool = False
    measured_if_invalid: bool = False
    tells_failed_conversion: bool = False
    answers_bad_crc: bool = False
    counted_flags: frozenset[str] = frozenset({"N"})


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
    bare_uploads=True,
    split_bit_alone=True,
    max_content=960,
    mn_form=re.compile(r"[0-9A-Za-z]{14}"),
    factor_form=re.compile(rf"[0-9]{{2,3}}|[BS][0-9]{{2}}|{_COMMON}"),
    data_flag_form=re.compile(r"[A-Z0-9]"),
    attributes=_ATTRIBUTES_2017 | {"Ala", "UpValue", "LowValue"},
)
HJ2025 = Dialect(
    edition=Edition.E2025,
    version=2,
    order=(*HJ2017.order, "RF"),
    required=HJ2017.required,
    max_parts=9,
    mn_form=HJ2017.mn_form,
    factor_form=re.compile(rf"[pd][0-9]{{5}}|{_MODERN}"),
    data_flag_form=re.compile(r"[A-Za-z0-9]{1,4}"),
    attributes=_ATTRIBUTES_2017 | {"RawAvg", "CompleteTime", "SampleType", "SampleRd", "StandardValue", "ResultType"},
    heartbeat_cn="9015",
    marks_backlog=True,
    tells_failed_conversion=True,
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
