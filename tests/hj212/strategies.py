"""Hypothesis strategies: packets that may be sent, and frames with damage."""

from hypothesis import strategies as st

from dau.hj212 import Packet, Pair, encode

_plain = st.text(st.characters(codec="utf-8", exclude_characters="=,;&/", exclude_categories=["C", "Z"]), max_size=12)
_names = _plain.filter(bool)
_logs = st.text(st.characters(codec="utf-8", exclude_characters="&/", exclude_categories=["C"]), max_size=20)
_values = _plain | _plain.map(lambda text: f"{text}={text}" if text else "") | _logs.map(lambda text: f"//{text}//")
_pairs: st.SearchStrategy[Pair] = st.tuples(_names, _values)
contents = st.lists(st.lists(_pairs, min_size=1, max_size=4).map(tuple), max_size=5).map(tuple)
_digits = st.text("0123456789", min_size=4, max_size=4)
_opaque = st.text("0123456789ABCDEFxyz_", max_size=24)


@st.composite
def packets(draw: st.DrawFn) -> Packet:
    """Draw a packet of the 2017 edition that fits one segment."""
    split = draw(st.booleans())
    pnum = draw(st.integers(1, 9999)) if split else None
    return Packet(
        qn=draw(_opaque),
        st=draw(st.text("0123456789ABCDEF", min_size=2, max_size=2)),
        cn=draw(_digits),
        pw=draw(_opaque),
        mn=draw(_opaque),
        flag=draw(st.sampled_from([6, 7] if split else [4, 5])),
        pnum=pnum,
        pno=draw(st.integers(1, pnum)) if pnum else None,
        cp=draw(contents),
        extra=draw(st.lists(st.tuples(st.sampled_from(["RF", "IMEI", "Key"]), _opaque), max_size=2).map(tuple)),
    )


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """Draw frames with single bytes changed, stretches cut out, and rubbish that looks like frames pushed in."""
    data = bytearray(b"".join(encode(packet) for packet in draw(st.lists(packets(), min_size=1, max_size=3))))
    for _ in range(draw(st.integers(0, 6))):
        place = draw(st.integers(0, len(data)))
        lure = st.sampled_from([b"##", b"##0101", b"##9999", b"\r\n", b"\n", b"&&", b"&&0000\r\n", b"##101Q", b"//"])
        data[place : place + draw(st.integers(0, 30))] = draw(lure | st.binary(max_size=8))
    return bytes(data)
