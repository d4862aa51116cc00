"""Holds derived channels against the others: what they are made of, in which units, and where they are told."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import CycleError

from dau.config.channels import unit_of
from dau.config.codes import Codes
from dau.config.derived import in_order, inputs_of, wanted_unit
from dau.config.draft import Draft
from dau.config.lines import KeyPath
from dau.config.settings import ChannelTable, DerivedTable
from dau.core.conversions.catalogue import FORMULAS
from dau.core.units import alike_to, are_alike
from dau.words import text


@dataclass(frozen=True, slots=True)
class Others:
    """What a derived channel is held against: the channels that are in order, the names of all, the code tables."""

    channels: Mapping[str, ChannelTable]
    names: Iterable[str]
    codes: Codes

    def unit(self, name: str) -> str | None:
        """Return the unit of a channel, None if it is not known for certain."""
        return unit_of(self.channels[name], self.codes) if name in self.channels else None


def check_derived(draft: Draft, tables: Mapping[KeyPath, DerivedTable], others: Others) -> bool:
    """Complain about everything in derived channels that cannot be; True if nothing was found."""
    before = len(draft.complaints)
    places = {table.name: at for at, table in tables.items()}
    for at, table in tables.items():
        _check_inputs(draft, at, table, others)
        _check_numbers(draft, at, table)
        _check_result(draft, at, table, others)
        _check_telling(draft, at, table, others)
    _check_told_once(draft, tables)
    try:
        in_order(tables.values())
    except CycleError as error:
        circle = [str(name) for name in error.args[1]]
        draft.complain(places[circle[0]], text("config.circle", circle=" -> ".join(circle)), found=circle[0])
    return len(draft.complaints) == before


def _check_inputs(draft: Draft, at: KeyPath, table: DerivedTable, others: Others) -> None:
    """Every input is there, and its unit is what the formula reckons in."""
    arguments, own = FORMULAS[table.formula].arguments, others.unit(table.name)
    for name, channels in inputs_of(table).items():
        for index, channel in enumerate(channels):
            path = (*at, name, index) if isinstance(table.operands[name], tuple) else (*at, name)
            if channel not in others.names:
                draft.complain_name(path, "config.unknown_channel", channel, others.names)
            elif own is not None and (unit := others.unit(channel)) is not None:
                wanted = wanted_unit(arguments[name], own)
                if not are_alike(unit, wanted):
                    sentence = text("config.input_unit", channel=channel, found=unit, wanted=wanted)
                    draft.complain(path, sentence, found=unit, allowed=", ".join(alike_to(wanted)))


def _check_numbers(draft: Draft, at: KeyPath, table: DerivedTable) -> None:
    formula = FORMULAS[table.formula]
    given = formula.one_of & table.operands.keys()
    if formula.one_of and len(given) != 1:
        names = ", ".join(name for name in formula.arguments if name in formula.one_of)
        draft.complain(at, text("config.one_of", names=names), found=", ".join(sorted(given)), allowed=names)
    for name, argument in formula.arguments.items():
        value = table.operands.get(name)
        if argument.choices and isinstance(value, float | int) and value not in argument.choices:
            allowed = ", ".join(f"{each:g}" for each in argument.choices)
            draft.complain((*at, name), text("config.not_allowed", found=value), found=str(value), allowed=allowed)


def _check_result(draft: Draft, at: KeyPath, table: DerivedTable, others: Others) -> None:
    wanted, own = FORMULAS[table.formula].unit, others.unit(table.name)
    if wanted is not None and own is not None and not are_alike(wanted, own):
        sentence = text("config.result_unit", formula=table.formula, found=own, wanted=wanted)
        place = (*at, "unit") if table.unit is not None else at
        draft.complain(place, sentence, found=own, allowed=", ".join(alike_to(wanted)))


def _check_telling(draft: Draft, at: KeyPath, table: DerivedTable, others: Others) -> None:
    """What is told as the converted value of a channel is in a unit that fits."""
    target = table.converts
    if target is None or target not in others.channels:
        return
    found, wanted = others.unit(table.name) or "", others.unit(target) or ""
    if not are_alike(found, wanted):
        sentence = text("config.cannot_convert", channel=table.name, found=found, wanted=wanted)
        draft.complain((*at, "converts"), sentence, found=found, allowed=", ".join(alike_to(wanted)))


def _check_told_once(draft: Draft, tables: Mapping[KeyPath, DerivedTable]) -> None:
    first: dict[str, KeyPath] = {}
    for at, table in tables.items():
        if table.converts is not None and first.setdefault(table.converts, at) != at:
            line = draft.line((*first[table.converts], "converts"))
            sentence = text("config.twice", found=f'"{table.converts}"', line=line)
            draft.complain((*at, "converts"), sentence, found=table.converts)
