"""What the receiver asks a unit by itself, where it is told to: the clock after a 1013, a new key after a 1014."""

from dataclasses import dataclass
from typing import Final

from dau.hj212 import Kind, Received, command
from dau.receiver.orders import Order
from dau.receiver.renewal import RENEWAL

CALIBRATION_WANTED: Final = "1013"
CLOCK: Final = "1012"


@dataclass(frozen=True, slots=True)
class Habits:
    """What the receiver does by itself.

    Attributes:
        sets_clock: a unit that asks for it (1013) gets its clock set (1012; HJ 212-2017 table C.4).
        renews_keys: a unit that asks for a new key (1014) gets one (HJ 212-2025 clause 6.4.3).
    """

    sets_clock: bool = False
    renews_keys: bool = False


def order_after(received: Received, habits: Habits) -> Order | None:
    """Return what the unit is asked after it has sent this, None if nothing."""
    packet = received.packet
    row = command(packet.cn, received.edition)
    if row is None or row.up is not Kind.NOTICE:
        return None
    mn = packet.mn or ""
    if packet.cn == CALIBRATION_WANTED and habits.sets_clock:
        factor = packet.first("PolId")
        return Order(mn=mn, cn=CLOCK, cp=((("PolId", factor),),) if factor else ())
    if packet.cn == RENEWAL and habits.renews_keys:
        return Order(mn=mn, cn=RENEWAL)
    return None
