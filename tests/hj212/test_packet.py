"""The packet as a value."""

import pytest

from dau.hj212 import Packet, flag_of


@pytest.mark.parametrize(
    ("flag", "version", "split", "answer"),
    [
        *((None, 0, False, False), (3, 0, True, True), (4, 1, False, False), (5, 1, False, True)),
        *((6, 1, True, False), (7, 1, True, True), (9, 2, False, True), (255, 63, True, True)),
    ],
)
def test_flag_bits(flag: int | None, version: int, split: bool, answer: bool) -> None:
    packet = Packet(cn="2011", flag=flag)
    assert (packet.version, packet.is_split, packet.needs_answer) == (version, split, answer)
    if flag is not None:
        assert flag_of(version, split=split, answer=answer) == flag


def test_first_of_a_name() -> None:
    packet = Packet(cn="3020", cp=((("PolId", "a"), ("x", "1")), (("PolId", "b"),)))
    assert packet.first("PolId") == "a"
    assert packet.first("polid") is None


def test_repr_hides_secrets() -> None:
    packet = Packet(cn="1072", pw="123456", mn="M", cp=((("NewPW", "654321"),), (("a", "1"),)))
    assert repr(packet) == "Packet(cn='1072', pw='***', mn='M', cp=((('NewPW', '***'),), (('a', '1'),)))"
    assert repr(Packet(cn="2011", flag=0)) == "Packet(cn='2011', flag=0)"
