"""What every closed period must be, reckoned from its samples by section 3.5 and 4 of the reference on data quality.

Chosen readings where the reference leaves something open:

- The minute record, the furnace window, the day and the month of gas, for which 3.5 has rules in the strict profile
  alone, follow the dominant one of the raw minute: in order when three quarters of the due parts are, else the state
  of most of the others.
- A part counts in the mean above it when its own mean is valid. A minute can be valid and yet bear the name of a state
  that is not measured (8 samples in order, 1 over range and 3 of a calibration are 9 measured of 12, and C): "measured
  raw-minute means" of 4.2 could also leave it out.
- ``avg_raw`` is the mean of the numbers as the instrument gave them, not held within the range (6); above the minute
  it is the mean of the ``avg_raw`` of the parts.
- The least and the greatest value of a period are those of the samples below. A converted hour, whose mean comes from
  other means, holds that one too, so that no mean lies outside of them.
- Where a clock that was set back lets a minute hold more polls than are due, their slices share its sixty seconds.
- What flowed and what it carried are sums of all slices (4.6: no minimum exists). The mean concentration is that of the
  valid parts alone (4.3: hours that have both a valid flow and a valid concentration).
- Of a concentration the parts that count are pairs (case `water_day`); water that flows back carries none of it out,
  and a minute in which nothing flowed is not due in the interval or the hour. Of the day every hour is due.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import fsum
from typing import Final

from dau.core.channels import Channel, ChannelKind, Medium
from dau.core.states import State
from tests.thirty_days.plants import BEGIN_MS, Plant
from tests.thirty_days.reckoning_samples import MINUTE, Taken, converted

TEN: Final = 10 * MINUTE
FIVE: Final = 5 * MINUTE
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
BEIJING: Final = 8 * HOUR

MEASURED: Final = {State.OK, State.OVER_RANGE, State.STARTUP, State.SHUTDOWN, State.BANKED}
"""3.3"""
TIES: Final = (
    State.FAULT,
    State.MAINTENANCE,
    State.CALIBRATION,
    State.COMM_LOST,
    State.OVER_RANGE,
    State.STOPPED,
    State.STARTUP,
    State.SHUTDOWN,
    State.BANKED,
    State.NO_DATA,
    State.MANUAL,
)
"""3.5, step 5"""


@dataclass(frozen=True, slots=True)
class Cell:
    """One channel in one closed period."""

    state: State
    valid: bool
    count: int
    mean: float | None = None
    low: float | None = None
    high: float | None = None
    raw_mean: float | None = None
    total: float | None = None
    volume: float | None = None
    paired: float | None = None


Cells = dict[tuple[str, int, int], Cell]
"""By channel, length and label."""


def mean(values: Iterable[float]) -> float | None:
    """Return the mean of numbers, None of none; 4.7: by their decimal text, so that a half is one."""
    listed = [Decimal(repr(value)) for value in values]
    return float(sum(listed) / len(listed)) if listed else None


def dominant(states: Mapping[State, int]) -> State:
    """Return the state of most parts, ties by 3.5 step 5."""
    return max(states, key=lambda state: (states[state], -TIES.index(state)))


def numbers(values: Iterable[float | None]) -> list[float]:
    """Return those that are there."""
    return [value for value in values if value is not None]


def cells_of(plant: Plant, taken: Iterable[Taken], closed_ms: int) -> Cells:
    """Return every period that must have closed by ``closed_ms``."""
    by_minute: dict[tuple[str, int], list[Taken]] = defaultdict(list)
    for one in taken:
        if not one.late:
            by_minute[one.channel, one.at_ms // MINUTE * MINUTE].append(one)
    cells: Cells = {}
    for start in range(BEGIN_MS, closed_ms, MINUTE):
        for channel in plant.channels:
            samples = by_minute.get((channel.name, start), [])
            carrier = by_minute.get((channel.flow, start), []) if channel.flow else []
            cells[channel.name, MINUTE, start] = minute_of(plant, channel, samples, carrier)
        end = start + MINUTE
        for length in (TEN, HOUR, DAY):
            if (end + BEIJING) % length == 0:
                _close(cells, plant, (end - length, length), plant.channels)
        if end % FIVE == 0:
            furnaces = [one for one in plant.channels if one.kind is ChannelKind.FURNACE]
            _close(cells, plant, (end - FIVE, FIVE), furnaces)
        if end == BEGIN_MS + 30 * DAY:
            _close(cells, plant, (BEGIN_MS, 30 * DAY), plant.channels)
    return cells


def _close(cells: Cells, plant: Plant, span: tuple[int, int], channels: Iterable[Channel]) -> None:
    start, length = span
    part = DAY if length > DAY else HOUR if length == DAY else MINUTE
    for channel in channels:
        parts = [cells[channel.name, part, at] for at in range(start, start + length, part)]
        if channel.medium is Medium.WATER:
            made = water_period(channel, parts, length)
        else:
            flows = [cells[channel.flow, part, at] for at in range(start, start + length, part)] if channel.flow else []
            made = gas_period(channel, parts, flows, length)
        if channel.converts is not None and length == HOUR:
            made = _converted_hour(cells, (start, length), made)
        cells[channel.name, length, start] = made


def minute_of(plant: Plant, channel: Channel, samples: Sequence[Taken], carrier: Sequence[Taken]) -> Cell:
    """4.2 and 4.3: the raw minute."""
    expected = 60 // channel.period_s
    values = [one.value for one in samples if one.state in MEASURED and one.value is not None]
    states = Counter(one.state for one in samples)
    states[State.NO_DATA] += max(0, expected - len(samples))
    enough = len(values) >= 0.75 * expected
    raw = mean(numbers(one.raw for one in samples))
    low, high = min(values, default=None), max(values, default=None)
    if channel.medium is Medium.GAS:
        is_ok = states[State.OK] >= 0.75 * expected
        state = State.OK if is_ok else _other(states)
        average = mean(values)
        total = _gas_total(channel, average if enough else None, 60.0)
        if channel.flow:
            flow = {one.name: one for one in plant.channels}[channel.flow]
            carried = minute_of(plant, flow, carrier, ())
            total = _gas_mass(channel, average if enough else None, carried.total)
        return Cell(state, enough, len(values), average, low, high, raw, total)
    state = _other(states)
    if not channel.flow:
        seconds = slice_s(channel, samples)
        total = None
        if channel.total_per_second is not None and values:
            total = fsum(value * channel.total_per_second * seconds for value in values)
        return Cell(state, enough, len(values), mean(values), low, high, raw, total)
    return _water_minute(channel, samples, carrier, Cell(state, enough, len(values), None, low, high, raw))


def slice_s(channel: Channel, samples: Sequence[Taken]) -> float:
    """Return how long the slice of one sample is."""
    return min(channel.period_s, 60 / len(samples)) if samples else channel.period_s


def _water_minute(channel: Channel, samples: Sequence[Taken], carrier: Sequence[Taken], made: Cell) -> Cell:
    """4.3: slices of one poll each, weighted by what flowed in them."""
    seconds = slice_s(channel, carrier)
    flows = {one.at_ms: one.value for one in carrier if one.state in MEASURED and one.value is not None}
    values = {one.at_ms: one.value for one in samples if one.state in MEASURED and one.value is not None}
    pairs = [(values[at], flows[at] * seconds / 1000) for at in values.keys() & flows.keys() if flows[at] >= 0]
    paired = fsum(amount for _, amount in pairs)
    mass = fsum(value * amount for value, amount in pairs)
    average = mass / paired if paired > 0 else None
    extremes = [value for value, _ in pairs] if average is not None else []
    return Cell(
        made.state,
        average is not None and len(pairs) >= 0.75 * 60 / channel.period_s,
        len(pairs),
        average,
        min(extremes, default=None),
        max(extremes, default=None),
        made.raw_mean,
        mass / 1000 if pairs else None,
        fsum(value * seconds / 1000 for value in flows.values()) if flows else None,
        paired if pairs else None,
    )


def _other(states: Counter[State]) -> State:
    others: dict[State, int] = {state: n for state, n in states.items() if state != State.OK and n > 0}
    return dominant(others) if others else State.OK


def gas_period(channel: Channel, parts: Sequence[Cell], flows: Sequence[Cell], length: int) -> Cell:
    """3.5 and 4.2 above the raw minute."""
    counted = [one for one in parts if one.valid]
    need = {HOUR: 45, DAY: 20, 30 * DAY: 25}.get(length, 0.75 * len(parts))
    valid = len(counted) >= need
    average = mean(numbers(one.mean for one in counted))
    states = Counter(one.state for one in parts)
    if length == HOUR:
        state = hour_state(states)
    else:
        state = State.OK if states[State.OK] >= 0.75 * len(parts) else _other(states)
    if length >= DAY:
        sums = numbers(one.total for one in parts if one.valid or length > DAY)  # valid hours, of days of any kind
        total = fsum(sums) if sums else None
    elif channel.flow:
        amount = _amount(flows, length)
        total = _gas_mass(channel, average if valid else None, amount)
    else:
        total = _gas_total(channel, average if valid else None, length / 1000)
    lows, highs = numbers(one.low for one in counted), numbers(one.high for one in counted)
    raw = mean(numbers(one.raw_mean for one in parts))
    return Cell(state, valid, len(counted), average, min(lows, default=None), max(highs, default=None), raw, total)


def _amount(flows: Sequence[Cell], length: int) -> float | None:
    """4.6: a valid hour stands for all its minutes."""
    counted = [one for one in flows if one.valid]
    need = 45 if length == HOUR else 0.75 * len(flows)
    average = mean(numbers(one.mean for one in counted))
    return average * length / HOUR if average is not None and len(counted) >= need else None


def hour_state(states: Counter[State]) -> State:
    """3.5, the hour of profile hj75."""
    if states[State.OK] + states[State.OVER_RANGE] >= 45:
        return State.OVER_RANGE if states[State.OVER_RANGE] > 15 else State.OK
    for state in (State.STOPPED, State.STARTUP, State.SHUTDOWN, State.BANKED):
        if states[state] >= 45:
            return state
    service: set[State] = {State.FAULT, State.MAINTENANCE, State.CALIBRATION}
    usable: set[State] = {State.OK, State.OVER_RANGE}
    long: dict[State, int] = {state: n for state, n in states.items() if state in service and n > 15}
    rest: dict[State, int] = {state: n for state, n in states.items() if state not in usable and n > 0}
    return dominant(long or rest)


def _gas_total(channel: Channel, average: float | None, seconds: float) -> float | None:
    if channel.total_per_second is None or average is None:
        return None
    return average * channel.total_per_second * seconds


def _gas_mass(channel: Channel, average: float | None, amount: float | None) -> float | None:
    """Formula 33: by the measured concentration, never the converted one."""
    if channel.mass_per_amount is None or average is None or amount is None:
        return None
    return average * amount * channel.mass_per_amount


def _converted_hour(cells: Cells, span: tuple[int, int], made: Cell) -> Cell:
    """5: from the hour means of concentration and O2."""
    start, length = span
    so2, o2 = cells["so2", length, start], cells["o2", length, start]
    average = converted(so2.mean, o2.mean) if so2.mean is not None and o2.mean is not None else None
    raw = converted(so2.raw_mean, o2.raw_mean) if so2.raw_mean is not None and o2.raw_mean is not None else None
    valid = so2.valid and o2.valid and average is not None
    low, high = (choose(numbers((one, average)), default=None) for choose, one in ((min, made.low), (max, made.high)))
    return Cell(made.state, valid, made.count, average, low, high, raw)


def water_period(channel: Channel, parts: Sequence[Cell], length: int) -> Cell:
    """4.3 above the raw minute."""
    state = _other(Counter(one.state for one in parts))
    raw = mean(numbers(one.raw_mean for one in parts))
    totals = numbers(one.total for one in parts)
    total = fsum(totals) if totals else None
    if not channel.flow:
        counted = [one for one in parts if one.valid]
        lows, highs = numbers(one.low for one in counted), numbers(one.high for one in counted)
        return Cell(
            state,
            len(counted) >= 0.75 * len(parts),
            len(counted),
            mean(numbers(one.mean for one in counted)),
            min(lows, default=None),
            max(highs, default=None),
            raw,
            total,
        )
    return _water_concentration(state, parts, raw, length)


def _water_concentration(state: State, parts: Sequence[Cell], raw: float | None, length: int) -> Cell:
    counted = [one for one in parts if one.valid]
    paired, volumes = numbers(one.paired for one in parts), numbers(one.volume for one in parts)
    masses = numbers(one.total for one in parts)
    lows, highs = numbers(one.low for one in counted), numbers(one.high for one in counted)
    carried, amount = (
        fsum(numbers(each)) for each in ((one.total for one in counted), (one.paired for one in counted))
    )
    is_of_minutes = length < DAY
    due = len(parts) - sum(one.volume is not None and one.volume <= 0 for one in parts if is_of_minutes)
    return Cell(
        state,
        amount > 0 and len(counted) >= 0.75 * due,
        len(counted),
        1000 * carried / amount if amount > 0 else None,
        min(lows, default=None),
        max(highs, default=None),
        raw,
        fsum(masses) if masses else None,
        fsum(volumes) if volumes else None,
        fsum(paired) if paired else None,
    )


def by_length(cells: Mapping[tuple[str, int, int], Cell]) -> Counter[int]:
    """Return how many cells there are of each length."""
    return Counter(length for _, length, _ in cells)
