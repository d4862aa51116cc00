"""Holds the flows that carry concentrations against the channels of a settings file."""

from collections.abc import Mapping, Sequence

from dau.config.channels import amount_of, total_per_second_of, total_unit_of, unit_of
from dau.config.codes import Codes
from dau.config.draft import Draft
from dau.config.lines import KeyPath
from dau.config.periods import mass_per_amount
from dau.config.settings import ChannelTable
from dau.words import text


def check_flows(draft: Draft, tables: Mapping[KeyPath, ChannelTable], known: Sequence[str], codes: Codes) -> None:
    """Complain about flows that are no channel or have no amount, and about channels that none can carry.

    That of ``[periods]`` is for every concentration of the station; what has no mass is not meant by it.
    """
    named = {table.name: table for table in tables.values()}
    asked: list[tuple[KeyPath, ChannelTable | None]] = [(("periods", "flow"), None)]
    asked += [((*at, "flow"), table) for at, table in tables.items()]
    for path, table in asked:
        name = draft.at(path)
        if not isinstance(name, str) or not name:
            continue
        flow = named.get(name)
        if name not in known:
            draft.complain_name(path, "config.unknown_channel", name, known)
        elif flow is not None and total_per_second_of(flow, codes) is None:
            draft.complain(path, text("periods.no_flow", found=name), found=name)
        elif flow is not None and table is not None and not _carries(flow, table, codes):
            sentence = text("periods.no_mass", unit=unit_of(table, codes) or "", amount=total_unit_of(flow, codes))
            draft.complain(path, sentence, found=name)


def _carries(flow: ChannelTable, table: ChannelTable, codes: Codes) -> bool:
    unit, mass, amount = unit_of(table, codes) or "", amount_of(table, codes), total_unit_of(flow, codes)
    return mass_per_amount(unit, mass, amount) is not None
