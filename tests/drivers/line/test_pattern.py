"""Which regular expressions are taken, and that none of them is slow whatever the text is."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.line.pattern import LONGEST, MOST_WAYS, UnsafePattern, compiled


@pytest.mark.parametrize(
    ("pattern", "text", "group"),
    [
        (r"Q= *+([+-]?\d++\.?\d*+)", "H=1 Q=  12.50 m3/h", "12.50"),
        (r"CONCENTRATION : (\d{1,5}\.\d{0,3}) mg/L", "xx CONCENTRATION : 1.25 mg/L", "1.25"),
        (r"^([A-Z]{2})[^,]{3}$", "AB123", "AB"),
        (r"(?:on|off),([01]{8})$", "off,01010101", "01010101"),
        (r"\[([]x]++)", "[x]]", "x]]"),
        (r"a{2}+(b)", "aab", "b"),
    ],
)
def test_what_is_taken(pattern: str, text: str, group: str) -> None:
    found = compiled(pattern).search(text)
    assert found is not None and found[1] == group


@pytest.mark.parametrize(
    ("pattern", "complaint"),
    [
        (r"(a+)+b", "character 2: '+)+b' is not allowed"),
        (r"a+", "repetition without a bound is written *+ or ++"),
        (r"\d*", "is not allowed"),
        (r"(\d++)+", "a group in brackets cannot be repeated"),
        (r"(?:ab){1,3}", "a group in brackets cannot be repeated"),
        (r"a{2,}", "'{2,}' is not allowed"),
        (r"(a)\1", r"'\\1' is not allowed"),
        (r"(?=a)", "is not allowed"),
        (r"(?P<x>a)", "is not allowed"),
        (r"a??", "'?' is not allowed"),
        (r"a{0,20}b{0,20}", "its repetitions multiply to 441, more than 200"),
        ("a?" * 8, "its repetitions multiply to 256"),
        ("|" * 8, "its repetitions multiply to 256"),
        (r"(a", "is no regular expression"),
        (r"[a", "is not allowed"),
        ("a" * 201, "the pattern is longer than 200 characters"),
    ],
)
def test_what_is_refused_and_how(pattern: str, complaint: str) -> None:
    with pytest.raises(UnsafePattern) as caught:
        compiled(pattern)
    assert complaint in caught.value.english
    assert caught.value.chinese


PIECES = st.sampled_from(
    ["a", "b", ".", "[ab]", r"\w", "a?", ".{0,5}", "a*+", ".*+", "[ab]++", "(", ")", "|", "$", "?", "+"]
)


@given(st.lists(PIECES, max_size=14), st.text("ab\n", max_size=60))
def test_what_is_taken_is_what_python_takes_for_it(pieces: list[str], text: str) -> None:
    pattern = "".join(pieces)
    try:
        found = compiled(pattern)
    except UnsafePattern:
        return
    assert found.pattern == pattern
    assert str(found.search(text)) == str(re.search(pattern, text, re.ASCII))


def test_the_bounds_are_those_of_the_page() -> None:
    assert (LONGEST, MOST_WAYS) == (1024, 200)
    worst = compiled(r"a{0,13}a{0,13}.*+b")
    assert worst.search("a" * LONGEST) is None
