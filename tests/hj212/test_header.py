"""Header fields that our own people write: packet_from."""

import pytest

from dau.hj212 import LocalError, Packet, Pair, packet_from


def test_any_order_and_case() -> None:
    fields = (("flag", "7"), ("CN", "2011"), ("PNO", "01"), ("pnum", "2"), ("RF", "1"), ("mn", "M"))
    assert packet_from(fields, ()) == Packet(cn="2011", mn="M", flag=7, pnum=2, pno=1, extra=(("RF", "1"),))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ((), "CN is None, expected four digits"),
        ((("CN", "2011"), ("Flag", "x")), "Flag is not a number 0-255"),
        ((("CN", "2011"), ("PNUM", "-1")), "PNUM or PNO is not a number"),
        ((("CN", "2011"), ("QN", "1"), ("Qn", "2")), "header field twice"),
    ],
)
def test_refused(fields: tuple[Pair, ...], message: str) -> None:
    with pytest.raises(LocalError, match=message):
        packet_from(fields, ())
