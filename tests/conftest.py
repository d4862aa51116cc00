"""What holds for every test: no sockets unless marked, no task left behind; all of tests/e2e is marked ``e2e``."""

import asyncio
import inspect
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import settings

# Hypothesis measures each example and fails slow ones; how busy a machine is says nothing about the code. The rest of
# its profile stays: chance on a desk, where it finds new cases, and the same cases every time where CI is set.
settings.register_profile("house", settings(), deadline=None)
settings.load_profile("house")

END_TO_END = Path(__file__).parent / "e2e"

NETWORK_FAMILIES = (socket.AF_INET, socket.AF_INET6)
TOUCHES_THE_NETWORK = ("bind", "connect", "connect_ex", "sendto")


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Mark what lies in the folder of end-to-end tests, so that it runs as a group of its own."""
    for item in items:
        if item.path.is_relative_to(END_TO_END):
            item.add_marker(pytest.mark.e2e)


class SocketsAreOff(Exception):
    """A test without the mark ``sockets`` tried to use the network."""


def _guarded(original: Callable[..., object]) -> Callable[..., object]:
    def refuse_network(self: socket.socket, *arguments: object) -> object:
        if self.family in NETWORK_FAMILIES:
            raise SocketsAreOff(
                f"{original.__name__}{arguments}: sockets are off in unit tests; "
                "mark the test with @pytest.mark.sockets if it needs a real one"
            )
        return original(self, *arguments)

    return refuse_network


@pytest.fixture(autouse=True)
def _sockets_off(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse the network to unmarked tests. Local (AF_UNIX) sockets stay: the event loop's own wake-up is one."""
    if request.node.get_closest_marker("sockets") or request.node.get_closest_marker("e2e"):
        return
    for name in TOUCHES_THE_NETWORK:
        monkeypatch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))


@pytest.fixture
async def _leaked_tasks_fail() -> AsyncIterator[None]:
    yield
    leaked = asyncio.all_tasks() - {asyncio.current_task()}
    if leaked:
        pytest.fail("tasks left behind by the test: " + ", ".join(sorted(map(repr, leaked))))


@pytest.fixture(autouse=True)
def _no_task_outlives_its_test(request: pytest.FixtureRequest) -> None:
    """Set up before every other fixture of a coroutine test, so that it looks after all of them were torn down."""
    if inspect.iscoroutinefunction(getattr(request.node, "obj", None)):
        request.getfixturevalue("_leaked_tasks_fail")
