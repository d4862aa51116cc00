"""Runs a file of worked cases and tells each difference."""

import importlib
import json
import math
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import tests.quality_cases

Values = Mapping[str, Any]
Operation = Callable[[Values], Values]

RELATIVE: Final = 1e-6
NEAR_ZERO: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one case: its differences, none if it passed."""

    id: str
    title: str
    differences: tuple[str, ...]


def operations() -> dict[str, Operation]:
    """Return the operations of all adapters; two for one name are a mistake."""
    found: dict[str, Operation] = {}
    for module in pkgutil.iter_modules(tests.quality_cases.__path__):
        own = getattr(importlib.import_module(f"tests.quality_cases.{module.name}"), "OPERATIONS", {})
        assert found.keys().isdisjoint(own), f"{module.name} repeats {sorted(found.keys() & own.keys())}"
        found |= own
    return found


def run(path: Path) -> Iterator[Outcome]:
    """Run every case of a file."""
    known = operations()
    for case in json.loads(path.read_text(encoding="utf-8"))["cases"]:
        operation = known.get(case["op"])
        if operation is None:
            yield Outcome(case["id"], case["title"], (f"operation {case['op']!r} is unknown",))
            continue
        try:
            found = operation(case["input"])
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the difference
            yield Outcome(case["id"], case["title"], (f"raised {type(error).__name__}: {error}",))
            continue
        yield Outcome(case["id"], case["title"], tuple(differences("", case["expected"], found)))


def differences(where: str, expected: Any, found: Any) -> Iterator[str]:
    """Yield where ``found`` is not what was ``expected``; what is found beside it is not looked at."""
    if isinstance(expected, Mapping):
        for name, value in expected.items():
            if not isinstance(found, Mapping) or name not in found:
                yield f"{where}{name}: expected {value!r}, found nothing"
            else:
                yield from differences(f"{where}{name}.", value, found[name])
    elif isinstance(expected, list) and isinstance(found, list | tuple):
        if len(expected) != len(found):
            yield f"{where[:-1]}: expected {expected!r}, found {list(found)!r}"
        else:
            for place, (one, other) in enumerate(zip(expected, found, strict=True)):
                yield from differences(f"{where}{place}.", one, other)
    elif not equal(expected, found):
        yield f"{where[:-1]}: expected {expected!r}, found {found!r}"


def equal(expected: Any, found: Any) -> bool:
    """Compare two values: numbers as the file asks, everything else exactly. None is no number, True neither."""
    numbers = all(isinstance(each, int | float) and not isinstance(each, bool) for each in (expected, found))
    if not numbers:
        return type(expected) is type(found) and bool(expected == found)
    return math.isclose(expected, found, rel_tol=RELATIVE, abs_tol=NEAR_ZERO)
