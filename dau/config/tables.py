"""Reading one table of a settings file into its model, with every mistake turned into a complaint.

This is the border where pydantic's errors end: nothing above it sees a ``ValidationError``.
"""

from collections.abc import Mapping
from typing import TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from dau.config.base import Strict
from dau.config.draft import SECRETS, Draft
from dau.config.lines import KeyPath
from dau.config.shape import allowed_by, keys_at, kind_of, mistyped, shown, slots_at, slots_of
from dau.words import TABLE, text

Table = TypeVar("Table", bound=Strict)

_SENTENCES = {
    **dict.fromkeys(("literal_error", "enum"), "config.not_allowed"),
    **dict.fromkeys(("greater_than", "greater_than_equal", "less_than", "less_than_equal"), "config.out_of_range"),
    **dict.fromkeys(("multiple_of", "finite_number"), "config.out_of_range"),
    **dict.fromkeys(("too_short", "too_long", "string_too_short", "string_too_long"), "config.wrong_length"),
    "string_pattern_mismatch": "config.bad_form",
}
"""Pydantic's kinds of mistakes in our words; our own validators raise the key of their sentence itself."""


def read_table(
    draft: Draft, model: type[Table], values: Mapping[str, object], at: KeyPath, neighbours: tuple[str, ...] = ()
) -> Table | None:
    """Read the table at path ``at`` into ``model``; None after complaining.

    ``neighbours`` are keys that belong into the same table of the file, but to another model: they are allowed too.
    """
    wrong = list(mistyped(slots_of(model), values))
    for path in wrong:
        _complain_kind(draft, model, values, (at, path))
    try:
        table = model.model_validate(values)
    except ValidationError as error:
        problems = error.errors(include_url=False)
    else:
        return None if wrong else table
    for problem in map(_plainly, problems):
        path = _written(problem["loc"], values)
        if not any(path[: len(bad)] == bad for bad in wrong) and not _is_echo(problem):
            _complain(draft, model, problem, (at, path, neighbours))
    return None


def _plainly(problem: ErrorDetails) -> ErrorDetails:
    """Say a choice of tables by one of their keys in the words of that key."""
    if problem["type"] not in {"union_tag_invalid", "union_tag_not_found"}:
        return problem
    key = problem["ctx"]["discriminator"].strip("'")
    told = "missing" if problem["type"] == "union_tag_not_found" else "literal_error"
    return {**problem, "type": told, "loc": (*problem["loc"], key), "input": problem["input"].get(key)}


def _is_echo(problem: ErrorDetails) -> bool:
    """Tell whether an array only seems too short because parts of it have mistakes of their own."""
    return problem["type"] == "too_short" and len(problem["input"]) >= problem["ctx"]["min_length"]


def _complain_kind(
    draft: Draft, model: type[Strict], values: Mapping[str, object], where: tuple[KeyPath, KeyPath]
) -> None:
    at, path = where
    found = _found((*at, *path), _value(values, path))
    allowed = allowed_by(slots_at(model, path))
    draft.complain((*at, *path), text("config.wrong_type", found=found), found=found, allowed=allowed)


def _complain(
    draft: Draft, model: type[Strict], problem: ErrorDetails, where: tuple[KeyPath, KeyPath, tuple[str, ...]]
) -> None:
    at, path, neighbours = where
    whole, slots = (*at, *path), slots_at(model, path)
    match problem["type"]:
        case "extra_forbidden":
            draft.complain_key(whole, (*(neighbours if len(path) == 1 else ()), *keys_at(model, path[:-1])))
        case "missing":
            draft.complain(whole[:-1], text("config.missing_key", missing=path[-1]), allowed=allowed_by(slots))
        case kind if kind in TABLE or kind in _SENTENCES:
            found = "" if kind_of(problem["input"]) == "table" else _found(whole, problem["input"])
            sentence = text(kind if kind in TABLE else _SENTENCES[kind], found=found)
            draft.complain(whole, sentence, found=found, allowed=allowed_by(slots) if path else "")
        case "value_error" | "assertion_error":  # raised by a validator of a driver
            draft.complain(whole, f"{text('config.refused')}: {problem['ctx']['error']}")
        case _:
            draft.complain(whole, f"{text('config.refused')}: {problem['msg']}")


def _written(location: tuple[str | int, ...], values: Mapping[str, object]) -> KeyPath:
    """Drop from pydantic's location what stands nowhere in the file, such as the chosen type of a union."""
    path: list[str | int] = []
    value: object = values
    for number, step in enumerate(location):
        here = isinstance(value, list) and isinstance(step, int) and step < len(value)
        if here or (isinstance(value, Mapping) and step in value):
            path.append(step)
            value = _value(value, (step,))
        elif number == len(location) - 1 and isinstance(value, Mapping):
            path.append(step)  # a key that is missing
    return tuple(path)


def _value(value: object, path: KeyPath) -> object:
    for step in path:
        value = value[step] if isinstance(value, Mapping | list) else None  # type: ignore[index]
    return value


def _found(path: KeyPath, value: object) -> str:
    """Show what was found, unless it is or might be a password."""
    return shown(value) if SECRETS.isdisjoint(path) else "***"
