"""What each command of a platform does, a file for each group of them.

A file here may have three tables, command number to function: ``ACTS`` are carried out and perhaps answered with one
packet, ``SEARCHES`` bring records of the past, ``NOTICES`` want no more than their receipt. They are merged once, and a
command that two files claim is an error at import.
"""

import importlib
import pkgutil
from collections.abc import Mapping
from typing import Any, Final

from dau.hj212 import Packet
from dau.uplink.desk import Act, Search


def _merged(table: str) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for found in sorted(pkgutil.iter_modules(__path__), key=lambda found: found.name):
        own: Mapping[str, Any] = getattr(importlib.import_module(f"{__name__}.{found.name}"), table, {})
        twice = merged.keys() & own.keys()
        if twice:
            raise AssertionError(f"{table} of {found.name} are already taken: {', '.join(sorted(twice))}")
        merged.update(own)
    return merged


ACTS: Final[Mapping[str, Act]] = _merged("ACTS")
SEARCHES: Final[Mapping[str, Search]] = _merged("SEARCHES")
NOTICES: Final[Mapping[str, Act]] = _merged("NOTICES")

SERVED: Final = frozenset({*ACTS, *SEARCHES, *NOTICES})
"""The commands that a unit carries out."""


def search_of(request: Packet) -> Search | None:
    """Return the search that a request is, None if it is none.

    A command with two meanings (2011, 3020) is a search where it names a span of time.
    """
    is_search = request.cn not in ACTS or request.first("BeginTime") is not None
    return SEARCHES.get(request.cn) if is_search else None


def act_of(request: Packet) -> Act | None:
    """Return the act that a request or a notice asks for, None if it is served in another form only."""
    return ACTS.get(request.cn) or NOTICES.get(request.cn)
