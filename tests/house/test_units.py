"""The service units and the page that installs them agree with the program."""

import re
from pathlib import Path

import pytest

from dau.cli.main import COMMANDS
from dau.cli.run import NO_RESTART
from tests.house.sources import ROOT, all_files, read

INSTALLED = "/opt/dau"
PAGE = Path("docs/install-raspberry-pi.md")
UNITS = [path for path in all_files() if path.suffix == ".service"]


def settings(path: Path) -> dict[str, list[str]]:
    """The settings of a unit file; some may stand several times."""
    found: dict[str, list[str]] = {}
    for line in read(path).splitlines():
        if line and line[0] not in "#[":
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


def test_the_station_tells_the_service_manager_that_it_lives() -> None:
    station = settings(Path("systemd/dau@.service"))
    assert station["Type"] == ["notify"]
    assert station["NotifyAccess"] == ["main"]
    assert int(station["WatchdogSec"][0]) >= 10
    assert station["User"] == ["dau"]
    assert station["RestartPreventExitStatus"] == [str(NO_RESTART)]


def test_the_station_may_set_the_clock_and_the_receiver_may_not() -> None:
    station, receiver = (settings(Path("systemd") / name) for name in ("dau@.service", "dau-receive.service"))
    assert station["AmbientCapabilities"] == station["CapabilityBoundingSet"] == ["CAP_SYS_TIME"]
    assert station["SystemCallFilter"][-1] == "@clock"  # behind @privileged, which holds it too and is taken out
    assert "ProtectClock" not in station
    assert receiver["CapabilityBoundingSet"] == [""]
    assert receiver["ProtectClock"] == ["yes"]


@pytest.mark.parametrize("path", UNITS, ids=str)
def test_a_unit_runs_a_command_that_exists_and_comes_back(path: Path) -> None:
    unit = settings(path)
    program, command, *_ = unit["ExecStart"][0].split()
    assert program == f"{INSTALLED}/.venv/bin/dau"
    assert command in COMMANDS
    assert unit["Restart"] == ["always"]


def test_the_user_of_the_unit_is_made() -> None:
    assert re.search(r"^u dau ", read(Path("systemd/dau.sysusers")), re.MULTILINE)


def test_the_page_installs_files_that_exist() -> None:
    named = re.findall(rf"{INSTALLED}/([\w./@-]+)", read(PAGE))
    assert {"scripts/setup", "systemd/dau@.service"} <= set(named)
    missing = {name for name in named if not name.startswith(".venv/bin/") and not (ROOT / name).is_file()}
    assert missing == set()


def test_every_unit_and_rule_is_on_the_page() -> None:
    page = read(PAGE)
    assert [path.name for path in all_files() if path.parts[0] == "systemd" and path.name not in page] == []
