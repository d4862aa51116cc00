"""Two quantities that belong together and contradict each other."""

from dau.core.conversions.gas import AIR_O2


def differs_from_oxygen(measured: float, converted: float, oxygen: float, base: float, within: float) -> float | None:
    """Return the factor that the O2 demands if the converted value was made with another one, None if it fits.

    Args:
        measured: the dry concentration as measured.
        converted: the one that is told as converted to reference oxygen, in the same unit.
        oxygen: dry O2 in percent.
        base: reference O2 in percent (HJ 212-2017 formula 28).
        within: share of the demanded value by which the converted one may differ.
    """
    if measured <= 0 or oxygen >= AIR_O2:
        return None  # nothing is converted there
    factor = (AIR_O2 - base) / (AIR_O2 - oxygen)
    wanted = measured * factor
    return factor if abs(converted - wanted) > within * abs(wanted) else None


def is_above(one: float, other: float, within: float) -> bool:
    """Tell whether one number lies above another by more than the share ``within`` of it."""
    return one > other + within * abs(other)
