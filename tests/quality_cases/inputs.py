"""Reads the inputs of cases: run-length lists, and states by the names that the cases use."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from dau.core.states import State

NAMES: Final = {"CALIB": "CALIBRATION", "MAINT": "MAINTENANCE"}


def state_of(name: str) -> State:
    """Return the state that the cases call ``name``."""
    return State[NAMES.get(name, name)]


def name_of(state: State) -> str:
    """Return what the cases call a state."""
    return {own: name for name, own in NAMES.items()}.get(state.name or "", state.name or "")


def values(segments: Sequence[dict[str, Any]]) -> Iterator[tuple[State, float | None]]:
    """Yield state and value of each place in a list of segments."""
    for segment in segments:
        state = state_of(segment["state"])
        listed = segment.get("values")
        if listed is None:
            listed = [segment.get("value")] * segment.get("n", 1)
        for value in listed:
            yield state, value


def repeated(objects: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield each object as often as its ``n`` says."""
    for each in objects:
        for _ in range(each.get("n", 1)):
            yield each
