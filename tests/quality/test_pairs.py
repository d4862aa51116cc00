"""Rules that hold one channel against another, a declaration against an exceedance, and hours against caps."""

import pytest

from dau.core.channels import Channel, ChannelKind, Medium
from dau.core.conditions import Condition, Standing
from dau.core.conversions.catalogue import FORMULAS
from dau.core.declarations import Declaration, DeclarationKind
from dau.core.derive import Derivation, Input
from dau.core.findings import Seen
from dau.core.marks import Cap, CapPeriod, Category
from dau.core.periods import DAY_MS, HOUR_MS, MINUTE_MS, Span
from dau.core.states import State
from dau.core.surroundings import Turn
from dau.quality.cap_checks import cap_checks
from dau.quality.exempt import exemptions
from dau.quality.furnace_checks import section_checks
from dau.quality.subjects import checks_of, subjects_of
from dau.store import conditions, declarations, marks
from dau.store.declarations import News
from dau.store.marks import Entry
from tests.quality.book import DAY, SO2, Book, book, facts, limit, only

ZS = Channel("so2_zs", "a21026", "mg/m3", 1, Medium.GAS, 5, converts="so2")
O2 = Channel("o2", "a19001", "%", 1, Medium.GAS, 5)
IN = Channel("inlet", "a21026", "mg/m3", 1, Medium.GAS, 5)
H = HOUR_MS


@pytest.mark.parametrize(
    ("measured", "converted", "oxygen", "found"),
    [
        (28.0, 32.0, 7.875, False),  # (21-6)/(21-7.875) = 1.142857
        (28.0, 33.5, 7.875, False),  # less than five per cent off
        (28.0, 33.7, 7.875, True),
        (28.0, 28.0, 7.875, True),  # not converted at all
        (28.0, 500.0, 21.0, False),  # nothing is converted in air
        (0.0, 3.0, 7.0, False),
    ],
)
def test_a_converted_value_has_to_fit_the_oxygen(measured: float, converted: float, oxygen: float, found: bool) -> None:
    own = {"ratio_of": "so2", "ratio_oxygen": "o2", "ratio_base": 6.0}
    with book((SO2, ZS, O2), only("ratio", channels={"so2_zs": own})) as made:
        for channel, value in ((SO2, measured), (ZS, converted), (O2, oxygen)):
            made.close(channel, DAY, [value])
        made.look(DAY, DAY + H)
        assert bool(made.told()) is found


@pytest.mark.parametrize(("key", "rule"), [("wet", "dry_above_wet"), ("inlet", "outlet_above_inlet")])
def test_a_channel_that_cannot_be_above_another(key: str, rule: str) -> None:
    with book((SO2, IN), only(rule, channels={"so2": {key: "inlet"}})) as made:
        made.close(IN, DAY, [100.0, 100.0, 100.0])
        made.close(SO2, DAY, [101.9, 102.1, 50.0])
        made.look(DAY, DAY + 3 * H)
        assert made.told() == [(rule, "so2", 1, 2, False)]
        assert facts(made) == {"inlet": 100.0}


def declare(made: Book, from_ms: int, until_ms: int, kind: DeclarationKind = DeclarationKind.MAINTENANCE) -> None:
    one = Declaration(kind, "wang", "filter", from_ms, from_ms, until_ms, frozenset({"so2"}))
    declarations.add(made.connection, one, News("", ()))


def test_maintenance_that_covers_an_exceedance() -> None:
    with book((SO2,), only("maintenance_abuse"), [limit("so2", hour=35.0)]) as made:
        declare(made, DAY, DAY + 2 * H)
        made.close(SO2, DAY, [None], state=State.MAINTENANCE, raw_mean=80.0)
        made.close(SO2, DAY + H, [None], state=State.MAINTENANCE, raw_mean=20.0)
        made.close(SO2, DAY + 2 * H, [None], state=State.MAINTENANCE, raw_mean=80.0)  # nobody declared it
        made.look(DAY, DAY + 3 * H)
        assert made.told() == [("maintenance_abuse", "so2", 0, 1, False)]
        assert facts(made) == {"covers": "exceedance", "value": 80.0, "who": "wang"}


def test_maintenance_each_day_at_the_same_hour() -> None:
    with book((SO2,), only("maintenance_abuse"), [limit("so2", hour=35.0)]) as made:
        for day in range(3):
            declare(made, DAY + day * DAY_MS + 5 * MINUTE_MS, DAY + day * DAY_MS + 40 * MINUTE_MS)
            made.close(SO2, DAY + day * DAY_MS, [10.0])
        made.look(DAY, DAY + DAY_MS + H)
        assert made.told() == []
        made.look(DAY, DAY + 2 * DAY_MS + H)
        assert facts(made) == {"covers": "same hour of the day", "days": 3.0, "who": "wang"}


def test_one_long_maintenance_is_no_habit() -> None:
    with book((SO2,), only("maintenance_abuse"), [limit("so2", hour=35.0)]) as made:
        declare(made, DAY, DAY + 4 * DAY_MS)
        made.close(SO2, DAY + 3 * DAY_MS, [10.0])
        made.look(DAY, DAY + 3 * DAY_MS + H)
        assert made.told() == []


def caps(made: Book, *listed: Cap) -> None:
    made.task = type(made.task)([*cap_checks(listed, ["kiln"], (80.0, 90.0))], made.task.ids, {})


def test_marks_are_held_against_their_cap_before_it_is_used_up() -> None:
    with book((SO2,), only()) as made:
        caps(made, Cap("maintenance", frozenset({"日常维护"}), 10.0, CapPeriod.QUARTER))
        spent = [(0.0, 7.9), (30.0, 1.2), (40.0, 2.0)]
        for begin_h, hours in spent:
            span = Span(DAY + round(begin_h * H), round(hours * H))
            marks.add(made.connection, Entry(Category.DEVICE, "so2", "日常维护", span, "why", "wang", DAY, {}))
        made.look(DAY + 8 * H, DAY + 9 * H)
        (found,) = made.found()
        assert (found.seen.rule, found.seen.subject) == ("cap", "maintenance")
        assert facts(made) == {"percent": 100.0, "used": 11.1, "subjects": "so2 11.10"}


def test_conditions_of_a_furnace_are_held_against_their_cap() -> None:
    with book((SO2,), only()) as made:
        words = frozenset({Condition.FAULT.value, Condition.ACCIDENT.value})
        caps(made, Cap("fault", words, 4.0, CapPeriod.EVENT, of_conditions=True))
        made.look(DAY - H, DAY)
        assert made.found() == [], "nothing was ever noted of the kiln"
        turns = [(0, Condition.RUNNING), (1, Condition.FAULT), (3, Condition.ACCIDENT), (5, Condition.RUNNING)]
        conditions.add(made.connection, [Turn("kiln", Standing(one), DAY + at * H) for at, one in turns])
        made.look(DAY, DAY + 4 * H)
        assert made.told() == []
        made.look(DAY, DAY + 5 * H)
        assert facts(made)["percent"] == 90.0, "four hours are allowed"
        assert facts(made)["subjects"] == "kiln 4.00"


def test_each_event_is_held_against_its_cap_by_itself() -> None:
    with book((SO2,), only()) as made:
        words = frozenset({Condition.FAULT.value})
        caps(made, Cap("fault", words, 4.0, CapPeriod.EVENT, of_conditions=True))
        turns = [(0, Condition.FAULT), (5, Condition.RUNNING), (20, Condition.FAULT), (26, Condition.RUNNING)]
        conditions.add(made.connection, [Turn("kiln", Standing(one), DAY + at * H) for at, one in turns])
        made.look(DAY, DAY + 30 * H)
        assert made.told() == [("cap", "fault: kiln", 0, 5, False), ("cap", "fault: kiln", 20, 26, False)]


def test_a_cap_holds_for_the_subjects_that_it_names() -> None:
    with book((SO2,), only()) as made:
        named = frozenset({"furnace 1"})
        caps(made, Cap("burnt", frozenset({"热电偶故障"}), 1.0, CapPeriod.QUARTER, subjects=named))
        for subject, hours in (("furnace 1", 1), ("furnace 2", 5)):
            entry = Entry(Category.DEVICE, subject, "热电偶故障", Span(DAY, hours * H), "why", "wang", DAY, {})
            marks.add(made.connection, entry)
        made.look(DAY, DAY + H)
        (found,) = made.found()
        assert (found.seen.subject, facts(made)["subjects"]) == ("burnt: furnace 1", "furnace 1 1.00")


GRATE = Channel("grate", "a01901", "degC", 1, Medium.GAS, 5, kind=ChannelKind.FURNACE)


@pytest.mark.parametrize(
    ("turns", "mark", "windows"),
    [
        ([], None, 6),
        ([(0, Condition.FAULT), (12, Condition.RUNNING)], None, 3),
        ([(0, Condition.RUNNING), (12, Condition.ACCIDENT), (29, Condition.RUNNING)], None, None),
        ([(0, Condition.BANKED)], None, 6),
        ([], ("grate", "炉温异常", 5, 15), 4),
        ([], ("furnace 1", "热电偶故障", 5, 15), 4),
        ([], ("furnace 2", "炉温异常", 5, 15), 6),
        ([], ("grate", "日常维护", 5, 15), 6),
    ],
)
def test_cold_windows_count_outside_of_exempt_times(
    turns: list[tuple[int, Condition]], mark: tuple[str, str, int, int] | None, windows: int | None
) -> None:
    thresholds = only("cold_furnace", furnace_warn=3)
    with book((GRATE,), thresholds) as made:
        subjects = subjects_of((GRATE,), thresholds, (), {"grate": ("furnace 1",)})
        made.task = type(made.task)(checks_of(subjects), made.task.ids, {})
        conditions.add(made.connection, [Turn("furnace 1", Standing(one), DAY + at * MINUTE_MS) for at, one in turns])
        if mark is not None:
            subject, label, first, end = mark
            span = Span(DAY + first * MINUTE_MS, (end - first) * MINUTE_MS)
            marks.add(made.connection, Entry(Category.DEVICE, subject, label, span, "why", "wang", DAY, {}))
        made.close(GRATE, DAY, [840.0] * 30, MINUTE_MS)
        made.look(DAY, DAY + 30 * MINUTE_MS)
        assert [facts(made)["windows"]] == [windows] if windows else made.found() == []


def test_of_two_furnaces_that_share_a_channel_one_that_works_is_judged() -> None:
    with book((GRATE,), only()) as made:
        (subject,) = subjects_of((GRATE,), only(), (), {"grate": ("one", "two")})
        day, window = Span(DAY, H), Span(DAY, 5 * MINUTE_MS)
        conditions.add(made.connection, [Turn("one", Standing(Condition.FAULT), DAY)])
        assert not exemptions(made.connection, subject, day)(window)
        conditions.add(made.connection, [Turn("two", Standing(Condition.ACCIDENT), DAY + MINUTE_MS)])
        assert exemptions(made.connection, subject, day)(window)


def test_a_lost_section_of_a_furnace_is_an_alarm() -> None:
    channels = tuple(Channel(name, "", "degC", 1, Medium.GAS, 5) for name in ("m1", "m2", "u1"))
    heat = Channel("heat", "a01901", "degC", 1, Medium.GAS, 5, kind=ChannelKind.FURNACE)
    inputs = {
        "middle": tuple(Input(channel, "degC") for channel in channels[:2]),
        "upper": (Input(channels[2], "degC"),),
    }
    derivation = Derivation(heat, FORMULAS["furnace_heat"], inputs, {})
    with book((*channels, heat), only()) as made:
        made.task = type(made.task)([*section_checks([derivation])], made.task.ids, {})
        told: list[list[float | None]] = [[900.0, None], [890.0, None], [870.0, 870.0], [882.5, 870.0]]
        for place, channel in enumerate((*channels, heat)):
            made.close(channel, DAY, told[place], MINUTE_MS)
        made.look(DAY, DAY + MINUTE_MS)
        assert made.found() == []
        made.look(DAY, DAY + 2 * MINUTE_MS)
        (found,) = made.found()
        assert isinstance(found.seen, Seen)
        assert (found.seen.rule, facts(made)) == ("furnace_section", {"lost": "middle"})
