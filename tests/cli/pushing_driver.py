"""A driver for tests whose instrument sends lines of text by itself."""

from dau.config.base import DriverOptions, Strict
from dau.core.instrument import Listener
from tests.acquire.pushers import LineListener


class Options(Strict):
    """The driver's keys in ``[[instrument]]``."""

    channel: str

    def channels(self) -> tuple[str, ...]:
        """Return the one channel."""
        return (self.channel,)


def build(options: DriverOptions, instrument: str) -> Listener:
    """Make the listener of one instrument, which answers each line."""
    (channel,) = options.channels()
    return LineListener(instrument, channel, b"ok\n")
