"""Every vector of vectors-2017.json, both ways and in the three ways a stream can bring it."""

import pytest

from dau.hj212 import Event, Fault, FrameReader, Received, Rejected, RemoteError, Rubbish, decode, dialect, encode
from tests.hj212.vectors import BY_ID, EXAMPLE, GOOD, REJECTED, VECTORS, Vector

good = pytest.mark.parametrize("vector", GOOD, ids=lambda vector: vector.id)

PRINTED_OTHERWISE = {  # blanks, misprints and lower-case CRCs that strict output does not repeat
    *("C-2-2", "C-4-1", "C-4-2", "C-19-2", "C-22-3", "C-25-1", "C-28-1", "C-34-2", "C-42-1", "C-44-1", "C-45-2"),
    *("R-3", "R-4", "R-9", "R-11", "R-12", "R-18", "R-19"),
}


def test_the_file_is_whole() -> None:
    assert len(VECTORS) == 101
    assert len({vector.id for vector in VECTORS}) == 101


@good
def test_reading(vector: Vector) -> None:
    received = decode(vector.frame)
    packet = received.packet
    assert received.raw == vector.frame
    assert received.crc == vector.crc
    assert dict(received.header) == vector.header
    assert packet.cp == vector.cp
    assert packet.cn == vector.header["CN"]
    assert (packet.qn, packet.st) == (vector.header.get("QN"), vector.header.get("ST"))
    assert (packet.pw, packet.mn) == (vector.header.get("PW"), vector.header.get("MN"))
    if vector.flag is None:
        assert packet.flag is None
    else:
        assert (packet.flag, packet.version, int(packet.is_split), int(packet.needs_answer)) == vector.flag


@good
def test_writing(vector: Vector) -> None:
    received = decode(vector.frame)
    written = encode(received.packet, dialect(received.edition))
    assert (written == vector.frame) == (vector.id not in PRINTED_OTHERWISE)
    assert decode(written).packet == received.packet
    assert encode(decode(written).packet, dialect(received.edition)) == written


@good
def test_byte_by_byte(vector: Vector) -> None:
    reader = FrameReader()
    for place in range(len(vector.frame) - 1):
        assert reader.receive(vector.frame[place : place + 1]) == []
        assert reader.pending_at == 0
    assert reader.receive(vector.frame[-1:]) == [decode(vector.frame)]
    assert reader.pending_at is None


@good
def test_rubbish_before_and_next_frame_behind(vector: Vector) -> None:
    reader = FrameReader()
    before = b"AT+CSQ\r\n++#"
    events: list[Event] = reader.receive(before + vector.frame + EXAMPLE + b"##01")
    assert events == [Rubbish(before), decode(vector.frame), decode(EXAMPLE)]
    assert reader.pending_at == len(before + vector.frame + EXAMPLE)


@pytest.mark.parametrize("identity", sorted(REJECTED))
def test_wrong_crc_is_rejected_with_both_values(identity: str) -> None:
    vector = BY_ID[identity]
    with pytest.raises(RemoteError, match=f"CRC received {vector.crc}, computed {vector.computed} over ") as caught:
        decode(vector.frame)
    assert caught.value.fault is Fault.CRC
    events = FrameReader().receive(vector.frame + EXAMPLE)
    assert isinstance(events[0], Rejected)
    assert events[0].raw == vector.frame
    assert isinstance(events[1], Received)


def test_editions_of_the_field_frames() -> None:
    editions = {vector.id: decode(vector.frame).edition.value for vector in GOOD}
    assert {key for key, year in editions.items() if year == "2005"} == {"R-8", "R-9", "R-12", "R-18", "R-19"}
    assert {key for key, year in editions.items() if year == "2025"} == {"R-11"}


def test_examples_of_the_standard_have_only_the_departures_they_print() -> None:
    met = {v.id: [d.value for d in decode(v.frame).deviations] for v in GOOD if v.id[0] in "AC"}
    blank = ["blanks around a name or value"]
    assert {key: names for key, names in met.items() if names and names != blank} == {
        "C-14-2": ["factor code has not the form of the edition"],
        "C-19-2": ["no semicolon before CP"],
        "C-22-3": ["comma between header fields"],
        "C-29-1": ["same name twice in CP"],
    }
