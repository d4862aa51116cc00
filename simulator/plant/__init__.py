"""Plant physics, pure: every quantity is a function of the time alone, once the seed is chosen.

Nothing accumulates, so any instant can be asked in any order, and two programs with the same seed see the same plant.
"""

from collections.abc import Callable, Mapping
from typing import Final

from simulator.plant.outfall import outfall
from simulator.plant.stack import stack
from simulator.plant.waves import Plant, Quantity

PLANTS: Final[Mapping[str, Callable[[int], Plant]]] = {"outfall": outfall, "stack": stack}
"""Plants by name; each is made from a seed."""

__all__ = ["PLANTS", "Plant", "Quantity", "outfall", "stack"]
