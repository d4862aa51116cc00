"""Senders of HJ 212 text: values, flags, times and receipts; what is not believed; hostile bytes."""

import asyncio
import tomllib
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from dau.acquire import Line
from dau.acquire.conversation import Conversation
from dau.core.instrument import Listener
from dau.core.parameter_names import ParameterName
from dau.core.samples import Reading
from dau.core.states import State
from dau.core.told import Oddity, Parameter, Remark, Told
from dau.hj212 import decode
from dau.link.serial import dial_serial
from dau.runtime.clock import SystemClock
from drivers import hj212
from drivers.hj212.ear import LONGEST
from simulator.instruments.multidrop import Sending
from simulator.instruments.pushing import Pushing, framed
from simulator.instruments.serial_port import SerialPort
from simulator.instruments.slave import Spoken

EXAMPLE = Path(hj212.__file__).with_name("example.toml")
SHARED = {"name", "bus", "driver", "period_s", "timeout_s", "retries"}
NOON_MS = 1_731_038_400_000
"""2024-11-08 12:00:00 in Beijing."""
BOQU = b"##0076ST=32;CN=2011;PW=;MN=;CP=&&DataTime=20241108120000;011-Rtd=12.5,011-Flag=N&&2A80\r\n"
"""Constructed after the page of the maker: what its analysers push."""
COD = Reading("cod", 12.5, data_ms=NOON_MS)


def listener(**keys: Any) -> Listener:
    found = hj212.build(hj212.Options.model_validate({"point": [{"channel": "cod", "code": "011"}], **keys}), "cod")
    assert isinstance(found, Listener)
    return found


def heard(ear: Listener, *pieces: bytes) -> list[tuple[Told, ...]]:
    return [message for piece in pieces for message in ear.hear(piece).messages]


def said(content: str, header: str = "ST=32;CN=2011;PW=;MN=;") -> bytes:
    return framed(f"{header}CP=&&DataTime=20241108120000;{content}&&")


def test_the_example_is_valid() -> None:
    for table in tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))["instrument"]:
        assert hj212.Options.model_validate({key: table[key] for key in table.keys() - SHARED}).channels()


def test_an_analyser_with_empty_mn_and_pw() -> None:
    ear = listener()
    assert (ear.name, ear.channels, ear.device) == ("cod", ("cod",), "HJ 212 sender of any MN")
    assert heard(ear, BOQU) == [(COD,)]
    assert ear.hear(BOQU).reply == b""


def test_in_any_pieces_and_two_at_once() -> None:
    assert heard(listener(), *(bytes([byte]) for byte in BOQU)) == [(COD,)]
    assert heard(listener(), b"\0AT\r\n" + BOQU[:30], BOQU[30:] + BOQU) == [(COD,), (COD,)]


@pytest.mark.parametrize(
    ("flag", "states"),
    [
        ("N", State.OK),
        ("T", State.OVER_RANGE),
        ("C", State.CALIBRATION),
        ("M", State.MAINTENANCE),
        ("D", State.FAULT),
        ("B", State.COMM_LOST),
        ("F", State.STOPPED),
        ("S", State.MANUAL),
        ("P", State.STARTUP),
    ],
)
def test_flags_are_states_and_values_stay(flag: str, states: State) -> None:
    ear = listener(flags={"P": "startup"})
    assert heard(ear, said(f"011-Rtd=12.5,011-Flag={flag}")) == [(Reading("cod", 12.5, states, data_ms=NOON_MS),)]


def test_an_unknown_flag_is_kept_not_believed_and_remarked_once() -> None:
    ear = listener()
    message = said("011-Rtd=12.5,011-Flag=lw")
    reading = Reading("cod", 12.5, State.FAULT, data_ms=NOON_MS)
    remark = Remark(Oddity.UNKNOWN_WORD, "flag of 011 is 'lw', which is not listed")
    assert heard(ear, message, message) == [(reading, remark), (reading,)]


def test_a_factor_without_a_flag_is_well_and_without_a_number_is_none() -> None:
    assert heard(listener(), said("011-Rtd=12.5")) == [(COD,)]
    assert heard(listener(), said("011-Rtd=----")) == [(Reading("cod", None, State.FAULT, data_ms=NOON_MS),)]
    assert heard(listener(), said("011-Rtd=")) == [(Reading("cod", None, State.FAULT, data_ms=NOON_MS),)]
    assert heard(listener(), said("060-Rtd=1.0,060-Flag=N")) == [], "nothing that was asked for"


def test_items_are_chosen_and_missing_factors_are_not_told() -> None:
    points = [
        {"channel": "nmhc", "code": "a24088", "item": "Rtd"},
        {"channel": "nmhc-zs", "code": "a24088", "item": "ZsRtd"},
        {"channel": "o2", "code": "a19001"},
        {"name": "state", "code": "i12007", "item": "Info", "parameter": "work_state", "map": {"0": "measuring"}},
    ]
    ear = listener(point=points, route="industrial_pc")
    content = "a24088-Rtd=1.2,a24088-ZsRtd=1.5,a24088-Flag=T;i12007-Info=0"
    assert heard(ear, said(content)) == [
        (
            Reading("nmhc", 1.2, State.OVER_RANGE, data_ms=NOON_MS),
            Reading("nmhc-zs", 1.5, State.OVER_RANGE, data_ms=NOON_MS),
            Parameter(ParameterName.WORK_STATE, "measuring"),
            Parameter(ParameterName.ROUTE, "industrial_pc"),
        )
    ]


def test_only_the_commands_and_the_sender_that_are_wanted() -> None:
    minutes = said("011-Avg=12.5,011-Flag=N", "ST=32;CN=2051;PW=;MN=A1;")
    point = [{"channel": "cod", "code": "011", "item": "Avg"}]
    assert heard(listener(point=point), minutes) == []
    assert heard(listener(point=point, commands=["2051"]), minutes) == [(COD,)]
    assert heard(listener(point=point, commands=["2051"], mn="A1"), minutes) == [(COD,)]
    assert heard(listener(point=point, commands=["2051"], mn="A2"), minutes) == []


WANTS = {
    "2017": "QN=20241108120001000;ST=31;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=5;",
    "2005": "QN=20241108120001000;ST=31;CN=2011;PW=123456;MN=88888880000001;Flag=1;",
    "2025": "QN=20241108120001000;ST=31;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=9;",
}


@pytest.mark.parametrize("edition", WANTS)
def test_a_receipt_where_it_is_wanted_and_allowed(edition: str) -> None:
    message = said("011-Rtd=12.5,011-Flag=N", WANTS[edition])
    reply = listener(answers=True).hear(message).reply
    packet = decode(reply).packet
    assert packet.cn == "9014"
    assert "20241108120001000" in {packet.qn, packet.first("QN")}
    assert listener().hear(message).reply == b""
    assert listener(answers=True, mn="other").hear(message).reply == b""


def test_what_was_sent_again_is_answered_and_not_taken() -> None:
    message = said("011-Rtd=12.5,011-Flag=N", WANTS["2025"] + "RF=1;")
    made = listener(answers=True).hear(message)
    assert made.messages == () and decode(made.reply).packet.cn == "9014"


def test_a_wrong_length_is_believed_only_where_it_is_said() -> None:
    wrong = BOQU.replace(b"##0076", b"##0077")
    assert heard(listener(), wrong, BOQU) == [(COD,)]
    assert heard(listener(any_length=True), wrong) == [(COD,)]


def test_a_spoilt_message_costs_itself_and_not_the_next_ones() -> None:
    for spoilt in (BOQU.replace(b"12.5", b"13.5"), BOQU[:40], BOQU.replace(b"##0076", b"##3999"), BOQU[:-2]):
        ear = listener()
        assert heard(ear, spoilt, BOQU, BOQU)[-1:] == [(COD,)]
        assert all(message == (COD,) for message in heard(listener(), spoilt, BOQU, BOQU))


def test_a_half_message_that_declares_much_keeps_nothing_waiting() -> None:
    ear = listener()
    assert heard(ear, b"##4000ST=32;CN=2011", BOQU) == [(COD,)]


@given(st.lists(st.binary(max_size=300), max_size=8))
def test_any_bytes_whatever(pieces: list[bytes]) -> None:
    assert heard(listener(answers=True), *pieces) == []


@given(st.integers(0, len(BOQU) - 3), st.integers(1, 255))
def test_a_spoilt_byte_gives_the_value_or_nothing(at: int, spoil: int) -> None:
    bad = BOQU[:at] + bytes([BOQU[at] ^ spoil]) + BOQU[at + 1 :]
    for message in heard(listener(), bad):
        (reading,) = message
        assert reading == COD or b"12.5" not in bad or b"20241108120000" not in bad or b"=N" not in bad


def test_what_is_kept_is_bounded() -> None:
    ear, chance = listener(), Random(212)
    for _ in range(400):
        ear.hear(b"##9999" + chance.randbytes(1000).replace(b"\n", b""))
    assert heard(ear, b"\r\n", BOQU) == [(COD,)]
    ear.hear(b"##4000" + b"x" * 10 * LONGEST)
    assert heard(ear, b"\r\n", BOQU) == [(COD,)]


def test_remarks_are_bounded() -> None:
    ear = listener()
    told = [heard(ear, said(f"011-Rtd=1,011-Flag=x{number}")) for number in range(300)]
    assert sum(isinstance(each, Remark) for message in told for each in message[0]) == 100


class Receipts:
    """What a pusher hears; ``came`` is set with the first receipt."""

    def __init__(self, pushing: Pushing) -> None:
        self._pushing = pushing
        self.came = asyncio.Event()

    def answer(self, received: bytes, at_ms: int) -> list[Sending]:
        self._pushing.answer(received, at_ms)
        if self._pushing.receipts:
            self.came.set()
        return []


def test_over_a_real_terminal_with_its_receipt(tmp_path: Path) -> None:
    pushing = Pushing({"011": lambda _: 12.5}, WANTS["2017"], digits=1)

    def note(_: int, __: Spoken) -> None:
        return None

    async def run() -> tuple[Told, ...]:
        receipts = Receipts(pushing)
        port = SerialPort(tmp_path / "port", receipts, note)
        await port.plug()
        dial = dial_serial(str(tmp_path / "port"), 9600, 8, "N", 1)
        pipe = await dial()
        conversation = Conversation(pipe, Line("line", dial, 0.01, 0.1), SystemClock())
        hearing = asyncio.create_task(conversation.hear(listener(answers=True), 5.0))
        assert port.say(pushing.message(NOON_MS))
        told = await hearing
        async with asyncio.timeout(5.0):
            await receipts.came.wait()
        await pipe.close()
        await port.unplug()
        return told

    assert asyncio.run(run()) == (COD,)
    assert decode(pushing.receipts[0] + b"\r\n").packet.cn == "9014"


@pytest.mark.parametrize(
    ("keys", "complaint"),
    [
        ({"commands": []}, "at least 1 item"),
        ({"flags": {"N": "fine"}}, "Input should be 'ok'"),
        ({"point": [{"channel": "a", "code": "011", "role": "result_flag"}]}, "come with the message itself"),
        ({"point": [{"channel": "a"}]}, "Field required"),
        ({"point": [{"channel": "a", "code": "w-1"}]}, "pattern"),
    ],
)
def test_mistakes_are_told(keys: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError) as caught:
        listener(**keys)
    assert complaint in str(caught.value)
