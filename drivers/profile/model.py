"""The tables of a profile that do not depend on the protocol (docs/profiles.md)."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from dau.config.base import Strict
from dau.core.errands import Task
from dau.core.parameter_names import ParameterName
from drivers.profile.expression import Bits

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{1,47}$")]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
PointName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,27}(\{n\})?[a-z0-9_]{0,4}$")]
Word = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
Text = Annotated[str, Field(min_length=1, max_length=600)]
Number = Annotated[float, Field(ge=-1e12, le=1e12)]
Condition = Annotated[str, Field(min_length=1, max_length=500)]
StateName = Literal[
    "ok", "over_range", "calibration", "maintenance", "fault", "stopped", "startup", "shutdown", "banked"
]


def mistake(kind: str, chinese: str, english: str) -> PydanticCustomError:
    """Return the error that says so in both languages; ``kind`` names the rule."""
    return PydanticCustomError("profile", "{sentence}", {"kind": kind, "sentence": f"{chinese} / {english}"})


class Kind(StrEnum):
    """What sort of instrument a profile is about."""

    WATER_ANALYZER = "water_analyzer"
    PH = "ph"
    LEVEL = "level"
    FLOW = "flow"
    SAMPLER = "sampler"
    GAS_ANALYZER = "gas_analyzer"
    CEMS = "cems"
    DUST = "dust"
    TPF = "tpf"
    ELECTRICITY = "electricity"
    IO = "io"
    PLC = "plc"
    STATION_HOUSE = "station_house"
    UPS = "ups"
    HOST = "host"


class Head(Strict):
    """``[profile]``: which model it is about, and how far it can be trusted."""

    id: Id
    driver: str
    title: Text
    title_zh: Text
    kind: Kind
    makes: tuple[Text, ...] = ()
    sources: Annotated[tuple[Text, ...], Field(min_length=1)]
    reliability: Literal["A", "B", "C", "D"]
    """A text of the vendor, B several implementations agree, C one deployed implementation, D from memory."""
    tested: Text
    check_on_site: Text
    note: Text | None = None


class Defaults(Strict):
    """``[defaults]``: what the instance may override, for any protocol."""

    period_s: Literal[1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60] = 5
    timeout_s: Annotated[float, Field(gt=0, le=30)] = 1.0
    retries: Annotated[int, Field(ge=0, le=3)] = 1
    gap_ms: Annotated[int, Field(ge=0, le=500)] | None = None
    line: Annotated[str, Field(pattern=r"^\d{3,6} [78][NEO][12]$")] | None = None
    """As the maker ships it: ``9600 8N1``."""


class Quirks(Strict):
    """``[quirks]``: what differs from good manners, for any protocol."""

    settle_ms: Annotated[int, Field(ge=0, le=10_000)] = 0
    wake_ms: Annotated[int, Field(ge=0, le=60_000)] = 0
    retake_ms: Annotated[int, Field(ge=0, le=60_000)] | None = None
    lead_in: Annotated[str, Field(pattern=r"^([0-9A-F]{2}( |$))+$")] | None = None


class Rank(StrEnum):
    """In which order the blocks of a poll are asked."""

    STATE = "state"
    RESULT = "result"
    PARAMETERS = "parameters"


class BlockKeys(Strict):
    """``[[block]]``: when it is asked."""

    name: Name
    rank: Rank = Rank.RESULT
    every_s: Annotated[int, Field(ge=1, le=86_400)] | None = None
    after: tuple[StateName | Literal["restart"], ...] = ()
    only_when: Condition | None = None
    vendor: Text | None = None
    note: Text | None = None


class Role(StrEnum):
    """What a point is besides a value."""

    DATA_TIME = "data_time"
    SAMPLE_TIME = "sample_time"
    CLOCK = "clock"
    RESULT_FLAG = "result_flag"
    TOTAL = "total"
    HEARTBEAT = "heartbeat"


class Linear(Strict):
    """``linear``: two raw numbers and what they stand for; ``range`` is that of the instance."""

    raw: tuple[Number, Number]
    value: tuple[Number, Number] | Literal["range"]

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if self.raw[0] == self.raw[1]:
            raise mistake("linear", "linear 的两个 raw 相同", "both raw numbers of linear are the same")
        return self


class Meaning(Strict):
    """``[[point]]``: what the number or text at its place means."""

    name: PointName
    repeat: Annotated[int, Field(ge=2, le=64)] | None = None
    scale: Number = 1.0
    offset: Number = 0.0
    linear: Linear | None = None
    times: tuple[Name, ...] = ()
    decimals_from: Name | None = None
    power_of_ten_from: Name | None = None
    range_from: Name | None = None
    unit: str | None = None
    unit_from: Name | None = None
    units: dict[int, str] = Field(default_factory=dict)
    molar_mass: Annotated[float, Field(gt=0, le=1000)] | None = None
    no_value: tuple[float, ...] = ()
    valid: tuple[Number, Number] | None = None
    broken_below: Number | None = None
    broken_above: Number | None = None
    map: dict[int | str, Word] = Field(default_factory=dict)
    other: Word | None = None
    bits: dict[Annotated[int, Field(ge=0, le=63)], Word] = Field(default_factory=dict)
    role: Role | None = None
    of: tuple[PointName, ...] | None = None
    parameter: ParameterName | None = None
    vendor: Text | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _one_meaning(self) -> Self:
        if bool(self.map) and bool(self.bits):
            raise mistake("map", f"{self.name}：map 与 bits 只能写一个", f"{self.name}: only one of map and bits")
        if self.other is not None and not self.map:
            raise mistake("other", f"{self.name}：other 须与 map 同用", f"{self.name}: other belongs to map")
        if abs(self.scale) < 1e-12:
            raise mistake("scale", f"{self.name}：scale 不能为 0", f"{self.name}: scale is 0")
        if (self.repeat is None) == ("{n}" in self.name):
            raise mistake(
                "repeat",
                f"{self.name}：repeat 与名称中的 {{n}} 须同用",
                f"{self.name}: repeat goes with {{n}} in the name",
            )
        if bool(self.units) != (self.unit_from is not None):
            raise mistake("units", f"{self.name}：unit_from 与 units 须同用", f"{self.name}: unit_from goes with units")
        return self

    @property
    def is_time(self) -> bool:
        """Whether what stands at its place is a time: seconds since 1970 UTC then."""
        return False

    @property
    def words(self) -> frozenset[str]:
        """The words that its value can be, empty for a number."""
        if self.bits:
            return Bits(self.bits.values())
        return frozenset({*self.map.values(), *([self.other] if self.other else [])})


class StateRule(Strict):
    """``[[state]]``: the first that holds wins."""

    when: Condition
    state: Annotated[StateName, Field(alias="is")]
    of: tuple[PointName, ...] | None = None
    note: Text | None = None


class CommandKeys(Strict):
    """``[[command]]``: what can be done, when, and how its end is seen; the steps belong to the protocol."""

    do: Task
    of: tuple[PointName, ...] | None = None
    parameter: ParameterName | None = None
    allowed: Condition | None = None
    done: Condition | None = None
    within_s: Annotated[float, Field(gt=0, le=600)] = 30.0
    ends: Condition | None = None
    ends_within_s: Annotated[float, Field(gt=0, le=7200)] = 7200.0
    fails: Condition | None = None
    every_s: Annotated[float, Field(ge=0.5, le=600)] = 5.0
    once: bool | None = None
    gives: dict[Literal["bottle", "time", "minutes", "reading", "standard", "passed"], Name] = Field(
        default_factory=dict
    )
    note: Text | None = None

    @property
    def is_once(self) -> bool:
        """Whether it is never written a second time: usual for all that does harm twice."""
        return self.do not in {Task.SET_CLOCK, Task.WRITE_INFO} if self.once is None else self.once


class ProbeTable(Strict):
    """``[probe]``: is this instrument what the profile says?"""

    expect: Condition


class Example(Strict):
    """``[[example]]``: real bytes, and what they say. An instrument that speaks by itself has no request."""

    request: Text | None = None
    reply: Text | None = None
    values: dict[Name, float | int | str | tuple[str, ...]] = Field(default_factory=dict)
    source: Text
