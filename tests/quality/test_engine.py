"""Every rule speaks when it should, once, and is silent when it should be; whatever the engine is interrupted by."""

import json
from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from dau.core.channels import Channel, ChannelKind, Medium
from dau.core.findings import Stage
from dau.core.periods import DAY_MS, HOUR_MS, MINUTE_MS
from dau.core.rules.names import Rule
from dau.core.samples import Sample
from dau.core.states import State
from dau.quality.checks import Check
from dau.quality.engine import begin, look_at_due
from dau.store import audit, findings, samples
from tests.quality.book import DAY, NOW, SO2, book, facts, hours, limit, only

COD = Channel("cod", "w01018", "mg/L", 1, Medium.WATER, 5, high=500.0)
FLOW = Channel("flow", "a01011", "m3/h", 1, Medium.GAS, 5, total_per_second=1 / 3600)
O2 = Channel("o2", "a19001", "%", 1, Medium.GAS, 5, high=25.0)
FURNACE = Channel("furnace", "a01901", "degC", 1, Medium.GAS, 5, kind=ChannelKind.FURNACE)

H = HOUR_MS


def test_zeros_are_found_extended_and_closed() -> None:
    with book((SO2,), only("zero")) as made:
        made.close(SO2, DAY, [3.0, 0.0, 0.05, 0.0, 7.0])
        made.look(DAY, DAY + 2 * H)
        assert made.told() == []
        made.look(DAY, DAY + 3 * H)
        assert made.told() == [("zero", "so2", 1, 3, True)]
        made.look(DAY, DAY + 4 * H)
        assert made.told() == [("zero", "so2", 1, 4, True)]
        made.look(DAY, DAY + 5 * H)
        assert made.told() == [("zero", "so2", 1, 4, False)]
        (found,) = made.found()
        assert [(point.at_ms - DAY) // H for point in found.seen.points] == [1, 2, 3]
        assert found.seen.parameters == {"hours": 2, "within": 0.05}
        steps = findings.steps_of(made.connection, found.id)
        assert [(step.stage, step.who, step.reason) for step in steps] == [
            (Stage.NEW, "", ""),
            (Stage.CLOSED, "", "ended"),
        ]


def test_water_needs_three_zeros_and_a_stopped_source_none() -> None:
    with book((COD,), only("zero")) as made:
        made.close(COD, DAY, [0.0, 0.0, 1.0, 0.0, 0.0, 0.0])
        made.look(DAY, DAY + 6 * H)
        assert made.told() == [("zero", "cod", 3, 6, True)]
    with book((SO2,), only("zero")) as made:
        made.close(SO2, DAY, [0.0] * 5, state=State.STOPPED)
        made.look(DAY, DAY + 5 * H)
        assert made.told() == []


def test_a_constant_is_one_after_rounding_and_another_constant_is_another_finding() -> None:
    with book((SO2,), only("constant")) as made:
        made.close(SO2, DAY, [20.01, 20.02, 19.99, 20.04, 20.0, 30.0, 30.0, 30.0, 30.0, None, 30.0])
        made.look(DAY, DAY + 11 * H)
        assert made.told() == [("constant", "so2", 0, 5, False), ("constant", "so2", 5, 9, False)]


@pytest.mark.parametrize(("value", "invalid"), [(-0.4, "no"), (-20.0, "no"), (-20.1, "yes")])
def test_negative_gas_is_told_and_far_below_called_invalid(value: float, invalid: str) -> None:
    with book((SO2,), only("negative")) as made:
        made.close(SO2, DAY, [0.0, value])
        made.look(DAY, DAY + 2 * H)
        assert made.told() == [("negative", "so2", 1, 2, True)]
        assert facts(made) == {"invalid": invalid}


def test_negative_water_is_invalid() -> None:
    with book((COD,), only("negative")) as made:
        made.close(COD, DAY, [-0.1])
        made.look(DAY, DAY + H)
        assert facts(made) == {"invalid": "yes"}


@pytest.mark.parametrize(
    ("thresholds", "raw", "states", "found"),
    [
        ({}, 220.0, State.OVER_RANGE, False),
        ({}, 220.1, State.OVER_RANGE, True),
        ({}, 900.0, State.CALIBRATION, False),
        ({"abnormal_high": 300.0}, 300.0, State.OK, False),
        ({"abnormal_high": 190.0}, 190.1, State.OK, True),
    ],
)
def test_oversize_looks_at_the_numbers_as_they_came(
    thresholds: dict[str, float], raw: float, states: State, found: bool
) -> None:
    with book((SO2,), only("oversize", channels={"so2": thresholds})) as made:
        made.close(SO2, DAY, [50.0])  # means are held to the range, so they could never tell
        samples.add(made.connection, made.task.ids, [Sample("so2", DAY + 60_000, raw, 220.0, states)], 0)
        made.look(DAY, DAY + H)
        assert [each[0] for each in made.told()] == ["oversize"] * found
        assert not found or facts(made) == {"peak": raw}


def test_five_minutes_without_a_number_are_missing_but_not_of_a_stopped_source() -> None:
    with book((SO2,), only("missing")) as made:
        made.close(SO2, DAY, [1.0, None, None, None, None, 1.0, *[None] * 6], MINUTE_MS)
        made.look(DAY, DAY + 10 * MINUTE_MS)
        assert made.told() == []
        made.look(DAY, DAY + 12 * MINUTE_MS)
        (found,) = made.found()
        span = ((found.seen.first_ms - DAY) // MINUTE_MS, (found.seen.last_ms - DAY) // MINUTE_MS)
        assert (span, found.running) == ((6, 12), True)
    with book((SO2,), only("missing")) as made:
        made.close(SO2, DAY, [None] * 10, MINUTE_MS, State.STOPPED)
        made.look(DAY, DAY + 10 * MINUTE_MS)
        assert made.told() == []


def test_nothing_is_missing_from_before_the_station_was_there() -> None:
    with book((SO2,), only("missing")) as made:
        made.close(SO2, DAY, [None] * 4, MINUTE_MS)
        made.look(DAY, DAY + 4 * MINUTE_MS)
        assert made.told() == []


@pytest.mark.parametrize("keys", [{"kind": ChannelKind.FACILITY}, {"converts": "cod"}])
def test_what_has_no_mean_of_its_own_is_not_missed(keys: dict[str, Any]) -> None:
    channel = replace(SO2, **keys)
    with book((channel,), only("missing")) as made:
        made.close(channel, DAY, [None] * 10, MINUTE_MS)
        made.look(DAY, DAY + 10 * MINUTE_MS)
        assert made.told() == []


def test_an_analyser_that_works_in_cycles_misses_hours() -> None:
    periodic = replace(COD, kind=ChannelKind.PERIODIC)
    with book((periodic,), only("missing")) as made:
        made.close(periodic, DAY, [5.0, None, 6.0])
        made.look(DAY, DAY + 3 * H)
        assert made.told() == [("missing", "cod", 1, 2, False)]


def test_a_jump_is_away_from_the_median_of_the_day_before() -> None:
    with book((SO2,), only("jump"), [limit("so2", hour=100.0)]) as made:
        made.close(SO2, DAY, [20.0] * 12 + [80.0, 80.1, 20.0])
        made.look(DAY, DAY + 15 * H)
        assert made.told() == [("jump", "so2", 13, 14, False)]
        assert facts(made) == {"baseline": 20.0, "least": 10.0}


def test_a_jump_needs_a_history() -> None:
    with book((SO2,), only("jump"), [limit("so2", hour=100.0)]) as made:
        made.close(SO2, DAY, [20.0] * 11 + [90.0])
        made.look(DAY, DAY + 12 * H)
        assert made.told() == []


def test_low_fluctuation_is_asked_of_what_has_an_upper_limit() -> None:
    still = [50.0, 50.1, 50.2] * 8
    with book((SO2,), only("low_fluctuation")) as made:
        made.close(SO2, DAY, still)
        made.look(DAY, DAY + 24 * H)
        assert made.told() == []
    with book((SO2,), only("low_fluctuation"), [limit("so2", hour=100.0)]) as made:
        made.close(SO2, DAY, [*still, 70.0])
        made.look(DAY, DAY + 25 * H)
        assert made.told() == [("low_fluctuation", "so2", 0, 24, False)]
        assert facts(made)["variation"] == pytest.approx(0.001664785741)


def test_a_stopped_source_that_emits() -> None:
    with book((FLOW,), only("stopped_emitting", channels={"flow": {"stopped_most": 1.0}})) as made:
        made.close(FLOW, DAY, [60.0, 60.1], MINUTE_MS, State.STOPPED)
        made.close(FLOW, DAY + 2 * MINUTE_MS, [900.0], MINUTE_MS)
        made.look(DAY, DAY + 3 * MINUTE_MS)
        (found,) = made.found()
        assert [(point.at_ms - DAY) // MINUTE_MS for point in found.seen.points] == [1]


def test_a_running_source_without_flow() -> None:
    with book((FLOW,), only("no_flow", channels={"flow": {"rated": 1000.0}})) as made:
        made.close(FLOW, DAY, [10.0, 9.9])
        made.close(FLOW, DAY + 2 * H, [0.0], state=State.STOPPED)
        made.look(DAY, DAY + 3 * H)
        assert made.told() == [("no_flow", "flow", 1, 2, False)]


def test_oxygen_contradicts_the_condition() -> None:
    with book((O2,), only("oxygen")) as made:
        made.close(O2, DAY, [19.5, 19.6])
        made.close(O2, DAY + 2 * H, [18.0, 17.9], state=State.STOPPED)
        made.look(DAY, DAY + 4 * H)
        assert made.told() == [("oxygen", "o2", 1, 2, False), ("oxygen", "o2", 3, 4, True)]
        assert [facts(made, place)["production"] for place in (0, 1)] == ["running", "stopped"]


def test_gas_as_cold_as_the_air() -> None:
    with book((FLOW,), only("cold_gas", channels={"flow": {"ambient": 20.0}})) as made:
        made.close(FLOW, DAY, [35.1, 35.0, 5.0, 4.9])
        made.look(DAY, DAY + 4 * H)
        assert made.told() == [("cold_gas", "flow", 1, 3, False)]


def test_treatment_that_is_off_for_ten_minutes() -> None:
    with book((FLOW,), only("treatment_off", channels={"flow": {"treatment_least": 5.0}})) as made:
        made.close(FLOW, DAY, [4.9] * 9 + [5.0] + [0.0] * 10, MINUTE_MS)
        made.look(DAY, DAY + 20 * MINUTE_MS)
        (found,) = made.found()
        assert (found.seen.first_ms - DAY) // MINUTE_MS == 10


def test_cold_windows_of_a_furnace_are_counted_for_each_natural_day() -> None:
    def windows(means: Sequence[float | None]) -> list[float | None]:
        return [mean for mean in means for _ in range(5)]

    with book((FURNACE,), only("cold_furnace")) as made:
        before = DAY - 2 * 5 * MINUTE_MS
        made.close(FURNACE, before, windows([800.0, 800.0, 849.9, 850.0, 849.9, None]), MINUTE_MS)
        made.look(before, DAY + 20 * MINUTE_MS)
        assert made.told() == [], "two of one day and two of another"
        made.close(FURNACE, DAY + 20 * MINUTE_MS, windows([849.0]), MINUTE_MS)
        made.look(before, DAY + 25 * MINUTE_MS)
        assert facts(made) == {"windows": 3, "heat": "warned"}
        made.close(FURNACE, DAY + 25 * MINUTE_MS, windows([900.0, 1.0, 1.0, 1.0]), MINUTE_MS)
        made.look(before, DAY + 45 * MINUTE_MS)
        assert facts(made) == {"windows": 6, "heat": "violated"}
        assert [(point.at_ms - DAY) // (5 * MINUTE_MS) for point in made.found()[0].seen.points] == [0, 2, 4, 6, 7, 8]
        made.look(before, DAY + DAY_MS + 5 * MINUTE_MS)
        assert [each[-1] for each in made.told()] == [False], "a new day begins at nothing"


def test_a_bug_in_one_rule_is_logged_and_the_others_go_on() -> None:
    def broken(_: object) -> None:
        raise ZeroDivisionError

    with book((SO2,), only("negative")) as made:
        bad = Check(Rule.JUMP, "so2", HOUR_MS, broken)
        made.task = replace(made.task, checks=(bad, *made.task.checks))
        made.close(SO2, DAY, [-1.0])
        with capture_logs() as logs:
            made.look(DAY, DAY + H)
        assert made.told() == [("negative", "so2", 0, 1, True)]
        failed = [each for each in logs if each["event"] == "rule_failed"]
        assert [(each["rule"], each["channel"], each["log_level"]) for each in failed] == [("jump", "so2", "error")]


def test_findings_of_a_rule_that_is_switched_off_end_at_the_next_start() -> None:
    with book((SO2,), only("negative")) as made:
        made.close(SO2, DAY, [-1.0])
        made.look(DAY, DAY + H)
        begin(made.connection, replace(made.task, checks=()), NOW)
        assert made.told() == [("negative", "so2", 0, 1, False)]


def test_the_past_before_the_first_look_is_left_alone() -> None:
    with book((SO2,), only("negative")) as made:
        made.close(SO2, DAY, [-1.0])
        look_at_due(made.connection, made.task, NOW)
        assert findings.looked_until(made.connection) is None, "nothing is closed"
        made.connection.execute("INSERT INTO progress VALUES (1, ?)", (DAY + H,))
        look_at_due(made.connection, made.task, NOW)
        assert findings.looked_until(made.connection) == DAY + H
        assert made.told() == []


def test_a_changed_parameter_is_a_finding_with_an_audit_row() -> None:
    with book((SO2,), only("parameter_changed")) as made:
        assert made.told() == [], "what is seen first is no change"
        changed = {"so2": {**made.task.parameters["so2"], "high": "500.0"}}
        begin(made.connection, replace(made.task, parameters=changed), NOW)
        begin(made.connection, replace(made.task, parameters=changed), NOW + 1)
        (found,) = made.found()
        assert (found.seen.rule, found.seen.facts, found.running, found.stage) == (
            Rule.PARAMETER_CHANGED,
            {"high": "200.0 -> 500.0"},
            False,
            Stage.NEW,
        )
        (act,) = audit.newest(made.connection, 9)
        assert (act.what, act.subject, act.before, act.after) == ("parameter", "so2 high", "200.0", "500.0")


VALUES = st.lists(
    st.none() | st.sampled_from([0.0, -1.0, 20.0, 20.0, 34.9, 36.0, 90.0, 250.0]), min_size=1, max_size=30
)


@settings(max_examples=12, deadline=None)
@given(VALUES, st.lists(st.integers(1, 400), min_size=1, max_size=6))
def test_any_split_at_restarts_gives_the_same_findings(values: list[float | None], splits: list[int]) -> None:
    limits = [limit("so2", hour=35.0, day=30.0)]
    thresholds = only(*(rule.value for rule in Rule))
    end_ms = DAY + len(values) * H
    said: list[str] = []
    for sizes in ([10**6], splits):
        with book((SO2,), thresholds, limits) as made:
            hours(values)(made, SO2)
            place = 0
            findings.set_looked_until(made.connection, DAY)
            made.connection.execute("INSERT INTO progress VALUES (1, ?)", (end_ms,))
            while (findings.looked_until(made.connection) or 0) < end_ms:
                begin(made.connection, made.task, NOW)  # as at every start
                look_at_due(made.connection, made.task, NOW, sizes[place % len(sizes)])
                place += 1
            said.append(json.dumps([repr(each) for each in made.found()]))
    assert said[0] == said[1]


@settings(max_examples=12, deadline=None)
@given(VALUES, st.randoms(use_true_random=False))
def test_the_order_in_which_periods_came_makes_no_difference(values: list[float | None], chance: Random) -> None:
    said: list[list[str]] = []
    for shuffled in (False, True):
        with book((SO2,), only(*(rule.value for rule in Rule)), [limit("so2", hour=35.0)]) as made:
            places = list(range(len(values)))
            if shuffled:
                chance.shuffle(places)
            for place in places:
                made.close(SO2, DAY + place * H, [values[place]])
            made.look(DAY, DAY + len(values) * H)
            said.append([repr(each) for each in made.found()])
    assert said[0] == said[1]
