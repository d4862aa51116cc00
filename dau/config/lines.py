"""Where in a TOML text each key stands: key path to line number.

The standard parser forgets the lines, and a complaint without its line sends a person searching. This locator walks
over a text that ``tomllib`` has already accepted, so it never judges: it only has to know where a key, a string, an
array or a table begins and ends (TOML 1.0). The path of a key is the way to its value in what ``tomllib`` returns, for
example ``("instrument", 0, "point", 2, "type")``.
"""

import re
import tomllib
from bisect import bisect_left

KeyPath = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_KEY_PART = re.compile(r"""[A-Za-z0-9_-]+|"(?:\\.|[^"\\\n])*"|'[^'\n]*'""")
_STRING = re.compile(
    r'''"""(?:\\.|[^\\])*?"""("{0,2})'''
    r"""|'''.*?'''('{0,2})"""
    r'''|"(?:\\.|[^"\\\n])*"'''
    r"""|'[^'\n]*'""",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}#\n]+")


def locate(source: str) -> dict[KeyPath, int]:
    """Return the line, counted from 1, of every key, table and array element of a valid TOML text.

    A table opened by a header has the line of the header, one that only dotted keys or longer headers imply has the
    line of the first of them. The empty path stands for the whole text, line 1.
    """
    return _Locator(source.replace("\r\n", "\n")).document()


class _Locator:
    """One pass over one text: ``_at`` is the place reached, ``_lines`` what was found before it."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._breaks = [found.start() for found in re.finditer("\n", source)]
        self._lines: dict[KeyPath, int] = {(): 1}
        self._opened: dict[KeyPath, int] = {}  # array of tables -> index of the element now open

    def document(self) -> dict[KeyPath, int]:
        table: KeyPath = ()
        self._skip(_BLANK)
        while self._at < len(self._source):
            if self._source.startswith("[", self._at):
                table = self._header()
            else:
                self._pair(table)
            self._skip(_BLANK)
        return self._lines

    def _header(self) -> KeyPath:
        line = self._line()
        repeated = self._source.startswith("[[", self._at)
        self._at += 2 if repeated else 1
        *outer, last = self._key()
        self._at += 2 if repeated else 1
        path: KeyPath = ()
        for part in outer:
            path = self._element((*path, part))
            self._lines.setdefault(path, line)
        path = (*path, last)
        if repeated:
            self._lines.setdefault(path, line)
            self._opened[path] = self._opened.get(path, -1) + 1
            path = (*path, self._opened[path])
        self._lines[path] = line
        return path

    def _element(self, path: KeyPath) -> KeyPath:
        """Step into the open element where ``path`` is an array of tables, as longer headers mean it."""
        self._lines.setdefault(path, self._line())
        return (*path, self._opened[path]) if path in self._opened else path

    def _pair(self, table: KeyPath) -> None:
        line = self._line()
        path = table
        for part in self._key():
            path = (*path, part)
            self._lines.setdefault(path, line)
        self._at += 1  # the equals sign
        self._skip(_SPACE)
        self._value(path)

    def _key(self) -> tuple[str, ...]:
        parts = []
        while True:
            self._skip(_SPACE)
            written = self._take(_KEY_PART)
            parts.append(next(iter(tomllib.loads(f"{written} = 0"))) if written[0] in "\"'" else written)
            self._skip(_SPACE)
            if not self._source.startswith(".", self._at):
                return tuple(parts)
            self._at += 1

    def _value(self, path: KeyPath) -> None:
        match self._source[self._at]:
            case "[":
                self._array(path)
            case "{":
                self._inline_table(path)
            case '"' | "'":
                self._take(_STRING)
            case _:
                self._take(_SCALAR)

    def _array(self, path: KeyPath) -> None:
        self._at += 1
        index = 0
        while self._more("]"):
            self._lines[(*path, index)] = self._line()
            self._value((*path, index))
            index += 1

    def _inline_table(self, path: KeyPath) -> None:
        self._at += 1
        while self._more("}"):
            self._pair(path)

    def _more(self, end: str) -> bool:
        """Go to the next element of an array or inline table; False behind its end."""
        self._skip(_BLANK)
        if self._source.startswith(",", self._at):
            self._at += 1
            self._skip(_BLANK)
        if self._source.startswith(end, self._at):
            self._at += 1
            return False
        return True

    def _line(self) -> int:
        return bisect_left(self._breaks, self._at) + 1

    def _skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self._source, self._at)
        self._at = found.end() if found else self._at

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._source, self._at)
        if found is None:
            raise AssertionError(f"line {self._line()}: not the TOML that the parser accepted")
        self._at = found.end()
        return found.group()
