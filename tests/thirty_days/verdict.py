"""Lets one station live through its story and returns what differs from the reckoning, and how much was compared."""

from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from structlog.testing import capture_logs

from dau.core.states import State
from dau.database import connect_readonly
from tests.thirty_days import compare, packets
from tests.thirty_days.plants import PLANTS, Plant
from tests.thirty_days.reckoning_findings import Book, Noticed, book_of, noticed
from tests.thirty_days.reckoning_periods import Cells, cells_of
from tests.thirty_days.reckoning_samples import Taken, heard_of
from tests.thirty_days.run import live
from tests.thirty_days.scenario import DAYS, Act, acts


@dataclass(frozen=True, slots=True)
class Reckoned:
    """All that a station must have stored."""

    taken: Sequence[Taken]
    cells: Cells
    book: Book
    steps: Sequence[Noticed]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What differs, and what the story was made of."""

    differences: Sequence[str]
    late: int
    told: int
    cells: Counter[int]
    states: Counter[State]
    rules: Counter[str]
    acts: Counter[str]


def reckoned(plant: Plant, story: Sequence[Act]) -> Reckoned:
    """Reckon what a story leads to."""
    heard = heard_of(plant, story)
    cells = cells_of(plant, heard.taken, heard.closed_ms)
    return Reckoned(heard.taken, cells, book_of(plant, heard, cells), noticed(story))


def differences(path: Path, wanted: Reckoned) -> list[str]:
    """Return what differs between a database and what was reckoned."""
    with closing(connect_readonly(path)) as connection:
        return [
            *compare.of_samples(compare.stored_samples(connection), wanted.taken),
            *compare.of_cells(compare.stored_cells(connection), wanted.cells),
            *compare.of_findings(compare.stored_book(connection), wanted.book),
            *compare.of_steps(connection, wanted.steps),
            *compare.of_records(connection, wanted.cells),
        ]


def judge(name: str, seed: int, folder: Path, days: int = DAYS) -> Verdict:
    """Let the station of this name live through the story of this seed, and compare."""
    plant, path = PLANTS[name], folder / f"{name}.db"
    story = acts(plant, seed, days)
    with capture_logs() as lines:
        live(plant, path, story)
    wanted = reckoned(plant, story)
    with closing(connect_readonly(path)) as connection:
        told, told_otherwise = packets.differences(connection, plant, wanted.cells)
    return Verdict(
        [
            *(f"log: {line}" for line in lines if line["log_level"] in {"error", "critical"}),
            *differences(path, wanted),
            *told_otherwise,
        ],
        sum(one.late for one in wanted.taken),
        told,
        Counter(length for _, length, _ in wanted.cells),
        Counter(one.state for one in wanted.cells.values()),
        Counter(rule for rule, _, _ in wanted.book) + Counter(rule for rule, *_ in wanted.steps),
        Counter(type(act).__name__ for act in story),
    )
