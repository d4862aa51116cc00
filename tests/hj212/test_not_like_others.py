"""What other HJ 212 libraries get wrong must not happen here; one test for each."""

from dataclasses import replace

import pytest

from dau.hj212 import (
    HJ2017,
    Deviation,
    Event,
    Fault,
    FrameReader,
    LocalError,
    Received,
    Rejected,
    RemoteError,
    Rubbish,
    decode,
    encode,
)
from tests.hj212.framing import HEADER, content, frame
from tests.hj212.vectors import EXAMPLE, GOOD

PACKET = decode(EXAMPLE).packet


def test_crc_in_small_letters_is_accepted() -> None:
    small = EXAMPLE.replace(b"1C80", b"1c80")
    assert small != EXAMPLE
    received = decode(small)
    assert (received.packet, received.deviations) == (PACKET, (Deviation.CRC_LOWER_CASE,))


@pytest.mark.parametrize(
    "noise", [b"\x00", b"#", b"##", b"##12", b"AT+CSQ\r\n", b"\xff" * 3000, b"##0099 no frame\r\n"]
)
def test_noise_before_a_frame_is_not_fatal(noise: bytes) -> None:
    events = FrameReader().receive(noise + EXAMPLE)
    assert isinstance(events[-1], Received)
    assert events[-1].raw == EXAMPLE
    assert b"".join(event.raw for event in events) == noise + EXAMPLE


def test_chinese_text_is_counted_in_bytes() -> None:
    packet = replace(PACKET, cp=((("i11001-Info", "//清洗管路//"),),))
    sent = encode(packet)
    text = sent[6:-6].decode()
    assert int(sent[2:6]) == len(text.encode()) == len(text) + 8
    assert decode(sent).deviations == ()
    full = replace(PACKET, cp=((("i11001-Info", f"//{'管' * 310}//"),),))
    with pytest.raises(LocalError, match="CP has 953 bytes, expected at most 950"):
        encode(full)


@pytest.mark.parametrize("crc", ["0000", "FFFF", "1C81", "@@@@", "0759"])
def test_a_wrong_crc_is_never_accepted_by_default(crc: str) -> None:
    with pytest.raises(RemoteError) as caught:
        decode(EXAMPLE.replace(b"1C80", crc.encode()))
    assert caught.value.fault is Fault.CRC


@pytest.mark.parametrize(
    "numbers", ["PNUM=0;PNO=0;", "PNUM=x;PNO=1;", "PNUM=99999;PNO=1;", "PNUM=;PNO=;", "PNO=7;", "PNUM=1;PNO=2;PNUM=3;"]
)
@pytest.mark.parametrize("flag", ["Flag=5;", "Flag=7;", "Flag=11;"])
def test_nonsense_in_pnum_and_pno_is_a_deviation(numbers: str, flag: str) -> None:
    header = HEADER.replace("Flag=5;", flag) + numbers
    received = decode(content("DataTime=20240101000000", header))
    assert received.packet.first("DataTime") == "20240101000000"
    assert received.deviations
    assert isinstance(FrameReader().receive(content("", header) + EXAMPLE)[-1], Received)


def test_fifty_senders_at_once_do_not_disturb_each_other() -> None:
    """What readers share (shapes they remember) carries nothing from one to the other; sockets: tests/receiver."""
    streams = [b"".join(GOOD[(number + place) % len(GOOD)].frame for place in range(10)) for number in range(50)]
    readers = [FrameReader() for _ in streams]
    events: list[list[Event]] = [[] for _ in streams]
    for place in range(0, max(map(len, streams)), 61):
        for number, reader in enumerate(readers):
            events[number] += reader.receive(streams[number][place : place + 61])
    for number, got in enumerate(events):
        assert got == [decode(GOOD[(number + place) % len(GOOD)].frame) for place in range(10)]


def test_one_damaged_byte_costs_one_frame() -> None:
    """Whatever byte is damaged, the frame before comes out, and so does the one behind the next."""
    for place in range(len(EXAMPLE)):
        damaged = EXAMPLE[:place] + bytes([EXAMPLE[place] ^ 0x15]) + EXAMPLE[place + 1 :]
        reader = FrameReader()
        events = reader.receive(EXAMPLE + damaged + EXAMPLE + EXAMPLE) + reader.receive_end()
        good = [event.raw for event in events if isinstance(event, Received)]
        assert good[0] == good[-1] == EXAMPLE
        assert len(good) >= 3 - (place > len(EXAMPLE) - 3)
        assert all(isinstance(event, Received | Rejected | Rubbish) for event in events)


def test_a_frame_in_pieces_of_any_size() -> None:
    for size in range(1, len(EXAMPLE) + 1):
        reader = FrameReader(HJ2017)
        pieces = [EXAMPLE[place : place + size] for place in range(0, len(EXAMPLE), size)]
        assert [event for piece in pieces for event in reader.receive(piece)] == [decode(EXAMPLE)]


def test_a_segment_that_looks_like_the_end_of_a_frame() -> None:
    raw = content("i11001-Info=//&&1234\r\n##0101//")
    assert [event.raw for event in FrameReader().receive(raw + frame(f"{HEADER}CP=&&&&"))] == [
        raw,
        frame(f"{HEADER}CP=&&&&"),
    ]
