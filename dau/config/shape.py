"""What a settings table may hold, read off its model: keys, kinds of values, bounds.

TOML has types, so nothing is converted: ``baud = "9600"`` is a mistake although the text could be read as a number.
Pydantic would read it; `mistyped` finds it first.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import reduce
from pathlib import PurePath
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt, MaxLen, MinLen
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from dau.config.lines import KeyPath
from dau.words import text

ALL_KINDS = frozenset({"bool", "int", "float", "str", "table", "array", "other"})


@dataclass(frozen=True, slots=True)
class Slot:
    """One plain type (no union, no ``Annotated``) that a value may have, with its bounds and its description."""

    type: Any
    bounds: tuple[Any, ...]
    description: str | None

    def kinds(self) -> frozenset[str]:
        """Return the kinds of TOML values that fit; all of them where the type itself must decide."""
        origin = get_origin(self.type) or self.type
        if origin is Literal:
            return frozenset(kind_of(value) for value in get_args(self.type))
        if not isinstance(origin, type) or origin is object:
            return ALL_KINDS
        if issubclass(origin, Enum):
            return frozenset(kind_of(member.value) for member in origin)
        return next((frozenset(kinds) for base, kinds in _KINDS if issubclass(origin, base)), ALL_KINDS)

    def values(self) -> tuple[object, ...]:
        """Return the values of a closed set; nothing for an open one."""
        if get_origin(self.type) is Literal:
            return get_args(self.type)
        if isinstance(self.type, type) and issubclass(self.type, Enum):
            return tuple(member.value for member in self.type)
        return ()

    def fields(self) -> dict[str, FieldInfo]:
        """Return the keys of a table as they are written in the file; nothing for what is no table of known keys."""
        if not (isinstance(self.type, type) and issubclass(self.type, BaseModel)):
            return {}
        return {field.alias or name: field for name, field in self.type.model_fields.items()}


_KINDS: tuple[tuple[type, tuple[str, ...]], ...] = (
    (bool, ("bool",)),
    (int, ("int",)),
    (float, ("float", "int")),
    (str, ("str",)),
    (PurePath, ("str",)),
    (SecretStr, ("str",)),
    (BaseModel, ("table",)),
    (Mapping, ("table",)),
    (Sequence, ("array",)),
)


def slots_of(annotation: Any) -> tuple[Slot, ...]:
    """Take an annotation apart into the plain types it accepts; "nothing" (None) cannot be written in TOML."""
    field = annotation if isinstance(annotation, FieldInfo) else FieldInfo.from_annotation(annotation)
    if get_origin(field.annotation) not in {Union, UnionType}:
        return () if field.annotation is NoneType else (_slot(field.annotation, field),)
    inner = (slot for option in get_args(field.annotation) for slot in slots_of(option))
    return tuple(Slot(s.type, (*s.bounds, *field.metadata), s.description or field.description) for s in inner)


def _slot(plain: Any, field: FieldInfo) -> Slot:
    return Slot(plain, tuple(field.metadata), field.description)


def slots_at(model: type[BaseModel], path: KeyPath) -> tuple[Slot, ...]:
    """Return what the value at ``path`` below a table may be; nothing where no model says anything."""
    return reduce(_inside, path, slots_of(model))


def keys_at(model: type[BaseModel], path: KeyPath) -> tuple[str, ...]:
    """Return the keys a table at ``path`` may have, in the order of its model."""
    return tuple(dict.fromkeys(key for slot in slots_at(model, path) for key in slot.fields()))


def _inside(slots: tuple[Slot, ...], step: str | int) -> tuple[Slot, ...]:
    return tuple(inner for slot in slots for inner in _step(slot, step))


def _step(slot: Slot, step: str | int) -> tuple[Slot, ...]:
    arguments = [argument for argument in get_args(slot.type) if argument is not Ellipsis]
    if isinstance(step, str):
        field = slot.fields().get(step)
        if field is not None:
            return slots_of(field)
        return slots_of(arguments[1]) if slot.kinds() == {"table"} and len(arguments) == 2 else ()
    if slot.kinds() != {"array"} or not arguments:
        return ()
    return slots_of(arguments[min(step, len(arguments) - 1)])


def mistyped(slots: tuple[Slot, ...], value: object, path: KeyPath = ()) -> Iterator[KeyPath]:
    """Yield the path of every value whose TOML type is none of those that its slots accept."""
    if slots and not any(kind_of(value) in slot.kinds() for slot in slots):
        yield path
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from mistyped(_inside(slots, key), part, (*path, key))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from mistyped(_inside(slots, index), part, (*path, index))


def kind_of(value: object) -> str:
    """Return the kind of a parsed TOML value: bool, int, float, str, table, array or other (dates, times)."""
    match value:
        case bool():
            return "bool"
        case int():
            return "int"
        case float():
            return "float"
        case str() | SecretStr():
            return "str"
        case Mapping():
            return "table"
        case list():
            return "array"
        case _:
            return "other"


def allowed_by(slots: tuple[Slot, ...]) -> str:
    """Say what a value may be: its description, its closed set of values, or its kind with its bounds."""
    return " | ".join(dict.fromkeys(_allowed_by(slot) for slot in slots))


def _allowed_by(slot: Slot) -> str:
    if slot.description:
        return slot.description
    if slot.values():
        return ", ".join(shown(value) for value in slot.values())
    inner = slots_of(next(iter(get_args(slot.type)), Any))
    if slot.kinds() == {"array"} and inner and all(option.fields() for option in inner):
        kind = "tables"
    elif slot.kinds() == ALL_KINDS:
        kind = "any"
    else:
        kind = "float" if "float" in slot.kinds() else next(iter(slot.kinds()))
    return ", ".join([text(f"config.kind.{kind}"), *_bounds(slot.bounds)])


def _bounds(bounds: tuple[Any, ...]) -> Iterator[str]:
    for bound in bounds:
        match bound:
            case Ge():
                yield f">= {bound.ge}"
            case Gt():
                yield f"> {bound.gt}"
            case Le():
                yield f"<= {bound.le}"
            case Lt():
                yield f"< {bound.lt}"
            case MinLen():
                yield text("config.length", bound=f">= {bound.min_length}")
            case MaxLen():
                yield text("config.length", bound=f"<= {bound.max_length}")
            case _ if getattr(bound, "pattern", None):
                yield str(bound.pattern)
            case _:
                pass


def shown(value: object) -> str:
    """Write a value as it would stand in the file, shortened where it is long."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return f'"{value}"' if len(value) <= 40 else f'"{value[:37]}..."'
        case SecretStr():
            return "***"
        case Mapping():
            return "{...}"
        case list():
            whole = f"[{', '.join(shown(part) for part in value)}]"
            return whole if len(whole) <= 60 else "[...]"
        case _:
            return str(value)
