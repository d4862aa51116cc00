"""The fuzzer runs, repeats itself by its seed, and can fail."""

import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from dau.hj212 import Event, FrameReader
from tests.hj212.fuzzing import CORPUS, a_case, examine
from tests.hj212.vectors import EXAMPLE

SCRIPT = Path(__file__).parents[2] / "scripts" / "fuzz"


def test_script_on_a_fixed_seed() -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--cases", "400", "--seed", "212"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "fuzz: seed 212\nfuzz: 400 cases kept every promise" in done.stdout


@pytest.mark.parametrize("path", sorted(CORPUS.iterdir()), ids=lambda path: path.name)
def test_corpus(path: Path) -> None:
    assert path.stat().st_size <= 8192
    examine(path.read_bytes(), Random(path.name))


def test_cases_repeat() -> None:
    assert [a_case(Random(n)) for n in range(50)] == [a_case(Random(n)) for n in range(50)]


class Forgetful(FrameReader):
    """Loses the frames it accepts."""

    def receive(self, data: bytes) -> list[Event]:
        return super().receive(data)[1:]


class Raising(FrameReader):
    """Breaks the promise to raise nothing."""

    def receive(self, data: bytes) -> list[Event]:
        raise IndexError(len(data))


def test_a_broken_reader_is_found() -> None:
    assert examine(EXAMPLE, Random(1)) == 1
    with pytest.raises(AssertionError, match="bytes were lost"):
        examine(EXAMPLE, Random(1), Forgetful)
    with pytest.raises(IndexError):
        examine(EXAMPLE, Random(1), Raising)
