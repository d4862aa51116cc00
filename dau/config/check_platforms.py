"""Holds a platform's table against its edition of HJ 212, the channels of the station and the code tables."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dau.codes.kinds import COMMANDS, kinds_of
from dau.config.channels import total_unit_of, unit_of
from dau.config.codes import Codes
from dau.config.draft import Draft
from dau.config.lines import KeyPath
from dau.config.platforms import dialect_of, terms_of
from dau.config.quirks import DEVIATIONS
from dau.config.settings import ChannelTable, PlatformKeys, PlatformTable
from dau.config.shape import allowed_by, shown, slots_at
from dau.core.channels import ChannelKind
from dau.core.units import alike_to, are_alike
from dau.hj212 import Edition, Kind
from dau.hj212.command_table import TABLE
from dau.words import text


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a platform is held against: the channels that are in order, the names of all, and the code tables."""

    channels: Mapping[str, ChannelTable]
    names: list[str]
    codes: Codes


def check_platform(draft: Draft, at: KeyPath, table: PlatformTable, around: Surroundings) -> None:
    """Complain about everything in one platform's table that cannot be."""
    _check_identity(draft, at, table)
    _check_duties(draft, at, table)
    edition = Edition(table.edition)
    _check_names(draft, (*at, "refuse"), table.refuse, "config.not_asked", _asked(edition))
    uploads = sorted(COMMANDS[kind] for kind in kinds_of(edition, ChannelKind))
    _check_names(draft, (*at, "skip"), table.skip, "config.not_uploaded", uploads)
    _check_names(draft, (*at, "quirks", "usual"), table.quirks.usual or (), "config.unknown_deviation", DEVIATIONS)
    for name in table.factors:
        if name not in around.names:
            draft.complain_name((*at, "factors", name), "config.unknown_channel", name, around.names)
    for name in table.channels or around.channels:
        if name in around.channels and not around.channels[name].is_told_by_another:
            _check_factor(draft, at, (table, around.channels[name]), around.codes)


def _check_identity(draft: Draft, at: KeyPath, table: PlatformTable) -> None:
    if table.mn is None and not table.registration:
        allowed = f"mn = {allowed_by(slots_at(PlatformKeys, ('mn',)))} | registration = true"
        draft.complain(at, text("config.missing_key", missing="mn"), allowed=allowed)


def _check_duties(draft: Draft, at: KeyPath, table: PlatformTable) -> None:
    """What only some editions know, and a heartbeat that has no command."""
    edition = Edition(table.edition)
    for key, command in (("registration", "1001"), ("key_file", "1014"), ("ask_key_days", "1014")):
        if edition is not Edition.E2025 and draft.at((*at, key)):
            _complain_edition(draft, (*at, key), table, command)
    if edition is Edition.E2005 and table.ask_clock_h:
        _complain_edition(draft, (*at, "ask_clock_h"), table, "1013")
    if table.heartbeat_s and not dialect_of(table).heartbeat_cn:
        sentence = text("config.no_heartbeat", edition=table.edition)
        draft.complain((*at, "heartbeat_s"), sentence, found=str(table.heartbeat_s), allowed="quirks.heartbeat_cn")


def _complain_edition(draft: Draft, path: KeyPath, table: PlatformTable, command: str) -> None:
    draft.complain(path, text("config.not_in_edition", edition=table.edition, command=command), found=table.edition)


def _asked(edition: Edition) -> list[str]:
    """Return the commands that a platform of the edition may send, answers left out."""
    rows = (row for row in TABLE if edition in row.editions | row.tolerated)
    return sorted({row.number for row in rows if row.down in {Kind.REQUEST, Kind.NOTICE}})


def _check_names(draft: Draft, path: KeyPath, names: Iterable[str], what: str, known: Iterable[str]) -> None:
    known = list(known)
    for index, name in enumerate(names):
        if name not in known:
            draft.complain_name((*path, index), what, name, known)


def _check_factor(draft: Draft, at: KeyPath, pair: tuple[PlatformTable, ChannelTable], codes: Codes) -> None:
    """Complain where a channel has no code at the platform, or its numbers cannot be told in the platform's unit."""
    table, channel = pair
    terms = terms_of(channel, table, codes)
    if terms is None:
        sentence = text("config.no_old_code", channel=channel.name, code=channel.factor)
        draft.complain(at, sentence, found=channel.factor, allowed=_ways(channel))
        return
    unit, amount = unit_of(channel, codes) or "", total_unit_of(channel, codes)
    if not are_alike(unit, terms.unit):
        _complain_unit(draft, (*at, "factors", channel.name, "unit"), unit, terms.unit)
    if terms.total_unit and not amount:
        sentence = text("config.no_amount", found=terms.total_unit, unit=unit)
        draft.complain((*at, "factors", channel.name, "total_unit"), sentence, found=terms.total_unit)
    elif terms.total_unit and not are_alike(amount, terms.total_unit):
        _complain_unit(draft, (*at, "factors", channel.name, "total_unit"), amount, terms.total_unit)


def _complain_unit(draft: Draft, path: KeyPath, found: str, wanted: str) -> None:
    sentence = text("config.cannot_convert", channel=path[-2], found=found, wanted=wanted)
    draft.complain(path, sentence, found=wanted, allowed=", ".join(alike_to(found)))


def _ways(channel: ChannelTable) -> str:
    """Say where a code of 2005 can be given."""
    return f'[platform.factors.{channel.name}] code = "..." | [[code]] code = {shown(channel.factor)} old = "..."'
