"""The lock pins what pyproject.toml asks for, by hash, and names no place to get it from."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.house.sources import ROOT, read

LOCKS = ("requirements.txt", "requirements-dev.txt")
PIN = re.compile(r"^([a-z0-9-]+)==(\S+)((?: \\\n    --hash=sha256:[0-9a-f]{64})+)$", re.MULTILINE)
NAME = re.compile(r"^[A-Za-z0-9._-]+")


def pins(name: str) -> dict[str, str]:
    """Package and version of each pin of a lock file."""
    return {package: version for package, version, _ in PIN.findall(read(Path(name)))}


def wishes(group: list[str]) -> set[str]:
    """The names in a list of requirements."""
    found = [NAME.match(wish) for wish in group]
    return {match.group().lower().replace("_", "-") for match in found if match}


@pytest.mark.parametrize("name", LOCKS)
def test_every_line_is_a_pin_with_hashes(name: str) -> None:
    rest = PIN.sub("", read(Path(name)))
    assert set(rest.splitlines()) <= {
        "",
        "# Made by scripts/lock from pyproject.toml; do not edit.",
        "-r requirements.txt",
    }
    assert pins(name)


@pytest.mark.parametrize("name", LOCKS)
def test_no_index_or_address_is_named(name: str) -> None:
    assert re.findall(r"index|find-links|trusted-host|https?:|file:|@", read(Path(name))) == []


def test_everything_asked_for_is_pinned() -> None:
    project = tomllib.loads(read(Path("pyproject.toml")))
    runtime = wishes(project["project"]["dependencies"]) | wishes(project["build-system"]["requires"])
    assert runtime <= pins("requirements.txt").keys()
    assert wishes(project["project"]["optional-dependencies"]["dev"]) <= pins("requirements-dev.txt").keys()


def test_no_package_is_pinned_twice() -> None:
    assert pins("requirements.txt").keys() & pins("requirements-dev.txt").keys() == set()


def test_the_compiled_packages_have_wheels_for_both_kinds_of_machine() -> None:
    (hashes,) = [
        found for package, _, found in PIN.findall(read(Path("requirements.txt"))) if package == "pydantic-core"
    ]
    assert hashes.count("sha256:") == 8, "two architectures, four editions of Python"


def test_nothing_else_says_where_packages_come_from() -> None:
    settings = [
        path for path in ("pip.conf", "setup.cfg", "setup.py", "uv.lock", "poetry.lock") if (ROOT / path).exists()
    ]
    assert settings == []
