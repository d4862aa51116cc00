"""Events of every type, for the tests of what stores and reads them."""

from typing import Final

from hypothesis import strategies as st

from dau.core.events import Event, Info, NoiseMeasurement, RawResult, SerialNumber, StandardCheck
from dau.core.records import RecordKind
from tests.store.tables import STATES

TEXT: Final = st.text(st.characters(exclude_categories=["Cs"]), max_size=9)
REAL: Final = st.floats(allow_nan=False, allow_infinity=False)
WHOLE: Final = st.integers(-(1 << 62), 1 << 62)

EVENTS: Final[dict[RecordKind, st.SearchStrategy[Event]]] = {
    RecordKind.RAW: st.builds(RawResult, TEXT, st.none() | REAL, STATES, WHOLE, st.none() | WHOLE, TEXT),
    RecordKind.NOISE: st.builds(
        NoiseMeasurement, st.lists(st.tuples(TEXT, st.none() | REAL), max_size=3).map(tuple), STATES
    ),
    RecordKind.CHECK: st.builds(StandardCheck, TEXT, REAL, REAL, st.booleans()),
    RecordKind.SERIAL_NUMBER: st.builds(SerialNumber, TEXT, TEXT),
    RecordKind.INFO: st.builds(Info, TEXT, TEXT, st.none() | TEXT),
}
"""What each kind of record of an event may tell."""


@st.composite
def happenings(draw: st.DrawFn) -> tuple[RecordKind, Event]:
    """An event and the kind of its record."""
    kind = draw(st.sampled_from(sorted(EVENTS)))
    return kind, draw(EVENTS[kind])
