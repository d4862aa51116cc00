"""Requests are found in any stream, however it is cut and whatever lies between them."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.instruments.framing import Framing, Request, RtuFraming, TcpFraming, crc

READ = bytes.fromhex("01 03 00 00 00 02 c4 0b")  # the usual first example of Modbus texts
REQUEST = Request(1, READ[1:-2])


def test_crc_of_the_usual_example() -> None:
    assert crc(READ[:-2]) == READ[-2:]


@pytest.mark.parametrize("cut", range(len(READ) + 1))
def test_rtu_may_come_in_two_pieces(cut: int) -> None:
    first, rest = RtuFraming().split(READ[:cut])
    second, left = RtuFraming().split(rest + READ[cut:])
    assert first + second == [REQUEST]
    assert left == b""


@pytest.mark.parametrize("rubbish", [b"\x00", b"\xff\xff\xff", b"\x01", b"\x01\x03", READ[:5]])
def test_rubbish_before_an_rtu_request_is_passed_over(rubbish: bytes) -> None:
    assert RtuFraming().split(rubbish + READ + READ)[0] == [REQUEST, REQUEST]


def test_a_wrong_crc_is_no_request() -> None:
    assert RtuFraming().split(READ[:-1] + b"\x00")[0] == []


def test_rtu_multiple_write_takes_its_length_from_the_count() -> None:
    frame = bytes.fromhex("01 10 00 00 00 01 02 00 07")
    assert RtuFraming().split(frame + crc(frame) + READ)[0] == [Request(1, frame[1:]), REQUEST]


def test_tcp_requests_keep_their_transaction() -> None:
    stream = struct.pack(">HHHB", 7, 0, 6, 1) + REQUEST.pdu + struct.pack(">HHHB", 8, 0, 6, 1) + REQUEST.pdu
    requests, rest = TcpFraming().split(stream + b"\x00")
    assert [request.transaction for request in requests] == [7, 8]
    assert rest == b"\x00"


@pytest.mark.parametrize("header", ["0001 0001 0006 01", "0001 0000 0001 01", "0001 0000 ffff 01"])
def test_a_header_that_is_none_ends_the_stream(header: str) -> None:
    assert TcpFraming().split(bytes.fromhex(header) + REQUEST.pdu) == ([], b"")


def test_a_tcp_reply_repeats_the_transaction() -> None:
    assert TcpFraming().wrap(Request(5, b"", 0x1234), b"\x83\x02") == bytes.fromhex("1234 0000 0003 05 83 02")


@given(st.sampled_from([RtuFraming(), TcpFraming()]), st.binary(max_size=600))
def test_rubbish_never_raises_and_never_grows(framing: Framing, rubbish: bytes) -> None:
    _, rest = framing.split(rubbish)
    assert rubbish.endswith(rest)
