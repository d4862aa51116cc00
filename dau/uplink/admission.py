"""Decides whether a request is taken by a look at each of its fields, one after another (HJ 212-2017 table 7)."""

import hashlib
import hmac
from collections.abc import Container
from dataclasses import dataclass
from typing import Final

from dau.core.periods import DAY_MS
from dau.hj212 import HJ2005, HJ2017, HJ2025, Edition, Kind, Packet, Role, command, edition_of, parse_data_time
from dau.uplink.desk import QnRtn
from dau.uplink.identity import Platform

VERSIONS: Final = frozenset(each.version for each in (HJ2005, HJ2017, HJ2025))
ASSIGNS_MN: Final = "1002"
"""The one command that carries an MN which is not ours yet; its handler compares the serial number."""

AHEAD_MS: Final = DAY_MS
"""A QN further ahead of our clock says nothing about the age of others: one typing error would end them all."""


@dataclass(frozen=True, slots=True)
class Past:
    """What is remembered of the platform's requests.

    ``is_used``: one with this QN was taken before. ``newest_ms`` is the time in the newest QN, milliseconds UTC; None
    if there was none.
    """

    is_used: bool = False
    newest_ms: int | None = None


def admit(request: Packet, platform: Platform, past: Past, served: Container[str]) -> QnRtn:
    """Return the answer to a request or notice: ACCEPTED, or the first thing that is wrong with it.

    Args:
        request: as it came.
        platform: who it came from, as it stands now.
        past: what is remembered of it.
        served: the commands that this unit carries out.
    """
    checks = (
        (_has_right_mn(request, platform), QnRtn.MN),
        (_has_right_pw(request, platform), QnRtn.PW),
        (_has_right_st(request, platform), QnRtn.ST),
        (_has_right_flag(request, platform), QnRtn.FLAG),
        (_has_new_qn(request, platform, past), QnRtn.QN),
        (_is_served(request, served), QnRtn.CN),
        (request.cn not in platform.policy.refused, QnRtn.REFUSED),
    )
    return next((code for is_right, code in checks if not is_right), QnRtn.ACCEPTED)


def digest_of(request: Packet) -> bytes:
    """Return what tells a resend of a request from another one with its QN: the digest of everything in it."""
    said = (request.qn, request.st, request.cn, request.pw, request.mn, request.flag, request.pnum, request.pno)
    return hashlib.sha256(repr((said, request.cp, request.extra)).encode("utf-8", "surrogatepass")).digest()


def _has_right_mn(request: Packet, platform: Platform) -> bool:
    return request.mn == platform.mn or request.cn == ASSIGNS_MN


def _has_right_pw(request: Packet, platform: Platform) -> bool:
    known = {platform.pw, platform.dialect.initial_pw} if platform.mn == "" else {platform.pw}
    said = (request.pw or "").encode("utf-8", "surrogatepass")
    return any(hmac.compare_digest(said, pw.encode("utf-8", "surrogatepass")) for pw in known)


def _has_right_st(request: Packet, platform: Platform) -> bool:
    return request.st == platform.st or any(
        request.st == factor.st for factor in platform.factors.values() if factor.st
    )


def _has_right_flag(request: Packet, platform: Platform) -> bool:
    """A request of any edition will do, in one piece; one without a Flag only where the platform speaks 2005."""
    if request.flag is None:
        return platform.dialect.edition is Edition.E2005
    return request.version in VERSIONS and (request.pnum or 1) == 1


def _has_new_qn(request: Packet, platform: Platform, past: Past) -> bool:
    at_ms = parse_data_time(request.qn or "")
    if at_ms is None or past.is_used:
        return False
    return past.newest_ms is None or at_ms >= past.newest_ms - platform.policy.qn_tolerance_s * 1000


def _is_served(request: Packet, served: Container[str]) -> bool:
    row = command(request.cn, edition_of(request.flag))
    return row is not None and row.kind(Role.PLATFORM) in (Kind.REQUEST, Kind.NOTICE) and request.cn in served
