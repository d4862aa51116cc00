"""Acquisition: one task for each bus, which polls its instruments on time and hands on what they said."""

from dau.acquire.bus import Bus, Sink
from dau.acquire.counts import InstrumentCounts
from dau.acquire.instruments import Instruments
from dau.acquire.wiring import Instrument, Line, line_of

__all__ = ["Bus", "Instrument", "InstrumentCounts", "Instruments", "Line", "Sink", "line_of"]
