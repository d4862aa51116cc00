"""Reads a ``[[derived]]`` table: the keys of the channel into our model, those of its formula into the formula's."""

from dau.config.derived import operands_model
from dau.config.draft import Draft
from dau.config.lines import KeyPath
from dau.config.settings import DerivedKeys, DerivedTable
from dau.config.shape import slots_of
from dau.config.tables import read_table
from dau.core.conversions.catalogue import FORMULAS
from dau.words import text

Values = dict[str, object]


def read_derived(draft: Draft, values: Values, at: KeyPath) -> DerivedTable | None:
    """Return the table at path ``at``; None after complaining."""
    shared = tuple(slots_of(DerivedKeys)[0].fields())
    known = _filled(draft, values, at)
    keys = None
    if known is not None:
        keys = read_table(draft, DerivedKeys, {key: known[key] for key in shared if key in known}, at)
    formula = values.get("formula")
    if not isinstance(formula, str):
        return None
    if formula not in FORMULAS:
        draft.complain_name((*at, "formula"), "config.unknown_formula", formula, FORMULAS)
        return None
    own = {key: value for key, value in values.items() if key not in shared}
    operands = read_table(draft, operands_model(formula), own, at, shared)
    if keys is None or operands is None:
        return None
    given = {name: value for name, value in operands if value is not None}
    return DerivedTable.model_validate({**keys.model_dump(by_alias=True), "operands": given})


def _filled(draft: Draft, values: Values, at: KeyPath) -> Values | None:
    """Return the table with what a converted value has from the channel that it converts; None after complaining."""
    target = values.get("converts")
    if not isinstance(target, str):
        return values
    every = {table.get("name"): table for kind in ("channel", "derived") for _, table in draft.tables(kind)}
    if target not in every:
        known = [name for name in every if isinstance(name, str)]
        draft.complain_name((*at, "converts"), "config.unknown_channel", target, known)
        return None
    if "converts" in every[target]:
        draft.complain((*at, "converts"), text("config.no_item", found=target), found=target)
        return None
    return {key: every[target][key] for key in ("factor", "unit", "digits") if key in every[target]} | values
