"""The rules that hold for every test are themselves tried, in a pytest of their own."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

LEAKS = """
import asyncio
import pytest

kept = []

async def test_leaves_a_task():
    kept.append(asyncio.create_task(asyncio.sleep(60), name="orphan"))

async def test_ends_its_task():
    task = asyncio.create_task(asyncio.sleep(60))
    task.cancel()
    await asyncio.wait([task])

@pytest.fixture
async def ticking():
    task = asyncio.create_task(asyncio.sleep(60))
    yield task
    task.cancel()
    await asyncio.wait([task])

async def test_a_fixture_may_end_its_task_after_the_test(ticking):
    assert not ticking.done()
"""

SOCKETS = """
import socket
import pytest

def reach(kind=socket.SOCK_STREAM):
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))

def test_unmarked_bind():
    reach()

def test_unmarked_connect():
    with socket.socket() as probe:
        probe.connect(("127.0.0.1", 9))

def test_unmarked_datagram():
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
        probe.sendto(b"x", ("::1", 9))

@pytest.mark.sockets
def test_marked():
    reach()

async def test_local_pair():
    here, there = socket.socketpair()
    with here, there:
        here.send(b"x")
        assert there.recv(1) == b"x"
"""

UNKNOWN_MARK = """
import pytest

@pytest.mark.sokcets
def test_with_a_misspelled_mark():
    assert True
"""


def run_pytest(folder: Path, source: str) -> str:
    """Run ``source`` under the project's settings and return what pytest printed."""
    (folder / "test_sample.py").write_text(source)
    command = [sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml"), f"--rootdir={folder}", "-q"]
    command += ["-p", "tests.conftest", "-p", "no:cacheprovider", str(folder / "test_sample.py")]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout


def test_a_leaked_task_fails_its_test_and_no_other(tmp_path: Path) -> None:
    printed = run_pytest(tmp_path, LEAKS)
    assert "3 passed, 1 error" in printed
    assert "ERROR at teardown of test_leaves_a_task" in printed
    assert "Failed: tasks left behind by the test: <Task pending name='orphan'" in printed


def test_sockets_are_off_unless_marked(tmp_path: Path) -> None:
    printed = run_pytest(tmp_path, SOCKETS)
    assert "3 failed, 2 passed" in printed
    for name in ("unmarked_bind", "unmarked_connect", "unmarked_datagram"):
        assert f"_ test_{name} _" in printed
    assert len(re.findall(r"^E .*SocketsAreOff: ", printed, re.MULTILINE)) == 3
    assert "mark the test with @pytest.mark.sockets" in printed


@pytest.mark.parametrize("mark", ["sokcets"])
def test_an_unknown_mark_is_an_error(tmp_path: Path, mark: str) -> None:
    assert f"'{mark}' not found in `markers` configuration option" in run_pytest(tmp_path, UNKNOWN_MARK)
