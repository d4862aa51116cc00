"""What the settings say of one platform, in the words of the rest of the unit: dialect, factors, appetite, letters."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dau import codes as tables
from dau.codes.kinds import COMMANDS, kinds_of
from dau.config.channels import digits_of, kind_of, total_unit_of, unit_of
from dau.config.codes import Codes
from dau.config.quirks import dialect_with
from dau.config.settings import ChannelTable, FactorTable, PlatformTable, Settings
from dau.core.appetites import Appetite
from dau.core.states import State
from dau.core.units import are_alike, convert
from dau.hj212 import Dialect, Edition


@dataclass(frozen=True, slots=True)
class Terms:
    """How a platform knows one channel; the fields mean what those of `uplink.identity.Factor` do."""

    code: str
    unit: str
    digits: int
    total_unit: str
    st: str | None
    tags: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Conversion:
    """One channel that one platform gets in the unit ``wanted``, while the station has it in ``found``."""

    platform: str
    channel: str
    found: str
    wanted: str


def dialect_of(table: PlatformTable) -> Dialect:
    """Return the rules that the platform's packets follow."""
    return dialect_with(Edition(table.edition), table.quirks)


def key_text(table: PlatformTable) -> str | None:
    """Return the SM4 key that the platform gave out on paper, as it was written; None if there is none."""
    return table.key.get_secret_value() if table.key else None


def heartbeat_s_of(table: PlatformTable) -> float:
    """Return the seconds between two heartbeats: as written, else 60 where there is a command for it; 0 for none."""
    if table.heartbeat_s is not None:
        return table.heartbeat_s
    return 60.0 if dialect_of(table).heartbeat_cn else 0.0


def letters_of(table: PlatformTable) -> Mapping[State, str]:
    """Return the data flags of the states for which the platform wants another letter than its edition says."""
    return {State[name.upper()]: letter for name, letter in table.letters if letter is not None}


def channels_for(settings: Settings, table: PlatformTable) -> Sequence[ChannelTable]:
    """Return the channels that the platform gets, in the order they are sent."""
    named = {channel.name: channel for channel in settings.channels}
    return [named[name] for name in table.channels or named]


def appetite_of(settings: Settings, table: PlatformTable) -> Appetite:
    """Return which records the platform wants: what its edition can tell and its channels bring, but what it skips."""
    kinds = {kind_of(channel) for channel in channels_for(settings, table)}
    wanted = {kind for kind in kinds_of(Edition(table.edition), kinds) if COMMANDS[kind] not in table.skip}
    return Appetite(table.name, table.realtime_s, table.minute_min, frozenset(wanted))


def factors_of(settings: Settings, table: PlatformTable) -> Mapping[str, Terms]:
    """Return how the platform knows each channel that it gets, by name."""
    known = Codes(settings.code)
    terms = {channel.name: terms_of(channel, table, known) for channel in channels_for(settings, table)}
    return {name: each for name, each in terms.items() if each is not None}


def conversions(settings: Settings) -> Iterator[Conversion]:
    """Yield every channel whose numbers a platform gets in another unit than the station has them."""
    known = Codes(settings.code)
    for table in settings.platform:
        terms = factors_of(settings, table)
        for channel in channels_for(settings, table):
            if channel.is_told_by_another:
                continue
            pair = unit_of(channel, known) or "", terms[channel.name].unit
            if convert(1.0, *pair) != 1.0:
                yield Conversion(table.name, channel.name, *pair)


def old_codes_of(settings: Settings, table: PlatformTable) -> Mapping[str, str]:
    """Return the platform's codes for those of the station's channels, where its edition has others."""
    known, edition = Codes(settings.code), Edition(table.edition)
    pairs = {channel.factor: known.wire_code(edition, channel.factor) for channel in channels_for(settings, table)}
    return {factor: code for factor, code in pairs.items() if code is not None and code != factor}


def terms_of(channel: ChannelTable, table: PlatformTable, codes: Codes) -> Terms | None:
    """Return how the platform knows a channel, None if there is no code for it.

    Code, unit and digits are those of ``[platform.factors]``, else those that the code tables have for the edition,
    else those of the channel. Digits that the channel itself says hold as long as its unit does.
    """
    edition, said = Edition(table.edition), table.factors.get(channel.name, FactorTable())
    code = said.code or codes.wire_code(edition, channel.factor)
    if code is None:
        return None
    row = codes.find(edition, channel.factor)
    own_unit, own_digits = unit_of(channel, codes) or "", digits_of(channel, codes) or 0
    units = (said.unit, row.unit if row else None)
    unit = next((each for each in units if each is not None), own_unit)
    digits = (said.digits, channel.digits if unit == own_unit else None, row.decimals if row else None)
    return Terms(
        code=code,
        unit=unit,
        digits=next((each for each in digits if each is not None), own_digits),
        total_unit=_total_unit(channel, said, codes, edition),
        st=said.st or channel.st or tables.st_of(edition, channel.factor),
        tags=channel.tags,
    )


def _total_unit(channel: ChannelTable, said: FactorTable, codes: Codes, edition: Edition) -> str:
    own = total_unit_of(channel, codes)
    if not own or said.total_unit is not None:
        return said.total_unit or ""
    row = codes.find(edition, channel.factor)
    return row.total_unit if row and are_alike(own, row.total_unit) else own
