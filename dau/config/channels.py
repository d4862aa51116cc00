"""The channels of a station, as the rest of the unit knows them, out of its settings and the code tables.

What a ``[[channel]]`` leaves out comes from the row of its factor in the tables of 2017 (of 2025 for codes that are
new there).
"""

from collections.abc import Mapping

from dau.codes import Code
from dau.config.codes import Codes
from dau.config.derived import in_order, pace_of
from dau.config.periods import with_counters, with_flows
from dau.config.profiles import ProfiledOptions
from dau.config.settings import ChannelTable, DerivedTable, InstrumentTable, Settings
from dau.core.channels import Channel, ChannelKind
from dau.core.units import are_alike, convert
from dau.hj212 import Edition


def channels_of(settings: Settings) -> tuple[Channel, ...]:
    """Return the channels in the order of the file, derived ones last.

    Each has the poll period of the instrument that feeds it (a longer one where a profile asks for it more rarely), or
    of the channel that sets its pace.
    """
    codes = Codes(settings.code)
    periods = {name: period_s for instrument in settings.instrument for name, period_s in _periods(instrument).items()}
    for derived in in_order(settings.derived):
        periods[derived.name] = periods[pace_of(derived)]
    plain = tuple(
        Channel(
            name=table.name,
            factor=table.factor,
            unit=unit_of(table, codes) or "",
            digits=digits_of(table, codes) or 0,
            medium=settings.station.medium,
            period_s=periods[table.name],
            low=table.range[0] if table.range else None,
            high=table.range[1] if table.range else None,
            total_per_second=total_per_second_of(table, codes),
            kind=kind_of(table),
            total_unit=total_unit_of(table, codes),
            margin=table.margin,
            cycle_min=table.cycle_min,
            hold_min=table.hold_min,
            composite=table.composite,
            modulus=table.modulus,
            converts=table.converts if isinstance(table, DerivedTable) else None,
        )
        for table in settings.channels
    )
    plain = with_counters(plain, {table.name: table.counter for table in settings.channels if table.counter})
    flows = {table.name: flow_of(table, settings.periods.flow) for table in settings.channels}
    return with_flows(plain, flows, {table.name: amount_of(table, codes) for table in settings.channels})


def row_of(table: ChannelTable, codes: Codes) -> Code | None:
    """Return the row of the channel's factor, None if no table has it."""
    return codes.find(Edition.E2017, table.factor) or codes.find(Edition.E2025, table.factor)


def _periods(instrument: InstrumentTable) -> Mapping[str, int]:
    options = instrument.options
    if isinstance(options, ProfiledOptions):
        return options.channel_periods()
    return dict.fromkeys(options.channels(), instrument.period_s)


def unit_of(table: ChannelTable, codes: Codes) -> str | None:
    """Return the unit of the channel, None if neither its table nor that of the codes says one."""
    row = row_of(table, codes)
    if table.unit is None and kind_of(table) is ChannelKind.CONDITION:
        return ""
    return table.unit if table.unit is not None else row.unit if row else None


def digits_of(table: ChannelTable, codes: Codes) -> int | None:
    """Return the decimals of the channel, None if neither its table nor that of the codes says them."""
    row = row_of(table, codes)
    if kind_of(table) is ChannelKind.CONDITION:
        return 0
    return table.digits if table.digits is not None else row.decimals if row else None


def kind_of(table: ChannelTable) -> ChannelKind:
    """Return what the numbers of the channel are: as written, else what its code tells."""
    if table.kind is not None:
        return table.kind
    kinds = {
        "SB": ChannelKind.FACILITY,
        "p991": ChannelKind.CONDITION,
        "L": ChannelKind.NOISE,
        "a0190": ChannelKind.FURNACE,
    }
    return next((kind for start, kind in kinds.items() if table.factor.startswith(start)), ChannelKind.MEASURED)


def total_per_second_of(table: ChannelTable, codes: Codes) -> float | None:
    """Return what makes an amount out of a second of the channel: as written, else by the units of a flow."""
    if table.total_per_second is not None:
        return table.total_per_second
    unit, rate = unit_of(table, codes), f"{amount_of(table, codes)}/s"
    return convert(1.0, unit, rate) if unit and are_alike(unit, rate) else None


def total_unit_of(table: ChannelTable, codes: Codes) -> str:
    """Return the unit of the channel's amounts, empty where it has none. Facilities have the hours that they ran."""
    if kind_of(table) in {ChannelKind.FACILITY, ChannelKind.CONDITION}:
        return "h"
    if kind_of(table) is ChannelKind.COUNTER:
        return unit_of(table, codes) or ""
    return amount_of(table, codes) if total_per_second_of(table, codes) is not None else ""


def flow_of(table: ChannelTable, usual: str | None) -> str:
    """Return the channel of the flow that carries a concentration, empty if none does.

    A converted value is carried by none: masses are those of measured ones.
    """
    if table.is_told_by_another:
        return ""
    return table.flow if table.flow is not None else usual or ""


def amount_of(table: ChannelTable, codes: Codes) -> str:
    """Return the unit that the code tables have for amounts of the factor, empty where they have none."""
    row = row_of(table, codes)
    return table.total_unit if table.total_unit is not None else row.total_unit if row else ""
