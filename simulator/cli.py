"""The command ``dau-sim``: play a plant, or show the whole unit at work against it."""

import asyncio
import signal
import sys
import tempfile
from collections.abc import Callable
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from dau.cipher import FixedKeys
from dau.errors import DauError
from dau.hj212 import NO_KEYS, Received
from dau.words import text
from simulator.demo.play import Play
from simulator.demo.stage import set_up
from simulator.demo.summary import Times, summarise
from simulator.faults import parse_fault
from simulator.instruments.slave import Spoken
from simulator.instruments.speaker import Note
from simulator.journal import Journal
from simulator.platforms.moods import Mood
from simulator.platforms.port import Character, PlatformPort
from simulator.scene_file import SCENES, check_fault, load_scene
from simulator.site import Site, build_site, plugged_in


@click.group(help="模拟现场 / Simulated site for the data acquisition unit")
def main() -> None:
    """Gather the commands."""


@main.command(help="列出场景 / List the scenes, their instruments and ports")
def scenes() -> None:
    """Print every scene that comes with the simulator."""
    for name in SCENES:
        scene = load_scene(name)
        click.echo(f"{name}: {scene.plant}")
        for line, instrument in scene.instruments():
            quantities = " ".join(register.quantity for register in instrument.registers)
            click.echo(f"  {line.kind.value} {line.address}  slave {instrument.slave} {instrument.name}: {quantities}")


@main.command(help="运行一个场景的仪器 / Play the instruments of SCENE (a name, or a .toml file)")
@click.argument("scene")
@click.option("--folder", type=click.Path(path_type=Path), help="串口链接所在目录 / where the port links are made")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--fault", "specs", multiple=True, metavar="INSTRUMENT:KIND[=ARG]@START+LENGTH")
@click.option("--journal", type=click.Path(path_type=Path), help="真值记录 / CSV of all that the instruments said")
@click.option("--seconds", type=float, help="运行时长 / end after so long; without it: until stopped")
def plant(scene: str, journal: Path | None, seconds: float | None, **choice: Any) -> None:
    """Play one scene until told to stop."""
    try:
        with Journal(journal) if journal else nullcontext() as written:
            site = _site(scene, written.write if written else _forget, **choice)
            asyncio.run(_play(site, seconds))
    except (DauError, OSError) as problem:
        sys.exit(f"dau-sim: {problem}")
    except ExceptionGroup as problems:
        sys.exit("\n".join(f"dau-sim: {problem}" for problem in problems.exceptions))


def _site(name: str, note: Note, folder: Path | None, seed: int, specs: tuple[str, ...]) -> Site:
    scene = load_scene(name)
    faults = tuple(parse_fault(spec) for spec in specs)
    for fault in faults:
        check_fault(fault, scene)
    return build_site(scene, folder or Path(scene.folder), seed, faults, note)


def _forget(_at_ms: int, _spoken: Spoken) -> None:
    """Take no note: nobody asked for a journal."""


@main.command(help="扮演难缠的平台 / Play a difficult platform at HOST:PORT")
@click.argument("address", metavar="HOST:PORT")
@click.option(
    "--mood", "moods", multiple=True, type=click.Choice([mood.value for mood in Mood]), help="可多次 / repeat"
)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--examine", is_flag=True, help="逐条下发所有命令 / ask each unit everything the standard has, once")
@click.option("--key-file", type=click.Path(path_type=Path), help="SM4 密钥文件 / file of the SM4 key of 2025")
@click.option("--seconds", type=float, help="运行时长 / end after so long; without it: until stopped")
def platform(address: str, moods: tuple[str, ...], key_file: Path | None, seconds: float | None, **choice: Any) -> None:
    """Take what units send, in the moods asked for, until told to stop."""
    try:
        keys = FixedKeys(key_file.read_text(encoding="ascii").strip()) if key_file else NO_KEYS
        character = Character(moods=tuple(map(Mood, moods)), seed=choice["seed"], examines=choice["examine"], keys=keys)
        asyncio.run(_receive(PlatformPort(address, character, _show), seconds))
    except (DauError, OSError, ValueError) as problem:
        sys.exit(f"dau-sim: {problem}")


def _show(received: Received | None) -> None:
    """Print one line for each packet: never the password."""
    if received is None:
        click.echo(text("sim.platform.rubbish"))
        return
    packet = received.packet
    label = packet.first("DataTime") or packet.first("QnRtn") or packet.first("ExeRtn") or ""
    click.echo(f"{received.edition.value}  {packet.mn}  {packet.qn}  {packet.cn}  {label}")


async def _receive(port: PlatformPort, seconds: float | None) -> None:
    stop = asyncio.Event()
    on_stop_signals(stop.set)
    await port.plug()
    click.echo(text("sim.platform.listens", address=port.address))
    sys.stdout.flush()
    with suppress(TimeoutError):  # the time asked for is over
        await asyncio.wait_for(stop.wait(), seconds)
    await port.unplug()


@main.command(help="运行整机演示 / Show two stations at work, and judge what arrived")
@click.option("--seconds", type=float, help="至少运行多久 / end after at least so long; without it: until Ctrl-C")
@click.option("--folder", type=click.Path(path_type=Path), help="文件所在目录 / where the files go; default: a new one")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--faults", is_flag=True, help="加入各种故障 / let instruments and cables misbehave")
def demo(seconds: float | None, folder: Path | None, seed: int, faults: bool) -> None:
    """Play until the end and exit with 0 only if everything arrived as it was."""
    console = Console()
    try:
        stage = set_up(folder or Path(tempfile.mkdtemp(prefix="dau-demo-")))
        console.print(text("sim.demo.where", folder=stage.folder), soft_wrap=True)
        play = Play(stage, console, seed, faults)
        findings = list(summarise(stage, asyncio.run(_perform(play, seconds))))
    except (DauError, OSError) as problem:
        sys.exit(f"dau-sim: {problem}")
    for finding in findings:
        console.print(finding.line, style=None if finding.is_good else "red", soft_wrap=True, highlight=False)
    is_good = bool(findings) and all(finding.is_good for finding in findings)
    console.print(text("sim.demo.good" if is_good else "sim.demo.bad"))
    sys.exit(0 if is_good else 1)


async def _perform(play: Play, seconds: float | None) -> dict[str, Times]:
    on_stop_signals(play.stop.set)
    return await play.perform(seconds)


async def _play(site: Site, seconds: float | None) -> None:
    stop = asyncio.Event()
    on_stop_signals(stop.set)
    async with plugged_in(site):
        for line in site.scene.lines:
            where = site.folder / line.address if line.kind.value == "pty" else line.address
            click.echo(text("sim.plays", line=line.name, where=where))
        sys.stdout.flush()
        with suppress(TimeoutError):  # the time asked for is over
            await asyncio.wait_for(stop.wait(), seconds)


def on_stop_signals(stop: Callable[[], Any]) -> None:
    """Call ``stop`` on Ctrl-C, on a polite kill and when the terminal goes away."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop)
