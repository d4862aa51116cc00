"""``[[derived]]`` as the rest of the unit knows it: which arguments a formula takes, what builds on what."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from graphlib import TopologicalSorter
from typing import Annotated, Any, Final

from pydantic import AfterValidator, Field, create_model
from pydantic_core import PydanticCustomError

from dau.config.base import Strict
from dau.config.forms import Name
from dau.config.settings import DerivedTable, Settings
from dau.core.channels import Channel
from dau.core.conversions.catalogue import FORMULAS, Argument, Takes
from dau.core.derive import Derivation, Input
from dau.words import text

_CHANNELS: Final = Annotated[tuple[Name, ...], Field(min_length=1)]


@cache
def operands_model(formula: str) -> type[Strict]:
    """Return the model of the keys that belong to a formula: its arguments by name."""
    fields: dict[str, Any] = {}
    for name, argument in FORMULAS[formula].arguments.items():
        is_needed = argument.default is None and name not in FORMULAS[formula].one_of
        kind = _kind_of(argument)
        fields[name] = (kind, ...) if is_needed else (kind | None, None)
    return create_model(formula, __base__=Strict, **fields)


def _kind_of(argument: Argument) -> Any:
    match argument.takes:
        case Takes.CHANNEL:
            return Name
        case Takes.CHANNELS:
            return _CHANNELS
        case Takes.NUMBER:
            return Annotated[float, Field(gt=argument.above, lt=argument.below)]
        case Takes.EITHER:
            words = Field(description=text("config.form.either", unit=argument.unit))
            return Annotated[float | str, AfterValidator(_bounded(argument)), words]


def _bounded(argument: Argument) -> Callable[[float | str], float | str]:
    def check(value: float | str) -> float | str:
        above, below = argument.above, argument.below
        if not isinstance(value, str) and (
            (above is not None and value <= above) or (below is not None and value >= below)
        ):
            raise PydanticCustomError("config.out_of_range", "out of range")
        return value

    return check


def inputs_of(table: DerivedTable) -> Mapping[str, tuple[str, ...]]:
    """Return the channels that the formula of a derived one is given, by argument and in the order of the arguments."""
    found: dict[str, tuple[str, ...]] = {}
    for name in FORMULAS[table.formula].arguments:
        match table.operands.get(name):
            case str() as channel:
                found[name] = (channel,)
            case tuple() as channels:
                found[name] = channels
    return found


def pace_of(table: DerivedTable) -> str:
    """Return the channel whose new sample makes one of the derived channel."""
    return next(iter(inputs_of(table).values()))[0]


def in_order(derived: Iterable[DerivedTable]) -> tuple[DerivedTable, ...]:
    """Return derived channels so that each comes after those it builds on.

    Raises:
        graphlib.CycleError: there is no such order.
    """
    named = {table.name: table for table in derived}
    needs = {name: [each for part in inputs_of(table).values() for each in part] for name, table in named.items()}
    return tuple(named[name] for name in TopologicalSorter(needs).static_order() if name in named)


def derivations_of(settings: Settings, channels: Iterable[Channel]) -> tuple[Derivation, ...]:
    """Return how each derived channel is reckoned, in the order in which they build on each other."""
    named = {channel.name: channel for channel in channels}
    return tuple(_derivation(table, named) for table in in_order(settings.derived))


def _derivation(table: DerivedTable, channels: Mapping[str, Channel]) -> Derivation:
    formula, own = FORMULAS[table.formula], channels[table.name]
    inputs: dict[str, Input | tuple[Input, ...]] = {}
    for name, names in inputs_of(table).items():
        wanted = wanted_unit(formula.arguments[name], own.unit)
        given = tuple(Input(channels[each], wanted) for each in names)
        inputs[name] = given if formula.arguments[name].takes is Takes.CHANNELS else given[0]
    numbers = {
        name: float(value)
        for name, argument in formula.arguments.items()
        if isinstance(value := table.operands.get(name, argument.default), float | int)
    }
    by_means = formula.is_conversion if table.level is None else table.level == "means"
    return Derivation(own, formula, inputs, numbers, by_means)


def wanted_unit(argument: Argument, own: str) -> str:
    """Return the unit in which a formula takes a channel; ``own`` is that of the derived one."""
    return own if argument.unit is None else argument.unit
