"""What every sample must be: its value, its states, whether it came late. Reckoned from the story of a station.

Clauses are those of the reference on data quality. Chosen readings where it leaves something open:

- No number (NaN, infinite, beyond belief) without a state from the instrument is FAULT.
- NO_DATA, which 3.4 does not place, stands behind COMM_LOST.
- The word of a contact counts for three minutes of the wall clock, on either side of it.
- A condition that a person declared stands above what was found, as 3.4 says of every declared state.
- A facility of which nothing is known says nothing of its outlet.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import isfinite
from typing import Final

from dau.core.channels import Channel
from dau.core.conditions import Condition
from dau.core.contacts import Contact
from dau.core.declarations import Declaration, DeclarationKind
from dau.core.samples import Reading
from dau.core.states import State
from tests.thirty_days.plants import BASE_O2, BEGIN_MS, BOILER, GRACE_MS, Plant
from tests.thirty_days.scenario import Act, Ending, Off, Poll, Step, Stretch

ORDER: Final = (
    State.COMM_LOST,
    State.NO_DATA,
    State.CALIBRATION,
    State.MAINTENANCE,
    State.FAULT,
    State.OVER_RANGE,
    State.STOPPED,
    State.STARTUP,
    State.SHUTDOWN,
    State.BANKED,
    State.MANUAL,
)
"""3.4"""

OF_CONDITION: Final = {
    Condition.STOPPED: State.STOPPED,
    Condition.STARTUP: State.STARTUP,
    Condition.SHUTDOWN: State.SHUTDOWN,
    Condition.BANKED: State.BANKED,
    Condition.DRYING: State.STARTUP,
    Condition.COOLING: State.SHUTDOWN,
    Condition.CONNECTED: State.STARTUP,
    Condition.DISCONNECTED: State.SHUTDOWN,
}
"""A facility that is out of order goes on emitting, and what it emits counts."""
FRESH_MS: Final = 180_000
O2_CAP: Final = 20.9
MINUTE: Final = 60_000


@dataclass(frozen=True, slots=True)
class Taken:
    """One sample as it must be stored."""

    channel: str
    at_ms: int
    raw: float | None
    value: float | None
    found: frozenset[State]
    said: frozenset[State] = frozenset()
    late: bool = False

    @property
    def state(self) -> State:
        """The state that wins at the instant (3.4)."""
        return next((state for state in ORDER if state in (self.said or self.found)), State.OK)


@dataclass(frozen=True, slots=True)
class Heard:
    """The samples in the order of their arrival, what was declared with its true ends, the end of the last minute."""

    taken: Sequence[Taken]
    declared: Sequence[Declaration]
    closed_ms: int


@dataclass(slots=True)
class _Knowledge:
    """What the unit knows while the story goes on."""

    declared: list[Declaration] = field(default_factory=list)
    heard: dict[str, tuple[int, float]] = field(default_factory=dict)
    closed_ms: int = BEGIN_MS
    taken: list[Taken] = field(default_factory=list)


def heard_of(plant: Plant, acts: Iterable[Act]) -> Heard:
    """Return what a station heard and was told in a story."""
    known = _Knowledge()
    for act in acts:
        match act:
            case Stretch():
                for poll in act.polls:
                    known.taken += _of_poll(plant, known, poll)
                # 4.1: a minute closes some grace after its end, and never opens again
                known.closed_ms = max(known.closed_ms, (act.until_ms - GRACE_MS) // MINUTE * MINUTE)
            case Off():
                known.heard.clear()
            case Declaration():
                known.declared.append(act)
                if act.value is not None:
                    known.taken.append(_by_hand(act, act.value, known.closed_ms))
            case Ending():
                one = known.declared[act.number - 1]
                known.declared[act.number - 1] = replace(one, until_ms=min(one.until_ms, act.at_ms))
            case Step():
                pass
    return Heard(known.taken, known.declared, known.closed_ms)


def _of_poll(plant: Plant, known: _Knowledge, poll: Poll) -> list[Taken]:
    group = plant.instruments[poll.instrument]
    if poll.readings is None:
        made = [Taken(one.name, poll.at_ms, None, None, frozenset({State.COMM_LOST})) for one in group]
    else:
        named = {one.name: one for one in group}
        made = [_judged(named[reading.channel], reading, poll.at_ms) for reading in poll.readings]
    known.heard |= {
        one.channel: (one.at_ms, one.value)
        for one in made
        if one.value is not None and not one.found & {State.COMM_LOST, State.FAULT, State.NO_DATA}
    }
    holding = [one for one in known.declared if max(one.from_ms, one.entered_ms) <= poll.at_ms < one.until_ms]
    marked = [_marked(plant, known, holding, one) for one in made]
    if poll.instrument == "cems" and any(one.channel == "so2" for one in marked):
        marked.append(_converted(marked))
    return [replace(one, late=one.at_ms < known.closed_ms) for one in marked]


def _by_hand(act: Declaration, value: float, closed_ms: int) -> Taken:
    """3.3: a value entered by hand is kept and never used in a mean; no instrument gave its number."""
    (channel,) = act.channels
    manual = frozenset({State.MANUAL})
    return Taken(channel, act.from_ms, None, value, manual, manual, act.from_ms < closed_ms)


def _judged(channel: Channel, reading: Reading, at_ms: int) -> Taken:
    """6: what the number itself says; the stored value is held within a tenth of the span beyond the range."""
    raw = reading.value
    found = {state for state in ORDER if state & reading.states}
    if raw is None or not isfinite(raw) or abs(raw) > 1e12:
        return Taken(channel.name, at_ms, None, None, frozenset(found or {State.FAULT}))
    if channel.high is None or channel.low is None:
        return Taken(channel.name, at_ms, raw, raw, frozenset(found))
    if raw > channel.high:
        found.add(State.OVER_RANGE)
    room = (channel.high - channel.low) / 10
    value = sorted((channel.low - room, raw, channel.high + room))[1]
    return Taken(channel.name, at_ms, raw, value, frozenset(found))


def _marked(plant: Plant, known: _Knowledge, holding: Sequence[Declaration], one: Taken) -> Taken:
    found, said = set(one.found), set(one.said)
    for contact in plant.surroundings.contacts:
        if one.channel in contact.channels and _is_closed(known, contact, one.at_ms):
            found.add(contact.state)
    for facility in plant.surroundings.facilities:
        if one.channel in facility.channels:
            condition, by_person = _condition(known, holding, facility.name, one.at_ms)
            if condition in OF_CONDITION:
                found.add(OF_CONDITION[condition])
                said |= {OF_CONDITION[condition]} if by_person else set()
    kinds = {DeclarationKind.MAINTENANCE: State.MAINTENANCE, DeclarationKind.CALIBRATION: State.CALIBRATION}
    of_it = {kinds[each.kind] for each in holding if each.kind in kinds and one.channel in each.channels}
    return replace(one, found=frozenset(found | of_it), said=frozenset(said | of_it))


def _is_closed(known: _Knowledge, contact: Contact, at_ms: int) -> bool:
    word = _word(known, contact.channel, at_ms)
    return word is not None and (word == 0) is contact.is_inverted


def _condition(
    known: _Knowledge, holding: Sequence[Declaration], facility: str, at_ms: int
) -> tuple[Condition | None, bool]:
    """3.6: what a person declared counts before what the contact says; the last word of several holds."""
    declared = [one for one in holding if one.facility == facility]
    if declared:
        return max(declared, key=lambda one: one.entered_ms).condition, True
    word = _word(known, facility, at_ms)
    return (None if word is None else BOILER.get(word)), False


def _word(known: _Knowledge, channel: str, at_ms: int) -> float | None:
    heard = known.heard.get(channel)
    return heard[1] if heard is not None and abs(at_ms - heard[0]) <= FRESH_MS else None


def _converted(marked: Sequence[Taken]) -> Taken:
    """5, formula 28; none from the O2 cap on, nor while the plant is stopped."""
    so2, o2 = (next(one for one in marked if one.channel == name) for name in ("so2", "o2"))
    found, said = so2.found | o2.found, so2.said | o2.said
    value = None
    if so2.value is not None and o2.value is not None and State.STOPPED not in found:
        value = converted(so2.value, o2.value)
        found = found if value is not None else found | {State.NO_DATA}
    return Taken("so2z", so2.at_ms, value, value, found, said)


def converted(concentration: float, oxygen: float) -> float | None:
    """Return a concentration at the base O2 of the plant."""
    return None if oxygen >= O2_CAP else concentration * (21 - BASE_O2) / (21 - oxygen)
