"""Flow in an open channel from the level in front of a weir or in a flume.

Levels in m above the crest, the notch or the floor of the flume, results in m3/s. Each structure was measured within
bounds; outside of them there is no value, not even zero.
"""

import math
from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

GRAVITY: Final = 9.81

_CONTRACTIONS: Final = (
    (0.0, 0.587, -0.0023, 0.0024),
    (0.2, 0.589, -0.0018, 0.0024),
    (0.4, 0.591, 0.0058, 0.0027),
    (0.6, 0.593, 0.018, 0.0036),
    (0.8, 0.596, 0.045, 0.0042),
    (1.0, 0.602, 0.075, -0.0009),
)
"""Rectangular weir: crest over channel width, coefficient at no head, its growth with head over crest, added width."""

_ADDED_HEAD: Final = 0.001
_NOTCH_COEFFICIENT: Final = 0.578
_NOTCH_ADDED_HEAD: Final = 0.00085


def rectangular_weir(level: float, width: float, channel_width: float, crest: float) -> float | None:
    """Return the flow over a rectangular thin-plate weir (ISO 1438, formula of Kindsvater and Carter).

    ``width`` of the notch, ``channel_width`` in front of it, ``crest`` its height above the floor, all in m. Good for
    levels from 0.03 m to 2.5 times the height of the crest, and for a notch of 0.15 m in a channel not narrower.
    """
    if not (0.03 <= level <= 2.5 * crest and 0.15 <= width <= channel_width):
        return None
    base, growth, added_width = _contraction(width / channel_width)
    coefficient = base + growth * level / crest
    return coefficient * 2 / 3 * math.sqrt(2 * GRAVITY) * (width + added_width) * math.pow(level + _ADDED_HEAD, 1.5)


def _contraction(ratio: float) -> tuple[float, float, float]:
    """Return the coefficients for a contraction, between two rows of the table by straight lines."""
    row = min(bisect_right(_CONTRACTIONS, ratio, key=lambda each: each[0]), len(_CONTRACTIONS) - 1)
    (start, *lows), (end, *highs) = _CONTRACTIONS[row - 1], _CONTRACTIONS[row]
    share = (ratio - start) / (end - start)
    base, growth, added = (low + share * (high - low) for low, high in zip(lows, highs, strict=True))
    return base, growth, added


def triangular_weir(level: float, channel_width: float, crest: float) -> float | None:
    """Return the flow over a thin-plate weir with a notch of 90 degrees (ISO 1438, formula of Kindsvater and Shen).

    ``crest`` is the height of the notch above the floor, in m, as is ``channel_width``. Good for levels from 0.06 to
    0.38 m that are at most 0.4 of the height and 0.2 of the width, so that neither floor nor walls matter.
    """
    if not 0.06 <= level <= min(0.38, 0.4 * crest, 0.2 * channel_width):
        return None
    return 8 / 15 * _NOTCH_COEFFICIENT * math.sqrt(2 * GRAVITY) * math.pow(level + _NOTCH_ADDED_HEAD, 2.5)


@dataclass(frozen=True, slots=True)
class Flume:
    """One Parshall flume: ``coefficient * level ** exponent``, for levels from ``low`` to ``high`` metres."""

    coefficient: float
    exponent: float
    low: float
    high: float


FLUMES: Final = {
    0.025: Flume(0.0604, 1.55, 0.015, 0.21),
    0.051: Flume(0.1207, 1.55, 0.015, 0.24),
    0.076: Flume(0.1771, 1.55, 0.03, 0.33),
    0.152: Flume(0.3812, 1.58, 0.03, 0.45),
    0.228: Flume(0.5354, 1.53, 0.03, 0.60),
    0.25: Flume(0.561, 1.513, 0.03, 0.60),
    0.30: Flume(0.679, 1.521, 0.03, 0.75),
    0.45: Flume(1.038, 1.537, 0.03, 0.75),
    0.60: Flume(1.403, 1.548, 0.05, 0.75),
    0.75: Flume(1.772, 1.557, 0.06, 0.75),
    0.90: Flume(2.147, 1.565, 0.06, 0.75),
    1.00: Flume(2.397, 1.569, 0.06, 0.80),
    1.20: Flume(2.904, 1.577, 0.06, 0.80),
    1.50: Flume(3.668, 1.586, 0.06, 0.80),
    1.80: Flume(4.440, 1.593, 0.08, 0.80),
    2.10: Flume(5.222, 1.599, 0.08, 0.80),
    2.40: Flume(6.004, 1.605, 0.08, 0.80),
    3.05: Flume(7.463, 1.6, 0.09, 1.07),
    3.66: Flume(8.859, 1.6, 0.09, 1.37),
    4.57: Flume(10.96, 1.6, 0.09, 1.67),
    6.10: Flume(14.45, 1.6, 0.09, 1.83),
    7.62: Flume(17.94, 1.6, 0.09, 1.83),
    9.14: Flume(21.44, 1.6, 0.09, 1.83),
    12.19: Flume(28.43, 1.6, 0.09, 1.83),
    15.24: Flume(35.41, 1.6, 0.09, 1.83),
}
"""The flumes of the tables of ISO 9826 and JJG 711 by the width of the throat in m, for free flow."""


def parshall_flume(level: float, throat: float) -> float | None:
    """Return the flow through a Parshall flume; None too where no table has a throat of this width."""
    flume = FLUMES.get(throat)
    return (
        None if flume is None else measured_structure(level, flume.coefficient, flume.exponent, flume.low, flume.high)
    )


def measured_structure(level: float, coefficient: float, exponent: float, low: float, high: float) -> float | None:
    """Return the flow by a formula found on the spot, ``coefficient * level ** exponent``, inside its bounds."""
    return coefficient * math.pow(level, exponent) if 0 <= low <= level <= high else None
