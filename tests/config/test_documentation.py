"""The reference of the settings says of every key what the code does."""

import re
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner
from pydantic.fields import FieldInfo

from dau.cli.check import check
from dau.config.base import Strict
from dau.config.books import BooksTable, CapTable, CycleTable
from dau.config.contacts import ContactTable
from dau.config.facilities import FacilityTable
from dau.config.findings import FindingsTable
from dau.config.limits import LimitTable
from dau.config.periods import PeriodsTable
from dau.config.pulses import PulseTable
from dau.config.quirks import QuirksTable
from dau.config.settings import (
    BusTable,
    ChannelTable,
    CodeTable,
    DerivedKeys,
    FactorTable,
    InstrumentKeys,
    LettersTable,
    PlatformKeys,
    Settings,
    StationTable,
)

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
MODELS: dict[str, type[Strict]] = {
    "[station]": StationTable,
    "[[bus]]": BusTable,
    "[[instrument]]": InstrumentKeys,
    "[[channel]]": ChannelTable,
    "[[code]]": CodeTable,
    "[[derived]]": DerivedKeys,
    "[periods]": PeriodsTable,
    "[[limit]]": LimitTable,
    "[findings]": FindingsTable,
    "[books]": BooksTable,
    "[[books.cap]]": CapTable,
    "[[books.cycle]]": CycleTable,
    "[[contact]]": ContactTable,
    "[[pulse]]": PulseTable,
    "[[facility]]": FacilityTable,
    "[[platform]]": PlatformKeys,
    "[platform.factors.<channel>]": FactorTable,
    "[platform.letters]": LettersTable,
    "[platform.quirks]": QuirksTable,
}


def rows(heading: str) -> dict[str, list[str]]:
    """Return the cells behind each key in the table of a section."""
    section = PAGE.split(f"## `{heading}`\n")[1].split("\n## ")[0]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if "|" in line]
    return {key.strip("`"): rest for key, *rest in cells if key.startswith("`")}


def fields_of(heading: str) -> dict[str, FieldInfo]:
    """Return the keys of a section as they are written; those of a channel are not said again for derived ones."""
    said = ChannelTable.model_fields if MODELS[heading] is DerivedKeys else {}
    return {each.alias or name: each for name, each in MODELS[heading].model_fields.items() if name not in said}


def default_of(field: FieldInfo) -> object:
    return "required" if field.is_required() else field.get_default(call_default_factory=True, validated_data={})


@pytest.mark.parametrize("heading", MODELS)
def test_every_key_is_there_in_the_order_of_the_code(heading: str) -> None:
    assert list(rows(heading)) == list(fields_of(heading))


@pytest.mark.parametrize("heading", MODELS)
def test_every_default_is_the_one_of_the_code(heading: str) -> None:
    for key, (_, _, written, _) in rows(heading).items():
        default = default_of(fields_of(heading)[key])
        if written.startswith("`"):
            (value,) = tomllib.loads(f"value = {written.strip('`')}").values()
            plain = [getattr(each, "value", each) for each in default] if isinstance(default, tuple) else default
            assert (key, str(value), type(value)) == (key, str(plain), str if key == "state" else type(plain))
        elif default is None or isinstance(default, Strict):
            assert written and (key, written) != (key, "required")
        else:
            assert (key, written) == (key, default)


@pytest.mark.parametrize("heading", MODELS)
def test_every_bound_is_the_one_of_the_code(heading: str) -> None:
    for key, (_, _, _, allowed) in rows(heading).items():
        bounds = [
            str(getattr(bound, name))
            for bound in fields_of(heading)[key].metadata
            for name in ("ge", "le")
            if hasattr(bound, name)
        ]
        if len(bounds) == 2:
            assert (key, allowed) == (key, " to ".join(bounds))


def test_every_table_of_the_file_has_a_section() -> None:
    outermost = {re.sub(r"\W", "", heading) for heading in MODELS if "." not in heading}
    assert outermost == set(Settings.model_fields)


def test_printed_complaints_are_what_the_command_says(tmp_path: Path) -> None:
    printed = PAGE.split("```\n")[1].splitlines()
    good = (ROOT / "config" / "outfall" / "station.toml").read_text(encoding="utf-8")
    file = tmp_path / "station.toml"
    file.write_text(good.replace("# period_s = 5", "perod_s = 5").replace("baud = 9600", "baud = 96"), encoding="utf-8")
    said = CliRunner().invoke(check, [str(file)]).output.splitlines()

    def without_place(line: str) -> str:
        return re.sub(r"^\S*station\.toml:\d+: ", "", line)

    assert sorted(map(without_place, printed)) == sorted(map(without_place, said[:-1]))
