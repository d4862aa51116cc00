"""Instruments of text as a station has them: asked, told, listened to, on a real terminal."""

import asyncio
import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from dau.acquire import Line
from dau.acquire.conversation import Conversation
from dau.core.errands import Errand, Task
from dau.core.instrument import Listener
from dau.core.samples import Reading
from dau.core.states import State
from dau.core.told import ClockShown, Told
from dau.link.serial import dial_serial
from dau.runtime.clock import SystemClock
from drivers import line
from simulator.instruments.serial_port import SerialPort
from simulator.instruments.slave import Spoken
from simulator.instruments.text import TextInstrument, ups
from tests.drivers.asking import done, of_simulator, polled, polled_over_a_terminal

EXAMPLE = Path(line.__file__).with_name("example.toml")
SHARED = {"name", "bus", "driver", "period_s", "timeout_s", "retries"}
NOON_MS = 1_731_038_400_000
"""2024-11-08 12:00:00 in Beijing."""


def example(number: int, **keys: Any) -> line.Options:
    table = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))["instrument"][number]
    own = {key: table[key] for key in table.keys() - SHARED}
    return line.Options.model_validate({**own, **keys})


def made_up(block: dict[str, Any], *points: dict[str, Any], **keys: Any) -> line.Options:
    block = {"name": "b", "send": "D1", "expect": ".", **block}
    return line.Options.model_validate({"block": [block], "point": points, **keys})


def one(answer: str, block: dict[str, Any], point: dict[str, Any]) -> Any:
    options = made_up(block, {"channel": "a", **point})
    (reading,) = polled(line.build(options, "x"), of_simulator(TextInstrument({"D1": lambda _: answer}, b"\r\n")))
    assert isinstance(reading, Reading)
    return reading.value


def test_a_ups() -> None:
    driver = line.build(example(0), "ups")
    assert driver.device == "text line" and driver.channels == ("mains",)
    assert polled(driver, of_simulator(ups(lambda _: 221.5, lambda _: 13.6))) == [Reading("mains", 221.5)]


def test_its_echo_is_passed_over() -> None:
    peer = ups(lambda _: 221.5, lambda _: 13.6)
    peer.echo = True
    assert polled(line.build(example(0), "ups"), of_simulator(peer)) == [Reading("mains", 221.5)]


def test_over_a_real_terminal(tmp_path: Path) -> None:
    peer = ups(lambda _: 221.5, lambda _: 13.6)
    assert polled_over_a_terminal(line.build(example(0), "ups"), peer, tmp_path) == (Reading("mains", 221.5),)


@pytest.mark.parametrize(
    ("answer", "block", "point", "value"),
    [
        ("H=1.20 Q=12.50m3/h", {}, {"after": "Q="}, 12.5),
        ("H=1.20 Q= 12.50 m3/h", {}, {"after": "Q="}, 12.5),
        ("H=1.20 Q=---", {}, {"after": "Q="}, None),
        ("H=1.20", {}, {"after": "Q="}, None),
        ("#1,2.5,3", {"starts": "#", "separator": ","}, {"word": 1}, 2.5),
        ("#1,2.5,3", {"starts": "#", "separator": ","}, {"word": 3}, None),
        ("AB0012.5XY", {"starts": "AB"}, {"slice": [0, 6]}, 12.5),
        ("AB0012", {"starts": "AB"}, {"slice": [0, 6]}, None),
        ("CONCENTRATION : 1.25 mg/L", {}, {"match": r": *+(\d++\.\d++) mg"}, 1.25),
        ("CONCENTRATION : mg/L", {}, {"match": r": *+(\d++\.\d++) mg"}, None),
        ("FF", {}, {"word": 0, "type": "hex"}, 255.0),
        ("0101", {}, {"word": 0, "type": "bits"}, 5.0),
        ("0201", {}, {"word": 0, "type": "bits"}, None),
    ],
)
def test_where_a_point_stands(answer: str, block: dict[str, Any], point: dict[str, Any], value: float | None) -> None:
    assert one(answer, block, point) == value


def test_words_and_times_of_a_text() -> None:
    points = (
        {"channel": "cod", "word": 1},
        {"name": "time", "slice": [0, 14], "type": "time", "role": "data_time"},
        {"name": "flag", "word": 2, "type": "text", "role": "result_flag", "map": {"N": "ok", "T": "over_range"}},
    )
    driver = line.build(made_up({}, *points), "x")
    peer = TextInstrument({"D1": lambda _: "20241108120000 12.5 T"}, b"\r\n")
    assert polled(driver, of_simulator(peer)) == [Reading("cod", 12.5, State.OVER_RANGE, data_ms=NOON_MS)]


def test_a_command_is_a_text() -> None:
    point = {"channel": "cod", "word": 0}
    command = {"do": "sample", "step": [{"send": "ZXEMEASURE", "expect": "^OK"}]}
    driver = line.build(made_up({}, point, command=[command]), "x")
    peer = TextInstrument({"D1": lambda _: "1", "ZXEMEASURE": lambda _: "OK"}, b"\r\n")
    done(driver, Errand(Task.SAMPLE, "cod"), of_simulator(peer))
    assert peer.asked == ["ZXEMEASURE"]


def test_a_bare_request_has_neither_end_nor_checksum() -> None:
    driver = line.build(made_up({"send": "\x11", "bare": True}, {"channel": "a", "word": 0}, checksum="xor"), "x")
    assert not isinstance(driver, Listener)
    assert [query.request for query in driver.queries()] == [b"\x11"]


# --------------------------------------------------------------------------------------------------------- listening

SAID = b"$FLOW,2024-11-08 12:00:00,Q=12.50 m3/h,M=1234.5*"
TOLD = (Reading("flow", 12.5), Reading("total", 1234.5), ClockShown(NOON_MS))


def summed(text: bytes) -> bytes:
    found = 0
    for byte in text:
        found ^= byte
    return text + b"%02X\r\n" % found


def listener() -> Listener:
    found = line.build(example(1), "meter")
    assert isinstance(found, Listener)
    return found


def test_an_instrument_that_speaks_by_itself() -> None:
    ear, message = listener(), summed(SAID)
    assert (ear.name, ear.channels) == ("meter", ("flow", "total"))
    assert ear.hear(b"\0\xff" + message[:20]).messages == ()
    assert ear.hear(message[20:] + message).messages == (TOLD, TOLD)
    assert ear.hear(message.replace(b"12.50", b"13.50")).messages == ()
    assert ear.hear(b"hello\r\n" + message).messages == (TOLD,)


def test_what_is_kept_is_bounded_and_the_next_line_is_heard() -> None:
    ear = listener()
    for _ in range(100):
        assert ear.hear(b"$FLOW," * 1000).messages == ()
    assert ear.hear(b"\r\n" + summed(SAID)).messages == (TOLD,)


def test_lines_of_several_kinds_and_what_a_line_has_not() -> None:
    blocks = [{"name": "flow", "starts": "Q="}, {"name": "level", "starts": "H="}]
    points = [
        {"channel": "flow", "block": "flow", "word": 0},
        {"channel": "level", "block": "level", "word": 0},
    ]
    ear = line.build(line.Options.model_validate({"block": blocks, "point": points}), "x")
    assert isinstance(ear, Listener)
    heard = ear.hear(b"H=1.5\r\nQ=20\r\nX=1\r\nH=--\r\n")
    assert heard.messages == (
        (Reading("level", 1.5),),
        (Reading("flow", 20.0),),
        (Reading("level", None, State.FAULT),),
    )


def test_it_is_heard_over_a_real_terminal(tmp_path: Path) -> None:
    def note(_: int, __: Spoken) -> None:
        return None

    async def run() -> tuple[Told, ...]:
        port = SerialPort(tmp_path / "port", TextInstrument({}), note)
        await port.plug()
        dial = dial_serial(str(tmp_path / "port"), 9600, 8, "N", 1)
        pipe = await dial()
        conversation = Conversation(pipe, Line("line", dial, 0.01, 0.1), SystemClock())
        assert port.say(summed(SAID))
        told = await conversation.hear(listener(), 5.0)
        await pipe.close()
        await port.unplug()
        return told

    assert asyncio.run(run()) == TOLD


@pytest.mark.parametrize(
    ("block", "point", "complaint"),
    [
        ({"expect": None}, {"word": 0}, "b: needs starts or expect, or any text would be believed"),
        ({}, {}, "a: expected exactly one of word, slice, after and match"),
        ({}, {"word": 0, "after": "x"}, "a: expected exactly one of"),
        ({}, {"match": "x"}, "a: match needs exactly one group"),
        ({}, {"match": "(x+)+"}, "is not allowed"),
        ({"expect": "a*b"}, {"word": 0}, "is not allowed"),
        ({"expect": "(a"}, {"word": 0}, "is no regular expression"),
        ({}, {"word": 0, "type": "time"}, "a is no number"),
        ({"every_s": 60}, {"word": 0}, "every_s is for profiles"),
    ],
)
def test_mistakes_are_told(block: dict[str, Any], point: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError) as caught:
        made_up(block, {"channel": "a", **point})
    assert complaint in str(caught.value)


def test_blocks_are_all_asked_or_all_listened_for() -> None:
    blocks = [{"name": "a", "send": "x", "starts": "("}, {"name": "b", "starts": ")"}]
    with pytest.raises(ValidationError, match="either every block has send, or none"):
        line.Options.model_validate({"block": blocks, "point": [{"channel": "a", "block": "a", "word": 0}]})
