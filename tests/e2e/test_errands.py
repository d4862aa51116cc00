"""The example station tells its simulated instruments everything it can, in virtual time, while it polls them."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

from dau.acquire import Bus, Instruments, line_of
from dau.acquire.wiring import instruments_of
from dau.config.load import load_settings
from dau.core.errands import CannotDo, Errand, Report, Task
from dau.core.instrument import Refused
from dau.core.states import State
from dau.core.told import Told, readings_in
from dau.runtime.clock import LoopClock
from simulator.scene_file import load_scene
from tests.e2e.virtual_site import Site
from tests.virtual_time import run_virtual

STATION: Final = Path(__file__).parents[2] / "config" / "outfall" / "station.toml"
START_MS: Final = 1_767_225_600_000


class Station:
    """The bus of the example station and what its instruments said: milliseconds since the start, readings."""

    def __init__(self) -> None:
        settings = load_settings(STATION)
        self.clock = LoopClock(START_MS)
        table = settings.bus[0]
        site = Site(settings, load_scene("outfall"), self.clock)
        instruments = instruments_of(settings, table)
        self.bus = Bus(line_of(table, site.dial_bus(table)), instruments, self.clock, self._take)
        self.instruments = Instruments([self.bus])
        self.told_ms = 0
        self.states: dict[str, list[tuple[int, State]]] = {}

    async def _take(self, instrument: str, readings: Sequence[Told] | None, at_ms: int) -> None:
        assert readings is not None, f"{instrument} was silent"
        for reading in readings_in(readings):
            self.states.setdefault(reading.channel, []).append((at_ms - START_MS, reading.states))

    async def tell(self, *errands: Errand) -> list[Report | str]:
        """Run the station and carry the errands out one after the other; returns reports or refusals."""
        running = asyncio.create_task(self.bus.run(lambda: None))
        await self.clock.sleep(7.0)
        ends: list[Report | str] = []
        for errand in errands:
            try:
                ends.append(await self.instruments.perform(errand))
            except (CannotDo, Refused) as error:
                ends.append(str(error))
        self.told_ms = self.clock.now_ms() - START_MS
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        return ends


def told(*errands: Errand) -> tuple[list[Report | str], Station]:
    async def both() -> tuple[list[Report | str], Station]:
        station = Station()
        ends = await station.tell(*errands)
        await station.clock.sleep(1.0)  # the far end of the line notices
        return ends, station

    return run_virtual(both())


@pytest.mark.parametrize(("task", "lasts_ms"), [(Task.ZERO, 8000), (Task.SPAN, 12_000)])
def test_a_calibration_is_followed_to_its_end_and_marks_the_values(task: Task, lasts_ms: int) -> None:
    ends, station = told(Errand(task, "cod"))
    assert ends == [Report()]
    marked = [at_ms for at_ms, states in station.states["cod"] if states == State.CALIBRATION]
    assert marked
    assert all(7000 < at_ms < 7500 + lasts_ms for at_ms in marked)
    assert {states for _, states in station.states["nh3n"]} == {State.OK}
    assert 7000 + lasts_ms <= station.told_ms < 7000 + lasts_ms + 3000


def test_everything_else_that_it_can_be_told() -> None:
    ends, _ = told(
        Errand(Task.READ_SERIAL, "cod"),
        Errand(Task.READ_INFO, "cod", info="i13004"),
        Errand(Task.WRITE_INFO, "cod", value="150", info="i13004"),
        Errand(Task.READ_INFO, "cod", info="i13004"),
        Errand(Task.WRITE_INFO, "cod", value="179", info="i13004"),
        Errand(Task.SET_CLOCK, "cod", at_ms=START_MS + 3_600_000),
        Errand(Task.READ_CLOCK, "cod"),
        Errand(Task.KEEP_EXCEEDING, ""),
        Errand(Task.KEEP_EXCEEDING, "cod"),
        Errand(Task.CLEAN, "cod"),
        Errand(Task.ZERO, "ph"),
    )
    assert ends == [
        Report(value="53494D2D434F442D30303031"),
        Report(value="165"),
        Report(),
        Report(value="150"),
        "cod: write_info i13004: 179 is outside 120 to 175",
        Report(),
        Report(at_ms=START_MS + 3_600_000),  # the clock shows whole seconds, and not one has passed
        Report(bottle=1),
        Report(bottle=2),
        "cod: clean is no task of this instrument",
        "ph: zero is no task of this instrument",
    ]
