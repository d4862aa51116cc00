"""A driver for an instrument that sends lines of text by itself, ``name=number``: for the tests of the bus."""

from dau.core.instrument import Heard
from dau.core.samples import Reading

LONGEST = 64


class LineListener:
    """Hears lines like ``ph=7.25``; keeps no more than `LONGEST` bytes of an unfinished one."""

    def __init__(self, name: str, channel: str, reply: bytes = b"") -> None:
        self.name = name
        self.channels = (channel,)
        self.device = f"sender of {channel}"
        self.heard = b""
        self._reply = reply
        self._part = b""

    def hear(self, data: bytes) -> Heard:
        """See `Listener`."""
        self.heard += data
        *lines, part = (self._part + data).split(b"\n")
        self._part = part[-LONGEST:]
        messages = tuple(reading for line in lines for reading in self._readings(line))
        return Heard(tuple((reading,) for reading in messages), self._reply * len(messages))

    def _readings(self, line: bytes) -> list[Reading]:
        key, _, number = line[-LONGEST:].rpartition(b"=")
        is_ours = key.endswith(self.channels[0].encode()) and number.replace(b".", b"").isdigit()
        return [Reading(self.channels[0], float(number))] if is_ours else []
