"""Values converted to reference oxygen, as attributes of the factor that was measured: ``-ZsRtd``, ``-ZsAvg``.

Where something was measured and cannot be converted, because the flue holds air, HJ 212-2025 (8.1.1 d) wants the
largest number of the factor's format; the editions before want nothing.
"""

from dataclasses import dataclass, replace
from typing import Final

from dau.codes import find
from dau.core.records import Record
from dau.core.states import State
from dau.uplink.telling.told import Fields, Told

WHOLE_DIGITS: Final = 4
"""Digits before the point where no table has a format for the factor."""


@dataclass(frozen=True, slots=True)
class Converted:
    """One look at the converted value of a channel: its numbers by the names that those of the channel have.

    ``state`` is the state of the converted value: while the plant is stopped nothing fails to be converted.
    """

    told: Told
    numbers: dict[str, float | None]
    state: State

    def fields(self, measured: Fields) -> Fields:
        """Return the attributes beside those of the channel; where nothing was measured nothing is converted."""
        there = {name for name, value in measured if value is not None}
        return [(f"Zs{name}", self._text(number)) for name, number in self.numbers.items() if name in there]

    def _text(self, number: float | None) -> str | None:
        if number is not None:
            return self.told.value(number)
        fails = self.told.platform.dialect.tells_failed_conversion and State.STOPPED not in self.state
        return _largest(self.told) if fails else None


def converting(told: Told, record: Record) -> Told | None:
    """Return the channel that is told as the converted value of one, in the same terms; None if there is none."""
    channels = told.platform.channels.values()
    found = next((channel for channel in channels if channel.converts == told.channel.name), None)
    if found is None:
        return None
    stored = {one.channel: one.unit for one in record.quantities}
    return replace(told, channel=found, unit=stored.get(found.name, found.unit))


def _largest(told: Told) -> str:
    row = find(told.platform.dialect.edition, told.channel.factor)
    whole = "9" * (WHOLE_DIGITS if row is None or row.whole_digits is None else row.whole_digits)
    return f"{whole}.{'9' * told.factor.digits}" if told.factor.digits else whole
