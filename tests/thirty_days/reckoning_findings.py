"""Which findings there must be, reckoned from the periods by sections 4.5, 9 and 10 of the reference on data quality.

A finding lasts as long as its condition holds: from the first period that belongs to it to the end of the last. Chosen
readings where the reference leaves something open:

- Oversize is what came in an hour, as it came, in order or over range: held to the range it could hardly be too large.
- Maintenance is an abuse in an hour that has its mark while the converted value, or its own, is beyond the limit as it
  came; and in one that is declared on three days, each time by another declaration.
- Negative is a valid hour: what an instrument says while it is serviced is no anomaly.
- A limit, and whatever warns of it, is held against valid periods that are in order or over range: start-up, shut-down
  and banked fire are exempt by mark (3.3).
- A production is normal when its channel is in order or over range: neither says that the source does anything else.
- A label is missing when its minute has no number while the source is not stopped, five minutes in a row. A converted
  value may lack for good reasons (the O2 cap), and what it is made of is missed by itself.
- Cold windows are counted for a natural day, and so their finding lasts until its end.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import groupby
from statistics import median, stdev
from typing import Final

from dau.config.limits import LimitTable
from dau.core.channels import Channel, ChannelKind, Medium
from dau.core.declarations import Declaration, DeclarationKind
from dau.core.states import State
from tests.thirty_days.plants import BEGIN_MS, Plant
from tests.thirty_days.reckoning_periods import BEIJING, DAY, FIVE, HOUR, Cell, Cells, mean
from tests.thirty_days.reckoning_samples import MINUTE, Heard, Taken
from tests.thirty_days.scenario import Act, Step, Stretch

Book = dict[tuple[str, str, int], int]
"""The end of each finding, by rule, channel and beginning."""

Noticed = tuple[str, float, int, int]
"""A step of the clock: rule, seconds, first and last instant at which the unit may see it."""

SERVICE: Final = {DeclarationKind.MAINTENANCE, DeclarationKind.CALIBRATION}
SERVICED: Final = {State.MAINTENANCE, State.CALIBRATION}
JUDGED: Final = {State.OK, State.OVER_RANGE}
COLD: Final = 850.0


@dataclass(frozen=True, slots=True)
class Line:
    """The periods of one length of one channel, in order, from the first of the station on."""

    channel: Channel
    length: int
    cells: Sequence[Cell]

    def start(self, place: int) -> int:
        """Return the label of a period."""
        return BEGIN_MS + place * self.length

    def judged(self) -> list[float | None]:
        """Return the numbers that are held against limits."""
        return [one.mean if one.valid and one.state in JUDGED else None for one in self.cells]

    def ok(self) -> list[float | None]:
        """Return the numbers of those in order."""
        return [one.mean if one.valid and one.state is State.OK else None for one in self.cells]


def book_of(plant: Plant, heard: Heard, cells: Cells) -> Book:
    """Return every finding on the channels of a plant that there must be once all closed periods were looked at."""
    book: Book = {}
    closed_ms = heard.closed_ms
    peaks = _peaks(heard.taken, closed_ms)
    lines = {
        (channel.name, length): _line(cells, channel, length, closed_ms)
        for channel in plant.channels
        for length in (MINUTE, HOUR, DAY)
    }
    for channel in plant.channels:
        minutes, hours = (lines[channel.name, length] for length in (MINUTE, HOUR))
        limit = next((one for one in plant.limits if one.channel == channel.name), None)
        upper = None if limit is None else limit.hour if limit.hour is not None else limit.high
        span = upper if upper is not None else channel.high
        found = [*_missing(minutes), *_values(hours), _jumps(hours, span), *_plant(plant, channel, minutes, hours)]
        found += _oversize(hours, peaks)
        if limit is not None:
            judged = next((one.name for one in plant.channels if one.converts == channel.name), channel.name)
            asked = [lines[judged, length] for length in (MINUTE, HOUR, DAY)]
            found += _limits(asked, (limit.low, limit.hour, limit.day, limit.high))
            found.append(_abuse(hours, asked[1], limit, heard.declared))
        for rule, runs in found:
            book |= {(rule, channel.name, first): last for first, last in runs}
    return book


Found = tuple[str, list[tuple[int, int]]]


def _line(cells: Cells, channel: Channel, length: int, closed_ms: int) -> Line:
    labels = range(BEGIN_MS, closed_ms - length + 1, length)
    return Line(channel, length, [cells[channel.name, length, label] for label in labels])


def _runs(line: Line, marks: Sequence[object], least: int = 1) -> list[tuple[int, int]]:
    """Return first and last time of the runs of equal marks that are at least so long; a false mark belongs to none."""
    found, place = [], 0
    for mark, group in groupby(marks):
        count = len(list(group))
        if mark and count >= least:
            found.append((line.start(place), line.start(place + count)))
        place += count
    return found


def _missing(minutes: Line) -> Iterator[Found]:
    if minutes.channel.converts is not None:
        return
    absent = [one.raw_mean is None and one.mean is None and one.state is not State.STOPPED for one in minutes.cells]
    yield "missing", _runs(minutes, absent, 5)


def _values(hours: Line) -> Iterator[Found]:
    """9: zero, constant, negative, oversize."""
    channel = hours.channel
    is_gas = channel.medium is Medium.GAS
    eps = 0.5 * 10.0**-channel.digits
    zero = [value is not None and abs(value) <= eps for value in hours.ok()]
    yield "zero", _runs(hours, zero, 2 if is_gas else 3)
    text = [None if value is None else _rounded(value, channel.digits) for value in hours.ok()]
    yield "constant", _runs(hours, text, 4 if is_gas else 6)
    valid = [one.mean if one.valid else None for one in hours.cells]
    yield "negative", _runs(hours, [value is not None and value < 0 for value in valid])


def _peaks(taken: Iterable[Taken], closed_ms: int) -> dict[tuple[str, int], float]:
    """Return the largest number of each channel and hour as it came."""
    peaks: dict[tuple[str, int], float] = {}
    for one in taken:
        if one.raw is not None and one.at_ms < closed_ms and (one.said or one.found) <= {State.OVER_RANGE}:
            key = (one.channel, (one.at_ms - BEGIN_MS) // HOUR * HOUR + BEGIN_MS)
            peaks[key] = max(one.raw, peaks.get(key, one.raw))
    return peaks


def _oversize(hours: Line, peaks: Mapping[tuple[str, int], float]) -> list[Found]:
    channel = hours.channel
    if channel.high is None:
        return []
    most = 1.1 * channel.high
    marks = [peaks.get((channel.name, hours.start(place)), most) > most for place in range(len(hours.cells))]
    return [("oversize", _runs(hours, marks))]


def _abuse(hours: Line, judged: Line, limit: LimitTable, declared: Sequence[Declaration]) -> Found:
    """9, R15: serviced while the limit is exceeded, or at the same hour day after day."""
    name, marks = hours.channel.name, []
    own = [one for one in declared if one.kind in SERVICE and name in one.channels]
    for place, cell in enumerate(hours.cells):
        start = hours.start(place)
        days = [_service(own, start - day * DAY, start + HOUR) for day in range(3)]
        raw = judged.cells[place].raw_mean
        number = raw if raw is not None else judged.cells[place].mean
        covers = cell.state in SERVICED and number is not None and _is_beyond(number, limit)
        habit = all(days) and len({each for day in days for each in day}) >= 3
        marks.append(bool(days[0]) and (covers or habit))
    return "maintenance_abuse", _runs(hours, marks)


def _service(declared: Sequence[Declaration], start: int, known_ms: int) -> list[int]:
    """Return the places of the declarations that hold in the hour, of those that are known at its end."""
    end = start + HOUR
    return [
        place
        for place, one in enumerate(declared)
        if one.from_ms < end and one.until_ms > start and one.entered_ms < min(end, known_ms)
    ]


def _is_beyond(number: float, limit: LimitTable) -> bool:
    if limit.low is not None:
        return number < limit.low or (limit.high is not None and number > limit.high)
    return limit.hour is not None and number > limit.hour


def _rounded(value: float, digits: int) -> str:
    text = str(Decimal(repr(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN))
    return text.removeprefix("-") if float(text) == 0 else text


def _jumps(hours: Line, span: float | None) -> Found:
    values = hours.judged()
    marks = []
    for place, value in enumerate(values):
        before = [one for one in values[max(0, place - 24) : place] if one is not None]
        if value is None or span is None or len(before) < 12:
            marks.append(False)
        else:
            usual = median(before)
            marks.append(abs(value - usual) > max(3 * usual, 0.1 * span))
    return "jump", _runs(hours, marks)


def _limits(lines: Sequence[Line], bounds: tuple[float | None, ...]) -> list[Found]:
    """10: beyond the limit of the hour and of the day, for long, and on the way to it."""
    minutes, hours, days = lines
    low, hour, day, high = bounds
    found: list[Found] = []
    if low is not None and high is not None:
        for rule, line in (("hour_exceeded", hours), ("day_exceeded", days)):
            found.append((rule, _runs(line, [_is_outside(one, low, high) for one in line.cells])))
        for rule, line, least in (("hours_in_a_row", hours, 7), ("days_in_a_row", days, 3)):
            outside = [value is not None and not low <= value <= high for value in line.judged()]
            found.append((rule, _runs(line, outside, least)))
        return found
    for rule, chain, line, limit, least in (
        ("hour_exceeded", "hours_in_a_row", hours, hour, 7),
        ("day_exceeded", "days_in_a_row", days, day, 3),
    ):
        if limit is not None:
            above = [value is not None and value > limit for value in line.judged()]
            found += [(rule, _runs(line, above)), (chain, _runs(line, above, least))]
    if hour is not None:
        found.append(("hour_warning", _runs(minutes, _warned(minutes, HOUR, hour, 15))))
        near = [value is not None and 0.95 * hour <= value <= hour for value in hours.ok()]
        found += [("near_limit", _runs(hours, near, 24)), _low_fluctuation(hours)]
    if day is not None:
        found.append(("day_warning", _runs(hours, _warned(hours, DAY, day, 6))))
    return found


def _is_outside(one: Cell, low: float, high: float) -> bool:
    """4.4: judged on the least and the greatest value as well as the mean."""
    if not one.valid or one.state not in JUDGED:
        return False
    return any(value is not None and not low <= value <= high for value in (one.mean, one.low, one.high))


def _warned(line: Line, whole: int, limit: float, least: int) -> list[bool]:
    values, marks = line.judged(), []
    for place in range(len(values)):
        begun = ((line.start(place) + BEIJING) // whole * whole - BEIJING - BEGIN_MS) // line.length
        so_far = [one for one in values[max(0, begun) : place + 1] if one is not None]
        average = mean(so_far)
        marks.append(average is not None and len(so_far) >= least and average >= 0.8 * limit)
    return marks


def _low_fluctuation(hours: Line) -> Found:
    values, found = hours.judged(), []
    for place in range(23, len(values)):
        window = values[place - 23 : place + 1]
        there = [one for one in window if one is not None]
        average = mean(there)
        if len(there) == 24 and average and stdev(there) / abs(average) < 0.01:
            found.append((hours.start(place - 23), hours.start(place + 1)))
    return "low_fluctuation", _joined(found)


def _joined(windows: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join windows of which each begins one hour after the one before it."""
    found: list[tuple[int, int]] = []
    for first, last in windows:
        if found and last == found[-1][1] + HOUR:
            found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
    return found


def _plant(plant: Plant, channel: Channel, minutes: Line, hours: Line) -> Iterator[Found]:
    """9: what contradicts what the plant is said to do; 4.5: furnaces."""
    own = plant.findings.of(channel.name)
    if own.stopped_most is not None and channel.total_per_second is not None:
        per_minute = channel.total_per_second * 60
        emits = [
            one.state is State.STOPPED and one.raw_mean is not None and one.raw_mean * per_minute > own.stopped_most
            for one in minutes.cells
        ]
        yield "stopped_emitting", _runs(minutes, emits)
    if own.rated is not None:
        yield "no_flow", _runs(hours, [value is not None and value < 0.01 * own.rated for value in hours.judged()])
    if channel.factor == "a19001":
        marks = [
            (one.state is State.STOPPED and one.raw_mean is not None and one.raw_mean < 18.0)
            or (one.state in JUDGED and one.valid and one.mean is not None and one.mean > 19.5)
            for one in hours.cells
        ]
        yield "oxygen", _runs(hours, marks)
    if channel.kind is ChannelKind.FURNACE:
        yield "cold_furnace", _cold(minutes)


def _cold(minutes: Line) -> list[tuple[int, int]]:
    values = minutes.judged()
    cold: dict[int, list[int]] = {}
    for place in range(0, len(values) - 4, 5):
        there = [one for one in values[place : place + 5] if one is not None]
        average = mean(there)
        if average is not None and len(there) >= 4 and average < COLD:
            label = minutes.start(place)
            cold.setdefault((label + BEIJING) // DAY, []).append(label)
    end = minutes.start(len(values)) // FIVE * FIVE
    days = {day: labels for day, labels in cold.items() if len(labels) >= 3}
    return [(labels[0], min((day + 1) * DAY - BEIJING, end)) for day, labels in days.items()]


def noticed(acts: Sequence[Act]) -> list[Noticed]:
    """Return the findings on the clock: 9 and 12.3, a step above 5 s; above 30 s the offset was too large."""
    found = []
    for place, act in enumerate(acts):
        if isinstance(act, Step):
            after = next(one for one in acts[place:] if isinstance(one, Stretch))
            rules = [
                rule for rule, most_ms in (("clock_step", 5_000), ("clock_offset", 30_000)) if abs(act.by_ms) > most_ms
            ]
            found += [(rule, act.by_ms / 1000, act.until_ms, after.until_ms) for rule in rules]
    return found
