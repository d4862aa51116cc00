"""``dau probe`` of an instrument that speaks by itself: it is not asked but listened to."""

import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.test_probe import SETTINGS, run, without_times
from tests.link.terminal import terminal

PUSHER = """
[[instrument]]
name = "pusher"
bus = "rs485"
driver = "pushing"
period_s = 1
channel = "conductivity"
"""
CHANNEL = """
[[channel]]
name = "conductivity"
factor = "w01014"
"""


@pytest.fixture
def config(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path_factory.mktemp("installed")
    package = place / "pushing_driver-1.dist-info"
    package.mkdir()
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: pushing-driver\nVersion: 1\n", encoding="utf-8")
    entry = "[dau.drivers]\npushing = tests.cli.pushing_driver\n"
    (package / "entry_points.txt").write_text(entry, encoding="utf-8")
    monkeypatch.syspath_prepend(place)
    file = tmp_path / "station.toml"
    file.write_text(SETTINGS.replace("[[platform]]", f"{PUSHER}{CHANNEL}[[platform]]"), encoding="utf-8")
    return file


@contextmanager
def pushing(master: int, text: bytes) -> Iterator[None]:
    """Send a line again and again until the block is left, from a thread: the command runs a loop of its own."""
    done = threading.Event()

    def push() -> None:
        while not done.wait(0.05):
            os.write(master, text)

    thread = threading.Thread(target=push)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def test_its_first_message_is_shown(config: Path) -> None:
    with terminal(config.parent / "ttyTEST") as wire, pushing(wire.master, b"conductivity=1.5\n"):
        result = run(config, "pusher")
    first, *lines = without_times(result.output)
    assert result.exit_code == 0, result.output
    assert first.endswith(f"pusher: sender of conductivity through {wire.path}")
    assert any(line.startswith("ms  >  6f 6b 0a") for line in lines)  # its line was answered
    assert re.split(r" {2,}", lines[-1])[:3] == ["conductivity", "w01014", "1.5 uS/cm"]


def test_one_that_says_nothing_of_its_own(config: Path) -> None:
    with terminal(config.parent / "ttyTEST") as wire, pushing(wire.master, b"\xff"):
        result = run(config, "pusher")
    assert result.exit_code == 1
    assert re.search(
        r"instrument pusher gave no answer: listened to sender of conductivity: \d+ bytes came that are no message",
        result.output,
    )
