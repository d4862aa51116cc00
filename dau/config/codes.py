"""The code tables as a station uses them: what ships with the program, under the station's own ``[[code]]`` rows."""

from collections.abc import Iterable
from dataclasses import replace

from dau import codes
from dau.codes import Code
from dau.config.settings import CodeTable
from dau.hj212 import Edition, dialect


class Codes:
    """Finds what a factor code of the station means in an edition."""

    def __init__(self, rows: Iterable[CodeTable]) -> None:
        self._own = {row.code: row for row in rows}

    def find(self, edition: Edition, factor: str) -> Code | None:
        """Return the row of ``factor``, a code of the station itself, None if neither station nor tables know it.

        For 2005 it is the row of its old code. What the station says of a code holds in every edition.
        """
        own = self._own.get(factor)
        wire = self.wire_code(edition, factor)
        found = codes.find(edition, wire) if wire is not None else None
        if own is None:
            return found
        row = found or Code(factor, factor, factor)
        return replace(
            row,
            zh=own.name or row.zh,
            en=own.name or row.en,
            unit=row.unit if own.unit is None else own.unit,
            decimals=row.decimals if own.digits is None else own.digits,
            total_unit=row.total_unit if own.total_unit is None else own.total_unit,
            old=own.old or row.old,
        )

    def wire_code(self, edition: Edition, factor: str) -> str | None:
        """Return what stands for ``factor`` in the packets of an edition, None if 2005 has no code for it."""
        if edition is not Edition.E2005:
            return factor
        own = self._own.get(factor)
        old = (own.old if own else None) or codes.old_of(factor)
        return old or (factor if dialect(edition).factor_form.fullmatch(factor) else None)
