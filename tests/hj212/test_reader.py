"""Framing: by length, repair by tail, resynchronisation, bounded buffer, nothing lost, nothing raised."""

import json
import re
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.hj212 import (
    HJ2017,
    Crc,
    Deviation,
    Event,
    Fault,
    FrameReader,
    Received,
    Rejected,
    RemoteError,
    Rubbish,
    crc212,
    crc_modbus,
    decode,
)
from tests.hj212.framing import HEADER, content, frame
from tests.hj212.strategies import damaged
from tests.hj212.vectors import BY_ID, EXAMPLE, GOOD

SEGMENT = f"{HEADER}CP=&&DataTime=20240101000000;w01018-Rtd=40.1,w01018-Flag=N&&"
SIZE = len(SEGMENT)
SHORT_CRC = next(text for n in range(5000) if crc212((text := SEGMENT.replace("123456", f"{n:06X}")).encode()) < 0x1000)


def kinds(events: list[Event]) -> list[str]:
    return [type(event).__name__ for event in events]


def whole(events: list[Event]) -> bytes:
    return b"".join(event.raw for event in events)


def frames(events: list[Event]) -> list[tuple[str, bytes]]:
    return [(type(event).__name__, event.raw) for event in events if not isinstance(event, Rubbish)]


TOLERATED = {
    "length too large by 6": (frame(SEGMENT, length=f"{SIZE + 6:04}"), {Deviation.LENGTH_WRONG}),
    "length too large by 1": (frame(SEGMENT, length=f"{SIZE + 1:04}"), {Deviation.LENGTH_WRONG}),
    "length too small by 1": (frame(SEGMENT, length=f"{SIZE - 1:04}"), {Deviation.LENGTH_WRONG}),
    "length above every cap": (frame(SEGMENT, length="9999"), {Deviation.LENGTH_WRONG}),
    "length 0": (frame(SEGMENT, length="0000"), {Deviation.LENGTH_WRONG}),
    "length of three digits": (frame(SEGMENT, length=f"{SIZE}"), {Deviation.LENGTH_THREE_DIGITS}),
    "tail LF only": (frame(SEGMENT, tail=b"\n"), {Deviation.TAIL_WRONG}),
    "CRC in lower case": (frame(SEGMENT, crc=f"{crc212(SEGMENT.encode()):04x}"), {Deviation.CRC_LOWER_CASE}),
    "CRC without zeros": (frame(SHORT_CRC, crc=f"{crc212(SHORT_CRC.encode()):X}"), {Deviation.CRC_SHORT}),
}
NEEDS_WHAT_FOLLOWS = {
    "tail CR only": (frame(SEGMENT, tail=b"\r"), {Deviation.TAIL_WRONG}),
    "tail missing": (frame(SEGMENT, tail=b""), {Deviation.TAIL_MISSING}),
    "tail missing, length wrong": (
        frame(SEGMENT, length="0001", tail=b""),
        {Deviation.TAIL_MISSING, Deviation.LENGTH_WRONG},
    ),
}
everything_tolerated = {**TOLERATED, **NEEDS_WHAT_FOLLOWS}


@pytest.mark.parametrize("name", everything_tolerated)
@pytest.mark.parametrize("behind", [b"", EXAMPLE], ids=["alone", "with the next frame behind"])
def test_tolerated_frame(name: str, behind: bytes) -> None:
    raw, deviations = everything_tolerated[name]
    reader = FrameReader()
    events = reader.receive(raw + behind) + reader.receive_end()
    assert isinstance(events[0], Received)
    assert events[0].raw == raw
    assert set(events[0].deviations) - {Deviation.CRC_LOWER_CASE} == deviations - {Deviation.CRC_LOWER_CASE}
    assert deviations <= set(events[0].deviations)
    assert kinds(events[1:]) == (["Received"] if behind else [])


@pytest.mark.parametrize("name", everything_tolerated)
def test_tolerated_frame_byte_by_byte(name: str) -> None:
    raw, _ = everything_tolerated[name]
    reader = FrameReader()
    events: list[Event] = []
    for byte in raw + EXAMPLE:
        events += reader.receive(bytes([byte]))
    assert events == [decode(raw), decode(EXAMPLE)]


@pytest.mark.parametrize("name", TOLERATED)
def test_tolerated_frame_is_accepted_without_waiting(name: str) -> None:
    """A sender that waits for an answer sends nothing more: the frame must come out with its last byte."""
    raw, _ = TOLERATED[name]
    reader = FrameReader()
    assert reader.receive(raw[:-1]) == []
    assert kinds(reader.receive(raw[-1:])) == ["Received"]


@pytest.mark.parametrize("name", NEEDS_WHAT_FOLLOWS)
def test_frame_without_tail_comes_out_when_the_owner_gives_up(name: str) -> None:
    raw, _ = NEEDS_WHAT_FOLLOWS[name]
    reader = FrameReader()
    assert reader.receive(raw) == []
    assert kinds(reader.give_up()) == ["Received"]
    assert reader.pending_at is None


def test_length_in_characters_of_chinese_text() -> None:
    segment = f"{HEADER}CP=&&i11001-Info=//清洗管路//&&"
    received = decode(frame(segment, length=f"{len(segment):04}"))
    assert received.deviations == (Deviation.LENGTH_WRONG,)
    assert received.packet.first("i11001-Info") == "//清洗管路//"


def test_segment_above_the_limit_is_accepted_up_to_the_cap() -> None:
    items = ";".join(f"w0{number:04}-Rtd=1.5" for number in range(110))
    assert decode(content(items)).deviations == (Deviation.SEGMENT_LONG, Deviation.CONTENT_LONG)
    capped = replace(HJ2017, receive_cap=1500)
    with pytest.raises(
        RemoteError, match="declared length 1736 is above the 1500 bytes accepted; by the first end: no line"
    ):
        decode(content(items), capped)


LOG = "//a##0012b;c,d&&1234\r\n##0101QN=1&&FFFF\r\ne//"


@pytest.mark.parametrize("step", [1, 7, 1000])
def test_log_text_may_hold_heads_tails_and_line_ends(step: int) -> None:
    raw = content(f"DataTime=20240101000000;i11001-Info={LOG}")
    reader = FrameReader()
    events = [event for place in range(0, len(raw), step) for event in reader.receive(raw[place : place + step])]
    assert kinds(events) == ["Received"]
    assert isinstance(events[0], Received)
    assert events[0].packet.first("i11001-Info") == LOG


def test_truncated_frame_does_not_take_the_next_one_with_it() -> None:
    reader = FrameReader()
    events = reader.receive(EXAMPLE[:60] + content("DataTime=20240101000000") + EXAMPLE)
    assert kinds(events) == ["Rejected", "Received", "Received"]
    assert events[0].raw == EXAMPLE[:60]


@pytest.mark.parametrize("crc", [None, "0000"], ids=["good CRC", "wrong CRC"])
@pytest.mark.parametrize("step", [1, 10_000])
def test_wrong_length_that_leads_to_the_tail_of_a_later_frame(crc: str | None, step: int) -> None:
    first = frame(SEGMENT, length=f"{SIZE + len(frame(SEGMENT)) + len(EXAMPLE):04}", crc=crc)
    stream = first + frame(SEGMENT) + EXAMPLE
    reader = FrameReader()
    events = [event for place in range(0, len(stream), step) for event in reader.receive(stream[place : place + step])]
    assert [event.raw for event in events] == [first, frame(SEGMENT), EXAMPLE]
    assert kinds(events) == ["Rejected" if crc else "Received", "Received", "Received"]


@pytest.mark.parametrize(
    ("raw", "fault", "message"),
    [
        (
            b"##9999abc\n",
            Fault.LENGTH,
            "declared length 9999 is above the 6144 bytes accepted; by the first end: no && in",
        ),
        (b"##0001a&&b\n##", Fault.CRC, "no CR LF at the declared length 1; by the first end: CRC received b, computed"),
        (
            b"##0001abcdefghi\n",
            Fault.LENGTH,
            "no CR LF at the declared length 1; by the first end: no && in the 9 bytes",
        ),
    ],
)
def test_messages_of_a_failed_search(raw: bytes, fault: Fault, message: str) -> None:
    event = FrameReader().receive(raw)[0]
    assert isinstance(event, Rejected)
    assert event.error.fault is fault
    assert str(event.error).startswith(message)


def test_frames_behind_a_wrong_length_and_a_wrong_crc_come_out_when_the_owner_gives_up() -> None:
    broken = frame(SEGMENT, length="3000", crc="0000")
    reader = FrameReader()
    assert reader.receive(broken + EXAMPLE + EXAMPLE[:50]) == []
    assert reader.pending_at == 0
    events = reader.give_up()
    assert kinds(events) == ["Rejected", "Received"]
    assert events[0].raw == broken
    assert reader.pending_at == len(broken + EXAMPLE)
    assert kinds(reader.receive(EXAMPLE[50:])) == ["Received"]


def test_end_of_stream_in_the_middle_of_a_frame() -> None:
    reader = FrameReader()
    reader.receive(EXAMPLE[:50])
    (event,) = reader.receive_end()
    assert isinstance(event, Rejected)
    assert event.error.fault is Fault.INCOMPLETE
    assert str(event.error) == "declared length 101, but only 44 bytes came behind it"
    assert reader.receive_end() == []


def test_empty_read_is_nothing() -> None:
    reader = FrameReader()
    assert reader.receive(b"") == reader.receive_end() == reader.give_up() == []


@pytest.mark.parametrize("placeholder", ["FFFF", "@@@@", "0000", "????"])
def test_placeholder_crc_is_rejected(placeholder: str) -> None:
    with pytest.raises(
        RemoteError, match=re.escape(f"CRC received {placeholder}, computed {crc212(SEGMENT.encode()):04X}")
    ):
        decode(frame(SEGMENT, crc=placeholder))


@pytest.mark.parametrize("swapped", [False, True])
def test_modbus_crc_only_where_the_dialect_allows_it(swapped: bool) -> None:
    value = crc_modbus(SEGMENT.encode())
    raw = frame(SEGMENT, crc=f"{value >> 8 | (value & 0xFF) << 8 if swapped else value:04X}")
    kind = Crc.MODBUS_SWAPPED if swapped else Crc.MODBUS
    with pytest.raises(RemoteError, match=f"the received one is {kind.value}, which this dialect does not accept"):
        decode(raw)
    received = decode(raw, replace(HJ2017, crcs=(Crc.HJ212, Crc.MODBUS, Crc.MODBUS_SWAPPED)))
    assert received.deviations == (Deviation.CRC_MODBUS_SWAPPED if swapped else Deviation.CRC_MODBUS,)


def test_vector_r20_under_a_dialect_that_allows_modbus() -> None:
    received = decode(BY_ID["R-20"].frame, replace(HJ2017, crcs=(Crc.HJ212, Crc.MODBUS)))
    assert received.packet.cp == BY_ID["R-20"].cp
    assert Deviation.CRC_MODBUS in received.deviations


@pytest.mark.parametrize(
    ("segment", "message"),
    [
        ("ST=32;CN=2011;MN=1;", "not of the form"),
        ("ST=32;CN=2011;MN=1;CP=&&", "not of the form"),
        ("ST=32;CN=2011;MN=1;CP=&&DataTime=1", "not of the form"),
        ("ST=32;CN=20A1;MN=1;CP=&&&&", "CN is '20A1', expected four digits"),
        ("ST=32;MN=1;CP=&&&&", "CN is None"),
        ("ST=32;CN=2011;secret;CP=&&&&", "header field number 3 has no =, expected name=value"),
        ("ST=32;CN=2011;MN=\x07;CP=&&&&", r"control character '\\x07' in the header at byte 17"),
        ("ST=32;CN=2011;CP=&&a=1\x00&&", "control character in CP"),
        (b"ST=32;CN=2011;CP=&&a=\xff\xff&&", "neither UTF-8 nor GB 18030"),
        ("", "not of the form"),
    ],
)
def test_good_crc_but_malformed(segment: str | bytes, message: str) -> None:
    with pytest.raises(RemoteError, match=message) as caught:
        decode(frame(segment))
    assert caught.value.fault is Fault.MALFORMED


@pytest.mark.parametrize("raw", [b"", b"hello", EXAMPLE + EXAMPLE, EXAMPLE + b"\n", b"##12"])
def test_decode_wants_exactly_one_frame(raw: bytes) -> None:
    with pytest.raises(RemoteError, match="expected exactly one frame") as caught:
        decode(raw)
    assert caught.value.fault is Fault.NO_FRAME


@given(st.binary(max_size=300) | damaged(), st.data())
def test_whatever_arrives_nothing_is_lost_and_nothing_raised(data: bytes, draw: st.DataObject) -> None:
    """Also: the pieces in which bytes arrive do not change what they mean."""
    cuts = sorted(draw.draw(st.lists(st.integers(0, len(data)), max_size=8)))
    at_once, in_pieces = FrameReader(), FrameReader()
    events = at_once.receive(data) + at_once.receive_end()
    pieces = [event for a, b in pairwise([0, *cuts, len(data)]) for event in in_pieces.receive(data[a:b])]
    pieces += in_pieces.receive_end()
    assert whole(events) == whole(pieces) == data
    assert frames(events) == frames(pieces)


@given(damaged(), st.integers(0, 400))
def test_giving_up_anywhere_loses_nothing(data: bytes, place: int) -> None:
    reader = FrameReader()
    events = reader.receive(data[:place]) + reader.give_up() + reader.receive(data[place:]) + reader.receive_end()
    assert whole(events) == data


HOSTILE = {
    "hashes": b"#",
    "heads": b"##9999",
    "short heads": b"##999Q",
    "heads and tails": b"##9999&&0000\r\n",
    "small heads": b"##0002&&0000\r\n",
    "aligned lengths": b"##4092&&0000\r\n",
    "zeros": b"\0",
    "ampersands": b"##4096&&&&&&&&",
    "line ends": b"\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_input_stays_bounded(name: str) -> None:
    """The work grows with the bytes alone: a quadratic reader would not come back from a million of them."""
    unit = HOSTILE[name]
    reader = FrameReader()
    data = unit * (1_000_000 // len(unit))
    longest = size = 0
    for place in range(0, len(data), 4096):
        size += sum(len(event.raw) for event in reader.receive(data[place : place + 4096]))
        longest = max(longest, len(reader._buffer))
    size += sum(len(event.raw) for event in reader.receive_end())
    assert size == len(data)
    assert longest < HJ2017.receive_cap + 12


def test_a_million_hashes_at_once_and_behind_them_a_frame() -> None:
    reader = FrameReader()
    events = reader.receive(b"#" * 1_000_000 + EXAMPLE)
    assert kinds(events) == ["Rubbish", "Received"]


def test_a_frame_byte_by_byte_looks_at_each_byte_once() -> None:
    """A declared length that never comes: the search for an end continues where it stopped."""
    reader = FrameReader()
    reader.receive(b"##4096")
    for _ in range(4000):
        assert reader.receive(b"x") == []
    assert reader._attempt is not None
    assert reader._attempt.scanned >= 3990


def test_all_vectors_in_one_stream_in_odd_pieces() -> None:
    stream = b"".join(vector.frame for vector in GOOD)
    reader = FrameReader()
    events = [event for place in range(0, len(stream), 97) for event in reader.receive(stream[place : place + 97])]
    assert events == [decode(vector.frame) for vector in GOOD]


def test_events_do_not_show_the_password() -> None:
    (event,) = FrameReader().receive(EXAMPLE.replace(b"100000", b"sEcReT"))
    assert isinstance(event, Rejected)
    assert "sEcReT" not in repr(event) + str(event.error)
    received = decode(content("NewPW=sEcReT", HEADER.replace("123456", "sEcReT")))
    assert "sEcReT" not in repr(received)
    assert "sEcReT" in json.dumps(received.header)
