"""The lines through the door: what one end writes the other reads, and nothing else is understood."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.receiver.door_lines import BadLine, ending_line, order_line, read_order, read_told, told_line
from dau.receiver.journal import Direction
from dau.receiver.orders import Ending, Order, Outcome, Part, Step, Waiting

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
PAIRS = st.lists(st.tuples(TEXT, TEXT), max_size=3).map(tuple)
CONTENT = st.lists(PAIRS, max_size=3).map(tuple)
SECONDS = st.floats(0.001, 86_400) | st.integers(1, 86_400)
ORDERS = st.builds(
    Order, mn=TEXT, cn=TEXT, cp=CONTENT, pw=st.none() | TEXT, st=st.none() | TEXT, via=st.none() | TEXT,
    timeout_s=SECONDS, resends=st.integers(0, 99), execution_timeout_s=SECONDS,
)  # fmt: skip
STEPS = st.builds(
    Step, at_ms=st.integers(), direction=st.sampled_from(Direction), part=st.sampled_from(Part), edition=TEXT,
    header=PAIRS, cp=CONTENT, deviations=st.lists(TEXT, max_size=2).map(tuple), sending=st.integers(0, 9),
)  # fmt: skip
TOLD = STEPS | st.builds(Waiting, st.integers())
ENDINGS = st.builds(Ending, st.sampled_from(Outcome), st.none() | st.integers(), TEXT)


@given(ORDERS)
def test_an_order_is_read_as_it_was_written(order: Order) -> None:
    line = order_line(order)
    assert line.count(b"\n") == 1
    assert read_order(line) == order


@given(TOLD | ENDINGS)
def test_what_is_told_is_read_as_it_was_written(told: Step | Waiting | Ending) -> None:
    line = ending_line(told) if isinstance(told, Ending) else told_line(told)
    assert line.endswith(b"\n") and line.count(b"\n") == 1
    assert read_told(line) == told


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"", "a line of 0 bytes is no JSON"),
        (b"\xff\xfe\x00", "a line of 3 bytes is no JSON"),
        (b"[" * 10_000, "a line of 10000 bytes is no JSON"),
        (b"[]", "a line is no JSON object"),
        (b"{}", "order: without mn and cn"),
        (b'{"mn": "M"}', "order: without cn"),
        (b'{"mn": "M", "cn": 2061}', "order: cn is no string"),
        (b'{"mn": "M", "cn": "2061", "password": "secret"}', "order: 1 unknown names, expected some of mn, cn"),
        (b'{"mn": "\\ud800", "cn": "2061"}', "order: mn is no string"),
        (b'{"mn": "M", "cn": "1", "timeout_s": 0}', "order: timeout_s is no seconds"),
        (b'{"mn": "M", "cn": "1", "timeout_s": NaN}', "order: timeout_s is no seconds"),
        (b'{"mn": "M", "cn": "1", "timeout_s": Infinity}', "order: timeout_s is no seconds"),
        (b'{"mn": "M", "cn": "1", "timeout_s": true}', "order: timeout_s is no seconds"),
        (b'{"mn": "M", "cn": "1", "execution_timeout_s": "10"}', "order: execution_timeout_s is no seconds"),
        (b'{"mn": "M", "cn": "1", "resends": 1.5}', "order: resends is no number"),
        (b'{"mn": "M", "cn": "1", "resends": 1000000}', "order: resends is no number"),
        (b'{"mn": "M", "cn": "1", "cp": {"A": "1"}}', "order: cp is no cp"),
        (b'{"mn": "M", "cn": "1", "cp": [["A", "1"]]}', "order: cp is no cp"),
        (b'{"mn": "M", "cn": "1", "cp": [[["A", 1]]]}', "order: cp is no cp"),
        (b'{"mn": "M", "cn": "1", "cp": [[["A", "1", "2"]]]}', "order: cp is no cp"),
    ],
)
def test_what_is_no_order(line: bytes, reason: str) -> None:
    with pytest.raises(BadLine) as caught:
        read_order(line)
    assert str(caught.value).startswith(reason)
    assert "secret" not in str(caught.value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.binary(max_size=60) | JSON.map(lambda found: json.dumps(found).encode()))
def test_nothing_but_a_bad_line_is_raised(line: bytes) -> None:
    for read in (read_order, read_told):
        with pytest.raises(BadLine):
            read(line)


@given(st.dictionaries(st.sampled_from(["mn", "cn", "cp", "pw", "st", "via", "timeout_s", "resends"]), JSON))
def test_values_of_any_kind_give_an_order_or_a_bad_line(found: dict[str, object]) -> None:
    try:
        order = read_order(json.dumps({"mn": "M", "cn": "1"} | found).encode())
    except BadLine:
        return
    assert read_order(order_line(order)) == order


@given(st.sampled_from(["step", "wait", "end"]), JSON, JSON)
def test_no_saying_of_the_receiver_breaks_the_visitor(name: str, first: object, second: object) -> None:
    names = ["at_ms", "direction", "edition", "header", "cp", "deviations", "sending", "code", "detail"]
    line = json.dumps(dict.fromkeys(names, second) | {name: first}).encode()
    try:
        told = read_told(line)
    except BadLine:
        return
    assert isinstance(told, Waiting | Ending)
