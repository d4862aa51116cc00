"""All instruments of the station, reached by the channel they feed."""

from collections.abc import Iterable

from dau.acquire.bus import Bus
from dau.core.errands import CannotDo, Doer, Errand, Report, Task


class Instruments:
    """Which instrument on which bus an errand is for. See `dau.uplink.desk.Instruments`."""

    def __init__(self, buses: Iterable[Bus]) -> None:
        self._places = [(bus, instrument) for bus in buses for instrument in bus.instruments]

    async def perform(self, errand: Errand) -> Report:
        """Have the instrument that feeds the channel of the errand carry it out; without a channel, the one that can.

        Raises:
            CannotDo: no instrument feeds the channel, or it has no such errand; without a channel, not exactly one
                instrument has the task.
            InstrumentBusy, InstrumentError: see `Bus.perform`.
        """
        bus, instrument = self._by_channel(errand.channel) if errand.channel else self._by_task(errand.task)
        return await bus.perform(instrument, errand)

    def _by_channel(self, channel: str) -> tuple[Bus, str]:
        for bus, instrument in self._places:
            if channel in instrument.driver.channels:
                return bus, instrument.name
        raise CannotDo(f"no instrument feeds the channel {channel}")

    def _by_task(self, task: Task) -> tuple[Bus, str]:
        able = [
            (bus, instrument.name)
            for bus, instrument in self._places
            if isinstance(instrument.driver, Doer) and task in instrument.driver.tasks
        ]
        if len(able) != 1:
            names = ", ".join(name for _, name in able) or "none"
            raise CannotDo(f"{task} without a channel needs exactly one instrument that can; there are: {names}")
        return able[0]
