"""Holds the cycles of care against the channels of a settings file."""

from collections.abc import Iterator, Sequence

from dau.config.draft import Draft
from dau.config.lines import KeyPath


def check_books(draft: Draft, known: Sequence[str]) -> None:
    """Complain about cycles of unknown channels."""
    for path, name in _named(draft):
        if name not in known:
            draft.complain_name(path, "config.unknown_channel", name, known)


def _named(draft: Draft) -> Iterator[tuple[KeyPath, str]]:
    cycles = draft.at(("books", "cycle"))
    for index, cycle in enumerate(cycles if isinstance(cycles, list) else ()):
        channels = cycle.get("channels") if isinstance(cycle, dict) else None
        for place, name in enumerate(channels if isinstance(channels, list) else ()):
            if isinstance(name, str):
                yield ("books", "cycle", index, "channels", place), name
