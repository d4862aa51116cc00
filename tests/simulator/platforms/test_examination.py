"""Every request of the table is asked, and each is one that its edition allows."""

import pytest

from dau.hj212 import Edition, Packet, Role, command, decode, dialect, validate
from simulator.platforms.examination import requests

TOLD = Packet(cn="2011", st="32", pw="123456", mn="A" * 24)
NOW_MS = 1_767_240_000_000


@pytest.mark.parametrize("edition", list(Edition))
def test_requests_are_valid_and_numbered(edition: Edition) -> None:
    packets = [decode(frame).packet for frame in requests(TOLD, edition, NOW_MS)]
    assert len(packets) > 20
    assert len({packet.qn for packet in packets}) == len(packets)
    for packet in packets:
        row = command(packet.cn, edition)
        assert row is not None and edition in row.editions
        assert validate(packet, Role.PLATFORM, dialect(edition)) == ()


def test_nothing_that_changes_a_secret_is_asked() -> None:
    numbers = {decode(frame).packet.cn for edition in Edition for frame in requests(TOLD, edition, NOW_MS)}
    assert numbers.isdisjoint({"1072", "1014", "1002"})
