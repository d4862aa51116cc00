"""Encrypted packets: which reading wins, whose key, what a wrong key may never do."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.cipher import FixedKeys, Sm4
from dau.hj212 import (
    HJ2017,
    HJ2025,
    AreaCipher,
    CipherForm,
    Content,
    Deviation,
    Dialect,
    Encryption,
    Fault,
    Packet,
    RemoteError,
    crc212,
    decode,
    encode,
    flag_of,
)
from dau.hj212.sealing import print_area, read_printed_area
from tests.hj212.framing import content
from tests.hj212.strategies import contents
from tests.hj212.vectors_2025 import KEY_2025, RAW_CIPHER, RAW_CIPHER_REST

KEYS = FixedKeys(KEY_2025)
NEW, OLD = "0123456789abcdef", "fedcba9876543210"
HEADER_2025 = "QN=20240101000000001;ST=32;CN=3020;PW=123456;MN=010000A8900016F000169DC0;Flag=9;"
PACKET = decode(RAW_CIPHER, keys=KEYS).packet


def test_without_a_key_the_packet_is_rejected_and_says_why() -> None:
    with pytest.raises(
        RemoteError, match=r"CRC received 2200, computed CFC1 .* encrypted, none of 0 keys opens it"
    ) as e:
        decode(RAW_CIPHER)
    assert e.value.fault is Fault.CRC


def test_with_another_key_too() -> None:
    with pytest.raises(RemoteError, match="none of 2 keys opens it"):
        decode(RAW_CIPHER_REST, keys=FixedKeys(OLD, "another key, 16."))


@pytest.mark.parametrize("place", [0, 1, 2])
def test_previous_keys_are_tried_in_their_order(place: int) -> None:
    keys = [NEW, OLD, "another key, 16."]
    sent = encode(PACKET, HJ2025, Sm4.of_text(keys[place]))
    received = decode(sent, keys=FixedKeys(*keys))
    assert (received.packet, received.is_encrypted, received.key) == (PACKET, True, place)


class KeysByMn:
    """A receiver's keys: each unit its own."""

    def __init__(self, **keys: str) -> None:
        self.keys = keys

    def ciphers(self, mn: str | None) -> Sequence[AreaCipher]:
        return [Sm4.of_text(self.keys[mn])] if mn in self.keys else []


def test_the_keys_are_those_of_the_mn_in_the_header() -> None:
    keys = KeysByMn(A=NEW, B=OLD)
    for mn, key in (("A", NEW), ("B", OLD)):
        assert decode(encode(replace(PACKET, mn=mn), HJ2025, Sm4.of_text(key)), keys=keys).packet.mn == mn
    with pytest.raises(RemoteError, match="none of 1 keys opens it"):
        decode(encode(replace(PACKET, mn="A"), HJ2025, Sm4.of_text(OLD)), keys=keys)
    with pytest.raises(RemoteError, match="none of 0 keys opens it"):
        decode(encode(replace(PACKET, mn="C"), HJ2025, Sm4.of_text(OLD)), keys=keys)


def test_plain_packets_are_read_beside_encrypted_ones() -> None:
    for frame in (encode(PACKET, HJ2025), encode(replace(PACKET, flag=5), HJ2017)):
        received = decode(frame, keys=KEYS)
        assert (received.is_encrypted, received.key, received.packet.cp) == (False, None, PACKET.cp)


def test_a_short_area_is_the_same_with_and_without_a_key() -> None:
    packet = replace(PACKET, cp=((("RtdInterval", "30"),),))
    assert encode(packet, HJ2025, Sm4.of_text(NEW)) == encode(packet, HJ2025)
    assert decode(encode(packet, HJ2025), keys=KEYS).is_encrypted is False


@given(contents, st.sampled_from([HJ2017, HJ2025]))
def test_sealed_and_opened(cp: Content, rules: Dialect) -> None:
    packet = replace(PACKET, flag=flag_of(rules.version, answer=True), cp=cp)
    cipher = Sm4.of_text(NEW)
    sent = encode(packet, rules, cipher)
    assert len(sent) == len(encode(packet, rules))
    assert decode(sent, keys=FixedKeys(NEW)).packet == packet
    printed = replace(rules, encryption=Encryption(form=CipherForm.PRINTED))
    assert decode(encode(packet, printed, cipher), keys=FixedKeys(NEW)).packet == packet


def test_groups_are_bytes_also_in_chinese_text() -> None:
    packet = replace(PACKET, cp=((("i11001-Info", "//清洗管路,更换试剂//"),),))
    sent = encode(packet, HJ2025, Sm4.of_text(NEW))
    area = packet.cp[0][0][0] + "=" + packet.cp[0][0][1]
    rest = len(area.encode()) % 16
    assert sent[:-8].endswith(area.encode()[-rest:])
    received = decode(sent, keys=FixedKeys(NEW))
    assert (received.packet, received.deviations) == (packet, ())


def test_one_in_256_areas_agrees_by_accident_and_none_is_accepted() -> None:
    """Of a thousand encrypted packets some pass the CRC as they are, or opened with a wrong key. None is read so."""
    cipher, wrong = Sm4.of_text(NEW), Sm4.of_text(OLD)
    accidents = 0
    for number in range(1000):
        packet = replace(PACKET, cp=(((f"w{number:05}-Rtd", "40.1"), ("DataTime", "2024")),))
        sent = encode(packet, HJ2025, cipher)
        start = sent.index(b"CP=&&") + 5
        others = [sent[6:-6], sent[6:start] + wrong.open(sent[start:-8]) + b"&&"]
        accidents += sum(crc212(other) == int(sent[-6:-2], 16) for other in others)
        assert decode(sent, keys=FixedKeys(OLD, NEW)).packet == packet
        with pytest.raises(RemoteError):
            decode(sent)
        with pytest.raises(RemoteError):
            decode(sent, keys=FixedKeys(OLD))
    assert accidents > 0


def test_printed_form_can_be_refused() -> None:
    printed = encode(PACKET, replace(HJ2025, encryption=Encryption(form=CipherForm.PRINTED)), Sm4.of_text(NEW))
    assert b"CP=&&{0x" in printed
    assert decode(printed, keys=FixedKeys(NEW)).deviations == (Deviation.CIPHER_PRINTED,)
    with pytest.raises(RemoteError):
        decode(printed, replace(HJ2017, encryption=Encryption(reads_printed=False)), FixedKeys(NEW))


def test_printed_form_with_the_length_of_the_text_is_read_too() -> None:
    printed = encode(PACKET, replace(HJ2025, encryption=Encryption(form=CipherForm.PRINTED)), Sm4.of_text(NEW))
    longer = b"##%04d%b" % (len(printed) - 12, printed[6:])
    assert decode(longer, keys=FixedKeys(NEW)).packet == PACKET


def test_the_largest_printed_packet_is_read() -> None:
    name = "i11001-Info"
    largest = Packet(
        qn="20240601085857223",
        st="32",
        cn="3020",
        pw="123456",
        mn="010000A8900016F000169DC0",
        flag=9,
        cp=(((name, "x" * (937 - len(name) - 1)),),),
    )
    printed = encode(largest, replace(HJ2025, encryption=Encryption(form=CipherForm.PRINTED)), Sm4.of_text(NEW))
    assert decode(printed, keys=FixedKeys(NEW)).packet == largest


@pytest.mark.parametrize("area", [b"", b"{}", b"{0x1}", b"{0x12", b"0x12", b"{0x12;0x34}"])
def test_not_a_printed_area(area: bytes) -> None:
    assert read_printed_area(area) is None


def test_printed_area_with_blanks_and_small_letters() -> None:
    assert read_printed_area(b"{0xe4, 0X3E}rest") == b"\xe4\x3erest"
    assert print_area(b"short") == b"short"


def test_gb18030_is_not_guessed_in_2025() -> None:
    """Almost any bytes are GB 18030 text, so it cannot be told from an encrypted area."""
    text = f"{HEADER_2025}CP=&&i11001-Info=//清洗管路//&&".encode("gb18030")
    with pytest.raises(RemoteError, match="area is not UTF-8 text; if it is encrypted, no key opens it"):
        decode(b"##%04d%b%04X\r\n" % (len(text), text, crc212(text)))


def test_chinese_text_in_plaintext_is_read_where_there_are_keys() -> None:
    received = decode(content("i11001-Info=//清洗管路,更换试剂//", HEADER_2025), keys=KEYS)
    assert (received.is_encrypted, received.packet.first("i11001-Info")) == (False, "//清洗管路,更换试剂//")
