"""Strict output: what encode writes, what it refuses and how it says so; round trips."""

import re
from dataclasses import replace

import pytest
from hypothesis import given

from dau.hj212 import HJ2005, HJ2017, HJ2025, Content, LocalError, Packet, decode, encode
from tests.hj212.strategies import packets
from tests.hj212.vectors import EXAMPLE

PACKET = decode(EXAMPLE).packet


@given(packets())
def test_packet_to_bytes_to_packet(packet: Packet) -> None:
    received = decode(encode(packet))
    assert received.packet == packet


def test_the_worked_example_of_the_standard() -> None:
    packet = Packet(
        qn="20160801085857223",
        st="32",
        cn="1062",
        pw="100000",
        mn="010000A8900016F000169DC0",
        flag=5,
        cp=((("RtdInterval", "30"),),),
    )
    assert encode(packet) == EXAMPLE


def test_length_counts_bytes() -> None:
    packet = replace(PACKET, cp=((("i11001-Info", "//清洗管路//"),),))
    assert encode(packet).startswith(b"##0115QN=")


def test_order_of_the_editions() -> None:
    packet = replace(PACKET, qn="1", mn="M", pw="P", flag=7, pnum=2, pno=1, cp=(), extra=(("RF", "1"),))
    assert encode(packet)[6:-6] == b"QN=1;ST=32;CN=1062;PW=P;MN=M;Flag=7;PNUM=2;PNO=1;RF=1;CP=&&&&"
    assert encode(packet, HJ2025)[6:-6] == b"QN=1;ST=32;CN=1062;PW=P;MN=M;Flag=7;PNUM=2;PNO=1;RF=1;CP=&&&&"
    old = replace(packet, flag=3, extra=())
    assert encode(old, HJ2005)[6:-6] == b"QN=1;PNUM=2;PNO=1;ST=32;CN=1062;PW=P;MN=M;Flag=3;CP=&&&&"


@pytest.mark.parametrize(
    ("size", "message"),
    [(944, None), (945, "data segment has 1025 bytes, expected at most 1024")],
)
def test_segment_limit(size: int, message: str | None) -> None:
    """The header of the example takes 80 bytes, so 944 are left for CP."""
    packet = replace(PACKET, cp=((("i11001-Info", "x" * (size - len("CP=&&i11001-Info=&&"))),),))
    if message is None:
        assert encode(packet).startswith(b"##1024")
    else:
        with pytest.raises(LocalError, match=message):
            encode(packet)


def test_content_limit_counts_the_whole_cp_field() -> None:
    short = replace(PACKET, qn="1", mn="M", cp=((("n", "x" * (950 - 9)),),))
    assert len(encode(short)) == 12 + len("QN=1;ST=32;CN=1062;PW=100000;MN=M;Flag=5;") + 950
    with pytest.raises(LocalError, match="CP has 951 bytes, expected at most 950"):
        encode(replace(short, cp=((("n", "x" * (951 - 9)),),)))


def pair(name: str, value: str) -> Content:
    return (((name, value),),)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (replace(PACKET, cn="62"), "CN is '62', expected four digits"),
        (replace(PACKET, cn="10６2"), "expected four digits"),
        (replace(PACKET, qn=None), "packet 1062: QN missing, edition 2017 requires it"),
        (replace(PACKET, st=None, mn=None), "ST, MN missing"),
        (replace(PACKET, flag=256), "Flag is 256, expected 0-255"),
        (replace(PACKET, flag=-1), "Flag is -1, expected 0-255"),
        (replace(PACKET, flag=7), "Flag 7 and PNUM, PNO (None, None) disagree"),
        (replace(PACKET, pnum=1, pno=1), "Flag 5 and PNUM, PNO (1, 1) disagree"),
        (replace(PACKET, flag=7, pnum=2, pno=3), "PNUM 2, PNO 3, expected 1 <= PNO <= PNUM <= 9999"),
        (replace(PACKET, flag=7, pnum=2), "PNUM 2, PNO None, expected 1 <="),
        (replace(PACKET, flag=7, pnum=10000, pno=1), "PNUM 10000"),
        (replace(PACKET, mn="a;b"), "header: MN is 'a;b', expected no ; , && control characters or blanks around it"),
        (replace(PACKET, mn=" a"), "MN is ' a'"),
        (replace(PACKET, st="3\n"), "ST is '3\\n'"),
        (replace(PACKET, extra=(("QN", "1"),)), "extra field 'QN' is a field of its own"),
        (replace(PACKET, extra=(("a b", "1"),)), "header: name 'a b'"),
        (replace(PACKET, cp=((),)), "an item without a pair"),
        (replace(PACKET, cp=pair("", "1")), "name '', expected"),
        (replace(PACKET, cp=pair("a=", "1")), "name 'a='"),
        (replace(PACKET, cp=pair("a", "1,2")), "value of a is '1,2', expected no , ;"),
        (replace(PACKET, cp=pair("a", "1;2")), "value of a is '1;2'"),
        (replace(PACKET, cp=pair("a", " 1")), "value of a is ' 1'"),
        (replace(PACKET, cp=pair("a", "1\r\n")), "no && and no control characters"),
        (replace(PACKET, cp=pair("a", "//x&&y//")), "no && and no control characters"),
        (replace(PACKET, cp=pair("a", "//open")), "log text that ends with its first closing //"),
        (replace(PACKET, cp=pair("a", "//x//;y//")), "log text that ends with its first closing //"),
        (replace(PACKET, cp=pair("a", "\ud800")), "half a surrogate pair"),
    ],
)
def test_refused(wrong: Packet, message: str) -> None:
    with pytest.raises(LocalError, match=re.escape(message)):
        encode(wrong, HJ2017)


def test_a_refused_password_is_not_shown() -> None:
    with pytest.raises(LocalError, match=re.escape("PW is ***")) as caught:
        encode(replace(PACKET, pw="se;cret"))
    assert "cret" not in str(caught.value)


def test_log_text_keeps_separators() -> None:
    packet = replace(PACKET, cp=(*pair("i11001-Info", "//a,b;c=d ##0101 e//"), *pair("b", "2")))
    assert decode(encode(packet)).packet == packet


def test_2005_needs_neither_qn_nor_flag() -> None:
    assert encode(replace(PACKET, qn=None, flag=None), HJ2005).startswith(b"##0073ST=32;CN=1062;PW=")
    assert b"Flag=3;CP" in encode(replace(PACKET, flag=3), HJ2005)


def test_2025_numbers_have_one_digit() -> None:
    with pytest.raises(LocalError, match="PNUM <= 9"):
        encode(replace(PACKET, flag=11, pnum=10, pno=1), HJ2025)
