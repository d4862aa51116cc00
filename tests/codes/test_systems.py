"""System codes of the editions."""

import pytest

from dau.codes import every_system, st_of
from dau.hj212 import Edition


def test_editions_add_system_codes() -> None:
    old, middle, new = ({system.st for system in every_system(edition)} for edition in Edition)
    assert middle - old >= {"24", "39", "51", "52"}
    assert new - middle == {"44", "45"}
    assert old < middle < new


@pytest.mark.parametrize(
    ("edition", "code", "st"),
    [
        (Edition.E2017, "e30201", "52"),
        (Edition.E2017, "g13001", "51"),
        (Edition.E2025, "p99101", "45"),
        (Edition.E2025, "d20105", "44"),
        (Edition.E2017, "d20105", None),
        (Edition.E2005, "e30201", None),
        (Edition.E2025, "w01018", None),
        (Edition.E2025, "", None),
    ],
)
def test_packets_of_processes_carry_their_own_system_code(edition: Edition, code: str, st: str | None) -> None:
    assert st_of(edition, code) == st
