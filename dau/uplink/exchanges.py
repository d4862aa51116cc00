"""Tells platforms of instruments that were exchanged: the settings declare another identifier than before (3019)."""

import sqlite3
from collections.abc import Sequence
from typing import Final

from dau.core.events import SerialNumber
from dau.core.records import RecordKind
from dau.store import events
from dau.uplink.site import Site

ALWAYS: Final = (0, 1 << 62)


def owe_exchanged(connection: sqlite3.Connection, site: Site, platforms: Sequence[str], at_ms: int) -> None:
    """Owe a record for each instrument whose declared identifier is new, to ``platforms``, as of ``at_ms`` (ms UTC).

    What was told last is what is remembered. An identifier that is declared for the first time is no exchange: it
    becomes history of which nobody is told.
    """
    past = events.in_span(connection, RecordKind.SERIAL_NUMBER, *ALWAYS)
    known = {
        record.event.channel: record.event.number
        for record in sorted(past, key=lambda record: record.id)  # whatever the clock was then
        if isinstance(record.event, SerialNumber)
    }
    for channel, number in site.serial_numbers.items():
        if known.get(channel) != number:
            told = platforms if channel in known else ()
            event = SerialNumber(channel, number)
            events.owe(connection, RecordKind.SERIAL_NUMBER, event, at_ms, at_ms, told)
