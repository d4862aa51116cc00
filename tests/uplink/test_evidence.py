"""What is kept of a frame: all of it but new secrets, sealed or open."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.cipher import Sm4
from dau.hj212 import HJ2025, Packet, Received, decode, encode
from dau.uplink.evidence import evidence_of

KEY = b"0123456789abcdeF"
HEADER = "QN=20260101120000001;ST=32;CN=1014;PW=S3cr9t;MN=010000A8900016F000169DC0;Flag=9;"


class OneKey:
    def ciphers(self, _mn: str | None) -> tuple[Sm4]:
        return (Sm4(KEY),)


def new_key(secret: str) -> Packet:
    content = ((("SKCreateTime", "20260101120000000"), ("NewSK", secret)),)
    return Packet(
        qn="20260101120000001", st="32", cn="1014", pw="S3cr9t", mn="010000A8900016F000169DC0", flag=9, cp=content
    )


def test_a_sealed_area_with_a_secret_is_starred_whole_for_its_last_bytes_are_open() -> None:
    secret = "k3y-abcdefgh-END"
    raw = encode(new_key(secret), HJ2025, Sm4(KEY))
    received = decode(raw, HJ2025, OneKey())
    assert isinstance(received, Received)
    assert received.is_encrypted
    assert b"h-END" in raw
    kept = evidence_of(raw, received.packet)
    assert len(kept) == len(raw)
    opening = raw.index(b"CP=&&") + 5
    assert kept[:opening] == raw[:opening]
    assert kept[opening:-8] == b"*" * len(raw[opening:-8])
    assert kept[-8:] == raw[-8:]


def test_a_sealed_area_without_a_secret_is_kept() -> None:
    packet = Packet(qn="1", st="32", cn="2011", pw="x", mn="y", flag=9, cp=((("DataTime", "20260101120000"),),))
    raw = encode(packet, HJ2025, Sm4(KEY))
    assert evidence_of(raw, packet) == raw


@given(st.text("abcXYZ019!*+-._~$%^()[]&", min_size=1, max_size=24).filter(lambda text: "&&" not in text + "&"))
def test_an_open_secret_is_starred_byte_for_byte(secret: str) -> None:
    raw = f"##0123{HEADER}CP=&&SKCreateTime=1,NewSK={secret}&&0000\r\n".encode()
    assert evidence_of(raw) == raw.replace(f"NewSK={secret}&&".encode(), b"NewSK=" + b"*" * len(secret) + b"&&")


@pytest.mark.parametrize(
    "raw",
    [b"", b"\r\nNO CARRIER\r\n", HEADER.encode() + b"CP=&&RtdInterval=30&&1234\r\n", b"PW=S3cr9t;MN=0100;", bytes(256)],
)
def test_everything_else_is_kept(raw: bytes) -> None:
    assert evidence_of(raw) == raw


@given(st.binary(max_size=300))
def test_nothing_is_ever_longer_or_shorter_than_it_was(raw: bytes) -> None:
    assert len(evidence_of(raw)) == len(raw)
