"""A platform of 2025 that answers uploads with 9014 and notices with 9013, and commands what a test has it command."""

from typing import Any, Final

from dau.hj212 import HJ2025, Packet, data_receipt, encode, flag_of, is_interaction, notice_receipt
from dau.uplink.identity import Platform
from tests.uplink.far_end import TRAVEL_S, Reaction
from tests.uplink.stand import PW, platform

NOTICES: Final = frozenset({"1001", "1013", "1014", "9015"})
MN: Final = "010000A8900016F000169DC0"


def polite(packet: Packet) -> Reaction:
    """Give the receipt that the packet wants."""
    if is_interaction(packet.cn) or not packet.needs_answer:
        return Reaction()
    answer = notice_receipt(packet) if packet.cn in NOTICES else data_receipt(packet)
    return Reaction(((TRAVEL_S, encode(answer)),))


def request(qn: str, cn: str, *pairs: tuple[str, str], mn: str = MN, pw: str = PW) -> Packet:
    """Return a request of the platform; its pairs are one item, joined by commas."""
    return Packet(qn=qn, st="32", cn=cn, pw=pw, mn=mn, flag=flag_of(HJ2025.version, answer=True), cp=(pairs,))


def national(**settings: Any) -> Platform:
    return platform(dialect=HJ2025, **settings)
