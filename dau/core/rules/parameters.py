"""Parameters of instruments that are others than before, or than approved."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Changed:
    """One parameter with its value before and after; None where there is none."""

    name: str
    before: str | None
    after: str | None


def changes(known: Mapping[str, str], found: Mapping[str, str], tolerance: float = 0.0) -> list[Changed]:
    """Return the parameters that differ, by name.

    Two numbers differ when they are further apart than ``tolerance``; texts when they are not the same.
    """
    return [
        Changed(name, known.get(name), found.get(name))
        for name in sorted(known.keys() | found.keys())
        if not _alike(known.get(name), found.get(name), tolerance)
    ]


def _alike(one: str | None, other: str | None, tolerance: float) -> bool:
    if one is None or other is None or one == other:
        return one == other
    try:
        return abs(float(one) - float(other)) <= tolerance
    except ValueError:
        return False
