"""The text of an event says all of it and nothing else, and anything but such a text is refused by name."""

import json
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.core.events import Event, Info, RawResult, StandardCheck
from dau.core.records import RecordKind
from dau.core.states import State
from dau.database import StoreError
from dau.store import event_body
from tests.store.happenings import EVENTS, happenings

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)


@given(happenings())
def test_every_event_comes_back_as_it_was(happening: tuple[RecordKind, Event]) -> None:
    kind, event = happening
    found = event_body.from_text(kind, event_body.to_text(event))
    assert found == event
    assert repr(found) == repr(event), "also the types of its fields"


@given(happenings())
def test_every_field_is_written_and_the_kind_is_that_of_the_type(happening: tuple[RecordKind, Event]) -> None:
    kind, event = happening
    assert set(json.loads(event_body.to_text(event))) == {field.name for field in fields(event)}
    assert event_body.KINDS[type(event)] is kind


def test_every_kind_that_tells_an_event_is_known() -> None:
    told = {RecordKind.RAW, RecordKind.NOISE, RecordKind.CHECK, RecordKind.SERIAL_NUMBER, RecordKind.INFO}
    assert set(event_body.KINDS.values()) == set(EVENTS) == told


@given(happenings(), st.data())
def test_a_lacking_field_is_named(happening: tuple[RecordKind, Event], data: st.DataObject) -> None:
    kind, event = happening
    body = json.loads(event_body.to_text(event))
    name = data.draw(st.sampled_from(sorted(body)))
    del body[name]
    with pytest.raises(StoreError, match=f"^cannot read the event of a record {kind.value}: it lacks {name}$"):
        event_body.from_text(kind, json.dumps(body))


@given(happenings())
def test_an_unknown_field_is_named(happening: tuple[RecordKind, Event]) -> None:
    kind, event = happening
    body = json.loads(event_body.to_text(event)) | {"colour": "red"}
    with pytest.raises(StoreError, match=f"^cannot read the event of a record {kind.value}: it has colour, which no"):
        event_body.from_text(kind, json.dumps(body))


@given(st.sampled_from(sorted(EVENTS)), JSON)
def test_whatever_else_is_stored_is_refused(kind: RecordKind, body: object) -> None:
    with pytest.raises(StoreError, match=f"^cannot read the event of a record {kind.value}: "):
        event_body.from_text(kind, json.dumps(body))


@pytest.mark.parametrize(
    ("kind", "text", "reason"),
    [
        (RecordKind.INFO, "{", "it is no JSON: "),
        (RecordKind.INFO, "[1]", "it is [1], expected an object"),
        (RecordKind.INFO, '{"code": 7, "value": "", "channel": null}', "code is 7, expected str"),
        (RecordKind.INFO, '{"code": null, "value": "", "channel": null}', "code is None, expected str"),
        (RecordKind.SERIAL_NUMBER, '{"channel": null, "number": "1"}', "channel is None, expected str"),
        (RecordKind.CHECK, '{"channel": "a", "reading": NaN}', "it is no JSON: NaN is no number"),
        (RecordKind.CHECK, '{"channel": "a", "reading": 1}', "reading is 1, expected float"),
        (RecordKind.CHECK, '{"channel": "a", "reading": true}', "reading is True, expected float"),
        (
            RecordKind.CHECK,
            '{"channel": "a", "reading": 1.0, "standard": 1.0, "is_passed": 1}',
            "is_passed is 1, expected bool",
        ),
        (RecordKind.NOISE, '{"values": [["a"]], "states": 0}', "values has ['a'], expected a channel and its value"),
        (RecordKind.NOISE, '{"values": [["a", true]], "states": 0}', "value is True, expected float"),
        (RecordKind.NOISE, '{"values": [], "states": true}', "states is True, expected int"),
    ],
)
def test_the_message_says_what_is_wrong(kind: RecordKind, text: str, reason: str) -> None:
    with pytest.raises(StoreError) as refused:
        event_body.from_text(kind, text)
    assert str(refused.value).startswith(f"cannot read the event of a record {kind.value}: {reason}")


def test_a_whole_number_is_stored_as_the_real_one_that_it_stands_for() -> None:
    event = StandardCheck("cod", 50, 100, is_passed=True)
    assert event_body.from_text(RecordKind.CHECK, event_body.to_text(event)) == event


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_is_not_stored(value: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        event_body.to_text(RawResult("cod", value, State.OK, 5))


def test_chinese_stays_readable_in_the_file() -> None:
    assert "水样比对" in event_body.to_text(Info("i21001", "水样比对"))
