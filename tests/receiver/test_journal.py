"""The tables as a model would keep them, whatever comes in whatever order."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from dau.hj212 import FrameReader, crc212
from dau.receiver.journal import Accepted, Arrival, Datum, keep
from dau.receiver.meaning import arrival_of
from dau.receiver.status import read_status
from dau.receiver.tables import SCHEMA
from tests.receiver.site import upload


@contextmanager
def tables() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    for _, statements in SCHEMA.steps:
        for statement in statements:
            connection.execute(statement)
    yield connection
    connection.close()


def packet(mn: str, data_time: str, value: str) -> Accepted:
    return Accepted(
        at_ms=0, peer="p", raw=b"", mn=mn, st="32", cn="2061", qn="", edition="2017", data_time=data_time,
        data=(Datum("w01018", "Avg", value),),
    )  # fmt: skip


PACKETS = st.builds(
    packet, st.sampled_from("AB"), st.sampled_from(["20260101000000", "20260101010000", ""]), st.sampled_from("123")
)


@given(st.lists(PACKETS, max_size=30), st.integers(1, 5))
def test_the_tables_hold_what_a_plain_dictionary_would(packets: list[Accepted], together: int) -> None:
    values: dict[tuple[str, str], list[str]] = {}
    contradictions = 0
    with tables() as connection:
        for at in range(0, len(packets), together):
            contradictions += len(keep(connection, packets[at : at + together]))
        for each in packets:
            values.setdefault((each.mn, each.data_time), []).append(each.data[0].value)
        rows = connection.execute("SELECT mn, data_time, value, seen, differing FROM datum ORDER BY mn, data_time")
        changed = {key: sum(a != b for a, b in pairwise(said)) for key, said in values.items()}
        assert rows.fetchall() == [(*key, said[-1], len(said), changed[key]) for key, said in sorted(values.items())]
        assert contradictions == sum(count for (_, label), count in changed.items() if label)
        assert connection.execute("SELECT count(*) FROM packet").fetchone() == (len(packets),)


@given(st.randoms(use_true_random=False), st.lists(st.integers(0, 3), min_size=1, max_size=20), st.binary(max_size=40))
def test_whatever_bytes_arrive_can_be_kept(chance: random.Random, kinds: list[int], noise: bytes) -> None:
    stream = bytearray()
    for kind in kinds:
        piece = bytearray(upload(number=kind))
        for _ in range(kind):
            piece[chance.randrange(len(piece))] = chance.randrange(256)
        stream += noise + piece
    reader = FrameReader()
    arrivals: list[Arrival] = [
        arrival_of(event, 1, "peer") for event in [*reader.receive(bytes(stream)), *reader.receive_end()]
    ]
    with tables() as connection:
        keep(connection, arrivals)
        raws = [raw for (raw,) in connection.execute("SELECT raw FROM packet ORDER BY id")]
        assert b"".join(raws) == bytes(stream)
        read_status(connection)


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_text_a_frame_can_carry_can_be_kept(name: str, value: str) -> None:
    segment = f"QN=1;ST=32;CN=2011;PW={name};MN={value};Flag=5;CP=&&{name}={value};{name}-Rtd={value}&&"
    data = segment.encode("utf-8", "surrogatepass")
    events = FrameReader().receive(b"##%04d%b%04X\r\n" % (len(data), data, crc212(data)))
    with tables() as connection:
        keep(connection, [arrival_of(event, 1, "peer") for event in events])
