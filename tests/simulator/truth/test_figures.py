"""The second computation against figures worked out by hand and the published cases."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from simulator.truth.figures import Condition, Figures, Heard, Rules, fields, longer_figures, minute_figures

WATER = Rules("w01018", 1, is_gas=False, per_minute=12)
GAS = Rules("a21026", 2, is_gas=True, per_minute=12)
FLOW = Rules("w00000", 2, is_gas=False, per_minute=12, total_per_second=Decimal("0.001"))
NORMAL, LOST = Condition.NORMAL, Condition.LOST

CASES = Path(__file__).parents[2] / "core" / "data-quality-cases.json"
NAMES = {
    "OK": Condition.NORMAL, "OVER_RANGE": Condition.OVER_RANGE, "CALIB": Condition.CALIBRATION,
    "MAINT": Condition.MAINTENANCE, "FAULT": Condition.FAULT, "COMM_LOST": Condition.LOST, "NO_DATA": Condition.ABSENT,
}  # fmt: skip


def heard(*values: float | None, condition: Condition = NORMAL) -> list[Heard]:
    return [Heard(value, condition) for value in values]


def test_twelve_samples_make_a_minute() -> None:
    figures = minute_figures(WATER, heard(*[30.0] * 6, *[31.0] * 5, 33.5), 12)
    assert fields(WATER, figures) == {"Avg": "30.7", "Min": "30.0", "Max": "33.5", "Flag": "N"}
    assert figures.is_valid


def test_half_is_rounded_to_even() -> None:
    figures = minute_figures(FLOW, heard(*[7.12] * 6, *[7.13] * 6), 12)
    assert fields(FLOW, figures)["Avg"] == "7.12"
    figures = minute_figures(FLOW, heard(*[7.13] * 6, *[7.14] * 6), 12)
    assert fields(FLOW, figures)["Avg"] == "7.14"


def test_nothing_is_negative_zero() -> None:
    assert fields(WATER, minute_figures(WATER, heard(*[-0.04] * 12), 12))["Avg"] == "0.0"


def test_a_flow_has_an_amount_of_what_was_measured() -> None:
    assert fields(FLOW, minute_figures(FLOW, heard(*[60.0] * 12), 12))["Cou"] == "3.600"
    assert fields(FLOW, minute_figures(FLOW, heard(*[60.0] * 6), 12))["Cou"] == "1.800"


@pytest.mark.parametrize(
    ("rules", "normal", "flag"), [(WATER, 11, "B"), (WATER, 12, "N"), (GAS, 9, "N"), (GAS, 8, "B")]
)
def test_how_many_samples_are_enough(rules: Rules, normal: int, flag: str) -> None:
    assert fields(rules, minute_figures(rules, heard(*[5.0] * normal), 12))["Flag"] == flag


@pytest.mark.parametrize(
    ("condition", "flag"),
    [(Condition.MAINTENANCE, "M"), (Condition.CALIBRATION, "C"), (Condition.FAULT, "D"), (Condition.OVER_RANGE, "T")],
)
def test_a_state_for_the_whole_minute(condition: Condition, flag: str) -> None:
    told = fields(WATER, minute_figures(WATER, heard(*[5.0] * 12, condition=condition), 12))
    assert told["Flag"] == flag
    assert ("Min" in told) == (condition is Condition.OVER_RANGE)
    assert told["Avg"] == "5.0"  # under its flag


def test_what_was_in_maintenance_counts_in_no_mean() -> None:
    samples = heard(*[10.0] * 9) + heard(*[99.0] * 3, condition=Condition.MAINTENANCE)
    assert fields(GAS, minute_figures(GAS, samples, 12)) == {
        "Avg": "10.00",
        "Min": "10.00",
        "Max": "10.00",
        "Flag": "N",
    }
    assert fields(WATER, minute_figures(WATER, samples, 12))["Flag"] == "M"


def test_an_empty_minute_has_only_a_flag() -> None:
    assert fields(FLOW, minute_figures(FLOW, [], 12)) == {"Flag": "B"}
    assert fields(FLOW, minute_figures(FLOW, [], 0)) == {"Flag": "D"}
    assert fields(FLOW, minute_figures(FLOW, heard(*[None] * 12, condition=Condition.FAULT), 12)) == {"Flag": "D"}


@pytest.mark.parametrize(("lost", "flag"), [(0, "D"), (3, "D"), (4, "B"), (7, "B"), (99, "B")])
def test_what_was_asked_in_vain_and_what_was_never_asked_are_told_apart(lost: int, flag: str) -> None:
    assert fields(WATER, minute_figures(WATER, heard(*[5.0] * 5), lost))["Flag"] == flag


def test_equal_shares_are_decided_by_rank() -> None:
    samples = heard(*[1.0] * 6, condition=Condition.CALIBRATION) + heard(*[1.0] * 6, condition=Condition.MAINTENANCE)
    assert minute_figures(WATER, samples, 12).condition is Condition.MAINTENANCE


def test_an_hour_is_the_mean_of_its_valid_minutes() -> None:
    minutes = [Figures(NORMAL, True, 10.0, 9.0, 11.0, 10.0)] * 45 + [Figures(LOST, False, 99.0, 99.0, 99.0, 99.0)] * 15
    hour = longer_figures(GAS, minutes, 60)
    assert (hour.mean, hour.low, hour.high, hour.is_valid, hour.condition) == (10.0, 9.0, 11.0, True, NORMAL)
    assert longer_figures(WATER, minutes, 60).condition is LOST
    assert longer_figures(GAS, minutes[1:], 60).is_valid is False


def test_a_gas_day_needs_twenty_hours() -> None:
    hours = [Figures(NORMAL, True, 10.0, 9.0, 11.0, 10.0)]
    assert longer_figures(GAS, hours * 20, 1440).is_valid
    assert not longer_figures(GAS, hours * 19, 1440).is_valid
    assert longer_figures(WATER, hours * 18, 1440).is_valid


def gas_hours() -> list[dict[str, Any]]:
    """Return the published hours that consist of states an instrument can have."""
    cases = json.loads(CASES.read_text("utf-8"))["cases"]
    hours = [case for case in cases if case["op"] == "hour_gas"]
    return [
        case
        for case in hours
        if all(minute["state"] in NAMES and "value" in minute for minute in case["input"]["minutes"])
    ]


@pytest.mark.parametrize("case", gas_hours(), ids=lambda case: case["title"])
def test_published_gas_hours(case: dict[str, Any]) -> None:
    parts: list[Figures] = []
    for minute in case["input"]["minutes"]:
        condition, value = NAMES[minute["state"]], minute["value"]
        is_valid = value is not None and condition in (NORMAL, Condition.OVER_RANGE)
        measured = value if is_valid else None
        parts += [Figures(condition, is_valid, measured, measured, measured, value)] * minute["n"]
    hour, expected = longer_figures(GAS, parts, 60), case["expected"]
    assert hour.condition is NAMES[expected["state"]]
    assert hour.is_valid == expected["valid"]
    reached = {"avg": hour.mean, "min": hour.low, "max": hour.high, "avg_raw": hour.any_mean}
    for name, number in reached.items():
        assert number == (None if expected[name] is None else pytest.approx(expected[name], rel=1e-8)), name


def test_there_are_published_gas_hours() -> None:
    assert len(gas_hours()) >= 6
