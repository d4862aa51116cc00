"""The short way for exact frames gives what the tolerant way gives, and is taken."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.cipher import FixedKeys
from dau.hj212 import (
    HJ2005,
    HJ2017,
    HJ2025,
    NO_KEYS,
    Crc,
    Dialect,
    Event,
    FrameReader,
    Keys,
    Packet,
    Received,
    crc_modbus,
    encode,
    flag_of,
)
from dau.hj212.exact import ExactReader
from tests.hj212.framing import HEADER, content, frame
from tests.hj212.strategies import packets
from tests.hj212.tolerant import TolerantReader, shown
from tests.hj212.vectors import VECTORS
from tests.hj212.vectors_2025 import KEY_2025, RAW_CIPHER, TABLE

FRAMES = [vector.frame for vector in VECTORS] + [
    vector[name].encode() for vector in TABLE for name in ("frame", "frame_computed") if name in vector
]
KEYS = FixedKeys("a key of 16 char", KEY_2025)
TYPICAL = content("DataTime=20240101000000;w01018-Rtd=40.1,w01018-Flag=N;w21003-Rtd=1.2,w21003-Flag=D")


def both_ways(stream: bytes, dialect: Dialect = HJ2017, keys: Keys = NO_KEYS) -> Sequence[Event]:
    """Read the stream both ways, compare, return the events."""
    short, long = FrameReader(dialect, keys), TolerantReader(dialect, keys)
    events = short.receive(stream) + short.receive_end()
    assert shown(events) == shown(long.receive(stream) + long.receive_end())
    return events


def is_exact(raw: bytes, keys: Keys = NO_KEYS) -> bool:
    """Tell whether the third of equal frames takes the short way: the first two show what it is like."""
    reader = ExactReader(HJ2017, keys)
    return [reader.read(raw, 0) for _ in range(3)][2] is not None


@pytest.mark.parametrize("keys", [NO_KEYS, KEYS], ids=["no keys", "keys"])
@pytest.mark.parametrize("raw", FRAMES, ids=range(len(FRAMES)))
def test_vectors(raw: bytes, keys: Keys) -> None:
    both_ways(3 * raw, keys=keys)


def test_all_vectors_in_one_stream() -> None:
    events = both_ways(b"".join(3 * FRAMES), keys=KEYS)
    assert sum(isinstance(event, Received) for event in events) > 400


def test_most_frames_of_the_standard_take_the_short_way() -> None:
    exact = [raw for raw in FRAMES if is_exact(raw)]
    assert len(exact) / len(FRAMES) > 0.75
    assert is_exact(TYPICAL)
    assert is_exact(RAW_CIPHER, KEYS)
    assert not is_exact(RAW_CIPHER)


@pytest.mark.parametrize(
    "header",
    [
        "ST=32;CN=2011;PW=123456;MN=88888880000001;",
        "QN=20240601080000123;ST=32;CN=2011;PW=123456;MN=88888880000001;Flag=1;",
        "QN=20240601080000123;PNUM=2;PNO=1;ST=32;CN=2011;PW=123456;MN=88888880000001;Flag=3;",
    ],
)
def test_2005_takes_the_short_way_too(header: str) -> None:
    whole = content("DataTime=20240601080000;001-Rtd=7,001-Flag=N", header)
    assert is_exact(whole)
    both_ways(3 * whole)


names = st.sampled_from(["w01018", "a21026", "LA", "SB1", "011", "B01", "e10101", "W01018", "i11001", "p99101", "x"])
attributes = st.sampled_from(["Rtd", "Avg", "Flag", "Cou", "RS", "Info", "RawAvg", "Odd"])
values = st.sampled_from(["1", "40.1", "N", "D", "Td", "m", "", "-1", " 1", "//log//", "a=b", "x&y", "{1}"])
headers = st.sampled_from(
    [
        HEADER,
        HEADER.replace("Flag=5", "Flag=4"),
        HEADER.replace("Flag=5", "Flag=9"),
        HEADER.replace("Flag=5", "Flag=9;RF=1"),
        HEADER.replace("Flag=5", "Flag=5;RF=1"),
        HEADER.replace("Flag=5", "Flag=7;PNUM=12;PNO=1"),
        HEADER.replace("Flag=5", "Flag=11;PNUM=12;PNO=1"),
        HEADER.replace("Flag=5", "Flag=7;PNUM=2;PNO=3"),
        HEADER.replace("Flag=5", "Flag=7;PNUM=0;PNO=0"),
        HEADER.replace("Flag=5", "Flag=11;PNUM=2;PNO=1"),
        HEADER.replace("Flag=5", "Flag=8").replace("CN=2011", "CN=9014"),
        HEADER.replace("Flag=5", "Flag=8").replace("CN=2011", "CN=9014").replace("ST=32", "ST=91"),
        HEADER.replace("Flag=5", "Flag=9").replace("CN=2011", "CN=9014").replace("ST=32", "ST=91"),
        HEADER.replace("Flag=5", "Flag=13"),
        HEADER.replace("123456", "12345"),
        "ST=32;CN=2011;PW=123456;MN=88888880000001;",
        "ST=32;CN=2011;PW=123456;MN=88888880000001;Flag=3;",
        "PNUM=2;PNO=1;ST=32;CN=2011;PW=123456;MN=88888880000001;Flag=3;",
        "PNUM=2;PNO=1;ST=32;CN=2011;PW=123456;MN=88888880000001;Flag=1;",
        "QN=20240101000000001;ST=32;CN=2011;PW=123456;MN=88888880000001;",
        "QN=20240101000000001;ST=32;CN=2011;PW=123456;MN=88888880000001;Flag=0;",
    ]
)
times = st.sampled_from(["20240229000000", "20230229000000", "20240131235959", "20240431000000", "2024", "x"])


@st.composite
def areas(draw: st.DrawFn) -> str:
    """Draw data areas that are nearly or wholly as the standard wants them."""
    items = [f"DataTime={draw(times)}"] if draw(st.booleans()) else []
    for name in draw(st.lists(names, max_size=4)):
        pairs = [f"{name}-{draw(attributes)}={draw(values)}" for _ in range(draw(st.integers(1, 3)))]
        items.append(",".join(pairs))
    return draw(st.sampled_from([";", ";", ";", ",", ";;"])).join(items)


@given(headers, st.lists(areas(), min_size=1, max_size=3))
def test_nearly_exact_frames(header: str, texts: list[str]) -> None:
    both_ways(b"".join(3 * [content(text, header) for text in texts]))


@given(packets())
def test_random_packets(packet: Packet) -> None:
    both_ways(3 * encode(packet))


@given(st.integers(0, len(TYPICAL) - 1), st.binary(max_size=2), st.booleans())
def test_damage_behind_frames_of_the_same_kind(place: int, damage: bytes, good_crc: bool) -> None:
    """The reader has met the kind: what differs from it now must still be seen."""
    damaged = TYPICAL[:place] + damage + TYPICAL[place + 1 :]
    if good_crc:
        damaged = frame(damaged[6:-6])
    both_ways(3 * TYPICAL + damaged + TYPICAL)


@given(st.integers(0, len(RAW_CIPHER) - 1), st.integers(0, 255))
def test_damage_behind_encrypted_frames(place: int, damage: int) -> None:
    damaged = RAW_CIPHER[:place] + bytes([damage]) + RAW_CIPHER[place + 1 :]
    both_ways(3 * RAW_CIPHER + damaged + RAW_CIPHER, keys=KEYS)


@pytest.mark.parametrize(
    "dialect",
    [
        replace(HJ2017, crcs=(Crc.MODBUS, Crc.HJ212)),
        replace(HJ2017, receive_cap=100),
        HJ2005,
        HJ2025,
    ],
    ids=["modbus first", "small cap", "2005", "2025"],
)
def test_dialects(dialect: Dialect) -> None:
    modbus = TYPICAL[:-6] + b"%04X\r\n" % crc_modbus(TYPICAL[6:-6])
    both_ways(3 * (TYPICAL + modbus), dialect)


def test_more_kinds_and_shapes_than_are_remembered() -> None:
    frames = [
        content(f"w{number:05}-Rtd=1", HEADER.replace("2011", f"{cn}"))
        for cn in range(1000, 1050)
        for number in (cn, 1)
    ]
    frames += [content(f"w{number:05}-Rtd=1") for number in range(30)]
    both_ways(b"".join(3 * frames))


def test_an_event_is_a_value() -> None:
    reader = FrameReader()
    first, second, third = reader.receive(TYPICAL) + reader.receive(TYPICAL) + reader.receive(TYPICAL)
    assert first == second == third
    assert isinstance(third, Received)
    changed = replace(third, crc="0000")
    assert (changed.packet, changed.raw, changed.crc) == (third.packet, TYPICAL, "0000")
    assert "w01018-Rtd" in repr(third)
    assert third.packet.flag == flag_of(1, answer=True)
    with pytest.raises(AttributeError, match="'Received' object has no attribute 'colour'"):
        getattr(third, "col" + "our")
