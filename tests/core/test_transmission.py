"""Rates of transmission, and how steady a link was."""

import pytest

from dau.core.channels import Medium
from dau.core.periods import HOUR_MS, Span
from dau.core.transmission import (
    Counts,
    Denominator,
    HourStatus,
    Terms,
    counts,
    link_metrics,
    missing_labels,
    share,
    shown,
)

WATER = Terms(Medium.WATER, 2)


def test_nothing_due_has_no_rate_and_reaches_every_target() -> None:
    found = counts(WATER, {"w01018": [HourStatus.STOP] * 24}, completed=True)
    assert found == Counts()
    assert (found.transmission, found.effective, found.effective_transmission) == (None, None, None)
    assert found.reaches(95)


def test_only_one_check_a_day_is_forgiven_and_only_to_the_four_factors_of_water() -> None:
    hours = [HourStatus.OK] * 22 + [HourStatus.CHECK] * 2
    water = counts(WATER, {"w01018": hours, "w01001": hours}, completed=False)
    assert (water.excluded_groups, water.valid_groups, water.base_groups) == (1, 44, 47)
    assert counts(Terms(Medium.GAS, 3), {"w01018": hours}, completed=False).excluded_groups == 0


def test_days_are_added_and_compared_unrounded() -> None:
    day = counts(WATER, {"w01018": [HourStatus.OK] * 23 + [HourStatus.MISSING]}, completed=True)
    month = sum([day] * 30, Counts())
    assert (month.due_groups, month.valid_groups) == (720, 690)
    assert month.effective_transmission == pytest.approx(100 * (23 / 24) ** 2)
    assert not month.reaches(95)
    assert month.reaches(91.8402)


def test_the_effective_rate_may_be_taken_of_what_came() -> None:
    terms = Terms(Medium.GAS, 3, Denominator.RECEIVED)
    found = counts(terms, {"a21026": [HourStatus.OK] * 22 + [HourStatus.LATE] * 2}, completed=False)
    assert found.effective == 100


def test_a_rate_that_prints_99_is_not_99() -> None:
    metrics = link_metrics(1440, [], 2597, 26)
    assert shown(metrics.stability) == 99.0
    assert not metrics.is_stable
    assert metrics.online_rate == 100


def test_cuts_are_counted_by_day_and_joined_where_they_touch() -> None:
    assert link_metrics(2880, [(10, 11), (20, 21), (30, 31), (1500, 1501)], 1, 0).is_seldom_cut
    assert not link_metrics(2880, [(10, 11), (20, 21), (30, 31), (40, 41)], 1, 0).is_seldom_cut
    joined = link_metrics(1440, [(10, 13), (13, 16), (1438, 1500)], 0, 0)
    assert [(gap.first, gap.end) for gap in joined.offline] == [(10, 16), (1438, 1440)]
    assert not joined.is_soon_back
    assert (joined.stability, joined.is_stable) == (None, False)


def test_labels_that_lack() -> None:
    assert missing_labels([0, 2 * HOUR_MS, 7 * HOUR_MS], Span(0, 4 * HOUR_MS), HOUR_MS) == [HOUR_MS, 3 * HOUR_MS]
    assert missing_labels([], Span(0, 0), HOUR_MS) == []


def test_a_share_of_nothing_is_none() -> None:
    assert (share(0, 0), shown(None), shown(200 / 3)) == (None, None, 66.67)
