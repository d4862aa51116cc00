"""A settings file while it is read: its values as written, the line of each, and the complaints so far."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import reduce
from pathlib import Path
from typing import Final, cast

from pydantic import SecretStr

from dau.config.complaints import Complaint
from dau.config.lines import KeyPath, locate
from dau.words import text

SECRETS: Final = frozenset({"pw", "key", "initial_pw"})
"""Keys of a platform whose values are never shown; ``key`` is none that may be written, but somebody will."""


class Draft:
    """The text of one settings file, taken apart.

    ``values`` is what ``tomllib`` read, except that every password is sealed at once: from here on no message, no
    ``repr`` and no traceback that shows variables can hold one.
    """

    def __init__(self, file: Path, values: dict[str, object], lines: Mapping[KeyPath, int]) -> None:
        self.file = file
        self.values = values
        self.complaints: list[Complaint] = []
        self._lines = lines

    def tables(self, kind: str) -> list[tuple[KeyPath, dict[str, object]]]:
        """Return the tables of ``[[kind]]`` with their paths; what is no table at all is left out.

        A single ``[kind]`` is a mistake, but its keys and its name are checked like those of the others.
        """
        found = self.values.get(kind)
        if isinstance(found, dict):
            return [((kind,), found)]
        listed = found if isinstance(found, list) else []
        return [((kind, index), table) for index, table in enumerate(listed) if isinstance(table, dict)]

    def at(self, path: KeyPath) -> object:
        """Return the value at ``path``, None where there is none."""
        return reduce(_part, path, cast("object", self.values))

    def complain(
        self, path: KeyPath, sentence: str, *, found: str = "", allowed: str = "", nearest: str | None = None
    ) -> None:
        """Note a mistake at ``path``."""
        self._note(Complaint(str(self.file), self.line(path), self.place(path), sentence, found, allowed, nearest))

    def complain_key(self, path: KeyPath, known: Iterable[str]) -> None:
        """Note that the table around ``path`` must not have the key that ``path`` ends with."""
        names, found = tuple(known), str(path[-1])
        sentence, place = text("config.unknown_key", found=found), self.place(path[:-1])
        self._note(
            Complaint(str(self.file), self.line(path), place, sentence, found, ", ".join(names), _like(found, names))
        )

    def complain_name(self, path: KeyPath, what: str, found: str, known: Iterable[str]) -> None:
        """Note that the name at ``path`` is none of those ``known``; ``what`` is the key of the sentence."""
        names = tuple(known)
        self.complain(path, text(what, found=found), found=found, allowed=", ".join(names), nearest=_like(found, names))

    def _note(self, complaint: Complaint) -> None:
        if complaint not in self.complaints:
            self.complaints.append(complaint)

    def line(self, path: KeyPath) -> int:
        """Return the line of the value at ``path``, or of the nearest table around it that is written down."""
        while path not in self._lines:
            path = path[:-1]
        return self._lines[path]

    def place(self, path: KeyPath) -> str:
        """Write a path as a person would: ``[[instrument]] "cod" > point 2 > type``."""
        steps: list[str] = []
        value: object = self.values
        for step in path:
            value = _part(value, step)
            if isinstance(step, int):
                steps[-1] += f" {_label(value, step) if len(steps) == 1 else step + 1}"
            elif steps:
                steps.append(step)
            else:
                steps.append(
                    f"[[{step}]]" if isinstance(value, list) else f"[{step}]" if isinstance(value, dict) else step
                )
        return " > ".join(steps) or text("config.whole_file")


def open_draft(file: Path) -> Draft:
    """Read and parse a settings file; what fails is a complaint in a draft without values."""
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return _refused(file, 1, text("config.file_missing"))
    except OSError as error:
        return _refused(file, 1, f"{text('config.file_unreadable')}: {error.strerror}")
    try:
        source = content.decode()
    except UnicodeDecodeError as error:
        before = content[: error.start].split(b"\n")
        sentence = text("config.not_utf8", column=len(before[-1]) + 1)
        return _refused(file, len(before), sentence, text("config.utf8"))
    try:
        values = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        return _refused(file, *_syntax(str(error), source))
    return Draft(file, _sealed(values), locate(source))


def _refused(file: Path, line: int, sentence: str, allowed: str = "") -> Draft:
    draft = Draft(file, {}, {(): line})
    draft.complain((), sentence, allowed=allowed)
    return draft


def _syntax(message: str, source: str) -> tuple[int, str]:
    """Take line, column and reason out of the parser's message."""
    place = re.search(r" \(at line (\d+), column (\d+)\)$", message)
    if place is None:  # "(at end of document)"
        lines = source.split("\n")
        return len(lines), f"{text('config.syntax', column=len(lines[-1]) + 1)}: {message}"
    return int(place[1]), f"{text('config.syntax', column=place[2])}: {message[: place.start()]}"


def _sealed(values: dict[str, object]) -> dict[str, object]:
    """Seal passwords and keys of every platform, so that nothing prints them by accident."""
    _seal(values.get("platform"))
    return values


def _seal(table: object) -> None:
    if isinstance(table, list):
        for part in table:
            _seal(part)
    elif isinstance(table, dict):
        _seal(list(table.values()))
        table.update({key: SecretStr(table[key]) for key in SECRETS & table.keys() if isinstance(table[key], str)})


def _like(found: str, names: tuple[str, ...]) -> str | None:
    return next(iter(get_close_matches(found, names, 1)), None)


def _part(value: object, step: str | int) -> object:
    match value, step:
        case dict(), str():
            return value.get(step)
        case list(), int():
            return value[step] if step < len(value) else None
        case _:
            return None


def _label(table: object, index: int) -> str:
    """Name an element of an array of tables by its ``name``, or by its number where it has none."""
    name = table.get("name") if isinstance(table, dict) else None
    return f'"{name}"' if isinstance(name, str) else str(index + 1)
