"""One SQLite file for one event loop."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Literal

from dau.database.errors import StoreError, is_about_the_file, mapped, refuse_rubbish
from dau.database.schema import Schema, migrate, refuse_foreign
from dau.database.worker import Job, Outcome, T, Worker

OWNER_ONLY: Final = 0o600
"""Mode of a new file: the packets in it carry passwords. SQLite gives its log the same."""


class Database:
    """The file at ``path`` with the tables of ``schema``.

    Args:
        path: its folder is made if missing.
        schema: older files are brought up to it when opened.
        synchronous: ``FULL`` for what must survive a power cut; ``OFF`` only where the machine itself is simulated.
    """

    def __init__(self, path: Path, schema: Schema, synchronous: Literal["FULL", "OFF"] = "FULL") -> None:
        self.path = path
        self._schema = schema
        self._synchronous = synchronous
        self._writer = Worker(f"write {path.name}", self._connect, self._write_group)
        self._reader = Worker(f"read {path.name}", lambda: connect_readonly(path), self._read_group)

    @property
    def busy(self) -> bool:
        """Whether the result of some job has not reached the event loop yet."""
        return bool(self._writer.waiting or self._reader.waiting)

    async def open(self) -> None:
        """Open the file, or make it, and bring its tables up to the schema.

        Raises:
            DatabaseNewer, DatabaseDamaged, DiskFull, StoreError: the file is closed again and as it was.
        """
        self._writer.start()
        try:
            await self._writer.run(lambda _: None)
        except BaseException:
            await self._writer.stop()
            raise
        self._reader.start()

    async def close(self) -> None:
        """Finish what waits, fold the log into the file and release it."""
        await self._reader.stop()
        await self._writer.stop()

    async def write(self, job: Job[T]) -> T:
        """Run ``job`` in a transaction and return its result once that is on the disk.

        Raises:
            StoreError: nothing of the job was stored. What the job itself raises comes back as it is, and undoes it.
        """
        return await self._writer.run(job)

    async def read(self, job: Job[T]) -> T:
        """Run ``job`` on a connection that cannot write, beside the writer.

        Raises:
            StoreError: as for `write`.
        """
        return await self._reader.run(job)

    def _connect(self) -> sqlite3.Connection:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.touch(mode=OWNER_ONLY)
        except OSError as error:
            raise StoreError(f"cannot make database {self.path} or its folder: {error.strerror}") from error
        refuse_rubbish(self.path)
        with mapped(self.path, "open"):
            connection = sqlite3.connect(self.path, isolation_level=None, cached_statements=256)
            try:
                connection.execute("PRAGMA busy_timeout = 5000")
                refuse_foreign(connection, self._schema, self.path)
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute(f"PRAGMA synchronous = {self._synchronous}")
                migrate(connection, self._schema)
            except BaseException:
                connection.close()
                raise
            return connection

    def _write_group(self, connection: sqlite3.Connection, jobs: Sequence[Job[Any]]) -> list[Outcome]:
        with mapped(self.path, "write"):
            connection.execute("BEGIN IMMEDIATE")
            try:
                outcomes = [_in_savepoint(connection, job) for job in jobs]
                connection.execute("COMMIT")
            except sqlite3.Error:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
        return outcomes

    def _read_group(self, connection: sqlite3.Connection, jobs: Sequence[Job[Any]]) -> list[Outcome]:
        with mapped(self.path, "read"):
            return [_outcome(connection, job) for job in jobs]


def connect_readonly(path: Path) -> sqlite3.Connection:
    """Open an existing file for reading only, also while another process writes to it.

    Raises:
        StoreError: the file does not exist or cannot be read.
    """
    with mapped(path, "open"):
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)
        connection.execute("PRAGMA busy_timeout = 5000")
        return connection


def _in_savepoint(connection: sqlite3.Connection, job: Job[Any]) -> Outcome:
    """Run one job so that its failure undoes nothing but itself."""
    connection.execute("SAVEPOINT job")
    outcome = _outcome(connection, job)
    if outcome.error is not None:
        connection.execute("ROLLBACK TO job")
    connection.execute("RELEASE job")
    return outcome


def _outcome(connection: sqlite3.Connection, job: Job[Any]) -> Outcome:
    """Run one job; what it raises is its own affair, unless the file itself is the trouble."""
    try:
        return Outcome(value=job(connection))
    except sqlite3.Error as error:
        if is_about_the_file(error):
            raise
        return Outcome(error=error)
    except Exception as error:  # noqa: BLE001 - it is handed to whoever asked for the job
        return Outcome(error=error)
