"""Whether a request is carried out, decided and remembered in one transaction, so that none is acted upon twice."""

import sqlite3
from dataclasses import dataclass
from typing import Final

from dau.hj212 import Packet, parse_data_time
from dau.store import requests
from dau.store.requests import Request, Taken
from dau.uplink.admission import AHEAD_MS, Past, admit, digest_of
from dau.uplink.desk import QnRtn
from dau.uplink.handlers import SERVED
from dau.uplink.identity import Platform

RESEND_S: Final = 120.0
"""A request that comes again within this time was sent again because our answer was lost; later it is a repeat."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is answered at first; ``taken`` tells that the request came before and is not acted upon again."""

    code: QnRtn
    taken: Taken | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """A request and what its verdict depends on beside the database.

    ``is_busy``: too many wait already. ``age_s``: how long ago the same QN came over this connection; None: never.
    """

    request: Packet
    platform: Platform
    now_ms: int
    is_busy: bool
    age_s: float | None

    def is_resend(self, taken: Taken) -> bool:
        """Tell whether what was taken is this request, and came just before: our answer was lost."""
        age_s = (self.now_ms - taken.came_ms) / 1000 if self.age_s is None else self.age_s
        return taken.is_same and 0 <= age_s <= RESEND_S


def judge(connection: sqlite3.Connection, look: Look) -> Verdict:
    """Decide about a request and, if it is accepted, remember it before anybody hears of that."""
    request, platform = look.request, look.platform
    qn, digest = request.qn or "", digest_of(request)
    taken = requests.find(connection, platform.name, qn, digest)
    if taken is not None and look.is_resend(taken):
        return Verdict(QnRtn(taken.qn_rtn), taken)
    # The later of our clock and the QN itself: a clock that falls back must not make old requests new again.
    horizon_ms = max(look.now_ms, parse_data_time(qn) or 0) + AHEAD_MS
    newest_ms = requests.newest_ms(connection, platform.name, horizon_ms)
    code = admit(request, platform, Past(taken is not None, newest_ms), SERVED)
    if code is not QnRtn.ACCEPTED or look.is_busy:
        return Verdict(QnRtn.REFUSED if code is QnRtn.ACCEPTED else code)
    requests.add(connection, platform.name, Request(qn, parse_data_time(qn) or 0, digest, look.now_ms, code))
    if newest_ms is not None:
        requests.prune(connection, platform.name, newest_ms - round(platform.policy.qn_tolerance_s * 1000))
    return Verdict(code)
