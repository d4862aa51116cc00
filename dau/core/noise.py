"""What sound levels amount to over a longer time: what is averaged is their energy, not their decibels (GB 3096).

A level that is itself a statistic is combined by its meaning: of highest levels (``LMx``) the highest, of lowest ones
(``LMn``) the lowest. Of percentile levels (``L5`` to ``L95``) no exact one of the whole can be had from those of the
parts: their arithmetic mean stands for it, as is usual.
"""

import re
from collections.abc import Iterable
from math import fsum, log10
from typing import Final

_PERCENTILE: Final = re.compile(r"L[0-9]+")


def combined_level(factor: str, levels: Iterable[float]) -> float | None:
    """Return the level in dB that stands for all of ``levels`` of the factor (table B.3), None if there are none."""
    listed = list(levels)
    if not listed:
        return None
    if factor == "LMx":
        return max(listed)
    if factor == "LMn":
        return min(listed)
    if _PERCENTILE.fullmatch(factor):
        return fsum(listed) / len(listed)
    loudest = max(listed)  # taken out first: levels beyond all reason must not overflow
    return loudest + 10 * log10(fsum(10 ** ((level - loudest) / 10) for level in listed) / len(listed))
