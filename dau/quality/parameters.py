"""Notices at a start that the settings make the numbers of a channel otherwise than before."""

import sqlite3
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Final

from dau.core.findings import Seen
from dau.core.rules.names import Rule
from dau.core.rules.parameters import changes
from dau.quality.checks import Subject
from dau.store import audit, findings
from dau.store.audit import Act

NONE: Final = "-"


def parameters_of(subjects: Sequence[Subject], instruments: Mapping[str, object]) -> dict[str, dict[str, str]]:
    """Return how the numbers of each channel are made, by name of the parameter; not where the rule is switched off.

    ``instruments`` are the options of the instruments by channel: a fingerprint of them is enough to see a change.
    """
    return {
        channel.name: {
            "factor": channel.factor,
            "unit": channel.unit,
            "low": _text(channel.low),
            "high": _text(channel.high),
            "total_per_second": _text(channel.total_per_second),
            "instrument": sha256(repr(instruments.get(channel.name)).encode()).hexdigest()[:16],
        }
        for channel in (each.channel for each in subjects if Rule.PARAMETER_CHANGED not in each.thresholds.off)
    }


def look_at_parameters(connection: sqlite3.Connection, channel: str, found: Mapping[str, str], now_ms: int) -> None:
    """Remember the parameters of a channel; those that are others than at the start before are a finding, audited.

    What is seen for the first time is no change.
    """
    known = findings.known_parameters(connection, channel)
    differing = changes(known, found)
    if not differing:
        return
    findings.remember_parameters(connection, channel, found)
    if not known:
        return
    facts = {each.name: f"{each.before or NONE} -> {each.after or NONE}" for each in differing}
    findings.note(
        connection, Seen(Rule.PARAMETER_CHANGED, channel, now_ms, now_ms, {}, (), facts), now_ms, running=False
    )
    for each in differing:
        subject = f"{channel} {each.name}"
        audit.add(connection, Act(now_ms, "settings", "parameter", subject, each.before, each.after, "noticed"))


def _text(value: float | None) -> str:
    return NONE if value is None else repr(value)
