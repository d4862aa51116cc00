"""A thread that owns one connection and runs the jobs of one event loop on it, in groups."""

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

T = TypeVar("T")
Job = Callable[[sqlite3.Connection], T]

GROUP: Final = 256
"""Most jobs that share one commit: bounds the work that one failing disk can undo."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a job: its value, or the exception it ended with."""

    value: Any = None
    error: BaseException | None = None


RunGroup = Callable[[sqlite3.Connection, Sequence[Job[Any]]], list[Outcome]]


@dataclass(frozen=True, slots=True)
class _Waiting:
    job: Job[Any]
    future: asyncio.Future[Any]


class Worker:
    """One thread, one connection, one queue.

    Args:
        name: of the thread, as a debugger shows it.
        connect: opens the connection, in the thread.
        run_group: runs jobs that were waiting together; an error it raises is the outcome of each of them.
    """

    def __init__(self, name: str, connect: Callable[[], sqlite3.Connection], run_group: RunGroup) -> None:
        self.waiting = 0
        self._connect = connect
        self._run_group = run_group
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._main, name=name, daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        """Start the thread for the running event loop."""
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    async def run(self, job: Job[T]) -> T:
        """Queue ``job`` and return its result, or raise what it ended with."""
        if self._loop is None:
            raise RuntimeError(f"{self._thread.name}: the database is not open")
        future: asyncio.Future[T] = self._loop.create_future()
        self.waiting += 1
        self._queue.put(_Waiting(job, future))
        return await future

    async def stop(self) -> None:
        """Let the thread finish what waits and end; the connection is closed."""
        if self._thread.is_alive():
            self._queue.put(None)
            await asyncio.to_thread(self._thread.join)
        self._loop = None  # a job that comes now is a bug, and must not wait for ever

    def _main(self) -> None:
        try:
            connection = self._connect()
        except Exception as error:  # noqa: BLE001 - it is handed to whoever asks for anything
            self._refuse(error)
            return
        try:
            stopping = False
            while not stopping:
                group = self._next_group()
                stopping = group[-1] is None
                self._answer([waiting for waiting in group if waiting is not None], connection)
        finally:
            connection.close()

    def _refuse(self, error: BaseException) -> None:
        """Answer everything with the reason why there is no connection."""
        while (waiting := self._queue.get()) is not None:
            self._deliver([waiting], [Outcome(error=error)])

    def _next_group(self) -> list[_Waiting | None]:
        """Wait for a job and take those behind it; a None, always last, asks to stop."""
        group = [self._queue.get()]
        while group[-1] is not None and len(group) < GROUP:
            try:
                group.append(self._queue.get_nowait())
            except queue.Empty:
                break
        return group

    def _answer(self, group: list[_Waiting], connection: sqlite3.Connection) -> None:
        if not group:
            return
        try:
            outcomes = self._run_group(connection, [waiting.job for waiting in group])
        except Exception as error:  # noqa: BLE001 - it is handed to whoever asked for the jobs
            outcomes = [Outcome(error=error)] * len(group)
        self._deliver(group, outcomes)

    def _deliver(self, group: list[_Waiting], outcomes: list[Outcome]) -> None:
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._settle, group, outcomes)

    def _settle(self, group: list[_Waiting], outcomes: list[Outcome]) -> None:
        """Back on the event loop: wake whoever still waits."""
        self.waiting -= len(group)
        for waiting, outcome in zip(group, outcomes, strict=True):
            if waiting.future.done():
                continue
            if outcome.error is None:
                waiting.future.set_result(outcome.value)
            else:
                waiting.future.set_exception(outcome.error)
