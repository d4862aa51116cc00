"""A reader that always takes the tolerant way, to hold the short way for exact frames against."""

from collections.abc import Sequence

from dau.hj212 import HJ2017, NO_KEYS, Dialect, Event, FrameReader, Keys, Received
from dau.hj212.exact import ExactReader


class Never(ExactReader):
    """Knows no exact frame."""

    def read(self, buffer: bytes, at: int) -> Received | None:
        """Return nothing."""
        return None


class TolerantReader(FrameReader):
    """A reader that always takes the tolerant way."""

    def __init__(self, dialect: Dialect = HJ2017, keys: Keys = NO_KEYS) -> None:
        super().__init__(dialect, keys)
        self._exact = Never(dialect, keys)


def shown(events: Sequence[Event]) -> list[object]:
    """Return events in a form that compares errors by what they say."""
    return [event if isinstance(event, Received) else (type(event), event.raw, repr(event)) for event in events]
