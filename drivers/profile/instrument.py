"""One instrument that a profile describes, polled and told to do things. See `dau.core.instrument.Driver`.

A poll asks the blocks that are due, states before results, and one block of parameters at most. What a block cannot
give costs its own points; the first block of a poll that stays without an answer costs the poll.
"""

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from dau.core.errands import Errand, Task, Work
from dau.core.instrument import NoReply, Poll, Query, Refused
from dau.core.parameter_names import ParameterName
from dau.core.samples import Reading
from dau.core.states import State, union
from dau.core.told import ClockShown, Oddity, Parameter, Remark, Told
from drivers.profile.board import Board, Rule
from drivers.profile.commands import Command, Commands, reading_points
from drivers.profile.expression import Expression, Value
from drivers.profile.language import Language, asked
from drivers.profile.model import BlockKeys, Meaning, Rank, Role
from drivers.profile.times import text_of
from drivers.profile.values import Raw, Reckoner, plain

ORDER: Final = (Rank.STATE, Rank.RESULT, Rank.PARAMETERS)
REFUSALS: Final = 2
"""A block that is refused so often in a row as not being there is not asked for again until the next start."""

STILL_S: Final = 600
"""A heartbeat that stands still for so long means that the instrument hangs."""

WORDS: Final[Mapping[str, State]] = {
    "ok": State.OK,
    "over_range": State.OVER_RANGE,
    "calibration": State.CALIBRATION,
    "maintenance": State.MAINTENANCE,
    "fault": State.FAULT,
    "stopped": State.STOPPED,
    "suspect": State.FAULT,
}
"""What the words of a result flag mean: the number of a suspect result is kept and not believed."""


@dataclass(slots=True)
class Turn:
    """One block with its place in time, counted in polls; ``wait`` polls are left until it is due."""

    keys: BlockKeys
    points: tuple[str, ...]
    every: int
    only_when: Expression | None = None
    wait: int = 0
    refused: int = 0
    is_silent: bool = False
    """Whether it was silently ignored when it was asked last: then it comes behind all others."""

    @property
    def is_dropped(self) -> bool:
        """Whether the instrument refused it for good."""
        return self.refused >= REFUSALS


@dataclass(frozen=True, slots=True)
class Description:
    """What a profile and its instance say, ready for use.

    ``channels`` has the channel of each point that feeds one; ``commands`` what can be done.
    """

    name: str
    turns: Sequence[Turn]
    meanings: Mapping[str, Meaning]
    reckoners: Mapping[str, Reckoner]
    rules: Sequence[Rule]
    channels: Mapping[str, str]
    period_s: int
    commands: Sequence[Command] = ()
    times: frozenset[str] = frozenset()
    """The points that are times."""


@dataclass(slots=True)
class _Heart:
    value: Value = None
    still_s: int = 0


@dataclass(slots=True)
class _Outcome:
    """What became of the blocks of one poll: those that were read, and the state of those that were not."""

    read: set[str] = field(default_factory=set)
    lost: dict[str, State] = field(default_factory=dict)


class Profiled:
    """The driver of one instrument with a profile; also a `dau.core.errands.Doer`."""

    def __init__(self, description: Description, language: Language) -> None:
        self._about = description
        self._language = language
        self._board = Board(description.reckoners)
        self._turns = sorted(description.turns, key=lambda turn: ORDER.index(turn.keys.rank))
        self._home = {point: turn for turn in self._turns for point in turn.points}
        self._states = State.OK
        self._is_first = True
        self._hearts = {name: _Heart() for name, one in description.meanings.items() if one.role is Role.HEARTBEAT}
        self._remarked: set[str] = set()
        blocks = {name: turn.keys.name for name, turn in self._home.items()}
        self._commands = Commands(description.name, description.commands, language, self._board, blocks)
        self._clock = next((name for name, one in description.meanings.items() if one.role is Role.CLOCK), None)
        self._parameters = {
            (one.parameter, channel): name
            for name, one in description.meanings.items()
            if one.parameter is not None
            for channel in _channels(one, description.channels)
        }

    @property
    def channels(self) -> tuple[str, ...]:
        """See `Driver`."""
        return tuple(self._about.channels.values())

    @property
    def device(self) -> str:
        """See `Driver`."""
        return self._language.device

    def queries(self) -> Sequence[Query]:
        """See `Driver`: what one poll asks at the most."""
        return [self._language.query(turn.keys.name) for turn in self._turns if turn.every == 1]

    # --------------------------------------------------------------------------------------------------------- polling

    def poll(self) -> Poll:
        """See `Driver`."""
        outcome, remarks = _Outcome(), []
        due = list(self._due())
        for place, turn in enumerate(due):
            try:
                frame = yield from asked(self._language, turn.keys.name)
            except Refused as refusal:
                outcome.lost[turn.keys.name] = State.FAULT
                self._board.lose(turn.points)
                remarks += self._note_refusal(turn, refusal)
            except NoReply:
                if not outcome.read and not outcome.lost:
                    raise
                for unread in due[place:]:
                    outcome.lost[unread.keys.name] = State.COMM_LOST
                    self._board.lose(unread.points)
                turn.is_silent = True
                break
            else:
                turn.refused, turn.wait, turn.is_silent = 0, turn.every, False
                outcome.read.add(turn.keys.name)
                self._board.take(self._language.raws(turn.keys.name, frame))
        return self._told(outcome, remarks)

    def take(self, block: str, raws: Mapping[str, Raw]) -> tuple[Told, ...]:
        """Return what an instrument says that was not asked: ``raws`` is what stands in its message.

        A channel whose point the message does not have gets no reading.
        """
        self._board.lose(self._home_points(block))
        self._board.take(raws)
        heard = {channel for point, channel in self._about.channels.items() if point in raws}
        told = self._told(_Outcome({block}), [])
        return tuple(each for each in told if not isinstance(each, Reading) or each.channel in heard)

    def channel_of(self, point: str) -> str | None:
        """Return the channel that a point feeds."""
        return self._about.channels.get(point)

    def _home_points(self, block: str) -> Iterator[str]:
        return (point for point, turn in self._home.items() if turn.keys.name == block)

    def _told(self, outcome: _Outcome, remarks: Iterable[Remark]) -> tuple[Told, ...]:
        self._board.reckon()
        told = (*self._readings(outcome), *self._beside(outcome), *remarks, *self._unknown_words(outcome))
        self._note_states()
        return told

    def _note_refusal(self, turn: Turn, refusal: Refused) -> list[Remark]:
        """Drop a block that was refused twice in a row as not being there, unless it is the only one left."""
        others = [other for other in self._turns if other is not turn and not other.is_dropped]
        if not others or not self._language.is_nowhere(refusal):
            return []
        turn.refused += 1
        return [Remark(Oddity.BLOCK_DROPPED, f"block {turn.keys.name}: {refusal}")] if turn.is_dropped else []

    def _due(self) -> Iterator[Turn]:
        """Yield the blocks to ask now; the first of them is asked in any case, so that a poll tells who is there."""
        due = []
        values = self._board.values
        for turn in sorted(self._turns, key=lambda turn: turn.is_silent):  # what is ignored never hides the others
            turn.wait -= 1
            may_be_asked = turn.only_when is None or turn.only_when.holds(values)
            if turn.wait <= 0 and not turn.is_dropped and may_be_asked:
                due.append(turn)
        slow = [turn for turn in due if turn.keys.rank is Rank.PARAMETERS]
        longest = min(slow, key=lambda turn: turn.wait, default=None)
        first = [turn for turn in self._turns if not turn.is_dropped][:1]
        yield from [turn for turn in due if turn is longest or turn not in slow] or first

    def _readings(self, outcome: _Outcome) -> Iterator[Reading]:
        hanging = self._hangs(outcome)
        for point, channel in self._about.channels.items():
            turn = self._home[point]
            if turn.is_dropped or turn.keys.name in outcome.lost:
                yield Reading(channel, None, outcome.lost.get(turn.keys.name, State.FAULT))
            elif turn.keys.name in outcome.read:
                yield self._reading(point, channel, self._lost_state(point, outcome) | hanging)

    def _reading(self, point: str, channel: str, more: State) -> Reading:
        found = self._board.reckoned[point]
        states = self._board.state_of(point, self._about.rules) | self._flag(point) | more
        value = found.value if isinstance(found.value, float | int) else None
        if value is None:
            states |= State.FAULT if found.is_broken or not states else State.OK
        data_ms, sampled_ms = (self._time(point, role) for role in (Role.DATA_TIME, Role.SAMPLE_TIME))
        if data_ms is None and self._has(point, Role.DATA_TIME):
            return Reading(channel, None, states or State.NO_DATA)  # it has not measured anything yet
        return Reading(channel, None if value is None else float(value), states, data_ms, sampled_ms)

    def _about_point(self, point: str, role: Role) -> str | None:
        for name, one in self._about.meanings.items():
            if one.role is role and (one.of is None or point in one.of):
                return name
        return None

    def _has(self, point: str, role: Role) -> bool:
        return self._about_point(point, role) is not None

    def _time(self, point: str, role: Role) -> int | None:
        name = self._about_point(point, role)
        value = self._board.reckoned[name].value if name is not None else None
        return round(value * 1000) if isinstance(value, float | int) else None

    def _flag(self, point: str) -> State:
        name = self._about_point(point, Role.RESULT_FLAG)
        if name is None:
            return State.OK
        word = self._board.reckoned[name].value
        if word is None:
            return State.OK if self._board.raw(name) == "" else State.FAULT  # an empty text is no flag at all
        return WORDS.get(str(word), State.FAULT)

    def _lost_state(self, point: str, outcome: _Outcome) -> State:
        """Return the states of lost blocks that tell how a point is: without them its number is not believed."""
        needed = {name for rule in self._about.rules if rule.is_about(point) for name in rule.when.points}
        beside = (self._about_point(point, role) for role in (Role.RESULT_FLAG, Role.DATA_TIME))
        needed.update(name for name in beside if name is not None)
        turns = [self._home[name] for name in needed]
        return union(State.FAULT if turn.is_dropped else outcome.lost.get(turn.keys.name, State.OK) for turn in turns)

    def _hangs(self, outcome: _Outcome) -> State:
        for name, heart in self._hearts.items():
            if self._home[name].keys.name in outcome.read:
                value = self._board.reckoned[name].value
                passed_s = self._about.period_s * self._home[name].every
                heart.still_s = heart.still_s + passed_s if value == heart.value else 0
                heart.value = value
        return State.FAULT if any(heart.still_s >= STILL_S for heart in self._hearts.values()) else State.OK

    # -------------------------------------------------------------------------------------------------- beside values

    def _beside(self, outcome: _Outcome) -> Iterator[Told]:
        for name, one in self._about.meanings.items():
            if self._home[name].keys.name not in outcome.read:
                continue
            found = self._board.reckoned[name].value
            if one.role is Role.CLOCK and isinstance(found, float | int):
                yield ClockShown(round(found * 1000))
            if one.parameter is not None and (text := self.text(name)) is not None:
                for channel in _channels(one, self._about.channels):
                    yield Parameter(one.parameter, text, channel, one.unit or "")

    def text(self, point: str) -> str | None:
        """Return a value as text: a time in Beijing, a number in plain decimal notation, a word; None without one."""
        found = self._board.reckoned[point].value
        if found is None:
            return None
        if isinstance(found, frozenset):
            return " ".join(sorted(found)) or "none"
        if isinstance(found, str):
            return found
        return text_of(int(found)) if point in self._about.times else plain(found)

    def _unknown_words(self, outcome: _Outcome) -> Iterator[Remark]:
        for name, one in self._about.meanings.items():
            found = self._board.reckoned[name]
            if one.map and self._home[name].keys.name in outcome.read:
                raw = self._board.raw(name)
                unknown = (found.value is None or found.value == "suspect") and raw not in {None, ""}
                if unknown and f"{name} {raw}" not in self._remarked and len(self._remarked) < 100:
                    self._remarked.add(f"{name} {raw}")
                    yield Remark(Oddity.UNKNOWN_WORD, f"{name} is {raw!r:.60}, which the profile does not list")

    def _note_states(self) -> None:
        """Let blocks that want to be asked after a state has ended be due at the next poll."""
        now = union(self._board.state_of(point, self._about.rules) for point in self._about.channels)
        ended = {state.name.lower() for state in self._states if state not in now and state.name}
        if self._is_first:
            ended.add("restart")
        for turn in self._turns:
            if ended.intersection(turn.keys.after):
                turn.wait = 0
        self._states, self._is_first = now, False

    # --------------------------------------------------------------------------------------------------------- errands

    def look(self, points: Iterable[str]) -> Generator[Query, bytes, None]:
        """Read the blocks of some points now.

        Raises:
            InstrumentError: one of them could not be read.
        """
        for block in dict.fromkeys(self._home[name].keys.name for name in points):
            frame = yield from asked(self._language, block)
            self._board.take(self._language.raws(block, frame))
        self._board.reckon()

    @property
    def values(self) -> Mapping[str, Value]:
        """What is known of each point by now."""
        return self._board.values

    @property
    def tasks(self) -> frozenset[Task]:
        """See `dau.core.errands.Doer`."""
        found = set(self._commands.tasks)
        if self._parameters:
            found.add(Task.READ_INFO)
        if any(parameter is ParameterName.SERIAL_NUMBER for parameter, _ in self._parameters):
            found.add(Task.READ_SERIAL)
        if self._clock is not None:
            found.add(Task.READ_CLOCK)
        return frozenset(found)

    def perform(self, errand: Errand) -> Work:
        """See `dau.core.errands.Doer`."""
        reading = reading_points(errand, self._clock, self._parameters)
        return self._commands.begin(errand, reading, self._about.channels, self.text)


def _channels(meaning: Meaning, channels: Mapping[str, str]) -> Sequence[str]:
    """Return the channels that a parameter is about, none if this station does not use the points that it is about.

    One empty name stands for the instrument as a whole.
    """
    return [""] if meaning.of is None else [channels[each] for each in meaning.of if each in channels]
