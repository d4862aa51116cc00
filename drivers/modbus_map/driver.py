"""Reads any Modbus instrument from a table of points: RTU and ASCII, on a line or over TCP, or Modbus TCP.

All points and status words are merged into few reads when the driver is built. One poll asks them one after the other:

- A read that is refused (Modbus exception) costs the points in it: value None, state FAULT. The others are not touched.
  One that is refused twice because there is no such place (exception 2) is not asked again until the next start, which
  the driver remarks. One read always stays.
- A read that stays without an answer ends the poll: it costs its own points and those not asked yet, with the state
  COMM_LOST. The next poll asks it last, so that a range which an instrument silently ignores never hides the others. If
  it is the first one of the poll, nobody is there, and the whole poll is missed; the next one begins with the smallest
  read that was answered before.
- A status word that cannot be read gives its channels the same state: the numbers stay, but are not believed.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dau.core.errands import Errand, Task, Work
from dau.core.instrument import NoReply, Poll, Query, Refused
from dau.core.samples import Reading
from dau.core.states import State
from dau.core.told import Oddity, Remark
from drivers.modbus_map.ascii_frames import AsciiFraming
from drivers.modbus_map.decode import Convert, Decoder, Number
from drivers.modbus_map.frames import Framing, RtuFraming, TcpFraming
from drivers.modbus_map.layout import Extent, Limits, merge
from drivers.modbus_map.options import Options, Point, Status
from drivers.modbus_map.requests import ILLEGAL_ADDRESS, Read
from drivers.modbus_map.scaling import converter
from drivers.modbus_map.states import status_reader
from drivers.modbus_map.work import Tasks

FRAMINGS: Final[Mapping[str, type[Framing]]] = {"rtu": RtuFraming, "ascii": AsciiFraming, "tcp": TcpFraming}


@dataclass(frozen=True, slots=True)
class StatusWord:
    """A status word in a block: for which channels it speaks, and what a number in it means."""

    channels: frozenset[str]
    read: Callable[[Number], State]


@dataclass(frozen=True, slots=True)
class Block:
    """One read with what is in its answer: first the points, then the status words, as the decoder gives them."""

    read: Read
    decoder: Decoder
    points: tuple[tuple[str, Convert], ...]
    statuses: tuple[StatusWord, ...]


Outcome = tuple[Number, ...] | State
"""What became of a block in a poll: its numbers, or the state that its loss means."""


class ModbusMap:
    """One instrument that is described by a table. See `dau.core.instrument.Driver` and `dau.core.errands.Doer`."""

    def __init__(self, options: Options, instrument: str) -> None:
        self.name = instrument
        self._channels = options.channels()
        self._slave = options.slave
        self._framing: Framing = FRAMINGS[options.framing]()
        self._blocks = _blocks(options)
        self._dropped: list[Block] = []
        self._nowhere: set[Read] = set()  # refused once because there is no such place
        self._answered: set[Read] = set()  # when it was asked last
        self._has_statuses = bool(options.status)
        self._tasks = Tasks(options, self._framing, self._blocks[0].read, instrument)

    @property
    def channels(self) -> tuple[str, ...]:
        """See `Driver`."""
        return self._channels

    @property
    def device(self) -> str:
        """See `Driver`."""
        return f"slave {self._slave}"

    def queries(self) -> Sequence[Query]:
        """See `Driver`."""
        return [self._framing.query(block.read) for block in self._blocks]

    def poll(self) -> Poll:
        """See `Driver`."""
        outcomes: dict[Read, Outcome] = {block.read: State.FAULT for block in self._dropped}
        remarks: list[Remark] = []
        for block in tuple(self._blocks):
            try:
                frame = yield self._framing.query(block.read)
            except Refused as refused:
                outcomes[block.read] = State.FAULT
                remarks += self._note_refusal(block, refused)
            except NoReply:
                self._answered.discard(block.read)
                if len(outcomes) == len(self._dropped):
                    self._ask_small_first(block)
                    raise
                self._ask_last(block)
                break
            else:
                self._answered.add(block.read)
                self._nowhere.discard(block.read)
                data_from = self._framing.data_from
                outcomes[block.read] = block.decoder.numbers(frame[data_from : data_from + block.read.data_bytes])
        return (*self._readings(outcomes), *remarks)

    @property
    def tasks(self) -> frozenset[Task]:
        """See `Doer`."""
        return self._tasks.names

    def perform(self, errand: Errand) -> Work:
        """See `Doer`."""
        return self._tasks.begin(errand)

    def _note_refusal(self, block: Block, refused: Refused) -> list[Remark]:
        """Drop a block that was refused twice as not being there, unless it is the only one left."""
        if refused.code != ILLEGAL_ADDRESS or len(self._blocks) == 1:
            return []
        if block.read not in self._nowhere:
            self._nowhere.add(block.read)
            return []
        self._blocks.remove(block)
        self._dropped.append(block)
        return [Remark(Oddity.BLOCK_DROPPED, f"{refused}; not asked again until the next start")]

    def _ask_small_first(self, silent: Block) -> None:
        """Begin the next poll with the smallest read that was answered: a probe of a dead instrument costs least so.

        Where none was, another one comes first: perhaps the instrument is there and ignores this one.
        """
        self._ask_last(silent)
        answered = [block for block in self._blocks if block.read in self._answered]
        if answered:
            smallest = min(answered, key=lambda block: block.read.data_bytes)
            self._blocks.remove(smallest)
            self._blocks.insert(0, smallest)

    def _ask_last(self, block: Block) -> None:
        self._blocks.remove(block)
        self._blocks.append(block)

    def _readings(self, outcomes: Mapping[Read, Outcome]) -> tuple[Reading, ...]:
        states = self._states(outcomes) if self._has_statuses else {}
        readings: list[Reading] = []
        for block in (*self._blocks, *self._dropped):
            outcome = outcomes.get(block.read, State.COMM_LOST)
            if isinstance(outcome, State):
                readings += [
                    Reading(channel, None, outcome | states.get(channel, State.OK)) for channel, _ in block.points
                ]
            else:
                readings += _values(block, outcome, states)
        return tuple(readings)

    def _states(self, outcomes: Mapping[Read, Outcome]) -> Mapping[str, State]:
        """Return what the status words say for each channel about which they say anything."""
        states: dict[str, State] = {}
        for block in (*self._blocks, *self._dropped):
            outcome = outcomes.get(block.read, State.COMM_LOST)
            for at, status in enumerate(block.statuses, start=len(block.points)):
                found = outcome if isinstance(outcome, State) else status.read(outcome[at])
                if found:
                    states |= {channel: states.get(channel, State.OK) | found for channel in status.channels}
        return states


def _values(block: Block, numbers: tuple[Number, ...], states: Mapping[str, State]) -> list[Reading]:
    if not states:
        return [
            Reading(channel, value) if (value := convert(number)) is not None else Reading(channel, None, State.FAULT)
            for (channel, convert), number in zip(block.points, numbers, strict=False)
        ]
    readings = []
    for (channel, convert), number in zip(block.points, numbers, strict=False):
        value, state = convert(number), states.get(channel, State.OK)
        readings.append(Reading(channel, value, state or State.FAULT if value is None else state))
    return readings


def _blocks(options: Options) -> list[Block]:
    limits = Limits(options.max_count, options.max_bits, options.max_gap)
    reads = merge((place.extent for place in (*options.point, *options.status)), limits)
    points: dict[Extent, list[Point]] = {read: [] for read in reads}
    statuses: dict[Extent, list[Status]] = {read: [] for read in reads}
    for point in options.point:
        points[_home(point.extent, reads)].append(point)
    for status in options.status:
        statuses[_home(status.extent, reads)].append(status)
    return [_block(read, points[read], statuses[read], options) for read in reads]


def _home(value: Extent, reads: Iterable[Extent]) -> Extent:
    return next(read for read in reads if read.covers(value))


def _block(extent: Extent, points: Sequence[Point], statuses: Sequence[Status], options: Options) -> Block:
    return Block(
        read=Read(options.slave, extent.table, extent.first, extent.length),
        decoder=Decoder(extent, (*points, *statuses), options.order),
        points=tuple((point.channel, converter(point, extent)) for point in points),
        statuses=tuple(_status_word(status, extent, options) for status in statuses),
    )


def _status_word(status: Status, extent: Extent, options: Options) -> StatusWord:
    channels = options.channels() if status.channels is None else status.channels
    return StatusWord(frozenset(channels), status_reader(status, extent))
