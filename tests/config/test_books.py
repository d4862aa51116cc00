"""The table [books]: what may be said in it, and what is complained about."""

from pathlib import Path

import pytest

from dau.config.complaints import ConfigError
from dau.config.load import load_settings
from dau.core.cycles import Cycle
from dau.core.marks import Cap, CapPeriod
from dau.core.periods import HOUR_MS

GOOD = Path(__file__).with_name("station.toml").read_text(encoding="utf-8")

BOOKS = """
[books]
target_percent = 90
grace_min = 30

[[books.cap]]
name = "furnace"
labels = ["启炉", "停炉", "故障", "事故"]
hours = 60
period = "year"

[[books.cycle]]
care = "gas_full"
channels = ["cod"]

[[books.cycle]]
care = "water_check"
channels = ["cod", "flow"]
hours = 12
"""


def load(folder: Path, books: str) -> Path:
    file = folder / "station.toml"
    file.write_text(f"{GOOD}\n{books}", encoding="utf-8")
    return file


def test_caps_and_cycles_are_read_and_have_the_usual_length_where_none_is_given(tmp_path: Path) -> None:
    books = load_settings(load(tmp_path, BOOKS)).books
    assert (books.target_percent, books.grace_min, books.checks_forgiven) == (90, 30, 1)
    assert [each.cap() for each in books.cap] == [
        Cap("furnace", frozenset({"启炉", "停炉", "故障", "事故"}), 60, CapPeriod.YEAR)
    ]
    assert [each.cycle() for each in books.cycle] == [Cycle(months=3), Cycle(12 * HOUR_MS)]


def test_without_the_table_the_target_is_95(tmp_path: Path) -> None:
    books = load_settings(load(tmp_path, "")).books
    assert (books.target_percent, books.grace_min, books.cap, books.cycle) == (95, 60, (), ())


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('["cod", "flow"]', '["cod", "flwo"]', 'there is no channel "flwo"; 是否应为 / did you mean "flow"'),
        ('labels = ["启炉", "停炉", "故障", "事故"]', "", "exactly one of labels and conditions must be given"),
        (
            'labels = ["启炉", "停炉", "故障", "事故"]',
            'conditions = ["fault"]\nsubjects = ["kiln"]',
            'there is no facility "kiln"',
        ),
        ("hours = 12", "hours = 12\nmonths = 1", "only one of hours and months can be given"),
        ('period = "year"', 'period = "week"', '"event", "quarter", "year"'),
        ('care = "gas_full"', 'care = "gas_ful"', "gas_full"),
        ("target_percent = 90", "target_percent = 101", "101"),
        ("target_percent = 90", "target = 90", 'unknown key "target"'),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_settings(load(tmp_path, BOOKS.replace(old, new, 1)))
    (complaint,) = caught.value.complaints
    assert said in str(complaint)
