"""Reads of more registers than the standard knows, as some instruments answer them."""

import pytest
from pydantic import ValidationError

from dau.core.instrument import Found
from dau.core.samples import Reading
from dau.core.told import readings_in
from drivers.modbus_map import Options, build
from drivers.modbus_map.frames import RtuFraming, TcpFraming, with_crc
from drivers.modbus_map.requests import Read, Table
from tests.drivers.modbus_map.test_driver import converse

READ = Read(1, Table.INPUT, 300, 226)
DATA = b"".join(number.to_bytes(2, "big") for number in range(226))
HEAD = bytes([1, 4, 452 & 0xFF])


def test_the_byte_count_wraps_and_length_and_crc_decide() -> None:
    query, answer = RtuFraming().query(READ), with_crc(HEAD + DATA)
    assert query.request == with_crc(bytes.fromhex("01 04 01 2c 00 e2"))
    assert query.reply_bytes == len(answer) == 457
    assert query.find(answer) == Found(answer, 0)
    assert query.find(b"\0" + answer + b"\0") == Found(answer, 2)
    assert [query.find(answer[:end]) for end in range(len(answer))] == [None] * len(answer)


def test_a_shorter_answer_with_the_same_byte_count_is_not_believed() -> None:
    short = with_crc(HEAD + DATA[:196])
    assert RtuFraming().query(READ).find(short) is None
    assert RtuFraming().query(Read(1, Table.INPUT, 300, 98)).find(short) == Found(short, 0)


def test_over_modbus_tcp() -> None:
    query = TcpFraming().query(READ)
    answer = query.request[:2] + b"\0\0" + (3 + 452).to_bytes(2, "big") + HEAD + DATA
    assert query.find(answer) == Found(answer, 0)


def test_one_read_takes_it_all() -> None:
    points = [{"channel": f"c{at}", "table": "input", "address": 300 + at, "type": "u16"} for at in range(226)]
    options = {"slave": 1, "point": points, "max_count": 226, "oversize": True}
    requests, told = converse(build(Options.model_validate(options), "cems"), lambda _: with_crc(HEAD + DATA))
    assert len(requests) == 1
    assert readings_in(told)[225] == Reading("c225", 225.0)


@pytest.mark.parametrize(
    ("keys", "complaint"),
    [
        ({"max_count": 126}, "max_count = 126 is above the standard's 125; oversize = true allows it"),
        ({"max_count": 251, "oversize": True}, "less than or equal to 250"),
    ],
)
def test_more_than_the_standard_must_be_said(keys: dict[str, object], complaint: str) -> None:
    point = {"channel": "c", "address": 0, "type": "u16"}
    with pytest.raises(ValidationError, match=complaint):
        Options.model_validate({"slave": 1, "point": [point], **keys})
