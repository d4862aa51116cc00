"""What stands in the data area of a command, as data: names, which may be missing, and the official separators.

Written as a line in the table of commands: ``PolId?;InfoId;BeginTime?,EndTime?``. A question mark means optional,
``*-Avg`` is an attribute of any number of factors, ``...`` says that more may follow. The separators are those of the
official example, which are commas between unlike things in some commands (2017 C.23 and C.41, 2025 C.8 and C.41).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from dau.hj212.deviation import Deviation
from dau.hj212.errors import LocalError
from dau.hj212.fields import field_of
from dau.hj212.packet import Content, Pair

_FIELD = re.compile(r"([;,]?)([^;,]+)")
_FACTORS = "*-"


@dataclass(frozen=True, slots=True)
class AreaField:
    """One name in an area: ``*-Avg`` for an attribute of factors."""

    name: str
    is_required: bool
    is_joined: bool  # by a comma to the one before it

    @property
    def is_attribute(self) -> bool:
        """Tell whether it stands behind factor codes."""
        return self.name.startswith(_FACTORS)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in a packet that its command does not provide for: what, and at which name of the area."""

    deviation: Deviation
    name: str = ""


@dataclass(frozen=True, slots=True)
class Area:
    """The data area of one command in one direction."""

    notation: str
    fields: tuple[AreaField, ...]
    is_open: bool

    def content(self, values: Mapping[str, str]) -> Content:
        """Return the items that ``values`` make in the order and with the separators of the official example.

        Only for areas without factors; these are made with ``factor_item``.

        Raises:
            LocalError: a required value is missing, or there is one that has no place.
        """
        known = {field.name for field in self.fields if not field.is_attribute}
        missing = [field.name for field in self.fields if field.is_required and field.name not in values]
        if missing or not known.issuperset(values):
            raise LocalError(f"CP: values of {', '.join(values) or 'nothing'}, expected {self.notation or 'nothing'}")
        items: list[list[Pair]] = []
        for field in self.fields:
            if field.name in values:
                pair = field.name, values[field.name]
                if field.is_joined and items:
                    items[-1].append(pair)
                else:
                    items.append([pair])
        return tuple(tuple(item) for item in items)

    def findings(self, content: Content) -> tuple[Finding, ...]:
        """Return what is missing, out of place or has not the form of its field. Separators are not looked at."""
        pairs = [pair for item in content for pair in item]
        names = {_general(name) for name, _ in pairs}
        found = [
            Finding(Deviation.FIELD_MISSING, field.name)
            for field in self.fields
            if field.is_required and field.name not in names
        ]
        places = {field.name for field in self.fields}
        for name, value in pairs:
            field = field_of(name)
            if not self.is_open and _general(name) not in places:
                found.append(Finding(Deviation.FIELD_UNEXPECTED, name))
            elif field is not None and not field.fits(value):
                found.append(Finding(Deviation.FIELD_VALUE, name))
        return tuple(found)


def area(notation: str) -> Area:
    """Return the area that a line of the table describes."""
    fields: list[AreaField] = []
    for separator, printed in _FIELD.findall(notation):
        if printed != "...":
            fields.append(AreaField(printed.rstrip("?"), not printed.endswith("?"), separator == ","))
    return Area(notation, tuple(fields), "..." in notation)


def _general(name: str) -> str:
    """Return the name as the table has it: attributes of every factor are one."""
    code, hyphen, attribute = name.partition("-")
    return f"{_FACTORS}{attribute}" if hyphen and code else name
