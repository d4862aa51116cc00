"""What an instrument was told since it was switched on: parameters, its clock, calibrations and samples, sans-IO."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from simulator.faults import InstrumentState
from simulator.instruments.encoding import Words, decode, encode, size
from simulator.scene import Area, Command, Deed, Instrument, Parameter

ILLEGAL_ADDRESS: Final = 2
ILLEGAL_VALUE: Final = 3
BUSY: Final = 6

CLOCK_WORDS: Final = 3
BOTTLES: Final = 24
BEIJING: Final = timezone(timedelta(hours=8))

Image = dict[int, int]
"""Content of one area by address."""


@dataclass(slots=True)
class Told:
    """The memory of one instrument; every connection to it sees the same one."""

    instrument: Instrument
    clock_ahead_ms: int = 0
    calibrating_until_ms: int = 0
    bottle: int = 0
    parameters: dict[str, float] = field(default_factory=dict)

    def state(self, at_ms: int) -> InstrumentState:
        """Return the state in which what it was told puts the instrument."""
        is_calibrating = at_ms < self.calibrating_until_ms
        return InstrumentState.CALIBRATION if is_calibrating else InstrumentState.NORMAL

    def image(self, area: Area, at_ms: int) -> Image:
        """Return the content of everything that can be written, and of the number of the last bottle."""
        image: Image = {}
        for parameter in self.instrument.parameters:
            if parameter.area is area:
                image |= dict(enumerate(self._words(parameter), parameter.address))
        for clock in self.instrument.clocks:
            if clock.area is area:
                image |= dict(enumerate(_clock_words(at_ms + self.clock_ahead_ms), clock.address))
        for command in self.instrument.commands:
            if command.area is area:
                image[command.address] = 0
            if area is Area.HOLDING and command.bottle_at is not None:
                image[command.bottle_at] = self.bottle
        return image

    def write(self, area: Area, address: int, words: Words, at_ms: int) -> int:
        """Do as told; returns the exception code of a refusal, else 0. Nothing is done unless everything can be."""
        later = replace(self, parameters=dict(self.parameters))
        while words:
            taken = later.take(area, address, words, at_ms)
            if taken <= 0:
                return -taken
            address, words = address + taken, words[taken:]
        self.clock_ahead_ms, self.parameters = later.clock_ahead_ms, later.parameters
        self.calibrating_until_ms, self.bottle = later.calibrating_until_ms, later.bottle
        return 0

    def take(self, area: Area, address: int, words: Words, at_ms: int) -> int:
        """Take what belongs to the address; returns how many words that were, or minus an exception code."""
        for command in self.instrument.commands:
            if (command.area, command.address) == (area, address):
                return self._obey(command, words[0], at_ms)
        for parameter in self.instrument.parameters:
            if (parameter.area, parameter.address) == (area, address):
                return self._adjust(parameter, words)
        for clock in self.instrument.clocks:
            if (clock.area, clock.address) == (area, address):
                return self._set_clock(words, at_ms)
        return -ILLEGAL_ADDRESS

    def _obey(self, command: Command, word: int, at_ms: int) -> int:
        if word != command.value:
            return 1 if word == 0 else -ILLEGAL_VALUE
        if at_ms < self.calibrating_until_ms:
            return -BUSY
        if command.does is Deed.SAMPLE:
            self.bottle = self.bottle % BOTTLES + 1
        else:
            self.calibrating_until_ms = at_ms + round(command.lasts_s * 1000)
        return 1

    def _adjust(self, parameter: Parameter, words: Words) -> int:
        count = size(parameter.type)
        if len(words) < count:
            return -ILLEGAL_VALUE
        value = decode(words[:count], parameter.type, parameter.order, parameter.step)
        if not parameter.low <= value <= parameter.high:
            return -ILLEGAL_VALUE
        self.parameters[parameter.name] = value
        return count

    def _set_clock(self, words: Words, at_ms: int) -> int:
        shown = "".join(f"{word:04x}" for word in words[:CLOCK_WORDS])
        try:
            moment = datetime.strptime(f"20{shown}", "%Y%m%d%H%M%S").replace(tzinfo=BEIJING)
        except ValueError:
            return -ILLEGAL_VALUE
        self.clock_ahead_ms = round(moment.timestamp() * 1000) - at_ms
        return CLOCK_WORDS

    def _words(self, parameter: Parameter) -> Words:
        value = self.parameters.get(parameter.name, parameter.initial)
        return encode(value, parameter.type, parameter.order, parameter.step)


def _clock_words(at_ms: int) -> Words:
    shown = f"{datetime.fromtimestamp(at_ms // 1000, UTC).astimezone(BEIJING):%y%m%d%H%M%S}"
    return tuple(int(shown[at : at + 4], 16) for at in range(0, len(shown), 4))
