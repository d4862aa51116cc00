"""What stands around the values: contacts, pulses, facilities and declarations, and what they say of each sample."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from dau.core.conditions import STATES, Facility, FacilityKind, Standing, of_outlet
from dau.core.contacts import Contact
from dau.core.declarations import Declaration, condition_of, declared_of
from dau.core.pulses import Pulse
from dau.core.samples import Sample
from dau.core.states import DECLARED, State, declared, union

FRESH_MS: Final = 180_000
"""How long the last word of a contact or of a facility's channel counts while the channel gives nothing usable."""

UNUSABLE: Final = State.COMM_LOST | State.NO_DATA | State.FAULT


@dataclass(frozen=True, slots=True)
class Word:
    """The newest usable value of a channel that tells of the surroundings; it is the same since ``since_ms``."""

    value: float
    at_ms: int
    since_ms: int


Heard = Mapping[str, Word]
"""The newest word of each channel that tells of the surroundings."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A facility that stands otherwise from ``from_ms`` on (milliseconds UTC)."""

    facility: str
    standing: Standing
    from_ms: int


@dataclass(frozen=True, slots=True)
class Marked:
    """Samples with what their surroundings say of them, how facilities turned meanwhile, and what is heard by now."""

    samples: list[Sample]
    turns: list[Turn]
    heard: Heard


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The contacts, facilities and pulses of a station."""

    contacts: tuple[Contact, ...] = ()
    facilities: tuple[Facility, ...] = ()
    pulses: tuple[Pulse, ...] = ()

    def mark(
        self,
        samples: Sequence[Sample],
        declarations: Sequence[Declaration],
        known: Mapping[str, Standing],
        heard: Heard,
    ) -> Marked:
        """Go through samples in the order of their arrival and add to each what its surroundings say.

        Samples of one instant came in one reply, so that a contact in it speaks for the values beside it.

        Args:
            samples: as they were judged.
            declarations: all that may hold for one of them.
            known: how each facility stood before, as far as that was ever noted.
            heard: what was heard before.
        """
        if not (self.contacts or self.facilities or self.pulses or declarations):
            return Marked(list(samples), [], heard)
        now_heard, standings = dict(heard), dict(known)
        marked: list[Sample] = []
        turns: list[Turn] = []
        for at_ms, group in groupby(samples, key=lambda sample: sample.at_ms):
            together = list(group)
            holding = [one for one in declarations if one.holds(at_ms)]
            now_heard |= self._words(together, now_heard)
            found = self._standings(at_ms, holding, now_heard, standings)
            changed = {name: one for name, one in found.items() if standings.get(name) != one}
            turns += [Turn(name, one, at_ms) for name, one in changed.items()]
            standings |= changed
            marked += [self._with(sample, holding, now_heard, standings) for sample in together]
        return Marked(marked, turns, now_heard)

    def _words(self, samples: Iterable[Sample], heard: Heard) -> Heard:
        telling: set[str | None] = {one.source for one in self.facilities}
        telling |= {one.channel for one in self.contacts} | {one.channel for one in self.pulses}
        found = {}
        for sample in samples:
            if sample.channel in telling and sample.value is not None and not sample.states & UNUSABLE:
                before = heard.get(sample.channel)
                is_same = before is not None and before.value == sample.value
                since_ms = before.since_ms if before is not None and is_same else sample.at_ms
                found[sample.channel] = Word(sample.value, sample.at_ms, since_ms)
        return found

    def _standings(
        self, at_ms: int, declarations: Sequence[Declaration], heard: Heard, before: Mapping[str, Standing]
    ) -> Mapping[str, Standing]:
        """Return how facilities stand; one that has not spoken since the start and that nobody declared is as it was.

        A condition that a person declared ends with its declaration, also where nothing else tells one.
        """
        found: dict[str, Standing] = {}
        for facility in self.facilities:
            said = condition_of(facility.name, declarations)
            if said is not None:
                found[facility.name] = Standing(said, by_person=True)
            elif facility.source in heard:
                value = _fresh(heard, facility.source, at_ms)
                found[facility.name] = Standing(None if value is None else facility.condition_at(value))
            elif before.get(facility.name, Standing(None)).by_person:
                found[facility.name] = Standing(None)
        return found

    def _with(
        self, sample: Sample, declarations: Sequence[Declaration], heard: Heard, standings: Mapping[str, Standing]
    ) -> Sample:
        name, at_ms = sample.channel, sample.at_ms
        states = sample.states | self._evidence(name, at_ms, heard)
        outlet = of_outlet(
            standings.get(one.name, Standing(None))
            for one in self.facilities
            if one.kind is FacilityKind.PRODUCTION and name in one.channels
        )
        if outlet.condition is not None and STATES[outlet.condition]:
            state = STATES[outlet.condition]
            states |= declared(state) if outlet.by_person else state
        said = declared_of(name, declarations)
        if said is not None:
            states |= declared(said)
        return self._retold(sample if states == sample.states else replace(sample, states=states), standings)

    def _evidence(self, name: str, at_ms: int, heard: Heard) -> State:
        """Return the states that contacts and pulses give a channel."""
        closed = union(
            contact.says(value)
            for contact in self.contacts
            if name in contact.channels and (value := _fresh(heard, contact.channel, at_ms)) is not None
        )
        hangs = any(
            name in pulse.channels and word.at_ms - word.since_ms >= pulse.still_ms
            for pulse in self.pulses
            if (word := heard.get(pulse.channel)) is not None
        )
        return closed | State.FAULT if hangs else closed

    def _retold(self, sample: Sample, standings: Mapping[str, Standing]) -> Sample:
        """Give the channel that tells a facility's condition the number of that condition; ``raw`` stays as it came."""
        for facility in self.facilities:
            standing = standings.get(facility.name, Standing(None))
            is_told = sample.value is not None or standing.by_person
            if facility.source == sample.channel and standing.condition in facility.retold and is_told:
                states = sample.states | (DECLARED if standing.by_person else State.OK)
                return replace(sample, value=facility.retold[standing.condition], states=states)
        return sample


def _fresh(heard: Heard, channel: str | None, at_ms: int) -> float | None:
    newest = heard.get(channel) if channel is not None else None
    return newest.value if newest is not None and abs(at_ms - newest.at_ms) <= FRESH_MS else None
