"""Marks, repair, transmission and deadlines."""

from collections.abc import Mapping
from typing import Any, Final

from dau.core import cycles, marks, repair, transmission
from dau.core.channels import Medium
from dau.core.periods import MINUTE_MS, Span
from dau.core.transmission import Counts, Denominator, HourStatus, Terms
from dau.hj212 import data_time, parse_data_time
from tests.quality_cases.inputs import repeated
from tests.quality_cases.runner import Operation, Values


def _ms(label: str) -> int:
    at_ms = parse_data_time(label)
    assert at_ms is not None
    return at_ms


def repair_2007(given: Values) -> Values:
    return {"value": repair.water_hour_2007(given["previous_valid"], given["gap_hours"], given["ph"])}


def repair_2019(given: Values) -> Values:
    found = repair.water_day_2019(
        given["valid_day_emissions_kg"], given["manual_samples"], given["manual_day_emission_kg"]
    )
    value, source = (None, None) if found is None else (found[0], found[1].value)
    return {"value": value, "source": source}


def repair_hj75(given: Values) -> Values:
    capture = repair.capture_of(given["year"], given["quarter"], given["stop_hours"], given["invalid_hours"])
    return {
        "quarter_hours": capture.quarter_hours,
        "capture_rate": capture.rate,
        "window_valid_hours": capture.window_hours(given["gap_hours"]),
        "meets_75": capture.is_enough,
    }


def transmission_day(given: Values) -> Values:
    terms = Terms(
        Medium(given["medium"]),
        given["values_per_group"],
        Denominator(given["effe_denominator"]),
        given["max_excluded_check_groups_per_day"],
        frozenset(given["check_exempt_codes"]),
    )
    hours = {
        each["code"]: [HourStatus(hour["status"]) for hour in repeated(each["hours"])] for each in given["pollutants"]
    }
    return {
        "realtime": _rates(transmission.counts(terms, hours, completed=False)),
        "completed": _rates(transmission.counts(terms, hours, completed=True)),
    }


def _rates(counts: Counts) -> Values:
    return {
        "due_values": counts.due_values,
        "received_values": counts.received_values,
        "due_groups": counts.due_groups,
        "excluded_groups": counts.excluded_groups,
        "valid_groups": counts.valid_groups,
        "trans_rate": transmission.shown(counts.transmission),
        "effe_rate": transmission.shown(counts.effective),
        "effe_trans_rate": transmission.shown(counts.effective_transmission),
    }


def link_metrics(given: Values) -> Values:
    metrics = transmission.link_metrics(given["total_minutes"], given["offline"], given["sent"], given["failed"])
    return {
        "online_rate": transmission.shown(metrics.online_rate),
        "dropouts": len(metrics.offline),
        "longest_gap_min": metrics.longest_minutes,
        "stability": transmission.shown(metrics.stability),
        "pass_online": metrics.is_online_enough,
        "pass_dropouts": metrics.is_seldom_cut,
        "pass_reconnect": metrics.is_soon_back,
        "pass_stability": metrics.is_stable,
    }


def missing_labels(given: Values) -> Values:
    start_ms, length_ms = _ms(given["start"]), given["minutes"] * MINUTE_MS
    span = Span(start_ms, _ms(given["end"]) - start_ms)
    present = [_ms(label) for label in given["present"]]
    return {
        "expected": len(list(span.parts(length_ms))),
        "missing": [data_time(label) for label in transmission.missing_labels(present, span, length_ms)],
    }


def mark_chains(given: Values) -> Values:
    times = [(each["start"], each["end"]) for each in given["segments"]]
    found = marks.chains(times, given["min_minutes"])
    return {"chains": [{"start": each.first, "end": each.end, "minutes": each.minutes} for each in found]}


def mark_override(given: Values) -> Values:
    manual, automatic = ([_mark(each) for each in given[name]] for name in ("manual", "auto"))
    return {
        "shown_auto": [
            {"start": each.first, "end": each.end, "label": each.label} for each in marks.shown(automatic, manual)
        ]
    }


def _mark(given: Mapping[str, Any]) -> marks.Mark:
    return marks.Mark(given["start"], given["end"], given["label"])


def repair_deadlines(given: Values) -> Values:
    restore = {medium: given[f"restore_hours_{medium.value}"] for medium in Medium}
    found = cycles.deadlines(_ms(given["start"]), given["report_hours"], restore[Medium(given["medium"])])
    return {"report_by": data_time(found.report_by_ms), "restore_by": data_time(found.restore_by_ms)}


OPERATIONS: Final[dict[str, Operation]] = {
    "repair_2007": repair_2007,
    "repair_2019": repair_2019,
    "repair_hj75": repair_hj75,
    "transmission_day": transmission_day,
    "link_metrics": link_metrics,
    "missing_labels": missing_labels,
    "mark_chains": mark_chains,
    "mark_override": mark_override,
    "repair_deadlines": repair_deadlines,
}
