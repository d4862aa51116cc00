"""How the channels of one record are told to one platform: code, system code, unit and decimals of their numbers."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from dau.codes.kinds import fed_by
from dau.core.channels import Channel
from dau.core.records import Quantity, Record
from dau.core.rounding import decimal_text
from dau.core.states import State
from dau.core.units import UnitsDiffer, convert
from dau.hj212 import Item, LocalError, Pair, factor_item
from dau.uplink.identity import Factor, Platform
from dau.uplink.naming import code_of

AMOUNT_UNIT: Final = "m3"
"""Unit of amounts where a channel does not say another."""

TOTAL_DIGITS: Final = 3
"""Decimals of an amount: finer than those of its flow, because amounts are added up."""

Fields = list[tuple[str, str | None]]
"""Attributes and values of one factor in the order of the official example; what is None is not there."""


@dataclass(frozen=True, slots=True)
class Told:
    """One channel of a record, to one platform.

    ``factor`` says how the platform knows the numbers, ``unit`` is the one in which they were stored.
    """

    platform: Platform
    channel: Channel
    factor: Factor
    unit: str

    @property
    def st(self) -> str:
        """The system code of the packets it belongs in."""
        return self.factor.st or self.platform.st

    def value(self, number: float | None) -> str | None:
        """Return the text of a stored number in the platform's unit; missing is missing, never zero or empty.

        Raises:
            LocalError: the platform reckons in a unit that measures something else.
        """
        return self._text(number, (self.unit, self.factor.unit), self.factor.digits)

    def amount(self, number: float | None) -> str | None:
        """Return the text of an amount, likewise."""
        found = self.channel.total_unit or AMOUNT_UNIT
        return self._text(number, (found, self.factor.total_unit or found), TOTAL_DIGITS)

    def letter(self, state: State) -> str:
        """Return the data flag of a single state."""
        return self.platform.letters[state]

    def item(self, fields: Fields, state: State | None = None) -> Item:
        """Return the item of the channel, with the data flag of ``state`` at its end if there is one."""
        pairs: list[Pair] = [(name, value) for name, value in fields if value is not None]
        return factor_item(self.factor.code, pairs if state is None else [*pairs, ("Flag", self.letter(state))])

    def item_flagged_if_odd(self, fields: Fields, state: State) -> Item:
        """Return the item as examples without a Flag have it; what is not normal gets one, lest it seem to be."""
        is_whole = any(value is not None for _, value in fields)
        return self.item(fields, None if is_whole and self.letter(state) == self.letter(State.OK) else state)

    def _text(self, number: float | None, units: tuple[str, str], digits: int) -> str | None:
        if number is None:
            return None
        try:
            return decimal_text(convert(number, *units), digits)
        except UnitsDiffer as error:
            raise LocalError(
                f"platform {self.platform.name}: channel {self.channel.name} was stored in {error.found or '1'},"
                f" the platform reckons {self.factor.code} in {error.wanted or '1'}: they do not measure the same"
            ) from error


def told_channels(record: Record, platform: Platform) -> Iterator[Told]:
    """Yield the channels of the platform that a record of this kind tells of, in the platform's order."""
    kinds = fed_by(record.kind, platform.dialect.edition)
    stored = {one.channel: one for one in record.quantities}
    for name, channel in platform.channels.items():
        if channel.kind in kinds and channel.converts is None:
            yield _told(platform, channel, stored.get(name))


def told_channel(record: Record, platform: Platform, name: str) -> Told | None:
    """Return one channel, whatever its kind; None if the platform does not get it."""
    channel = platform.channels.get(name)
    stored = {one.channel: one for one in record.quantities}
    return None if channel is None else _told(platform, channel, stored.get(name))


def _told(platform: Platform, channel: Channel, stored: Quantity | None) -> Told:
    if stored is not None and stored.factor != channel.factor:
        # It was another quantity then: what the platform is told of the channel today does not concern it.
        code = platform.old_codes.get(stored.factor, stored.factor)
        return Told(platform, channel, Factor(code, stored.unit, channel.digits), stored.unit)
    code = code_of(platform, channel.name)
    known = platform.factors.get(channel.name) or Factor(code, channel.unit, channel.digits)
    factor = replace(known, code=code)
    return Told(platform, channel, factor, channel.unit if stored is None else stored.unit)
