"""The worked cases of the data-quality rules, as data for the tests of this folder."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from dau.core.states import State

FILE: Final = Path(__file__).parent / "data-quality-cases.json"
CASES: Final = json.loads(FILE.read_text(encoding="utf-8"))["cases"]

SHORT_NAMES: Final = {"OK": State.OK, "CALIB": State.CALIBRATION, "MAINT": State.MAINTENANCE}
STATES: Final = SHORT_NAMES | {state.name: state for state in State}


@dataclass(frozen=True, slots=True)
class Case:
    """One worked case: its name, what goes in and what must come out."""

    id: str
    given: dict[str, Any]
    expected: dict[str, Any]


def cases(op: str) -> list[Case]:
    """Return the cases of one operation; an operation without cases is a mistake in the test."""
    found = [Case(case["id"], case["input"], case["expected"]) for case in CASES if case["op"] == op]
    assert found, op
    return found


def values(segments: list[dict[str, Any]]) -> list[tuple[State, float | None]]:
    """Unfold run-length segments into single states and values."""
    unfolded: list[tuple[State, float | None]] = []
    for segment in segments:
        numbers = segment.get("values") or [segment["value"]] * segment["n"]
        unfolded += [(STATES[segment["state"]], number) for number in numbers]
    return unfolded
