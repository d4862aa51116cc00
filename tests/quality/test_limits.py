"""Limits: what exceeds them, for how long, what comes close, and who is told."""

from dau.core.channels import Channel, Medium
from dau.core.events import Info
from dau.core.periods import DAY_MS, HOUR_MS, MINUTE_MS
from dau.core.records import RecordKind
from dau.core.states import State
from dau.store import events
from tests.quality.book import DAY, NOW, SO2, book, facts, limit, only

PH = Channel("ph", "w01001", "", 2, Medium.WATER, 5, low=0.0, high=14.0)

H = HOUR_MS


def test_hours_beyond_the_limit_and_more_than_six_in_a_row() -> None:
    thresholds = only("hour_exceeded", "hours_in_a_row")
    with book((SO2,), thresholds, [limit("so2", hour=35.0, source="permit")]) as made:
        made.close(SO2, DAY, [35.0, 35.01, *[40.0] * 5, 30.0, *[40.0] * 7])
        made.look(DAY, DAY + 15 * H)
        assert made.told() == [
            ("hour_exceeded", "so2", 1, 7, False),
            ("hour_exceeded", "so2", 8, 15, True),
            ("hours_in_a_row", "so2", 8, 15, True),
        ]
        assert facts(made, 1) == {"value": 40.0, "limit": 35.0, "multiple": 0.1429}


def test_what_is_exempt_or_not_valid_exceeds_nothing() -> None:
    with book((SO2,), only("hour_exceeded"), [limit("so2", hour=35.0)]) as made:
        made.close(SO2, DAY, [90.0], state=State.STARTUP)
        made.close(SO2, DAY + H, [90.0], state=State.STOPPED)
        made.look(DAY, DAY + 2 * H)
        assert made.told() == []


def test_the_converted_value_is_judged_where_there_is_one() -> None:
    converted = Channel("so2z", "a21026", "mg/m3", 1, Medium.GAS, 5, converts="so2")
    with book((SO2, converted), only("hour_exceeded"), [limit("so2", hour=35.0)]) as made:
        made.close(SO2, DAY, [30.0, 40.0])
        made.close(converted, DAY, [45.0, 20.0])
        made.look(DAY, DAY + 2 * H)
        assert made.told() == [("hour_exceeded", "so2", 0, 1, False)]


def test_a_range_is_judged_by_its_extremes_too() -> None:
    with book((PH,), only("hour_exceeded"), [limit("ph", low=6.0, high=9.0)]) as made:
        made.close(PH, DAY, [9.0, 6.0])
        made.close(PH, DAY + 2 * H, [7.5], low=7.0, high=9.01)
        made.close(PH, DAY + 3 * H, [5.99])
        made.look(DAY, DAY + 4 * H)
        assert made.told() == [("hour_exceeded", "ph", 2, 4, True)]
        assert facts(made) == {"value": 5.99, "low": 6.0, "limit": 9.0}


def test_the_limit_of_the_day_counts_from_its_day_and_in_its_season() -> None:
    limits = [
        limit("so2", hour=100.0),
        limit("so2", hour=50.0, valid_from="2026-03-05", season=["11-15", "03-15"]),
    ]
    with book((SO2,), only("hour_exceeded"), limits) as made:
        made.close(SO2, DAY - H, [60.0, 60.0])
        made.look(DAY - H, DAY + H)
        assert made.told() == [("hour_exceeded", "so2", 0, 1, True)]


def test_three_days_in_a_row() -> None:
    with book((SO2,), only("day_exceeded", "days_in_a_row"), [limit("so2", day=35.0)]) as made:
        made.close(SO2, DAY, [36.0] * 3, DAY_MS)
        made.look(DAY, DAY + 3 * DAY_MS)
        assert made.told() == [("day_exceeded", "so2", 0, 72, True), ("days_in_a_row", "so2", 0, 72, True)]


def test_the_running_mean_of_the_hour_warns_before_the_hour_is_over() -> None:
    with book((SO2,), only("hour_warning"), [limit("so2", hour=100.0)]) as made:
        made.close(SO2, DAY, [85.0] * 20 + [100.0] * 40, MINUTE_MS)
        made.look(DAY, DAY + 14 * MINUTE_MS)
        assert made.told() == []
        made.look(DAY, DAY + 15 * MINUTE_MS)
        assert facts(made) == {"percent": 80.0, "value": 85.0, "limit": 100.0}
        made.look(DAY, DAY + H)
        assert facts(made) == {"percent": 90.0, "value": 95.0, "limit": 100.0}
        made.look(DAY, DAY + H + MINUTE_MS)
        assert [each[-1] for each in made.told()] == [False]


def test_the_running_mean_of_the_day_warns() -> None:
    with book((SO2,), only("day_warning"), [limit("so2", day=100.0)]) as made:
        made.close(SO2, DAY, [80.0] * 6 + [85.0])
        made.look(DAY, DAY + 7 * H)
        assert made.told() == [("day_warning", "so2", 6, 7, True)]


def test_a_day_near_the_limit() -> None:
    with book((SO2,), only("near_limit"), [limit("so2", hour=100.0)]) as made:
        made.close(SO2, DAY, [94.9] + [95.0, 100.0] * 12)
        made.look(DAY, DAY + 25 * H)
        assert made.told() == [("near_limit", "so2", 1, 25, True)]


def test_platforms_are_told_of_new_exceedances_if_they_are_to_be() -> None:
    with book((SO2,), only("hour_exceeded"), [limit("so2", hour=35.0)], told=("p",)) as made:
        made.close(SO2, DAY, [40.0, 41.0])
        made.look(DAY, DAY + 2 * H)
        (record,) = events.in_span(made.connection, RecordKind.INFO, 0, NOW)
        assert record.event == Info("i21001", "通道 so2 小时均值超标: 40 / hour mean of so2 exceeds its limit: 40")
        assert made.connection.execute("SELECT platform FROM delivery").fetchall() == [("p",)]
