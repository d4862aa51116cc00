"""The code tables of HJ 212 as data: factors, site information, system codes. Read once, when first asked for.

``factors-2017.csv`` holds appendix B and the codes of HJ 525 that it refers to; ``factors-2025.csv`` only what is known
to be new or different (the meaning of its ``d`` codes is inferred from examples); ``factors-2005.csv`` the numeric
codes of old. ``x`` in a code stands for one digit of a device number. A unit of ``1`` is a quantity without
dimension, no unit is one that no table fixes.
"""

from dau.codes.factors import Code, every, find, modern_of, old_of
from dau.codes.systems import System, every_system, st_of

__all__ = ["Code", "System", "every", "every_system", "find", "modern_of", "old_of", "st_of"]
