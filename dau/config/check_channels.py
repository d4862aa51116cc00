"""Holds the channels of a settings file against the code tables."""

from collections.abc import Mapping
from typing import Final

from dau.config.channels import digits_of, kind_of, row_of, total_per_second_of, total_unit_of, unit_of
from dau.config.codes import Codes
from dau.config.draft import Draft
from dau.config.lines import KeyPath
from dau.config.settings import ChannelTable, CodeTable
from dau.config.shape import allowed_by, slots_at
from dau.core.channels import ChannelKind
from dau.core.units import alike_to, are_alike
from dau.words import text

RHYTHMS: Final[Mapping[str, ChannelKind]] = {
    "cycle_min": ChannelKind.PERIODIC,
    "hold_min": ChannelKind.PERIODIC,
    "composite": ChannelKind.PERIODIC,
    "modulus": ChannelKind.COUNTER,
}
"""Keys that only one kind of channel has."""


def check_channel(draft: Draft, at: KeyPath, table: ChannelTable, codes: Codes) -> bool:
    """Complain where a channel lacks what no table says for it, or contradicts what one says; True if it does not."""
    before = len(draft.complaints)
    for key, known in (("unit", unit_of(table, codes)), ("digits", digits_of(table, codes))):
        if known is None:
            allowed = f"{key} = {allowed_by(slots_at(ChannelTable, (key,)))} | [[code]]"
            draft.complain(at, text("config.not_in_codes", missing=key, code=table.factor), allowed=allowed)
    row = row_of(table, codes)
    if row and row.unit is not None and table.unit is not None and not are_alike(table.unit, row.unit):
        sentence = text("config.unit_of_code", found=table.unit, code=table.factor)
        draft.complain((*at, "unit"), sentence, found=table.unit, allowed=", ".join(alike_to(row.unit)))
    if table.total_unit and total_per_second_of(table, codes) is None:
        sentence = text("config.no_amount", found=table.total_unit, unit=unit_of(table, codes) or "")
        draft.complain((*at, "total_unit"), sentence, found=table.total_unit, allowed="total_per_second")
    return len(draft.complaints) == before


def check_rhythms(draft: Draft, tables: Mapping[KeyPath, ChannelTable], codes: Codes) -> None:
    """Complain about keys that belong to another kind of channel, and about counters that no meter of the flow has."""
    named = {table.name: table for table in tables.values()}
    for at, table in tables.items():
        kind = kind_of(table)
        for key, wanted in RHYTHMS.items():
            if kind is not wanted and getattr(table, key) != ChannelTable.model_fields[key].default:
                draft.complain((*at, key), text("config.key_of_kind", found=key, kind=wanted.value), found=key)
        if table.counter is None:
            continue
        meter, amount = named.get(table.counter), total_unit_of(table, codes)
        if meter is None or kind_of(meter) is not ChannelKind.COUNTER:
            counters = [each.name for each in tables.values() if kind_of(each) is ChannelKind.COUNTER]
            draft.complain_name((*at, "counter"), "config.no_counter", table.counter, counters)
        elif not are_alike(unit_of(meter, codes) or "", amount):
            sentence = text("config.counter_unit", found=unit_of(meter, codes) or "", wanted=amount)
            draft.complain((*at, "counter"), sentence, found=table.counter, allowed=", ".join(alike_to(amount)))


def check_code(draft: Draft, at: KeyPath, table: CodeTable) -> None:
    """Complain about a row that says nothing."""
    if table.model_fields_set == {"code"}:
        rest = [key for key in CodeTable.model_fields if key != "code"]
        draft.complain(at, text("config.empty_code"), found=table.code, allowed=", ".join(rest))
