"""Operations of periods: what is counted when, what a mean is made of, and when it is valid."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from statistics import median
from typing import Any, Final

from dau.core.channels import Channel, Medium
from dau.core.exact import mean_of
from dau.core.furnace import furnace_heat
from dau.core.letters75 import HJ75_LETTERS
from dau.core.period_rules import PeriodRules, Profile
from dau.core.periods import (
    DAY_MS,
    FURNACE_MS,
    HOUR_MS,
    MINUTE_MS,
    Span,
    closed_by,
    month_at,
    span_at,
)
from dau.core.rounding import decimal_text
from dau.core.rules.furnace import Heat, cold_windows, heat_of
from dau.core.rules.points import Point
from dau.core.samples import Sample
from dau.core.states import State
from dau.core.statistics import PeriodStatistic, of_parts, of_samples, parts_needed
from dau.core.water import Scale, Slice, carried_longer, concentration, discharge, mean_flow
from dau.hj212 import data_time, parse_data_time
from dau.store import samples as stored
from dau.store.schema import STATION
from dau.uplink.letters import HJ2017_LETTERS
from tests.quality_cases.inputs import name_of, repeated, state_of, values
from tests.quality_cases.runner import Operation, Values

GAS: Final = Channel("so2", "a21026", "mg/m3", 1, Medium.GAS, period_s=5)
COD: Final = Channel("cod", "w01018", "mg/L", 1, Medium.WATER, 5, flow="flow", mass_per_amount=0.001)
GRACE_MS: Final = 10_000
STEP_MS: Final = 10 * MINUTE_MS
PROFILES: Final = {"dominant": Profile.DOMINANT, "hj75": Profile.DOMINANT, "hj212_strict": Profile.STRICT}


def minute_gas(given: Values) -> Values:
    rules = PeriodRules(PROFILES[given["profile"]], enough=given["ratio"])
    samples = [Sample("so2", 0, value, value, state) for state, value in values(given["samples"])]
    return _told(of_samples(GAS, Span(0, given["expected"] * 5000), samples, rules))


def hour_gas(given: Values) -> Values:
    rules = PeriodRules(hour_minutes=given["need"], long_minutes=given["more_than"])
    minutes = [_part(state, value, rules) for state, value in values(given["minutes"])]
    return _told(of_parts(GAS, Span(0, given["expected"] * MINUTE_MS), minutes, rules=rules))


def period_flag_hj212(given: Values) -> Values:
    rules = PeriodRules(Profile.STRICT)
    channel = replace(GAS, medium=Medium(given["medium"]))
    items = [_part(state, value, rules) for state, value in values(given["items"])]
    return _told(of_parts(channel, Span(0, given["expected"] * STEP_MS), items, STEP_MS, rules))


def day_gas(given: Values) -> Values:
    hours = [
        replace(_part(State.OK, each["avg"], PeriodRules()), valid=each["valid"]) for each in repeated(given["hours"])
    ]
    return _told(of_parts(GAS, Span(0, DAY_MS), hours, HOUR_MS, PeriodRules(day_hours=given["need"])))


def month_gas(given: Values) -> Values:
    month = _month(given)
    days = [_part(State.OK, 1.0, PeriodRules())] * given["valid_days"]
    expected = month.count(DAY_MS)
    return {
        "days_in_month": expected,
        "need": parts_needed(Medium.GAS, month, expected),
        "valid": of_parts(GAS, month, days, DAY_MS).valid,
    }


def water_slices(given: Values) -> Values:
    scale, rules = Scale(0.001, 0.001), PeriodRules()
    slices = [
        Slice(
            Decimal(str(each["seconds"])),
            each["q_lps"] if state_of(each["q_state"]) in rules.measured else None,
            each["c"] if state_of(each["c_state"]) in rules.measured else None,
        )
        for each in repeated(given["slices"])
    ]
    sums = discharge(slices, scale)
    return {
        "volume_m3": sums.volume,
        "paired_volume_m3": sums.paired,
        "mass_kg": sums.mass,
        "mean_q_lps": mean_flow(sums, scale),
        "mean_c_weighted": concentration(sums.mass, sums.paired, scale.mass_per_amount),
        "mean_c_arith": mean_of(each.concentration for each in slices if each.concentration is not None),
    }


def water_day(given: Values) -> Values:
    rules = PeriodRules(enough=given["ratio"])
    hours = [_hour(each) for each in repeated(given["hours"])]
    day = of_parts(COD, Span(0, DAY_MS), hours, HOUR_MS, rules)
    found = carried_longer(COD, day, hours, rules, due=given["required"])
    return {
        "pairs": found.count,
        "valid": found.valid,
        "c_mean": found.mean,
        "volume_m3": found.volume,
        "mass_kg": found.total,
        "c_mean_over_all_volume": concentration(found.total, found.volume, 0.001),
    }


def ph_median(given: Values) -> Values:
    known = [value for value in given["values"] if value is not None]
    return {
        "median": median(known) if known else None,
        "min": min(known, default=None),
        "max": max(known, default=None),
    }


def furnace_value(given: Values) -> Values:
    return {"value": furnace_heat(given["sections"]).value}


def furnace_day(given: Values) -> Values:
    exempt = given["exempt_tags"]
    windows = list(repeated(given["windows"]))
    judged = [each for each in windows if each["tag"] not in exempt]
    points = [Point(place, State.OK, each["mean"]) for place, each in enumerate(judged)]
    below = len(cold_windows(points, given["limit_c"]))
    return {
        "below": below,
        "exempt": len(windows) - len(judged),
        "no_data": sum(each["mean"] is None for each in judged),
        "violation": heat_of(below, below + 1, given["allowed_below"]) is Heat.VIOLATED,
    }


def expected_counts(given: Values) -> Values:
    month = _month(given)
    return {
        "days": month.count(DAY_MS),
        "hours": month.count(HOUR_MS),
        "minute_records": month.count(given["minute_interval"] * MINUTE_MS),
        "furnace_windows": month.count(FURNACE_MS),
    }


def label(given: Values) -> Values:
    return {"label": data_time(span_at(_instant(given["time"]), given["minutes"] * MINUTE_MS).start_ms)}


def bucket_samples(given: Values) -> Values:
    """Store each sample as it comes, the clock showing its own time, in a station whose minutes close on time."""
    closed_ms = 0
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        for _, statements in STATION.steps:
            for statement in statements:
                connection.execute(statement)
        ids = stored.register(connection, [GAS])
        late = []
        for text in given["samples"]:
            at_ms = _instant(text)
            closed_ms = max(closed_ms, closed_by(at_ms, GRACE_MS))
            if stored.add(connection, ids, [Sample("so2", at_ms, 1.0, 1.0, State.OK)], closed_ms):
                late.append(text)
        minutes = {text: Span(_instant(text), MINUTE_MS) for text in given["minutes"]}
        counts = {text: len(stored.in_span(connection, ids, span)["so2"]) for text, span in minutes.items()}
    return {"counts": counts, "late": late}


def rounded(given: Values) -> Values:
    return {"text": decimal_text(float(given["value"]), given["decimals"])}


def _told(found: PeriodStatistic) -> Values:
    return {
        "state": name_of(found.state),
        "hj75": HJ75_LETTERS[found.state],
        "hj212": HJ2017_LETTERS[found.state],
        "valid_count": found.count,
        "valid": found.valid,
        "avg": found.mean,
        "min": found.low,
        "max": found.high,
        "avg_raw": found.raw_mean,
    }


def _part(state: State, value: float | None, rules: PeriodRules) -> PeriodStatistic:
    mean = value if state in rules.measured else None
    return PeriodStatistic("so2", Span(0, MINUTE_MS), state, mean is not None, 12, 12, mean, mean, mean, raw_mean=value)


def _hour(given: dict[str, Any]) -> PeriodStatistic:
    """Return an hour of waste water that carried ``q`` cubic metres of ``c`` milligrams per litre."""
    flow = given["q"] if given["q_ok"] else None
    found = discharge([Slice(Decimal(1), flow, given["c"] if given["c_ok"] else None)], Scale(1.0, 0.001))
    mean = concentration(found.mass, found.paired, 0.001)
    return PeriodStatistic(
        "cod", Span(0, HOUR_MS), State.OK, mean is not None, 60, 60, mean, mean, mean,
        total=found.mass, volume=found.volume, paired=found.paired,
    )  # fmt: skip


def _month(given: Values) -> Span:
    return month_at(round(datetime(given["year"], given["month"], 15, tzinfo=UTC).timestamp() * 1000))


def _instant(digits: str) -> int:
    found = parse_data_time(digits)
    assert found is not None, digits
    return found


OPERATIONS: Final[dict[str, Operation]] = {
    "minute_gas": minute_gas,
    "hour_gas": hour_gas,
    "period_flag_hj212": period_flag_hj212,
    "day_gas": day_gas,
    "month_gas": month_gas,
    "water_slices": water_slices,
    "water_day": water_day,
    "ph_median": ph_median,
    "furnace_value": furnace_value,
    "furnace_day": furnace_day,
    "expected_counts": expected_counts,
    "label": label,
    "bucket_samples": bucket_samples,
    "round": rounded,
}
