"""The journal gives back what was noted, to the last bit, and survives being cut off."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.instruments.slave import Spoken
from simulator.journal import Entry, Journal, read_journal

VALUES = st.floats(allow_nan=False, allow_infinity=False)


def test_what_was_noted_comes_back(tmp_path: Path) -> None:
    noted = [
        Entry(1_770_000_000_001, Spoken("cod", "cod", 45.29999923706055, "normal")),
        Entry(1_770_000_000_002, Spoken("cod", "cod", 45.3, "maintenance", "crc")),
    ]
    with Journal(tmp_path / "var" / "truth.csv") as journal:
        for entry in noted:
            journal.write(entry.at_ms, entry.spoken)
        assert list(read_journal(tmp_path / "var" / "truth.csv")) == noted  # before it is closed
    assert [entry.is_good for entry in noted] == [True, False]


def test_a_second_run_goes_on_in_the_same_file(tmp_path: Path) -> None:
    for at_ms in (1, 2):
        with Journal(tmp_path / "truth.csv") as journal:
            journal.write(at_ms, Spoken("ph", "ph", 7.1, "normal"))
    assert [entry.at_ms for entry in read_journal(tmp_path / "truth.csv")] == [1, 2]


def test_an_unfinished_last_line_is_left_out(tmp_path: Path) -> None:
    file = tmp_path / "truth.csv"
    with Journal(file) as journal:
        journal.write(1, Spoken("ph", "ph", 7.1, "normal"))
    with file.open("a") as cut:
        cut.write("2,ph,ph,7.1")
    assert [entry.at_ms for entry in read_journal(file)] == [1]


@given(st.lists(VALUES, max_size=5))
def test_values_keep_every_bit(tmp_path_factory: pytest.TempPathFactory, values: list[float]) -> None:
    file = tmp_path_factory.mktemp("journal") / "truth.csv"
    with Journal(file) as journal:
        for value in values:
            journal.write(1, Spoken("ph", "ph", value, "normal"))
    assert [entry.spoken.value for entry in read_journal(file)] == values
