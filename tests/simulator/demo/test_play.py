"""The whole demonstration: it judges rightly, and it leaves nothing behind when something fails."""

import asyncio
import os
import socket
import sys
from pathlib import Path

import pytest
from rich.console import Console

from simulator.demo.children import ChildFailed
from simulator.demo.play import FAULTS, Play
from simulator.demo.stage import set_up
from simulator.faults import parse_fault
from simulator.scene_file import check_fault, load_scene

PROGRAM = Path(sys.executable).with_name("dau-sim")
PORTS = (15502, 15503, 19001, 19002)


def test_every_fault_of_the_demonstration_can_happen() -> None:
    for scene, specs in FAULTS.items():
        for spec in specs:
            check_fault(parse_fault(spec), load_scene(scene))


def assert_ports_are_free() -> None:
    for port in PORTS:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))


@pytest.mark.e2e
async def test_a_station_that_cannot_run_shows_why_and_nothing_stays(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    with stage.stations[1].config.open("a") as config:
        config.write("\n[[platform]]\nnonsense = 1\n")
    play = Play(stage, Console(quiet=True), seed=1, with_faults=False)
    with pytest.raises(ChildFailed, match=r"station-stack did not run \(exit status 78\)[\s\S]*nonsense"):
        await play.perform(1)
    assert_ports_are_free()


@pytest.mark.e2e
async def test_everything_arrives_as_it_was_although_much_goes_wrong(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        PROGRAM, "demo", "--seconds", "20", "--faults", "--folder", tmp_path / "demo", stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    said = output.decode()
    assert process.returncode == 0, said
    assert said.count("all equal to what the plant was") == 4
    assert "the demonstration succeeded" in said
    assert_ports_are_free()


@pytest.mark.e2e
async def test_stopped_early_it_judges_and_leaves_nothing(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        PROGRAM, "demo", "--folder", tmp_path / "demo", stdout=asyncio.subprocess.PIPE
    )
    database = tmp_path / "demo" / "stack" / "var" / "station.db"
    while not database.exists():  # noqa: ASYNC110 - another process makes it
        await asyncio.sleep(0.1)
    os.kill(process.pid, 2)
    output, _ = await process.communicate()
    said = output.decode()
    assert process.returncode in (0, 1)
    assert ("the demonstration succeeded" in said) == (process.returncode == 0)
    assert "the demonstration" in said
    assert_ports_are_free()
