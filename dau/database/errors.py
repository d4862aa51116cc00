"""What can be wrong with a database, and the one place where SQLite's own errors become ours."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from dau.errors import DauError


class StoreError(DauError):
    """The database cannot be used now; the message names the file and what SQLite said."""


class DatabaseNewer(StoreError):
    """The file was written by a newer program. It is left as it is."""


class DatabaseDamaged(StoreError):
    """The file is no database or its pages contradict each other. It is left as it is."""


class DiskFull(StoreError):
    """Nothing more can be written to the disk."""


MAGIC: Final = b"SQLite format 3\0"
"""How every database file begins."""

_KINDS: Final[dict[int, type[StoreError]]] = {
    sqlite3.SQLITE_FULL: DiskFull,
    sqlite3.SQLITE_CORRUPT: DatabaseDamaged,
    sqlite3.SQLITE_NOTADB: DatabaseDamaged,
    sqlite3.SQLITE_IOERR: StoreError,
    sqlite3.SQLITE_CANTOPEN: StoreError,
    sqlite3.SQLITE_READONLY: StoreError,
    sqlite3.SQLITE_BUSY: StoreError,
    sqlite3.SQLITE_PERM: StoreError,
}


def is_about_the_file(error: sqlite3.Error) -> bool:
    """Return whether SQLite complains of the file or the disk, and not of what one job asked for."""
    return _primary(error) in _KINDS


@contextmanager
def mapped(path: Path, doing: str) -> Iterator[None]:
    """Turn SQLite's complaints about the file into ours; a complaint about a statement is a bug and passes through."""
    try:
        yield
    except sqlite3.Error as error:
        kind = _KINDS.get(_primary(error))
        if kind is None:
            raise
        raise kind(f"cannot {doing} database {path}: SQLite says: {error}") from error


def refuse_rubbish(path: Path) -> None:
    """Look at the first bytes of the file: SQLite itself takes a stump shorter than a page for an empty database.

    Raises:
        DatabaseDamaged: they are not those of a database. A file without any bytes is a new one.
        StoreError: the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            begin = file.read(len(MAGIC))
    except FileNotFoundError:
        return
    except OSError as error:
        raise StoreError(f"cannot open database {path}: {error.strerror}") from error
    if begin not in {b"", MAGIC}:
        raise DatabaseDamaged(
            f"cannot open database {path}: file is not a database: it begins with {begin!r}, expected {MAGIC!r}"
        )


def _primary(error: sqlite3.Error) -> int:
    """Return the primary result code: the low byte of the extended one; 0 where Python's module raised by itself."""
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF
