"""What `dau codes` lists and finds."""

import pytest
from click.testing import CliRunner, Result

from dau.cli.codes import codes
from dau.codes import every, every_system
from dau.hj212 import Edition


def run(*arguments: str) -> Result:
    return CliRunner().invoke(codes, arguments, env={"COLUMNS": "200"})


def rows(result: Result) -> list[list[str]]:
    """The words of each row below the line under the headings."""
    lines = result.output.split("─")[-1].splitlines()
    return [line.split() for line in lines if line.strip()]


def test_a_row_says_all_that_is_known_of_a_code() -> None:
    result = run("w01018")
    assert result.exit_code == 0
    (row,) = rows(result)
    expected = "w01018 化学需氧量 Chemical oxygen demand (COD) mg/L N5.1 kg 011"
    assert " ".join(row) == expected
    for heading in ("代码 / code", "单位 / unit", "排放量单位 / unit of amounts", "2005 代码 / code of 2005"):
        assert heading in result.output


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ("化学需氧量", "w01018"),
        ("chemical OXYGEN", "w01018"),
        ("011", "w01018"),
        ("e30204", "e302xx"),
        ("st=32", "ST=32"),
        ("[ghi]", "w25044"),
    ],
)
def test_codes_are_found_by_code_by_name_and_by_old_code(wanted: str, code: str) -> None:
    assert code in [row[0] for row in rows(run(wanted))]


@pytest.mark.parametrize("edition", Edition)
def test_without_a_text_the_whole_edition_is_listed(edition: Edition) -> None:
    listed = [row[0] for row in rows(run("--edition", edition.value))]
    for code in [each.code for each in every(edition)] + [f"ST={each.st}" for each in every_system(edition)]:
        assert code in listed


def test_editions_differ() -> None:
    assert "N4 " in run("a34013").output
    assert "N4.1 " in run("a34013", "--edition", "2025").output
    assert rows(run("01", "--edition", "2005"))[0][0] == "001"


def test_a_quantity_without_dimension_is_told_from_one_whose_unit_nobody_fixed() -> None:
    assert rows(run("w01001"))[0][-3:] == ["-", "N2.2", "001"]
    assert rows(run("w02013")) == [["w02013", "军团菌", "Legionella"]]


def test_nothing_found_is_said_and_is_no_success() -> None:
    result = run("unobtainium", "--edition", "2025")
    assert result.exit_code == 1
    assert result.output == (
        'HJ 212-2025 的代码表中没有 "unobtainium" / nothing in the code tables of HJ 212-2025 is like "unobtainium"\n'
    )


def test_help_says_what_the_command_is_for() -> None:
    said = " ".join(CliRunner().invoke(codes, ["--help"]).output.split())
    assert "List the codes of factors, site information and systems" in said
    assert "[default: 2017]" in said
