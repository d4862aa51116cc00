"""How busy a bus will be, and who is asked too hastily, told before it runs: such a bus loses samples all its life."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from dau.acquire.wiring import Instrument, Line
from dau.core.instrument import Listener, Query
from dau.words import text

LIMIT: Final = 0.6
"""Above this share of the time there is no room left for retries and for probes of silent instruments."""

THINKING_S: Final = 0.05
THINKING_TCP_S: Final = 0.01
"""What an instrument is assumed to take before it answers: on serial lines the field knows 5 to 200 ms."""

LEAST_TIMEOUT_S: Final = 0.3
"""The least time-out through a serial server: it gathers bytes before it sends them on."""


def load(line: Line, instruments: Sequence[Instrument]) -> float:
    """Return the share of the time that all polls take, answers arriving promptly: 0.6 is 60 %.

    Those who speak by themselves are not counted: how long their messages are, nobody knows.
    """
    devices = {each.driver.device for each in instruments if _queries(each)}
    return sum(_poll_s(line, each, is_change=len(devices) > 1) / each.period_s for each in instruments)


def _poll_s(line: Line, instrument: Instrument, *, is_change: bool) -> float:
    queries = _queries(instrument)
    on_the_wire = sum(len(query.request) + query.reply_bytes for query in queries) * line.byte_s
    thinking = sum(THINKING_TCP_S if query.numbered else THINKING_S for query in queries)
    silences = sum(
        line.silence_s(instrument, is_change=is_change and number == 0 and not query.numbered)
        for number, query in enumerate(queries)
    )
    return on_the_wire + thinking + silences


def _queries(instrument: Instrument) -> Sequence[Query]:
    return () if isinstance(instrument.driver, Listener) else instrument.driver.queries()


def overload(line: Line, instruments: Sequence[Instrument]) -> str | None:
    """Return the complaint about a bus that is too busy; None if it is not."""
    share = load(line, instruments)
    if share <= LIMIT:
        return None
    return text("load.too_high", bus=line.name, percent=round(100 * share), limit=round(100 * LIMIT))


def hasty(line: Line, instruments: Iterable[Instrument]) -> Iterator[tuple[str, str]]:
    """Yield the name of each instrument behind a serial server whose time-out is too short, and the complaint."""
    for each in instruments:
        is_behind_server = not line.byte_s and any(not query.numbered for query in _queries(each))
        if is_behind_server and each.timeout_s < LEAST_TIMEOUT_S:
            yield each.name, text("load.hasty", instrument=each.name, found=each.timeout_s, least=LEAST_TIMEOUT_S)
