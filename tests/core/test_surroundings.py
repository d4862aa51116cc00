"""What contacts, facilities and declarations say of samples."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.core.conditions import NUMBERS, Condition, Facility, FacilityKind, Standing, of_outlet
from dau.core.contacts import Contact
from dau.core.declarations import Declaration, DeclarationKind
from dau.core.pulses import Pulse
from dau.core.samples import Sample
from dau.core.states import State, declared, declared_in, winner
from dau.core.surroundings import FRESH_MS, Heard, Surroundings, Turn, Word

GAS = frozenset({"so2", "nox"})
KEY = Contact("key", State.MAINTENANCE, GAS)
RETOLD: dict[Condition | None, float] = {condition: float(number) for condition, number in NUMBERS.items()}
KILNS = tuple(Facility(name, FacilityKind.PRODUCTION, GAS, name, retold=RETOLD) for name in ("kiln1", "kiln2"))
SCRUBBER = Facility("scrubber", FacilityKind.TREATMENT, GAS, "scrubber")
METER = Facility("mill", FacilityKind.PRODUCTION, GAS, "power", above=2.0)
WORK = Declaration(DeclarationKind.MAINTENANCE, "wang", "lamp", 100, 100, 200, frozenset({"so2"}))
STOP = Declaration(
    DeclarationKind.CONDITION, "wang", "holiday", 100, 100, 200, facility="kiln1", condition=Condition.STOPPED
)


def at(at_ms: int, states: State = State.OK, **values: float | None) -> list[Sample]:
    return [Sample(name, at_ms, value, value, states) for name, value in values.items()]


def states(around: Surroundings, samples: list[Sample], *declarations: Declaration) -> list[State]:
    return [sample.states for sample in around.mark(samples, declarations, {}, {}).samples]


def test_without_surroundings_samples_stay_as_they_are() -> None:
    samples = at(1, so2=3.0, key=1.0)
    assert Surroundings().mark(samples, [], {}, {}).samples == samples


def test_a_contact_speaks_for_its_channels_beside_it_and_after_it() -> None:
    samples = [*at(1, so2=3.0, key=1.0, o2=9.0), *at(2, so2=3.0), *at(3, key=0.0), *at(4, so2=3.0)]
    found = states(Surroundings((KEY,)), samples)
    assert found == [KEY.state, State.OK, State.OK, KEY.state, State.OK, State.OK]


def test_an_inverted_contact_speaks_while_it_is_open() -> None:
    around = Surroundings((replace(KEY, is_inverted=True),))
    assert states(around, [*at(1, so2=1.0, key=0.0), *at(2, so2=1.0, key=1.0)]) == [KEY.state, *[State.OK] * 3]


def test_the_last_word_of_a_contact_that_fell_silent_counts_for_a_while() -> None:
    around = Surroundings((KEY,))
    silent = at(5, State.COMM_LOST, key=None)
    samples = [*at(1, key=1.0), *silent, *at(1 + FRESH_MS, so2=1.0), *at(2 + FRESH_MS, so2=1.0)]
    assert states(around, samples)[2:] == [KEY.state, State.OK]


def test_states_join_and_the_first_of_the_precedence_speaks() -> None:
    (found, _) = states(Surroundings((KEY,)), at(1, State.FAULT, so2=1.0, key=1.0))
    assert found == State.FAULT, "a contact that is itself at fault says nothing"
    heard: Heard = {"key": Word(1.0, 1, 1)}
    marked = Surroundings((KEY,)).mark(at(2, State.FAULT, so2=1.0), [], {}, heard)
    assert marked.samples[0].states == State.FAULT | State.MAINTENANCE


def test_what_an_instrument_gives_while_its_clock_stands_still_is_a_fault() -> None:
    around = Surroundings(pulses=(Pulse("clock", frozenset({"so2"}), 100),))
    samples = [
        *at(0, clock=7.0, so2=1.0),
        *at(99, clock=7.0, so2=1.0, o2=1.0),
        *at(100, State.COMM_LOST, clock=None),
        *at(101, so2=1.0),
        *at(102, clock=7.0, so2=1.0, o2=1.0),
        *at(103, clock=8.0, so2=1.0),
    ]
    marked = around.mark(samples, [], {}, {}).samples
    assert [one.at_ms for one in marked if State.FAULT in one.states] == [102]
    assert [one.channel for one in marked if State.FAULT in one.states] == ["so2"]


def test_a_declaration_holds_from_its_beginning_until_its_end() -> None:
    samples = [sample for at_ms in (99, 100, 199, 200) for sample in at(at_ms, State.COMM_LOST, so2=None)]
    said = State.COMM_LOST | declared(State.MAINTENANCE)
    assert states(Surroundings(), samples, WORK) == [State.COMM_LOST, said, said, State.COMM_LOST]
    assert winner(said) is State.MAINTENANCE


def test_a_declaration_for_the_past_leaves_what_was_before_it_was_made() -> None:
    late = replace(WORK, from_ms=50, entered_ms=150, retroactive=True)
    found = states(Surroundings(), [*at(60, so2=1.0), *at(149, so2=1.0), *at(150, so2=1.0)], late)
    assert found == [State.OK, State.OK, declared(State.MAINTENANCE)]


def test_an_outlet_is_stopped_only_when_all_its_facilities_are() -> None:
    samples = [
        *at(1, kiln1=0.0, so2=1.0),
        *at(2, kiln2=1.0, so2=1.0),
        *at(3, kiln2=0.0, so2=1.0, scrubber=1.0),
        *at(4, kiln1=1.0, scrubber=0.0, so2=1.0),
    ]
    marked = Surroundings((), (*KILNS, SCRUBBER)).mark(samples, [], {}, {})
    assert [one.states for one in marked.samples if one.channel == "so2"] == [
        State.OK,
        State.OK,
        State.STOPPED,
        State.OK,
    ]
    assert [(one.facility, one.standing.condition, one.from_ms) for one in marked.turns] == [
        ("kiln1", Condition.STOPPED, 1),
        ("kiln2", Condition.RUNNING, 2),
        ("kiln2", Condition.STOPPED, 3),
        ("scrubber", Condition.RUNNING, 3),
        ("kiln1", Condition.RUNNING, 4),
        ("scrubber", Condition.STOPPED, 4),
    ]


def test_power_tells_whether_a_facility_runs() -> None:
    found = states(Surroundings((), (METER,)), [*at(1, power=2.0, so2=1.0), *at(2, power=2.1, so2=1.0)])
    assert found == [State.OK, State.STOPPED, State.OK, State.OK]


def test_a_declared_condition_wins_is_told_and_ends_with_its_declaration() -> None:
    around = Surroundings((), KILNS[:1])
    samples = [*at(100, kiln1=1.0, so2=1.0), *at(200, kiln1=1.0, so2=1.0)]
    marked = around.mark(samples, [STOP], {}, {})
    kiln, so2, *after = marked.samples
    assert (kiln.raw, kiln.value, winner(kiln.states)) == (1.0, 0.0, State.OK)
    assert (winner(so2.states), declared_in(so2.states)) == (State.STOPPED, State.STOPPED)
    assert after == samples[2:]
    assert marked.turns == [
        Turn("kiln1", Standing(Condition.STOPPED, by_person=True), 100),
        Turn("kiln1", Standing(Condition.RUNNING), 200),
    ]


def test_a_facility_of_which_only_persons_speak_is_unknown_afterwards() -> None:
    around = Surroundings((), (replace(KILNS[0], source=None),))
    marked = around.mark([*at(150, so2=1.0), *at(200, so2=1.0)], [STOP], {}, {})
    assert [winner(one.states) for one in marked.samples] == [State.STOPPED, State.OK]
    assert [one.standing.condition for one in marked.turns] == [Condition.STOPPED, None]


def test_the_newest_word_of_persons_counts() -> None:
    later = replace(STOP, entered_ms=120, condition=Condition.STARTUP, id=2)
    around = Surroundings((), KILNS[:1])
    assert [winner(one) for one in states(around, at(130, so2=1.0), later, STOP)] == [State.STARTUP]


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ([], None),
        (["stopped", "stopped"], "stopped"),
        (["stopped", "banked"], "banked"),
        (["stopped", "startup", "shutdown"], "startup"),
        (["stopped", None], None),
        (["running", None], "running"),
        (["stopped", "running"], "running"),
    ],
)
def test_the_liveliest_facility_speaks_for_the_outlet(conditions: list[str | None], expected: str | None) -> None:
    standings = [Standing(None if one is None else Condition(one)) for one in conditions]
    assert of_outlet(standings).condition == expected


DECLARATIONS = st.lists(
    st.builds(
        lambda one, at_ms, length: replace(one, entered_ms=at_ms, from_ms=at_ms, until_ms=at_ms + length),
        st.sampled_from([WORK, STOP]),
        st.integers(0, 50),
        st.integers(1, 50),
    ),
    max_size=4,
)
GROUPS = st.lists(
    st.builds(
        lambda name, at_ms, value, state: Sample(name, at_ms, value, value, state),
        st.sampled_from(["so2", "key", "kiln1", "kiln2", "o2"]),
        st.integers(0, 100),
        st.none() | st.sampled_from([0.0, 1.0, 7.5]),
        st.sampled_from([State.OK, State.FAULT, State.COMM_LOST]),
    ),
    max_size=12,
)


@given(group=GROUPS, declarations=DECLARATIONS, cut=st.integers(0, 12))
def test_how_samples_are_grouped_for_storing_makes_no_difference(
    group: list[Sample], declarations: list[Declaration], cut: int
) -> None:
    around = Surroundings((KEY,), (*KILNS, SCRUBBER))
    group = [replace(sample, at_ms=place) for place, sample in enumerate(group)]  # one reply is never cut
    whole = around.mark(group, declarations, {}, {})
    first = around.mark(group[:cut], declarations, {}, {})
    known = {turn.facility: turn.standing for turn in first.turns}
    second = around.mark(group[cut:], declarations, known, first.heard)
    assert first.samples + second.samples == whole.samples
    assert first.turns + second.turns == whole.turns


@given(group=GROUPS, declarations=DECLARATIONS)
def test_what_came_stays_as_it_came(group: list[Sample], declarations: list[Declaration]) -> None:
    marked = Surroundings((KEY,), (*KILNS, SCRUBBER)).mark(group, declarations, {}, {}).samples
    assert [(one.channel, one.at_ms, one.raw) for one in marked] == [(one.channel, one.at_ms, one.raw) for one in group]
    assert all(sample.states in one.states for sample, one in zip(group, marked, strict=True))
