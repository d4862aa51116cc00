"""What was recorded can be replayed."""

import pytest

from dau.link import LinkLost, pipe_pair
from dau.link.record import Piece, Record, RecordedPipe, ReplayedPipe, parse_piece
from tests.link import conversation

EXCHANGE = [
    Piece(1000, ">", bytes.fromhex("010300000002c40b")),
    Piece(1040, "<", bytes.fromhex("010304")),
    Piece(1041, "<", bytes.fromhex("414800006e19")),
    Piece(2000, ">", b"\x02"),
    Piece(2040, "<", b"\x03"),
]


async def test_every_piece_is_noted_with_its_way_and_time() -> None:
    near, far = pipe_pair("wire")
    times = iter([1000, 1040, 2000])
    record = Record()
    pipe = RecordedPipe(near, lambda: next(times), record)
    await pipe.write(b"\x01\x02")
    await far.write(b"\x03")
    assert await pipe.read() == b"\x03"
    await pipe.write(b"\x04")
    await far.close()
    assert await pipe.read() == b""
    await pipe.close()
    assert [str(piece) for piece in record.pieces] == ["1000 > 01 02", "1040 < 03", "2000 > 04"]
    assert pipe.name == "wire"


async def test_a_recorded_pipe_is_a_pipe() -> None:
    near, far = pipe_pair()
    pipe = RecordedPipe(near, lambda: 0, Record())
    await conversation.carries_every_byte_both_ways(pipe, far)
    await conversation.gives_a_long_message_in_bounded_pieces(pipe, far)
    await conversation.loses_nothing_when_a_reader_gives_up(far, pipe)
    await conversation.is_closed_once_and_for_all(pipe)


def test_a_record_is_bounded_and_keeps_the_newest() -> None:
    record = Record(limit_bytes=10)
    for number in range(100):
        record(Piece(number, ">", bytes(4)))
    assert [piece.at_ms for piece in record.pieces] == [98, 99]


@pytest.mark.parametrize("piece", EXCHANGE)
def test_a_line_is_the_piece_again(piece: Piece) -> None:
    assert parse_piece(str(piece)) == piece


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("1000 = 01", "line '1000 = 01' of a record: the way is '=', expected > or <"),
        ("1000 > 0g", "non-hexadecimal number found"),
        ("soon > 01", "invalid literal"),
        ("", "not enough values"),
    ],
)
def test_lines_that_are_no_piece(line: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_piece(line)


async def test_replay_gives_each_answer_after_its_request() -> None:
    pipe = ReplayedPipe(EXCHANGE, "recorded")
    await pipe.write(EXCHANGE[0].data)
    assert [await pipe.read(), await pipe.read()] == [EXCHANGE[1].data, EXCHANGE[2].data]
    await pipe.write(b"\x02")
    assert [await pipe.read(), await pipe.read()] == [b"\x03", b""]


async def test_replay_tells_what_differs() -> None:
    pipe = ReplayedPipe(EXCHANGE, "recorded")
    with pytest.raises(LinkLost, match="replaying recorded: written ff, expected 01 03 00 00 00 02 c4 0b"):
        await pipe.write(b"\xff")
    assert await pipe.read() == b""
    with pytest.raises(LinkLost, match="replaying recorded: written 02, expected no more"):
        await pipe.write(b"\x02")


async def test_an_answer_nobody_read_is_gone_at_the_next_request() -> None:
    pipe = ReplayedPipe(EXCHANGE)
    await pipe.write(EXCHANGE[0].data)
    await pipe.write(b"\x02")
    assert await pipe.read() == b"\x03"


async def test_replay_can_be_closed_while_somebody_waits() -> None:
    pipe = ReplayedPipe(EXCHANGE)
    await pipe.close()
    assert await pipe.read() == b""
