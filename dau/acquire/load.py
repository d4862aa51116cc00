"""How busy a bus will be, told before it runs: an overloaded one loses samples every minute of its life."""

from collections.abc import Iterable
from typing import Final

from dau.acquire.wiring import Instrument, Line
from dau.core.instrument import Listener
from dau.words import text

LIMIT: Final = 0.6
"""Above this share of the time there is no room left for retries and for probes of silent instruments."""

THINKING_S: Final = 0.05
THINKING_TCP_S: Final = 0.01
"""What an instrument is assumed to take before it answers: on serial lines the field knows 5 to 200 ms."""


def load(line: Line, instruments: Iterable[Instrument]) -> float:
    """Return the share of the time that all polls take, answers arriving promptly: 0.6 is 60 %."""
    return sum(_poll_s(line, instrument) / instrument.period_s for instrument in instruments)


def _poll_s(line: Line, instrument: Instrument) -> float:
    if isinstance(instrument.driver, Listener):
        return 0.0
    queries = instrument.driver.queries()
    on_the_wire = sum(len(query.request) + query.reply_bytes for query in queries) * line.byte_s
    waiting = sum(line.gap_s + (THINKING_TCP_S if query.numbered else THINKING_S) for query in queries)
    return on_the_wire + waiting


def overload(line: Line, instruments: Iterable[Instrument]) -> str | None:
    """Return the complaint about a bus that is too busy; None if it is not."""
    share = load(line, instruments)
    if share <= LIMIT:
        return None
    return text("load.too_high", bus=line.name, percent=round(100 * share), limit=round(100 * LIMIT))
