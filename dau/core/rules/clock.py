"""A clock that is wrong: its drift against a reference, and steps between two looks at it."""


def error_permille(reference_s: float, unit_s: float) -> float | None:
    """Return the drift in a span of the reference's time, in thousandths; None for a span of no length."""
    return None if reference_s == 0 else (unit_s - reference_s) / reference_s * 1000


def is_true(error: float, most_permille: float) -> bool:
    """Tell whether a drift is within what is allowed, its end included."""
    return abs(error) <= most_permille


def step_ms(before: tuple[int, float], after: tuple[int, float]) -> int:
    """Return by how much a wall clock was set between two looks (wall clock in ms, monotonic clock in s)."""
    return (after[0] - before[0]) - round((after[1] - before[1]) * 1000)
