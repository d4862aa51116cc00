"""Which tables a kind of file has, and how an older file is brought up to date."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from dau.database.errors import DatabaseNewer, StoreError


@dataclass(frozen=True, slots=True)
class Schema:
    """The tables of one kind of file.

    ``steps`` are all changes that ever led to them, oldest first, each a name and its SQL statements. A step that has
    been released is never edited: a further one is added.
    """

    name: str
    steps: tuple[tuple[str, tuple[str, ...]], ...]


def refuse_foreign(connection: sqlite3.Connection, schema: Schema, path: Path) -> None:
    """Look at the file before anything in it is touched.

    Raises:
        DatabaseNewer: the file has steps this program does not know.
        StoreError: it is another kind of file, a receiver's in the place of a station's, say.
    """
    other = _kinds(connection) - {schema.name}
    if other:
        raise StoreError(
            f"cannot open database {path}: it is a file of kind {', '.join(sorted(other))}, expected {schema.name}"
        )
    unknown = _applied(connection, schema) - {name for name, _ in schema.steps}
    if unknown:
        raise DatabaseNewer(
            f"cannot open database {path}: it has the steps {', '.join(sorted(unknown))} that this program does not"
            " know; it was written by a newer version, which must be used to open it"
        )


def missing_steps(connection: sqlite3.Connection, schema: Schema) -> set[str]:
    """Return the steps that the file lacks: an older program wrote it, or it is empty."""
    return {name for name, _ in schema.steps} - _applied(connection, schema)


def migrate(connection: sqlite3.Connection, schema: Schema) -> None:
    """Apply the steps that the file lacks, each in a transaction of its own with the note that it was applied."""
    if not missing_steps(connection, schema):
        return
    # Imported only when there is something to do: it costs as much time as the rest of a start.
    from sqlite_utils import Database, Migrations

    migrations = Migrations(schema.name)
    for name, statements in schema.steps:

        def step(database: Database, statements: tuple[str, ...] = statements) -> None:
            for statement in statements:
                database.execute(statement)

        migrations(name=name)(step)
    migrations.apply(Database(connection, execute_plugins=False))


def _applied(connection: sqlite3.Connection, schema: Schema) -> set[str]:
    return {name for kind, name in _steps(connection) if kind == schema.name}


def _kinds(connection: sqlite3.Connection) -> set[str]:
    return {kind for kind, _ in _steps(connection)}


def _steps(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """Return every step of every kind of file that was applied to this one; none for an empty file."""
    found = connection.execute("SELECT 1 FROM sqlite_master WHERE name = '_sqlite_migrations'").fetchone()
    return connection.execute("SELECT migration_set, name FROM _sqlite_migrations").fetchall() if found else []
