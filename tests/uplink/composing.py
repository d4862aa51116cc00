"""Known platforms and records for the tests of composing, and how to look at what was composed."""

from collections.abc import Iterator, Mapping
from itertools import count

from dau.core.channels import Channel, Medium
from dau.core.records import Record
from dau.hj212 import HJ2017, Packet, parse_data_time, qn_from_ms
from dau.uplink.compose import compose
from dau.uplink.identity import Platform
from tests.hj212.vectors import BY_ID
from tests.uplink.far_end import frame_of

FLOW = Channel("flow", "w00000", "L/s", 1, Medium.WATER, 5, total_per_second=0.001)
PH = Channel("ph", "w01001", "", 1, Medium.WATER, 5)
COD = Channel("cod", "w01018", "mg/L", 1, Medium.WATER, 5)
EXAMPLE = Platform(
    name="national",
    dialect=HJ2017,
    mn="010000A8900016F000169DC0",
    st="32",
    channels={"flow": FLOW, "ph": PH, "cod": COD},
    pw="123456",
)


def at(digits: str) -> int:
    at_ms = parse_data_time(digits)
    assert at_ms is not None
    return at_ms


def composed(record: Record, platform: Platform = EXAMPLE, qn: str = "20160801085000001", sent_ms: int = 0) -> Packet:
    (packet,) = compose(record, platform, sent_ms, iter([qn]))
    return packet


def told(packet: Packet) -> Mapping[str, str]:
    return dict(pair for item in packet.cp for pair in item)


def example_with(vector: str, *changes: tuple[str, str]) -> bytes:
    """Return an official frame of which some words are changed, with its length and CRC made anew."""
    segment = BY_ID[vector].frame[6:-6].decode()
    for old, new in changes:
        assert old in segment
        segment = segment.replace(old, new)
    return frame_of(segment)


def qns() -> Iterator[str]:
    return (qn_from_ms(at("20160801085857") + number) for number in count())
