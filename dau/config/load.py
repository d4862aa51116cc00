"""Loading a settings file: read it, check every table, hold the tables against each other, only then hand it out."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from dau.config.base import Strict
from dau.config.books import BooksTable
from dau.config.complaints import ConfigError
from dau.config.contacts import ContactTable
from dau.config.crosscheck import Tables, crosscheck
from dau.config.derived_tables import read_derived
from dau.config.draft import Draft, open_draft
from dau.config.facilities import FacilityTable
from dau.config.findings import FindingsTable
from dau.config.instruments import read_instrument
from dau.config.limits import LimitTable
from dau.config.lines import KeyPath
from dau.config.periods import PeriodsTable
from dau.config.pulses import PulseTable
from dau.config.secret_files import key_of, with_password
from dau.config.settings import (
    BusTable,
    ChannelTable,
    CodeTable,
    PlatformKeys,
    PlatformTable,
    Settings,
    StationTable,
)
from dau.config.shape import allowed_by, kind_of, slots_at
from dau.config.tables import read_table
from dau.words import text

Table = TypeVar("Table")
Section = TypeVar("Section", bound=Strict)
Values = dict[str, object]


def load_settings(file: Path) -> Settings:
    """Read the settings of a station; relative paths in it start at the folder of the file and come back absolute.

    Raises:
        ConfigError: with every mistake that can be seen before anything runs.
    """
    draft = open_draft(file)
    settings = None if draft.complaints else _read(draft)
    if settings is None:
        raise ConfigError(tuple(sorted(draft.complaints, key=lambda complaint: complaint.line)))
    return settings


def _read(draft: Draft) -> Settings | None:
    """Check the whole draft; None if anything in it is wrong."""
    _check_kinds(draft)
    station = _station(draft)
    tables = Tables(
        bus=_each(draft, "bus", _bus),
        instrument=_each(draft, "instrument", read_instrument),
        channel=_each(draft, "channel", _channel),
        code=_each(draft, "code", _code),
        platform=_each(draft, "platform", _platform),
        derived=_each(draft, "derived", read_derived),
        limit=_each(draft, "limit", _limit),
        contact=_each(draft, "contact", _contact),
        facility=_each(draft, "facility", _facility),
        pulse=_each(draft, "pulse", _pulse),
    )
    findings = _section(draft, "findings", FindingsTable)
    periods = _section(draft, "periods", PeriodsTable)
    books = _section(draft, "books", BooksTable)
    crosscheck(draft, tables)
    if draft.complaints or station is None:
        return None
    return Settings(
        station=station,
        bus=tuple(tables.bus.values()),
        instrument=tuple(tables.instrument.values()),
        channel=tuple(tables.channel.values()),
        derived=tuple(tables.derived.values()),
        code=tuple(tables.code.values()),
        platform=tuple(tables.platform.values()),
        limit=tuple(tables.limit.values()),
        findings=findings,
        books=books,
        periods=periods,
        contact=tuple(tables.contact.values()),
        facility=tuple(tables.facility.values()),
        pulse=tuple(tables.pulse.values()),
    )


def _check_kinds(draft: Draft) -> None:
    """Check the outermost keys: known, tables where tables belong, none missing."""
    for key, value in draft.values.items():
        slots = slots_at(Settings, (key,))
        listed = value if isinstance(value, list) else []
        if not slots:
            draft.complain_key((key,), Settings.model_fields)
        elif not any(kind_of(value) in slot.kinds() for slot in slots) or any(
            kind_of(part) != "table" for part in listed
        ):
            # The value itself is not shown: nobody knows what it was meant to be.
            found = {"table": "{...}", "array": "[...]"}.get(kind_of(value), "...")
            draft.complain((key,), text("config.wrong_type", found=found), found=found, allowed=allowed_by(slots))
    for key in ("station", "channel"):
        if not draft.values.get(key):
            draft.complain((), text("config.missing_key", missing=key), allowed=allowed_by(slots_at(Settings, (key,))))


def _each(draft: Draft, kind: str, read: Callable[[Draft, Values, KeyPath], Table | None]) -> dict[KeyPath, Table]:
    tables = ((at, read(draft, values, at)) for at, values in draft.tables(kind))
    return {at: table for at, table in tables if table is not None}


def _station(draft: Draft) -> StationTable | None:
    values = draft.values.get("station")
    station = read_table(draft, StationTable, values, ("station",)) if isinstance(values, dict) else None
    return station and station.model_copy(update={"state": _beside(draft) / station.state})


def _bus(draft: Draft, values: Values, at: KeyPath) -> BusTable | None:
    bus = read_table(draft, BusTable, values, at)
    if bus is None or bus.serial is None:
        return bus
    return bus.model_copy(update={"serial": str(_beside(draft) / bus.serial)})


def _channel(draft: Draft, values: Values, at: KeyPath) -> ChannelTable | None:
    return read_table(draft, ChannelTable, values, at)


def _code(draft: Draft, values: Values, at: KeyPath) -> CodeTable | None:
    return read_table(draft, CodeTable, values, at)


def _limit(draft: Draft, values: Values, at: KeyPath) -> LimitTable | None:
    return read_table(draft, LimitTable, values, at)


def _contact(draft: Draft, values: Values, at: KeyPath) -> ContactTable | None:
    return read_table(draft, ContactTable, values, at)


def _facility(draft: Draft, values: Values, at: KeyPath) -> FacilityTable | None:
    return read_table(draft, FacilityTable, values, at)


def _pulse(draft: Draft, values: Values, at: KeyPath) -> PulseTable | None:
    return read_table(draft, PulseTable, values, at)


def _section(draft: Draft, key: str, model: type[Section]) -> Section:
    """Read a table of which there is one, and which may be left out."""
    values = draft.values.get(key)
    table = read_table(draft, model, values, (key,)) if isinstance(values, dict) else None
    return table or model()


def _platform(draft: Draft, values: Values, at: KeyPath) -> PlatformTable | None:
    keys = read_table(draft, PlatformKeys, with_password(draft, values, at), at)
    return None if keys is None else PlatformTable(**dict(keys), key=key_of(draft, keys, at))


def _beside(draft: Draft) -> Path:
    return draft.file.parent.absolute()
