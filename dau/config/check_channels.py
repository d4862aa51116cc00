"""Holds the channels of a settings file against the code tables."""

from dau.config.channels import digits_of, row_of, total_per_second_of, unit_of
from dau.config.codes import Codes
from dau.config.draft import Draft
from dau.config.lines import KeyPath
from dau.config.settings import ChannelTable, CodeTable
from dau.config.shape import allowed_by, slots_at
from dau.core.units import alike_to, are_alike
from dau.words import text


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


def check_code(draft: Draft, at: KeyPath, table: CodeTable) -> None:
    """Complain about a row that says nothing."""
    if table.model_fields_set == {"code"}:
        rest = [key for key in CodeTable.model_fields if key != "code"]
        draft.complain(at, text("config.empty_code"), found=table.code, allowed=", ".join(rest))
