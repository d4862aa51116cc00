"""``dau scan TARGET``: which Modbus slaves answer on a line, at which speed, and which profiles fit them."""

import asyncio
import sys
from collections.abc import Generator, Sequence
from typing import Any, Final

import click

from dau.acquire.conversation import Conversation
from dau.acquire.wiring import Instrument, line_of
from dau.app import dial_bus
from dau.cli.arguments import WrongArgument
from dau.cli.line_options import bus_of, line_options
from dau.config.complaints import ConfigError
from dau.config.profiles import ReadProfile, all_profiles, profile_driver
from dau.config.settings import BusTable
from dau.core.errands import Report
from dau.core.instrument import InstrumentError, NoReply, Query, Refused
from dau.link import LinkError
from dau.runtime.clock import SystemClock
from dau.words import text

DRIVER: Final = "modbus_map"
BAUDS: Final = (9600,)


@click.command(help=text("scan"))
@line_options
@click.option("--baud", "bauds", type=int, multiple=True, default=BAUDS, help=text("scan.baud"))
@click.option("--slaves", default="1-16", metavar="1-16,247", help=text("scan.slaves"))
@click.option("--framing", type=click.Choice(["rtu", "ascii", "tcp"]), default="rtu", help=text("scan.framing"))
@click.option("--timeout", "timeout_s", type=click.FloatRange(0.05, 10), default=0.5, help=text("scan.timeout"))
def scan(target: str, bauds: Sequence[int], slaves: str, framing: str, timeout_s: float, **options: Any) -> None:
    """Ask every slave at every speed; ends with 1 if nobody answers or the line cannot be opened."""
    wanted = numbers_of(slaves)
    found = 0
    for baud in bauds:
        bus = bus_of(target, baud, **options)
        click.echo(text("scan.line", target=target, baud=baud if bus.serial else "-", count=len(wanted)))
        try:
            found += asyncio.run(_scan(bus, wanted, framing, timeout_s))
        except LinkError as error:
            click.echo(str(error), err=True)
            sys.exit(1)
    click.echo(text("scan.found", count=found))
    sys.exit(0 if found else 1)


def numbers_of(written: str) -> list[int]:
    """Return the slaves that ``1-16,247`` names.

    Raises:
        WrongArgument: it names none.
    """
    found: set[int] = set()
    for part in written.split(","):
        first, _, last = part.strip().partition("-")
        if not first.isdecimal() or not (last or first).isdecimal():
            raise WrongArgument(text("scan.bad_slaves", found=written))
        found |= set(range(int(first), int(last or first) + 1))
    if not found or min(found) < 0 or max(found) > 255:
        raise WrongArgument(text("scan.bad_slaves", found=written))
    return sorted(found)


async def _scan(bus: BusTable, slaves: Sequence[int], framing: str, timeout_s: float) -> int:
    dial = dial_bus(bus)
    pipe = await dial()
    conversation = Conversation(pipe, line_of(bus, dial), SystemClock())
    found = 0
    try:
        for slave in slaves:
            asked = _Asker(conversation, slave, timeout_s)
            if not await asked.is_there(framing):
                continue
            found += 1
            fitting = [each.head.id for each in _probing() if await asked.fits(each, framing)]
            shown = ", ".join(fitting) or text("scan.no_profile")
            click.echo(text("scan.slave", slave=slave, answer=asked.answer, profiles=shown))
    finally:
        await pipe.close()
    return found


def _probing() -> list[ReadProfile]:
    every = (each for each in all_profiles(None) if not isinstance(each, ConfigError))
    return [each for each in every if each.driver == DRIVER and each.profile.probe is not None]


class _Asker:
    """Asks one slave over a conversation that is open; ``answer`` says how it answered first."""

    def __init__(self, conversation: Conversation, slave: int, timeout_s: float) -> None:
        self._conversation = conversation
        self._slave = slave
        self._timeout_s = timeout_s
        self.answer = ""

    async def is_there(self, framing: str) -> bool:
        """Whether somebody answers, be it with a refusal."""

        def ask() -> Generator[Query, bytes, bool]:
            frame = yield profile_driver(DRIVER).presence(self._slave, framing)
            self.answer = frame.hex(" ")
            return True

        try:
            return await self._run(ask())
        except Refused as refusal:
            self.answer = str(refusal)
            return True
        except NoReply:
            return False

    async def fits(self, read: ReadProfile, framing: str) -> bool:
        """Whether the slave is what a profile says."""
        try:
            return await self._run(profile_driver(DRIVER).fits(read.profile, self._slave, framing))
        except InstrumentError:
            return False

    async def _run(self, steps: Generator[Query, bytes, bool]) -> bool:
        outcome = False

        def work() -> Generator[Query, bytes, Report]:
            nonlocal outcome
            outcome = yield from steps
            return Report()

        asked = Instrument(f"slave {self._slave}", _Nobody(self._slave), 1, self._timeout_s, 0)
        await self._conversation.carry_on(work(), asked)
        return outcome


class _Nobody:
    """Stands for the driver of a slave of which nothing is known yet."""

    channels: tuple[str, ...] = ()

    def __init__(self, slave: int) -> None:
        self.device = f"slave {slave}"

    def queries(self) -> Sequence[Query]:
        """See `dau.core.instrument.Driver`."""
        return []

    def poll(self) -> Generator[Query, bytes, tuple[()]]:
        """See `dau.core.instrument.Driver`."""
        yield from ()
        return ()
