"""An instrument with a profile that speaks by itself. See `dau.core.instrument.Listener`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, NoReturn, Protocol

from dau.core.errands import CannotDo, Errand
from dau.core.instrument import Heard, Refused
from dau.core.samples import Reading
from dau.core.states import State
from dau.core.told import Remark, Told
from drivers.profile.instrument import Profiled
from drivers.profile.model import CommandKeys
from drivers.profile.values import Raw

BLOCK: Final = "message"
"""The block of instruments all of whose messages are alike."""


@dataclass(frozen=True, slots=True)
class Message:
    """One complete message: what stands at the places of points, as far as it has them.

    ``states`` are those that it gives single points itself, ``data_ms`` (milliseconds UTC) the time that it gives its
    values. ``more`` is told beside them.
    """

    raws: Mapping[str, Raw]
    block: str = BLOCK
    states: Mapping[str, State] = field(default_factory=dict)
    data_ms: int | None = None
    more: Sequence[Told] = ()


class Ear(Protocol):
    """What a driver brings for an instrument that speaks by itself."""

    @property
    def device(self) -> str:
        """See `Listener`."""

    def hear(self, data: bytes) -> tuple[Sequence[Message], bytes]:
        """Take bytes in any pieces; return the messages that are complete now, and what to answer. Never raises."""


class Unasked:
    """The language of an instrument that is never asked. See `drivers.profile.language.Language`."""

    def __init__(self, device: str) -> None:
        self.device = device

    def query(self, block: str) -> NoReturn:
        """See `Language`."""
        raise AssertionError(f"{self.device} is never asked for {block}")

    def follow_up(self, block: str, frames: bytes) -> None:
        """See `Language`."""

    def raws(self, block: str, frame: bytes) -> NoReturn:
        """See `Language`."""
        raise AssertionError(f"{self.device} was never asked for {block}: {len(frame)} bytes")

    def is_nowhere(self, refusal: Refused) -> NoReturn:
        """See `Language`."""
        raise AssertionError(f"{self.device} was never asked: {refusal}")

    def writes(self, command: CommandKeys, errand: Errand) -> NoReturn:
        """See `Language`."""
        raise CannotDo(f"{command.do} {errand.channel}: the instrument is only listened to")

    def reads_back(self, command: CommandKeys, errand: Errand) -> NoReturn:
        """See `Language`."""
        raise CannotDo(f"{command.do} {errand.channel}: the instrument is only listened to")


class ProfiledListener:
    """Turns messages into what they tell, by the tables of the instrument."""

    def __init__(self, name: str, profiled: Profiled, ear: Ear) -> None:
        """``profiled`` is the same instrument as if it were asked."""
        self.name = name
        self._profiled = profiled
        self._ear = ear

    @property
    def channels(self) -> tuple[str, ...]:
        """See `Listener`."""
        return self._profiled.channels

    @property
    def device(self) -> str:
        """See `Listener`."""
        return self._ear.device

    def hear(self, data: bytes) -> Heard:
        """See `Listener`."""
        messages, reply = self._ear.hear(data)
        return Heard(tuple(tuple(self._told(message)) for message in messages), reply)

    def _told(self, message: Message) -> Iterator[Told]:
        states = {self._profiled.channel_of(point): state for point, state in message.states.items()}
        for each in self._profiled.take(message.block, message.raws):
            if isinstance(each, Reading):
                joined = each.states | states.get(each.channel, State.OK)
                yield replace(each, states=joined, data_ms=message.data_ms or each.data_ms)
            else:
                yield each
        yield from message.more


class Remarks:
    """Says each oddity once; a hostile sender makes it remember no more than ``most``."""

    def __init__(self, most: int = 100) -> None:
        self._said: set[Remark] = set()
        self._most = most

    def once(self, remark: Remark) -> Sequence[Remark]:
        """Return the remark if it was not made before."""
        if remark in self._said or len(self._said) >= self._most:
            return ()
        self._said.add(remark)
        return (remark,)
