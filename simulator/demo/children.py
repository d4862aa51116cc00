"""The processes of the demonstration: started, watched, and always brought home."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from dau.words import text
from simulator.errors import SimulatorError

PATIENCE_S: Final = 15.0
"""How long a child may take to end when asked to."""

LAST_LINES: Final = 12
LOOK_S: Final = 0.05


class ChildFailed(SimulatorError):
    """A process ended by itself, or never became ready. The message has its last log lines."""


class Child:
    """One process with a log file of its own."""

    def __init__(self, name: str, process: asyncio.subprocess.Process, log: Path) -> None:
        self.name = name
        self.process = process
        self._log = log
        self.ended: asyncio.Task[int] = asyncio.create_task(process.wait(), name=f"end of {name}")

    @property
    def last_lines(self) -> str:
        """The end of the log."""
        lines = self._log.read_text("utf-8", errors="replace").splitlines()
        return "\n".join(f"    {line}" for line in lines[-LAST_LINES:])

    def failure(self) -> ChildFailed:
        """Return the complaint about a child that should not have ended."""
        code = self.process.returncode
        return ChildFailed(text("sim.demo.child", name=self.name, code=code) + "\n" + self.last_lines)

    async def stop(self) -> int:
        """Ask the process to end, insist if it does not, and return its exit status."""
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGTERM)
        done, _ = await asyncio.wait([self.ended], timeout=PATIENCE_S)
        if not done:
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()
        return await self.ended


class Children:
    """All processes; whatever happens inside the context, none of them outlives it."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._children: list[Child] = []

    async def __aenter__(self) -> Self:
        self._logs.mkdir(parents=True, exist_ok=True)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.gather(*(child.stop() for child in self._children))

    async def start(self, name: str, command: Sequence[str | Path], pipe: bool = False) -> Child:
        """Start one of the commands of this environment; with ``pipe`` its output can be read, without it is logged.

        Each child has a session of its own, so that Ctrl-C reaches only us, who end them in the right order.
        """
        program, *arguments = command
        log = self._logs / f"{name}.log"
        with log.open("wb") as file:
            process = await asyncio.create_subprocess_exec(
                Path(sys.executable).with_name(str(program)),
                *map(str, arguments),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE if pipe else file,
                stderr=file,
                start_new_session=True,
            )
        child = Child(name, process, log)
        self._children.append(child)
        return child

    def check(self) -> None:
        """Make sure that all are alive.

        Raises:
            ChildFailed: one ended by itself.
        """
        for child in self._children:
            if child.ended.done():
                raise child.failure()

    async def stop(self, *children: Child, expect: int | None = None) -> None:
        """End some of them now; ``expect`` is the exit status they must have.

        Raises:
            ChildFailed: one ended with another status.
        """
        statuses = await asyncio.gather(*(child.stop() for child in children))
        self._children = [child for child in self._children if child not in children]
        for child, status in zip(children, statuses, strict=True):
            if expect not in (None, status):
                raise child.failure()


async def until_ready(child: Child, is_ready: Callable[[], bool], timeout_s: float) -> None:
    """Wait until ``is_ready``.

    Raises:
        ChildFailed: the child ended instead, or was not ready in time.
    """

    async def look() -> None:
        while not is_ready():  # noqa: ASYNC110 - it happens in another process
            await asyncio.sleep(LOOK_S)

    await _ready(child, look(), timeout_s)


async def until_listening(child: Child, address: str, timeout_s: float) -> None:
    """Wait until somebody accepts connections at ``host:port``.

    Raises:
        ChildFailed: the child ended instead, or nobody listened in time.
    """
    host, _, port = address.rpartition(":")

    async def knock() -> None:
        while True:
            with contextlib.suppress(ConnectionError):
                _, writer = await asyncio.open_connection(host, int(port))
                writer.close()
                await writer.wait_closed()
                return
            await asyncio.sleep(LOOK_S)

    await _ready(child, knock(), timeout_s)


async def _ready(child: Child, sign: Coroutine[None, None, None], timeout_s: float) -> None:
    waiting = asyncio.create_task(sign, name=f"{child.name} becomes ready")
    try:
        await asyncio.wait([waiting, child.ended], timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        if not waiting.done():
            waiting.cancel()
            await asyncio.wait([waiting])
    if waiting.cancelled() or child.ended.done():
        raise child.failure()
    waiting.result()
