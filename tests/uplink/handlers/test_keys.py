"""1014: which new key is taken, which is refused and why, and that nothing of it is shown anywhere."""

from itertools import pairwise
from pathlib import Path
from typing import Final

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dau.hj212 import HJ2025, Packet
from dau.store.audit import Act
from dau.uplink.desk import ExeRtn, Failed
from dau.uplink.handlers.keys import follows_pattern, take_key
from dau.uplink.keyring import KeyRing
from tests.uplink.handlers.office import Office, at_desk
from tests.uplink.stand import platform

FIRST: Final = "k7Qd0mZx2TrW9sLp"
SECOND: Final = "x4T!kq0Zb7Lw_m2R"
CREATED: Final = "20260101115900123"
NATIONAL: Final = platform(dialect=HJ2025)


def new_key(key: str | None = SECOND, created: str | None = CREATED) -> Packet:
    pairs = (("SKCreateTime", created), ("NewSK", key))
    return Packet(cn="1014", cp=(tuple((name, value) for name, value in pairs if value is not None),))


async def with_key(office: Office) -> KeyRing:
    """Give the ring of the desk its first key."""
    ring = office.desk.keys
    other = await KeyRing.open(office.desk.database, office.desk.clock, "national", FIRST, 24)
    assert other.in_use is not None
    await ring.load()
    return ring


def test_a_new_key_is_stored_audited_and_told_of(tmp_path: Path) -> None:
    async def work(office: Office) -> None:
        ring = await with_key(office)
        first = ring.in_use
        await take_key(new_key(), office.desk)
        assert (ring.in_use, len(ring.ciphers(None))) == (first, 2)
        await ring.answered()
        assert ring.created == CREATED
        (act,) = await office.audited()
        assert act == Act(office.stand.clock.now_ms(), "national", "1014", "key", "***", "***", "done")
        assert await office.logged() == ["平台 national 更换了 SM4 密钥 / platform national renewed the SM4 key"]

    at_desk(tmp_path, work, identity=NATIONAL)


@pytest.mark.parametrize(
    ("packet", "why"),
    [
        (new_key("short"), "1014: NewSK has 5 characters, expected 16 printable ones of ASCII"),
        (new_key(None), "1014: NewSK has 0 characters, expected 16 printable ones of ASCII"),
        (new_key("k7Qd0mZx2TrW9sL密"), "1014: NewSK has 16 characters, expected 16 printable ones of ASCII"),
        (new_key("0" * 16), "1014: NewSK follows a pattern, expected one that nobody can guess"),
        (new_key(created=None), "1014: SKCreateTime '', expected a time of 17 digits"),
        (new_key(created="20261301115900123"), "1014: SKCreateTime '20261301115900123', expected a time of 17 digits"),
        (new_key(created="20260101115900"), "1014: SKCreateTime '20260101115900', expected a time of 17 digits"),
        (new_key(FIRST), "1014: NewSK is a key that was used before, expected a new one"),
    ],
)
def test_what_is_no_new_key_is_refused(tmp_path: Path, packet: Packet, why: str) -> None:
    async def work(office: Office) -> None:
        ring = await with_key(office)
        with pytest.raises(Failed) as failed:
            await take_key(packet, office.desk)
        assert (failed.value.code, str(failed.value)) == (ExeRtn.CONDITIONS, why)
        assert len(ring.ciphers(None)) == 1

    at_desk(tmp_path, work, identity=NATIONAL)


def test_without_an_initial_key_none_is_taken_for_it_would_have_come_in_plaintext(tmp_path: Path) -> None:
    async def work(office: Office) -> None:
        with pytest.raises(Failed, match="1014: no key of this platform is set here, expected the initial one first"):
            await take_key(new_key(), office.desk)

    at_desk(tmp_path, work, identity=NATIONAL)


@pytest.mark.parametrize(
    "key",
    [
        "0000000000000000",
        "abababababababab",
        "12ab34cd12ab34cd",
        "abcdefghijklmnop",
        "ponmlkjihgfedcba",
        "0123456789abcdef",
        "FEDCBA9876543210",
        "1234567890123456",
        "9876543210987654",
        "Bcdefghijklmnopq",
    ],
)
def test_patterns(key: str) -> None:
    assert follows_pattern(key)


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=16, max_size=16))
def test_a_key_of_many_different_steps_follows_none(key: str) -> None:
    assume(len({ord(after) - ord(before) for before, after in pairwise(key)}) > 8)
    assert not follows_pattern(key)
