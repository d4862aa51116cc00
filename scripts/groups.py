"""The groups of checks and tests; runs them with a line for each and a total. Called by scripts/check and scripts/test.

A group that passes says so in one line; of one that fails, everything it printed is shown. The last line counts the
tests of all groups.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TOOLS = Path(sys.executable).parent
NO_TESTS_COLLECTED = 5  # exit status of pytest
COUNT = re.compile(r"(\d+) (passed|failed|errors?)\b")


@dataclass(frozen=True, slots=True)
class Group:
    """One line of the report: a name, and the tool of the environment that answers it."""

    name: str
    command: tuple[str, ...]

    @property
    def is_tests(self) -> bool:
        """True if the group takes pytest's options and counts tests."""
        return self.command[0] == "pytest"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a group; ``summary`` is the last line that its tool printed."""

    is_ok: bool
    summary: str
    printed: str
    seconds: float


CHECKS = (
    Group("format", ("ruff", "format", "--check", ".")),
    Group("lint", ("ruff", "check", "--output-format=concise", ".")),
    Group("types", ("mypy",)),
    Group("contracts", ("lint-imports", "--no-cache")),
    Group("house", ("pytest", "tests/house")),
)
FUZZ = Group("fuzz", ("python", "scripts/fuzz", "--seconds", "60"))
TESTS = (
    Group("units", ("pytest", "tests", "--ignore=tests/house", "-m", "not e2e")),
    Group("end to end", ("pytest", "tests", "--ignore=tests/house", "-m", "e2e")),
)
SETS = {"check": CHECKS, "test": (*CHECKS, FUZZ, *TESTS)}


def main(arguments: Sequence[str]) -> int:
    """Run the groups of the set named first; further arguments go to pytest, and then only its groups run."""
    name, *options = arguments
    groups = [group for group in SETS[name] if group.is_tests or not options]
    started_s = time.monotonic()
    outcomes = [_report(group, options) for group in groups]
    failed = [group.name for group, outcome in zip(groups, outcomes, strict=True) if not outcome.is_ok]
    print(f"{len(groups)} groups in {time.monotonic() - started_s:.0f} s, failed: {', '.join(failed) or 'none'}")
    tests = [outcome.summary for group, outcome in zip(groups, outcomes, strict=True) if group.is_tests]
    passed, broken = _count(tests)
    print(f"{passed} passed, {broken} failed")
    return 1 if failed or not passed else 0


def _report(group: Group, options: Sequence[str]) -> Outcome:
    """Run one group and print its line."""
    print(f"{group.name:<12}", end="", flush=True)
    outcome = _run(group, options)
    print(f"{'ok' if outcome.is_ok else 'FAILED':<7}{outcome.seconds:6.1f} s  {outcome.summary}", flush=True)
    if not outcome.is_ok:
        print(outcome.printed, flush=True)
    return outcome


def _run(group: Group, options: Sequence[str]) -> Outcome:
    tool, *rest = group.command
    extra = ["--quiet", "--no-header", "--color=no", *options] if group.is_tests else []
    started_s = time.monotonic()
    done = subprocess.run(
        [str(TOOLS / tool), *rest, *extra],
        cwd=ROOT,
        env={**os.environ, "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    # With options such as -k one group may rightly have nothing to do; without them every group has tests.
    is_ok = done.returncode == 0 or (bool(options) and done.returncode == NO_TESTS_COLLECTED)
    return Outcome(is_ok, _last_line(done.stdout), done.stdout, time.monotonic() - started_s)


def _last_line(printed: str) -> str:
    """What the tool said in the end, without ruff's hints on what it could repair."""
    lines = [line for line in printed.splitlines() if line.strip() and "fix" not in line]
    return lines[-1] if lines else ""


def _count(summaries: Iterable[str]) -> tuple[int, int]:
    """Add up pytest's closing lines: passed tests, and tests that failed or could not run."""
    found = [(int(count), kind) for summary in summaries for count, kind in COUNT.findall(summary)]
    return (
        sum(count for count, kind in found if kind == "passed"),
        sum(count for count, kind in found if kind != "passed"),
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
