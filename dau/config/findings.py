"""The table ``[findings]``: from when on a rule speaks, for the station and for single channels.

None of these numbers is prescribed; the defaults are the ones that ``docs/configuration.md`` lists.
"""

from typing import Annotated

from pydantic import Field

from dau.config.base import Strict
from dau.config.forms import Name
from dau.core.conditions import Condition
from dau.core.conversions.gas import AIR_O2
from dau.core.rules.names import Rule

Count = Annotated[int, Field(ge=1, le=240)]
Label = Annotated[str, Field(min_length=1, max_length=64)]
Share = Annotated[float, Field(gt=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
NotNegative = Annotated[float, Field(ge=0)]


class ThresholdsTable(Strict):
    """``[findings.channels.<channel>]``: what differs for one channel. In ``[findings]`` the keys hold for all."""

    off: tuple[Rule, ...] = ()
    """Rules that do not speak."""
    zero_hours: Count | None = None
    zero_within: NotNegative | None = None
    constant_hours: Count | None = None
    negative_floor: Annotated[float, Field(ge=-1, le=0)] = -0.1
    abnormal_high: float | None = None
    oversize_share: Annotated[float, Field(ge=1)] = 1.1
    missing_minutes: Annotated[int, Field(ge=1, le=60)] = 5
    jump_times: Positive = 3.0
    jump_share: Share = 0.1
    jump_values: Annotated[int, Field(ge=1, le=24)] = 12
    variation_least: Share | None = None
    near_share: Share = 0.95
    near_hours: Count = 24
    warn_percent: tuple[Annotated[float, Field(gt=0, le=100)], ...] = (80.0, 90.0)
    warn_minutes: Annotated[int, Field(ge=1, le=60)] = 15
    warn_hours: Annotated[int, Field(ge=1, le=24)] = 6
    hours_in_a_row: Count = 6
    days_in_a_row: Annotated[int, Field(ge=1, le=31)] = 3
    furnace_below: float = 850.0
    furnace_warn: Annotated[int, Field(ge=1, le=288)] = 3
    furnace_most: Annotated[int, Field(ge=0, le=288)] = 5
    furnace_exempt: tuple[Condition, ...] = (Condition.FAULT, Condition.ACCIDENT)
    """Conditions of its facility in which a furnace may be cold, beside those whose state is not judged anyhow."""
    furnace_exempt_labels: tuple[Label, ...] = ("炉温异常", "热电偶故障")
    """Labels of marks, of the channel or of its facility, that exempt likewise."""
    stopped_most: NotNegative | None = None
    """Amount that a stopped source may emit in a minute, in the unit of the channel's amounts."""
    rated: Positive | None = None
    """What a flow is at full load."""
    rated_share: Share = 0.01
    is_oxygen: bool | None = None
    oxygen_stopped: Annotated[float, Field(ge=0, le=25)] = 18.0
    oxygen_running: Annotated[float, Field(ge=0, le=25)] = 19.5
    ambient: float | None = None
    """Temperature around the stack; makes the channel one whose gas must be warmer."""
    ambient_within: Positive = 15.0
    treatment_least: Positive | None = None
    """Power below which a treatment facility is off."""
    treatment_minutes: Annotated[int, Field(ge=1, le=60)] = 10
    ratio_of: Name | None = None
    """The measured channel that this one says to convert to reference oxygen; with ``ratio_oxygen`` and ``_base``."""
    ratio_oxygen: Name | None = None
    ratio_base: Annotated[float, Field(ge=0, lt=AIR_O2)] | None = None
    ratio_within: Share = 0.05
    wet: Name | None = None
    """The wet flow that this dry one cannot exceed."""
    inlet: Name | None = None
    """The channel of the inlet whose hour mean this one, of the outlet, should not exceed."""
    pair_within: Annotated[float, Field(ge=0, le=1)] = 0.02
    abuse_days: Annotated[int, Field(ge=2, le=31)] = 3
    """So many days in a row with declarations at the same hour are told."""


class FindingsTable(ThresholdsTable):
    """``[findings]``: thresholds of all channels, and what concerns the station."""

    told: bool = False
    """Tell platforms of new exceedances (3020, log i21001)."""
    clock_offset_s: Positive = 30.0
    clock_step_s: Positive = 5.0
    channels: dict[str, ThresholdsTable] = Field(default_factory=dict)

    def of(self, channel: str) -> ThresholdsTable:
        """Return what holds for one channel: its own keys over those of the station."""
        own = self.channels.get(channel, ThresholdsTable())
        return self.model_copy(update={key: getattr(own, key) for key in own.model_fields_set})
