"""The closed little grammar: what it says, what it refuses, and that nothing in it can do harm."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.profile.expression import LONGEST, Bits, Values, parse
from drivers.profile.tokens import BadExpression

POINTS = {
    "status": frozenset({"idle", "measuring", "fault"}),
    "alarms": Bits({"lamp", "purge"}),
    "fault": frozenset[str](),
    "clock": frozenset[str](),
    "word": frozenset[str](),
}
VALUES: Values = {"status": "idle", "alarms": frozenset({"lamp"}), "fault": 5, "clock": 1000, "word": 0x11}


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("status == idle", True),
        ("status != idle", False),
        ("status in (measuring, idle)", True),
        ("status not in (measuring, fault)", True),
        ("fault != 0 or status == measuring", True),
        ("fault == 5 and not status == fault", True),
        ("not (fault == 5 and status == idle)", False),
        ("fault > 4.9 and fault >= 5 and fault < 0x10 and fault <= 5", True),
        ("alarms has lamp", True),
        ("alarms has purge", False),
        ("abs(clock - 1100) <= 100", True),
        ("abs(clock - now) < 50", True),
        ("(clock + 1) - 2 == 999", True),
        ("-fault == 0 - 5", True),
        ("bit(word, 0) == 1 and bit(word, 4) == 1 and bit(word, 1) == 0", True),
        ("known(fault)", True),
        ("status == 'idle'", True),
    ],
)
def test_what_holds(text: str, holds: bool) -> None:
    expression = parse(text, POINTS, knows_now=True)
    assert expression.holds({**VALUES, "now": 1010}) is holds


@pytest.mark.parametrize(
    "text", ["fault == 5", "fault != 5", "fault < 9", "status in (idle)", "status not in (fault)", "alarms has lamp"]
)
def test_what_is_not_known_holds_nothing(text: str) -> None:
    assert parse(text, POINTS).holds(dict.fromkeys(POINTS)) is False
    assert parse(f"not ({text})", POINTS).holds({}) is True
    assert parse("known(fault)", POINTS).holds({}) is False


def test_the_points_it_asks_for() -> None:
    assert parse("status == fault or known(clock)", POINTS).points == {"status", "clock"}, "fault is a word here"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("status = idle", "character 8: cannot read '= idle'"),
        (
            "status == idel",
            "character 11: idel is no point, and no word that it could be; known: fault, idle, measuring",
        ),
        ("nothing == 1", "character 1: nothing is no point"),
        ("status == idle and", "character 19: expected a point, a number or a text, found the end"),
        ("fault", "character 6: expected a comparison, found the end"),
        ("status < 3", "character 1: expected a number, found status"),
        ("(fault == 1", "character 12: expected ')', found the end"),
        ("fault == 1 fault", "character 12: expected 'and', 'or' or the end, found fault"),
        ("fault has lamp", "character 11: expected the name of a bit, found lamp"),
        ("status == 3", "character 11: expected a word of status, found 3"),
        ("status in (idle, 3)", "character 18: expected a word of status, found 3"),
        ("status == 'idel'", "character 11: idel is no point, and no word that it could be; known: fault, idle"),
        ("status has idle", "character 12: expected the name of a bit, found idle"),
        ("alarms == lamp", "character 1: expected a single value; a set of bits is asked with 'has', found alarms"),
        ("bit(fault, 64) == 1", "character 12: expected the number of a bit, 0 to 63, found 64"),
        ("known(idle)", "character 7: expected a point, found idle"),
        ("now == 1", "character 1: now is no point"),
        ("__import__('os') == 1", "character 11: expected a comparison, found ("),
        ("not " * 30 + "fault == 1", "at most 20 parentheses in each other"),
        ("fault == 1 or " * 40 + "fault == 1", f"the expression is longer than {LONGEST} characters"),
    ],
)
def test_what_is_no_expression(text: str, told: str) -> None:
    with pytest.raises(BadExpression) as caught:
        parse(text, POINTS)
    assert told in caught.value.english
    assert caught.value.chinese


@given(st.text(alphabet="statusfl =!<>()andornotin,0123'\"+-_", max_size=60))
def test_any_text_is_an_expression_or_is_refused(text: str) -> None:
    try:
        expression = parse(text, POINTS)
    except BadExpression:
        return
    assert expression.holds(VALUES) in {True, False}
