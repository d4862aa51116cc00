"""Every key path that the parser finds has a line, and it is the right one."""

import tomllib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.config.lines import KeyPath, locate
from tests.config.conftest import GOOD

AWKWARD = '''\
# a comment with [brackets] and key = 1
title = "one # no comment" # comment
a . b."c.d" = 1
'lit"eral' = \'\'
"\\u0041\\"" = 2

multi = """
x = 1
""\\"
[no.table]""""
raw = \'\'\'
'[[no]]\'\'\'\'
empty = """"""
list = [ # comment ]
  1,
  [2, 3], # nested
  { x = 1, y.z = [ "]" ] },
  1979-05-27 07:32:00,
]
[ table . "quo ted" ]
k=0xf
[[rows]]
[[rows.cells]]
v = 1
[[rows.cells]]
v = 2
[rows.cells.inner]
w = inf
[[rows]]
[[rows.cells]]
v = 3
[late.deep]
d = true
[late]
e = 1
'''

EXPECTED: dict[KeyPath, int] = {
    ("title",): 2,
    ("a",): 3,
    ("a", "b", "c.d"): 3,
    ('lit"eral',): 4,
    ('A"',): 5,
    ("multi",): 7,
    ("raw",): 11,
    ("empty",): 13,
    ("list", 0): 15,
    ("list", 1, 1): 16,
    ("list", 2, "y", "z", 0): 17,
    ("list", 3): 18,
    ("table",): 20,
    ("table", "quo ted"): 20,
    ("table", "quo ted", "k"): 21,
    ("rows",): 22,
    ("rows", 0): 22,
    ("rows", 0, "cells", 0): 23,
    ("rows", 0, "cells", 1, "v"): 26,
    ("rows", 0, "cells", 1, "inner", "w"): 28,
    ("rows", 1): 29,
    ("rows", 1, "cells", 0, "v"): 31,
    ("late", "deep"): 32,
    ("late",): 34,
}


def test_awkward_text_line_by_line() -> None:
    found = locate(AWKWARD)
    assert {path: found.get(path) for path in EXPECTED} == EXPECTED
    assert set(found) == set(paths_of(tomllib.loads(AWKWARD)))


@pytest.mark.parametrize("source", [GOOD, "", "\n", "a=1", "# only a comment"])
def test_same_paths_as_the_parser(source: str) -> None:
    assert set(locate(source)) == set(paths_of(tomllib.loads(source)))


def test_lines_do_not_depend_on_the_line_ends() -> None:
    assert locate(AWKWARD.replace("\n", "\r\n")) == locate(AWKWARD)


def paths_of(value: object, at: KeyPath = ()) -> Iterator[KeyPath]:
    yield at
    if isinstance(value, dict):
        for key, part in value.items():
            yield from paths_of(part, (*at, key))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from paths_of(part, (*at, index))


# A writer of TOML in changing styles: whatever it writes, each key carries the number of its own line as a value.

bare = st.from_regex(r"[A-Za-z0-9_-]{1,3}", fullmatch=True)
letters = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=8)
scalars = st.one_of(
    st.integers(-(2**63), 2**63 - 1).map(str),
    st.booleans().map(lambda value: str(value).lower()),
    st.sampled_from(["1e5", "-inf", "0xDEAD", "07:32:00", "1979-05-27 07:32:00.5", "1979-05-27T07:32:00Z"]),
    letters.map(lambda value: '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'),
    letters.map(lambda value: "'" + value.replace("'", "") + "'"),
    letters.map(lambda value: '"""\n[' + value.replace("\\", "\\\\").replace('"', '\\"') + '"]\n"" # = """'),
    letters.map(lambda value: "'''" + value.replace("'", "") + "\n''x = 1'''"),
)
dots = st.sampled_from(["", ".q", ' . "w w"', ".1.'x'"])
gaps = st.sampled_from(["", " ", "\n", " # ] } ,\n", "\n\n  "])


@st.composite
def arrays(draw: st.DrawFn, values: st.SearchStrategy[str]) -> str:
    parts = draw(st.lists(st.tuples(gaps, values, gaps), max_size=4))
    return "[" + ",".join(before + value + after for before, value, after in parts) + draw(gaps) + "]"


@st.composite
def inline_tables(draw: st.DrawFn, values: st.SearchStrategy[str]) -> str:
    parts = draw(st.lists(st.tuples(bare, values), max_size=3, unique_by=lambda part: part[0]))
    return "{ " + ", ".join(f"{key} = {value}" for key, value in parts) + " }"


one_line = st.recursive(scalars.filter(lambda value: "\n" not in value), inline_tables, max_leaves=4)
values = st.recursive(one_line | scalars, arrays, max_leaves=6)


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Sections whose names differ, so that whatever is drawn is valid TOML."""
    sections = [_pairs(draw)]
    for number in range(draw(st.integers(0, 3))):
        name = f"s{number}"
        header = draw(st.sampled_from(["[{0}]", '[ "{0}" . x ]', "[[{0}]]", "[[ {0} . '#' ]]"])).format(name)
        repeats = draw(st.integers(1, 3)) if header.startswith("[[") else 1
        for _ in range(repeats):
            sections.append(header + draw(st.sampled_from(["", " # [x]"])) + "\n" + _pairs(draw))
            if header == f"[[{name}]]":
                sections.append(f"[[{name}.inner]]\n{_pairs(draw)}[{name}.side]\n")
    return "".join(sections)


def _pairs(draw: st.DrawFn) -> str:
    keys = draw(st.lists(bare, max_size=3, unique=True))
    return "".join(f"k{key}{draw(dots)} = {draw(values)}\n" for key in keys)


@given(documents())
def test_same_paths_as_the_parser_whatever_is_written(source: str) -> None:
    found = locate(source)
    assert set(found) == set(paths_of(tomllib.loads(source)))
    written = source.split("\n")
    for path, line in found.items():
        named = [step for step in path if isinstance(step, str)]
        if path and isinstance(path[-1], str):
            assert named[-1] in written[line - 1]
