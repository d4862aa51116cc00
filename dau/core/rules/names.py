"""The rules by name. The words are stored in the database: they never change their meaning."""

from enum import StrEnum


class Rule(StrEnum):
    """What was noticed."""

    ZERO = "zero"
    CONSTANT = "constant"
    NEGATIVE = "negative"
    OVERSIZE = "oversize"
    MISSING = "missing"
    JUMP = "jump"
    LOW_FLUCTUATION = "low_fluctuation"
    STOPPED_EMITTING = "stopped_emitting"
    NO_FLOW = "no_flow"
    OXYGEN = "oxygen"
    COLD_GAS = "cold_gas"
    TREATMENT_OFF = "treatment_off"
    NEAR_LIMIT = "near_limit"
    CLOCK_OFFSET = "clock_offset"
    CLOCK_STEP = "clock_step"
    PARAMETER_CHANGED = "parameter_changed"
    HOUR_WARNING = "hour_warning"
    HOUR_EXCEEDED = "hour_exceeded"
    HOURS_IN_A_ROW = "hours_in_a_row"
    DAY_WARNING = "day_warning"
    DAY_EXCEEDED = "day_exceeded"
    DAYS_IN_A_ROW = "days_in_a_row"
    COLD_FURNACE = "cold_furnace"
    FURNACE_SECTION = "furnace_section"
    RATIO = "ratio"
    DRY_ABOVE_WET = "dry_above_wet"
    OUTLET_ABOVE_INLET = "outlet_above_inlet"
    MAINTENANCE_ABUSE = "maintenance_abuse"
    CAP = "cap"
    RESULT_TIME = "result_time"
    RESULT_LATE = "result_late"
    STALE = "stale"
    COUNTER_ROLLED = "counter_rolled"
    COUNTER_LEAPT = "counter_leapt"


Silenced = frozenset[tuple[str, Rule]]
"""Channels with the rules that do not speak of them (``off`` of the settings)."""
