"""The truth of a run, line by line in a CSV file: what every instrument said, and whether it could be believed."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from simulator.instruments.slave import Spoken

COLUMNS: Final = ("at_ms", "instrument", "channel", "value", "state", "spoilt")


@dataclass(frozen=True, slots=True)
class Entry:
    """One value that an instrument sent (or failed to send) at ``at_ms`` (milliseconds UTC). See `Spoken`."""

    at_ms: int
    spoken: Spoken

    @property
    def is_good(self) -> bool:
        """Whether the reply could be believed."""
        return not self.spoken.spoilt


class Journal:
    """A journal being written; each entry is on its way to the disk before the next one is made."""

    def __init__(self, path: Path) -> None:
        """Open the file for appending and write the heading if it is new.

        Raises:
            OSError: the file cannot be written.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("a", newline="", encoding="utf-8", buffering=1)
        self._rows = csv.writer(self._file, lineterminator="\n")
        if path.stat().st_size == 0:
            self._rows.writerow(COLUMNS)

    def write(self, at_ms: int, spoken: Spoken) -> None:
        """Note one value."""
        self._rows.writerow((at_ms, spoken.instrument, spoken.channel, repr(spoken.value), spoken.state, spoken.spoilt))

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def read_journal(path: Path) -> Iterator[Entry]:
    """Yield the entries of a journal in the order in which they were written; an unfinished last line is left out."""
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(line for line in file if line.endswith("\n")):
            spoken = Spoken(row["instrument"], row["channel"], float(row["value"]), row["state"], row["spoilt"])
            yield Entry(int(row["at_ms"]), spoken)
