"""Factor values in the content: ``w01018-Avg=40.1,w01018-Flag=N`` (HJ 212-2017 tables 4 and C.14 to C.29).

Writing is strict. Reading groups by factor code over the whole content, because senders scatter the values of one
factor over items, put Flag first, or write a bare ``Flag=N`` behind a value.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from dau.hj212.errors import LocalError
from dau.hj212.packet import Content, Item, Pair

_BARE = frozenset(
    {"Flag", "Rtd", "Avg", "Min", "Max", "Cou", "ZsRtd", "ZsAvg", "ZsMin", "ZsMax", "EFlag", "SampleTime"}
)


@dataclass(frozen=True, slots=True)
class FactorFields:
    """All that a content says of one factor: attribute and value pairs in their order, e.g. ``("Avg", "40.1")``.

    An attribute may occur twice when the sender wrote it twice; both values are kept.
    """

    code: str
    fields: tuple[Pair, ...]

    def get(self, attribute: str) -> str | None:
        """Return the first value of the attribute, None if the factor does not have it."""
        return next((value for name, value in self.fields if name == attribute), None)


def factor_item(code: str, fields: Iterable[Pair]) -> Item:
    """Return the item of one factor: ``factor_item("w01018", [("Avg", "40.1"), ("Flag", "N")])``.

    Raises:
        LocalError: a code or attribute that could not be read back, because it is empty or holds a hyphen.
    """
    pairs = tuple(fields)
    for part in (code, *(attribute for attribute, _ in pairs)):
        if not part or "-" in part:
            raise LocalError(f"factor {code!r}: code or attribute {part!r}, expected text without a hyphen")
    return tuple((f"{code}-{attribute}", value) for attribute, value in pairs)


def group_factors(content: Content) -> tuple[FactorFields, ...]:
    """Return the factors in the order of their first value, without what belongs to no factor (DataTime, PolId)."""
    grouped: dict[str, list[Pair]] = {}
    code = ""
    for item in content:
        for name, value in item:
            before, _, attribute = name.partition("-")
            if before and attribute:
                code = before
            elif code and name in _BARE:  # it belongs to the factor before it
                attribute = name
            else:
                continue
            if code in grouped:
                grouped[code].append((attribute, value))
            else:
                grouped[code] = [(attribute, value)]
    return tuple([FactorFields(code, tuple(fields)) for code, fields in grouped.items()])


def has_bare_flag(content: Content) -> bool:
    """Tell whether an attribute stands without the code of its factor."""
    return any(name in _BARE for item in content for name, _ in item)
