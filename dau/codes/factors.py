"""What a code of a factor or of site information means: its name, unit and digits, edition by edition."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from dau.hj212 import Edition


@dataclass(frozen=True, slots=True)
class Code:
    """One row of a table.

    ``code`` may end in ``x`` for the digits of a device number. ``unit`` is empty for a quantity without dimension and
    None where no table fixes it, as are ``whole_digits`` and ``decimals``, the printed width of a number.
    ``total_unit`` is the unit of amounts (``-Cou``), empty where nothing is summed. ``old`` is the code of 2005.
    """

    code: str
    zh: str
    en: str
    unit: str | None = None
    whole_digits: int | None = None
    decimals: int | None = None
    total_unit: str = ""
    old: str | None = None


def find(edition: Edition, code: str) -> Code | None:
    """Return the row of ``code`` in an edition, of its device-independent form where it has one; None if unknown."""
    table = _table(edition)
    return next((table[form] for form in _forms(code) if form in table), None)


def every(edition: Edition) -> Sequence[Code]:
    """Return all rows of an edition in the order of their codes; 2025 has those of 2017 where it is silent."""
    return tuple(_table(edition).values())


def old_of(code: str) -> str | None:
    """Return the code of 2005 for one of 2017, None if it had none."""
    return _old_codes().get(code)


def modern_of(old: str) -> str | None:
    """Return the code of 2017 for one of 2005, None if there is none."""
    return _modern_codes().get(old)


def _forms(code: str) -> Iterator[str]:
    """Yield the code, then what stands for it in a table with its last digits as ``x``."""
    yield code
    for count in (1, 2, 3):
        if code[-count:].isdecimal() and len(code) > count:
            yield code[:-count] + "x" * count


@cache
def _table(edition: Edition) -> Mapping[str, Code]:
    rows = {row["code"]: _code(row, edition) for row in _rows(Edition.E2017 if edition is Edition.E2025 else edition)}
    if edition is Edition.E2025:
        rows |= {row["code"]: _code(row, edition) for row in _rows(edition)}
    return dict(sorted(rows.items()))


def _code(row: Mapping[str, str], edition: Edition) -> Code:
    whole, _, decimals = row["format"].removeprefix("N").partition(".")
    return Code(
        code=row["code"],
        zh=row["zh"],
        en=row["en"],
        unit={"": None, "1": ""}.get(row["unit"], row["unit"]),
        whole_digits=int(whole) if whole else None,
        decimals=int(decimals or 0) if whole else None,
        total_unit=row["total_unit"],
        old=row["code"] if edition is Edition.E2005 else old_of(row["code"]),
    )


@cache
def _modern_codes() -> Mapping[str, str]:
    return {row["code"]: row["modern"] for row in _rows(Edition.E2005) if row["modern"]}


@cache
def _old_codes() -> Mapping[str, str]:
    return {modern: old for old, modern in _modern_codes().items()}


@cache
def _rows(edition: Edition) -> Sequence[Mapping[str, str]]:
    text = files("dau.codes").joinpath(f"factors-{edition.value}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))
