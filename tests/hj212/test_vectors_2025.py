"""Every vector of vectors-2025.json. Names with ``unverified`` or ``derived`` were not compared with the print."""

import base64
from collections import Counter

import pytest

from dau.cipher import FixedKeys, Sm4, key_bytes
from dau.hj212 import (
    Deviation,
    Edition,
    FrameReader,
    Received,
    crc212,
    decode,
    dialect,
    encode,
    flag_of,
    is_backfilled,
)
from dau.hj212.content import read_content
from dau.hj212.sealing import print_area, read_printed_area
from tests.hj212.vectors_2025 import BY_ID_2025, TABLE, Vector2025, name_of, of_kind


def each_of(*kinds: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("vector", of_kind(*kinds), ids=name_of)


def printed_frame(vector: Vector2025) -> bytes:
    """The form with {0x..} and the end of line that the file leaves out."""
    return bytes(vector["printed_text_form"].rstrip("\r\n").encode() + b"\r\n")


def test_the_file_is_whole_and_says_what_was_verified() -> None:
    assert len({each["id"] for each in TABLE}) == len(TABLE) == 71
    assert Counter(each["status"].split()[0] for each in TABLE) == {"unverified": 40, "verified": 22, "derived": 9}
    kinds = {"crc", "frame", "format", "flag", "sm4-frame", "sm4-block", "sm4-region", "auth", "segment", "cp-fragment"}
    assert {each["kind"] for each in TABLE} == kinds | {"derived"}


@each_of("crc")
def test_crc(vector: Vector2025) -> None:
    assert f"{crc212(bytes.fromhex(vector['input_hex'])):04X}" == vector["expected_crc"]


@each_of("format")
def test_length_field(vector: Vector2025) -> None:
    assert f"{vector['value']:04d}" == vector["expected"]


@each_of("flag")
def test_flag(vector: Vector2025) -> None:
    said = vector["decoded"]
    flag = flag_of(int(said["version_bits"], 2), answer=said["answer_required"], split=said["packet_numbers"])
    assert (flag, f"{flag:08b}") == (said["value"], said["binary"])


@each_of("frame")
def test_frame(vector: Vector2025) -> None:
    frame = vector["frame"].encode()
    received = decode(frame)
    assert (received.crc, received.deviations, received.is_encrypted, received.key) == (vector["crc"], (), False, None)
    assert len(frame) - 12 == vector["length"]
    assert encode(received.packet, dialect(received.edition)) == frame


@each_of("segment", "derived")
def test_segment(vector: Vector2025) -> None:
    frame = vector["frame_computed"].encode()
    received = decode(frame)
    assert received.edition is Edition.E2025
    assert received.crc == vector["crc_computed"]
    assert set(received.deviations) == ({Deviation.MN_MISSING} if vector["id"] == "C2-reply" else set())
    assert frame[6:-6].decode() == vector["data_segment"]
    assert len(frame) - 12 == vector["length_computed"]
    assert encode(received.packet, dialect(received.edition)) == frame
    assert is_backfilled(received.packet) is (vector["id"] == "D-rf")


@each_of("cp-fragment")
def test_content(vector: Vector2025) -> None:
    met: list[Deviation] = []
    content = read_content(vector["cp"], met.append)
    assert met == []
    assert ";".join(",".join(f"{name}={value}" for name, value in item) for item in content) == vector["cp"]


@each_of("sm4-frame")
def test_encrypted_frame_raw_and_printed(vector: Vector2025) -> None:
    keys = FixedKeys(vector["key_ascii"])
    raw = bytes.fromhex(vector["derived_raw_wire_frame_hex"])
    plain = decode(BY_ID_2025["A2-ex1-plain" if vector["id"] == "A2-ex2-cipher" else "A2-ex3-plain"]["frame"].encode())
    received = decode(raw, keys=keys)
    assert (received.packet, received.raw, received.crc) == (plain.packet, raw, vector["crc"])
    assert (received.is_encrypted, received.key, received.deviations) == (True, 0, ())
    assert int(raw[2:6]) == vector["length_field"] == len(raw) - 12
    assert encode(plain.packet, dialect(Edition.E2025), keys.ciphers(None)[0]) == raw
    printed = decode(printed_frame(vector), keys=keys)
    assert (printed.packet, printed.deviations) == (plain.packet, (Deviation.CIPHER_PRINTED,))


@each_of("sm4-frame")
@pytest.mark.parametrize("step", [1, 2, 7, 100, 10_000])
def test_encrypted_example_in_pieces(vector: Vector2025, step: int) -> None:
    """The official example holds CR and LF: a reader of lines would fail on it."""
    raw = bytes.fromhex(vector["derived_raw_wire_frame_hex"])
    assert b"\r" in raw[:-2] or b"\n" in raw[:-2]
    stream = raw + printed_frame(vector) + raw
    reader = FrameReader(keys=FixedKeys(vector["key_ascii"]))
    events = [event for place in range(0, len(stream), step) for event in reader.receive(stream[place : place + step])]
    assert [isinstance(event, Received) and event.is_encrypted for event in events] == [True] * 3
    assert b"".join(event.raw for event in events) == stream


@each_of("sm4-frame")
def test_printed_form(vector: Vector2025) -> None:
    sealed = bytes.fromhex(vector["ciphertext_hex"]) + vector["plaintext_tail"].encode()
    printed = print_area(sealed)
    assert b"CP=&&" + printed + b"&&" in printed_frame(vector)
    assert read_printed_area(printed) == sealed


@each_of("sm4-region")
def test_area_of_any_size(vector: Vector2025) -> None:
    cipher = Sm4.of_text(vector["key_hex"])
    sealed = cipher.seal(vector["plaintext_ascii"].encode())
    assert sealed.hex().upper() == vector["expected_hex"]
    assert cipher.open(sealed) == vector["plaintext_ascii"].encode()


@each_of("sm4-block")
def test_cipher(vector: Vector2025) -> None:
    cipher = Sm4.of_text(vector["key_hex"])
    assert cipher.seal(bytes.fromhex(vector["plaintext_hex"])).hex() == vector["ciphertext_hex"]


@each_of("auth")
def test_authorization(vector: Vector2025) -> None:
    """Appendix H pads where section 6.4 does not; its interface is not built, the cipher under it is the same."""
    text = vector["plaintext"].encode()
    rest = 16 - len(text) % 16
    sealed = Sm4(key_bytes(vector["key_ascii"])).seal(text + bytes([rest]) * rest)
    assert base64.b64encode(sealed).decode() == vector["expected"]
