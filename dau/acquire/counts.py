"""What a bus has counted for one instrument since it started."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class InstrumentCounts:
    """A snapshot. Every due time ends in exactly one of ``answered``, ``silent`` and ``skipped``.

    ``answered``: due times with an answer, be it a refusal. ``silent``: due times without one, asked or not.
    ``skipped``: due times that passed while the bus was busy with others, which says nothing about the instrument.
    ``polls``: how often it was asked, first attempts and ``retries``. ``misses``: polls in which an answer stayed away.
    ``refusals``: answers that were refusals. ``noise_bytes``: bytes on the line that were no answer, heard while this
    instrument was asked. ``errands``: what it was told to do, whatever came of it.

    Of an instrument that speaks by itself ``answered`` are its messages, and ``silent`` the due times before which none
    had come for some periods; it is never asked.
    """

    answered: int = 0
    silent: int = 0
    skipped: int = 0
    polls: int = 0
    retries: int = 0
    misses: int = 0
    refusals: int = 0
    noise_bytes: int = 0
    errands: int = 0
