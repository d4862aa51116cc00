"""What models say about the values they accept."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field, SecretStr

from dau.config.base import Strict
from dau.config.shape import allowed_by, keys_at, mistyped, shown, slots_at, slots_of

ANYTHING = "任意值 / any value"
INTEGER = "整数 / an integer"
NUMBER = "数值 / a number"
TEXT = '带引号的文本 "..." / text in quotes "..."'


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Leaf(Strict):
    size: int = 1
    kind: str = Field(default="", alias="type")


class Tree(Strict):
    leaf: tuple[Leaf, ...] = ()
    named: dict[str, Leaf] = Field(default_factory=dict)
    colour: Colour | None = None


@pytest.mark.parametrize(
    ("annotation", "allowed"),
    [
        (int, INTEGER),
        (Annotated[int, Field(ge=1, lt=9)] | None, f"{INTEGER}, >= 1, < 9"),
        (Annotated[float | None, Field(gt=0, le=30)], f"{NUMBER}, > 0, <= 30"),
        (int | str, f"{INTEGER} | {TEXT}"),
        (bool, "true 或 false / true or false"),
        (Path, TEXT),
        (SecretStr, TEXT),
        (Annotated[str, Field(pattern="^a+$", min_length=1, max_length=3)], f"{TEXT}, 长度 >= 1 / length >= 1"),
        (Literal["a", 2], '"a", 2'),
        (Colour, '"red", "blue"'),
        (Annotated[int, Field(ge=1, description="a slave id")], "a slave id"),
        (tuple[int, ...], "数组 [...] / an array [...]"),
        (tuple[Leaf, ...], "表的数组 [[...]] / an array of tables [[...]]"),
        (Leaf, "表 {...} / a table {...}"),
        (dict[str, int], "表 {...} / a table {...}"),
        (Any, ANYTHING),
        (object, ANYTHING),
    ],
)
def test_allowed_values_in_words(annotation: Any, allowed: str) -> None:
    assert allowed_by(slots_of(annotation)).startswith(allowed)


def test_keys_and_slots_below_a_model() -> None:
    assert keys_at(Tree, ()) == ("leaf", "named", "colour")
    assert keys_at(Tree, ("leaf", 3)) == ("size", "type")
    assert keys_at(Tree, ("named", "anything")) == ("size", "type")
    assert keys_at(Tree, ("leaf", "size")) == ()
    assert slots_at(Tree, ("leaf", 0, "nothing")) == ()
    assert slots_at(Tree, ("colour", 0)) == ()


@pytest.mark.parametrize(
    ("values", "paths"),
    [
        ({"leaf": [{"size": 1, "type": "a"}], "named": {"a": {"size": 2}}, "colour": "red"}, []),
        ({"leaf": [{"size": "1"}, {"size": True}, {"size": 1.0}]}, [("leaf", n, "size") for n in range(3)]),
        ({"leaf": {"size": 1}}, [("leaf",)]),
        ({"named": {"a": [], "b": {"type": 1}}}, [("named", "a"), ("named", "b", "type")]),
        ({"colour": 1, "unknown": "left to the model"}, [("colour",)]),
    ],
)
def test_nothing_is_converted(values: dict[str, object], paths: list[tuple[str | int, ...]]) -> None:
    assert list(mistyped(slots_of(Tree), values)) == paths


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (0.5, "0.5"),
        ("a", '"a"'),
        ("a" * 41, '"' + "a" * 37 + '..."'),
        ([1, "b"], '[1, "b"]'),
        (list(range(100)), "[...]"),
        ({"a": 1}, "{...}"),
        (SecretStr("hush"), "***"),
    ],
)
def test_values_as_they_stand_in_the_file(value: object, text: str) -> None:
    assert shown(value) == text
