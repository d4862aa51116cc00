"""Every worked case passes, and a case that does not is told."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.quality_cases.runner import Outcome, differences, operations, run

CASES = Path(__file__).with_name("cases.json")
OUTCOMES = list(run(CASES))


@pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda outcome: outcome.id)
def test_case(outcome: Outcome) -> None:
    assert outcome.differences == ()


def test_no_operation_is_without_an_adapter() -> None:
    listed = set(json.loads(CASES.read_text(encoding="utf-8"))["ops"])
    assert listed == set(operations())


def test_differences_are_found() -> None:
    assert list(differences("", {"avg": 1.0, "valid": True}, {"avg": 1.0000001, "valid": True})) == []
    assert list(differences("", {"avg": None}, {"avg": 0.0})) == ["avg: expected None, found 0.0"]
    assert list(differences("", {"valid": True}, {"valid": 1})) == ["valid: expected True, found 1"]
    assert list(differences("", {"runs": [[1, 2]]}, {"runs": [[1, 3]]})) == ["runs.0.1: expected 2, found 3"]
    assert list(differences("", {"runs": [1]}, {"runs": []})) == ["runs: expected [1], found []"]
    assert list(differences("", {"avg": 1}, {})) == ["avg: expected 1, found nothing"]


def test_the_command_tells_what_failed(tmp_path: Path) -> None:
    case = {"id": "X-1", "op": "no_such_thing", "title": "a case", "input": {}, "expected": {}}
    file = tmp_path / "more.json"
    file.write_text(json.dumps({"cases": [case]}), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "tests.quality_cases", str(file)], capture_output=True, text=True, check=False
    )
    assert done.stdout == "X-1 a case: operation 'no_such_thing' is unknown\n0 passed, 1 failed\n"
    assert done.returncode == 1
