"""Holds the cycles of care against the channels of a settings file, and caps of conditions against its facilities."""

from collections.abc import Iterator, Sequence

from dau.config.draft import Draft
from dau.config.lines import KeyPath


def check_books(draft: Draft, known: Sequence[str], facilities: Sequence[str]) -> None:
    """Complain about cycles of unknown channels, and about caps of conditions of unknown facilities."""
    for path, name in _named(draft):
        if name not in known:
            draft.complain_name(path, "config.unknown_channel", name, known)
    for path, name in _of_facilities(draft):
        if name not in facilities:
            draft.complain_name(path, "books.unknown_facility", name, facilities)


def _of_facilities(draft: Draft) -> Iterator[tuple[KeyPath, str]]:
    caps = draft.at(("books", "cap"))
    for index, cap in enumerate(caps if isinstance(caps, list) else ()):
        subjects = cap.get("subjects") if isinstance(cap, dict) and cap.get("conditions") else None
        for place, name in enumerate(subjects if isinstance(subjects, list) else ()):
            if isinstance(name, str):
                yield ("books", "cap", index, "subjects", place), name


def _named(draft: Draft) -> Iterator[tuple[KeyPath, str]]:
    cycles = draft.at(("books", "cycle"))
    for index, cycle in enumerate(cycles if isinstance(cycles, list) else ()):
        channels = cycle.get("channels") if isinstance(cycle, dict) else None
        for place, name in enumerate(channels if isinstance(channels, list) else ()):
            if isinstance(name, str):
                yield ("books", "cycle", index, "channels", place), name
