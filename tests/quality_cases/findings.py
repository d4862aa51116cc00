"""Operations of the rules that make findings."""

from collections.abc import Mapping, Sequence
from typing import Any

from dau.core.channels import Medium
from dau.core.rules.changes import jump, variation
from dau.core.rules.clock import error_permille, is_true
from dau.core.rules.limits import Bounds, exceed, exceeded_marks
from dau.core.rules.operation import Production, is_emitting_while_stopped
from dau.core.rules.points import Point
from dau.core.rules.runs import Run, runs
from dau.core.rules.values import constant_marks, negative, zero_marks
from tests.quality_cases.inputs import repeated, values
from tests.quality_cases.runner import Operation, Values

STOPPED = "停运"


def points(segments: Sequence[dict[str, Any]]) -> list[Point]:
    return [Point(place, state, value) for place, (state, value) in enumerate(values(segments))]


def listed(found: Sequence[Run]) -> Values:
    return {"runs": [[run.first, run.length] for run in found]}


def anomaly_zero(given: Values) -> Values:
    return listed(runs(zero_marks(points(given["values"]), given["eps"]), given["min_run"]))


def anomaly_constant(given: Values) -> Values:
    return listed(runs(constant_marks(points(given["values"]), given["decimals"]), given["min_run"]))


def anomaly_negative(given: Values) -> Values:
    found = negative(given["value"], Medium(given["medium"]), given["gas_floor"], given["range_hi"])
    return {"negative": found.is_negative, "invalid": found.is_invalid}


def anomaly_jump(given: Values) -> Values:
    history = [value for value in given["history"] if value is not None]
    found = jump(history, given["value"], given["k"], given["abs_min"], given["need"])
    return {"baseline": found.baseline, "jump": found.is_jump}


def anomaly_low_fluctuation(given: Values) -> Values:
    found = variation([value for value in given["values"] if value is not None], given["need"])
    return {"cv": found, "low": found is not None and found < given["cv_limit"]}


def stop_but_emitting(given: Values) -> Values:
    limit = given["limit_kg_per_min"]
    alarms = [
        place
        for place, minute in enumerate(repeated(given["minutes"]))
        if is_emitting_while_stopped(_production(minute["tag"]), minute["emission"], limit)
    ]
    return {"alarm_minutes": alarms}


def _production(tag: str | None) -> Production:
    return Production.STOPPED if tag == STOPPED else Production.RUNNING


def exceeded(given: Values) -> Values:
    found = exceed(given["value"], Bounds(given.get("lo"), given["limit"]))
    return {"exceed": found.is_exceeded, "multiple": found.multiple}


def exceed_run(given: Values) -> Values:
    marks = exceeded_marks(points(given["values"]), Bounds(None, given["limit"]))
    longest = max((run.length for run in runs(marks)), default=0)
    return {"longest": longest, "escalate": longest > given["more_than"]}


def clock_error(given: Values) -> Values:
    error = error_permille(given["reference_s"], given["logger_s"])
    return {"error_permille": error, "ok": None if error is None else is_true(error, given["limit_permille"])}


OPERATIONS: Mapping[str, Operation] = {
    "anomaly_constant": anomaly_constant,
    "anomaly_jump": anomaly_jump,
    "anomaly_low_fluctuation": anomaly_low_fluctuation,
    "anomaly_negative": anomaly_negative,
    "anomaly_zero": anomaly_zero,
    "clock_error": clock_error,
    "exceed": exceeded,
    "exceed_run": exceed_run,
    "stop_but_emitting": stop_but_emitting,
}
