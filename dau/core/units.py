"""Units of the trade: which ones measure the same, and the exact way from one to another.

Each unit is a factor and an offset to the first unit of its dimension, kept as an exact ratio; a converted number is
rounded once, when it becomes a double. Parts by volume (ppm) say nothing of a mass without temperature and molar mass,
so they are alike to no mg/m3. A unit that is not listed here is alike to itself alone.
"""

import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Final

from dau.errors import DauError

_DIMENSIONS: Final = (
    "1=1",
    "%=1 fraction=100",
    "ppm=1 ppb=1/1000",
    "g/m3=1 kg/m3=1000 mg/m3=1/1000 ug/m3=1e-6 ng/m3=1e-9 g/L=1000 mg/L=1 ug/L=1/1000 ng/L=1e-6",
    "m3/s=1 m3/min=1/60 m3/h=1/3600 m3/d=1/86400 L/s=1/1000 L/min=1/60000 L/h=1/3600000",
    "kg/s=1 kg/h=1/3600 kg/d=1/86400 t/h=1000/3600 t/d=1000/86400 g/s=1/1000 g/h=1/3600000 mg/s=1e-6",
    "Pa=1 hPa=100 mbar=100 kPa=1000 bar=100000 MPa=1000000",
    "K=1 degC=1+273.15",
    "m/s=1 m/h=1/3600 km/h=1000/3600",
    "m=1 km=1000 cm=1/100 mm=1/1000",
    "m2=1 cm2=1/10000",
    "m3=1 L=1/1000 mL=1e-6",
    "kg=1 t=1000 g=1/1000 mg=1e-6 ug=1e-9",
    "s=1 min=60 h=3600 d=86400",
    "V=1 kV=1000 mV=1/1000",
    "A=1 mA=1/1000",
    "W=1 kW=1000",
    "kWh=1 Wh=1/1000 MWh=1000",
    "uS/cm=1 mS/cm=1000",
)
"""One line for each dimension: ``unit=factor`` or ``unit=factor+offset``, the factor as a ratio."""

_SPELLINGS: Final = {"": "1", "dimensionless": "1", "l": "L", "ml": "mL", "°C": "degC", "dB(A)": "dB"}


class UnitsDiffer(DauError):
    """A number of one unit was wanted in another that measures something else."""

    def __init__(self, found: str, wanted: str) -> None:
        super().__init__(f'cannot convert from the unit "{found}" to "{wanted}": they do not measure the same')
        self.found = found
        self.wanted = wanted


@dataclass(frozen=True, slots=True)
class _Unit:
    """``number of the first unit = number * factor + offset``."""

    dimension: int
    factor: Fraction
    offset: Fraction = Fraction(0)


def _units() -> dict[str, _Unit]:
    known: dict[str, _Unit] = {}
    for dimension, line in enumerate(_DIMENSIONS):
        for entry in line.split():
            name, _, way = entry.partition("=")
            factor, _, offset = way.partition("+")
            known[name] = _Unit(dimension, Fraction(factor or 1), Fraction(offset or 0))
    return known


_UNITS: Final = _units()


def convert(value: float, found: str, wanted: str) -> float:
    """Return a finite ``value`` of the unit ``found`` in the unit ``wanted``.

    The decimal text of the double is what is converted, and the result is rounded once: 0.1 kPa is 100 Pa.

    Raises:
        UnitsDiffer: the two do not measure the same.
    """
    if found == wanted:
        return value
    way = _way(found, wanted)
    if way is None:
        raise UnitsDiffer(found, wanted)
    factor, offset = way
    return value if factor == 1 and not offset else float(Fraction(repr(value)) * factor + offset)


def are_alike(found: str, wanted: str) -> bool:
    """Tell whether numbers of one unit can be converted into the other."""
    return _way(found, wanted) is not None


def alike_to(unit: str) -> tuple[str, ...]:
    """Return the units that a number of ``unit`` can be converted to, as they are written here; at least itself."""
    known = _UNITS.get(_plain(unit))
    return tuple(name for name, each in _UNITS.items() if known and each.dimension == known.dimension) or (unit,)


@cache
def _way(found: str, wanted: str) -> tuple[Fraction, Fraction] | None:
    """Return factor and offset from one unit to another, None where there is no way."""
    here, there = _plain(found), _plain(wanted)
    if here == there:
        return Fraction(1), Fraction(0)
    start, end = _UNITS.get(here), _UNITS.get(there)
    if start is None or end is None or start.dimension != end.dimension:
        return None
    return start.factor / end.factor, (start.offset - end.offset) / end.factor


def _plain(unit: str) -> str:
    """Return the one spelling of a unit: micro as u, powers as digits, litres as L, degrees Celsius as degC."""
    text = "".join(unicodedata.normalize("NFKC", unit).replace("μ", "u").replace("^", "").split())
    return "/".join(_SPELLINGS.get(part, part) for part in text.split("/"))
