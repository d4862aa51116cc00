"""Processes come home, whatever happens."""

import asyncio
import os
import socket
from pathlib import Path

import pytest

from simulator.demo.children import Child, ChildFailed, Children, until_listening, until_ready

SLEEP = ["python", "-c", "import time; time.sleep(60)"]
STUBBORN = [
    "python",
    "-c",
    "import signal,time; signal.signal(15, signal.SIG_IGN); print('here', flush=True); time.sleep(60)",
]


def is_alive(child: Child) -> bool:
    try:
        os.kill(child.process.pid, 0)
    except ProcessLookupError:
        return False
    return True


async def test_children_end_with_the_context(tmp_path: Path) -> None:
    async with Children(tmp_path) as children:
        child = await children.start("sleeper", SLEEP)
        assert is_alive(child)
        children.check()
    assert not is_alive(child)


async def test_children_end_when_something_fails(tmp_path: Path) -> None:
    started: list[Child] = []

    async def fail() -> None:
        async with Children(tmp_path) as children:
            started.append(await children.start("sleeper", SLEEP))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert not is_alive(started[0])


async def test_children_end_when_we_are_cancelled(tmp_path: Path) -> None:
    started: list[Child] = []

    async def work() -> None:
        async with Children(tmp_path) as children:
            started.append(await children.start("sleeper", SLEEP))
            await asyncio.sleep(60)

    task = asyncio.create_task(work())
    while not started:  # noqa: ASYNC110 - a process is being made
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not is_alive(started[0])


async def test_a_child_that_will_not_end_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.demo.children.PATIENCE_S", 0.3)
    async with Children(tmp_path) as children:
        child = await children.start("mule", STUBBORN)
        await until_ready(child, lambda: "here" in child.last_lines, 10)
    assert child.process.returncode == -9


async def test_a_child_that_ended_shows_its_last_lines(tmp_path: Path) -> None:
    async with Children(tmp_path) as children:
        child = await children.start("failure", ["python", "-c", "print('the disk is full'); raise SystemExit(3)"])
        await child.ended
        with pytest.raises(
            ChildFailed, match=r"failure did not run \(exit status 3\), its last log lines:\n    the disk is full"
        ):
            children.check()


async def test_a_child_that_ends_instead_of_being_ready(tmp_path: Path) -> None:
    async with Children(tmp_path) as children:
        child = await children.start("failure", ["python", "-c", "raise SystemExit(4)"])
        with pytest.raises(ChildFailed, match=r"failure did not run \(exit status 4\)"):
            await until_ready(child, (tmp_path / "never").exists, 10)


async def test_a_child_that_is_never_ready(tmp_path: Path) -> None:
    async with Children(tmp_path) as children:
        child = await children.start("sleeper", SLEEP)
        with pytest.raises(ChildFailed, match="sleeper did not run"):
            await until_ready(child, (tmp_path / "never").exists, 0.1)


async def test_another_exit_status_than_expected_is_a_failure(tmp_path: Path) -> None:
    async with Children(tmp_path) as children:
        child = await children.start("sleeper", SLEEP)
        with pytest.raises(ChildFailed, match=r"exit status -15"):
            await children.stop(child, expect=0)


@pytest.mark.sockets
async def test_listening_is_noticed(tmp_path: Path) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        async with Children(tmp_path) as children:
            child = await children.start("sleeper", SLEEP)
            await until_listening(child, f"127.0.0.1:{server.getsockname()[1]}", 5)
        server.accept()[0].close()
