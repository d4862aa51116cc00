"""Requests of platforms that were taken, so that none is acted upon twice."""

import sqlite3
from dataclasses import dataclass
from typing import Final

ACCEPTED: Final = 1
"""The QnRtn of a request that is carried out (HJ 212-2017 table 7)."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it is remembered: its QN, also as milliseconds UTC, when it came, and what it was answered.

    ``digest`` is that of the whole segment: it tells a resend from another request with the same QN.
    """

    qn: str
    qn_ms: int
    digest: bytes
    came_ms: int
    qn_rtn: int


@dataclass(frozen=True, slots=True)
class Taken:
    """What is remembered of a request with the same QN: when it first came (ms UTC) and what it was answered.

    ``exe_rtn`` is None while it is carried out, and if it was refused; ``is_same``: it was the same segment.
    """

    came_ms: int
    qn_rtn: int
    exe_rtn: int | None
    is_same: bool


def find(connection: sqlite3.Connection, platform: str, qn: str, digest: bytes) -> Taken | None:
    """Return what is remembered of a request with this QN, or None."""
    row = connection.execute(
        "SELECT came_ms, qn_rtn, exe_rtn, digest FROM request WHERE platform = ? AND qn = ?", (platform, qn)
    ).fetchone()
    if row is None:
        return None
    came_ms, qn_rtn, exe_rtn, known = row
    return Taken(came_ms, qn_rtn, exe_rtn, known == digest)


def add(connection: sqlite3.Connection, platform: str, request: Request) -> None:
    """Remember a request that `find` does not know; a second one with its QN is a bug and refused."""
    connection.execute(
        "INSERT INTO request (platform, qn, qn_ms, digest, came_ms, qn_rtn) VALUES (?, ?, ?, ?, ?, ?)",
        (platform, request.qn, request.qn_ms, request.digest, request.came_ms, request.qn_rtn),
    )


def finish(connection: sqlite3.Connection, platform: str, qn: str, exe_rtn: int) -> None:
    """Note how a request ended."""
    connection.execute("UPDATE request SET exe_rtn = ? WHERE platform = ? AND qn = ?", (exe_rtn, platform, qn))


def newest_ms(connection: sqlite3.Connection, platform: str, before_ms: int) -> int | None:
    """Return the time in the newest QN before ``before_ms`` that was accepted of this platform, or None."""
    (found,) = connection.execute(
        "SELECT max(qn_ms) FROM request WHERE platform = ? AND qn_ms < ? AND qn_rtn = ?",
        (platform, before_ms, ACCEPTED),
    ).fetchone()
    return None if found is None else int(found)


def prune(connection: sqlite3.Connection, platform: str, before_ms: int) -> None:
    """Forget the requests that both came and have their QN before ``before_ms``.

    To be safe against repeats ``before_ms`` is `newest_ms` less the tolerance: an older QN is refused for its age
    alone. Reckoned from the clock instead, a platform that was silent for long would leave nothing to compare with.
    """
    connection.execute(
        "DELETE FROM request WHERE platform = ? AND qn_ms < ? AND came_ms < ?", (platform, before_ms, before_ms)
    )
