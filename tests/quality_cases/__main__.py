"""``python -m tests.quality_cases FILE.json``: prints each difference and a last line ``N passed, M failed``."""

import sys
from pathlib import Path

from tests.quality_cases.runner import run


def main(arguments: list[str]) -> int:
    """Run each file named; without one, the file that comes with the tests."""
    files = [Path(name) for name in arguments] or [Path(__file__).with_name("cases.json")]
    outcomes = [outcome for file in files for outcome in run(file)]
    for outcome in outcomes:
        for difference in outcome.differences:
            print(f"{outcome.id} {outcome.title}: {difference}")  # noqa: T201 - this is its purpose
    failed = sum(bool(outcome.differences) for outcome in outcomes)
    print(f"{len(outcomes) - failed} passed, {failed} failed")  # noqa: T201
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
