"""The command ``dau send``, against a real receiver and a scripted unit, each a process or a thread of its own."""

import asyncio
import json
import os
import stat
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dau.cli.main import main
from dau.cli.send import Wanted, order_of
from dau.hj212 import (
    FrameReader,
    Packet,
    Received,
    data_time,
    encode,
    execution_result,
    notice_receipt,
    request_receipt,
)
from dau.receiver.door import door_of
from dau.receiver.orders import Order
from tests.cli.test_receive import DAU, receiver
from tests.receiver.site import MN, START_MS, upload
from tests.receiver.unit import record

Script = Callable[[Packet], Sequence[Packet]]
"""What a unit answers to a packet of the receiver."""


def executed(request: Packet) -> list[Packet]:
    return [request_receipt(request, 1), execution_result(request, 1)]


def refused(request: Packet) -> list[Packet]:
    return [request_receipt(request, 3)]


def silent(request: Packet) -> list[Packet]:
    return []


def noticed(notice: Packet) -> list[Packet]:
    return [notice_receipt(notice)]


def history(request: Packet) -> list[Packet]:
    records = [record(data_time(START_MS + hour * 3_600_000), f"2026010109000000{hour}") for hour in range(3)]
    return [request_receipt(request, 1), *records, execution_result(request, 1)]


@asynccontextmanager
async def unit(port: int, script: Script) -> AsyncIterator[list[Packet]]:
    """Connect a unit that uploads once and then does as its script says; yields the packets it got."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(upload())
    assert b"CN=9014" in await reader.readuntil(b"\r\n")
    got: list[Packet] = []

    async def answer() -> None:
        frames = FrameReader()
        while data := await reader.read(4096):
            for event in frames.receive(data):
                assert isinstance(event, Received)
                got.append(event.packet)
                writer.write(b"".join(map(encode, script(event.packet))))

    task = asyncio.create_task(answer())
    try:
        yield got
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        writer.close()


@dataclass(frozen=True, slots=True)
class Said:
    """What a run of the command said."""

    status: int
    out: str
    err: str


async def dau_send(database: Path, *arguments: str, said: str = "", **variables: str) -> Said:
    """Run the real command."""
    process = await asyncio.create_subprocess_exec(
        *DAU, "send", "--database", str(database), *arguments,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        env=os.environ | variables,
    )  # fmt: skip
    out, err = await process.communicate(said.encode())
    assert process.returncode is not None
    return Said(process.returncode, out.decode(), err.decode())


@pytest.mark.e2e
async def test_a_request_is_shown_step_by_step(tmp_path: Path) -> None:
    database = tmp_path / "national.db"
    async with receiver(database) as (_, port), unit(port, executed) as got:
        said = await dau_send(database, MN, "1062", "RtdInterval=60")
    assert (said.status, said.err) == (0, "")
    assert [(packet.cn, packet.pw, packet.cp) for packet in got] == [("1062", "100000", ((("RtdInterval", "60"),),))]
    lines = said.out.splitlines()
    heads = [line for line in lines if not line.startswith(" ")]
    assert [head[12:] for head in heads[:3]] == [
        " --> 发送 / sent: 1062 设置实时数据间隔 / set realtime interval",
        " <-- 应答 / receipt: 9011 请求应答 / request acknowledgement",
        " <-- 结果 / result: 9012 执行结果 / execution result",
    ]
    assert heads[3:] == ["成功 / done"]
    fields = [line.split(maxsplit=2) for line in lines if line.startswith(" ")]
    assert fields[0] == ["QN", got[0].qn, "请求编码 / request number"]
    assert ["RtdInterval", "60", "实时数据上报间隔 / interval of realtime data, s"] in fields
    assert ["ExeRtn", "1", "执行结果回应代码 / result of the execution: 执行成功 / done"] in fields
    assert "100000" not in said.out


@pytest.mark.e2e
async def test_history_as_json(tmp_path: Path) -> None:
    database = tmp_path / "national.db"
    span = ("BeginTime=20260101000000", "EndTime=20260101020000")
    async with receiver(database) as (_, port), unit(port, history) as got:
        said = await dau_send(database, MN, "2061", *span, "--json")
    assert said.status == 0
    lines = [json.loads(line) for line in said.out.splitlines()]
    assert [line.get("step") for line in lines] == ["request", "receipt", "data", "data", "data", "result", None]
    assert lines[2]["cp"] == [[["DataTime", "20260101000000"]], [["w01018-Avg", "40.1"], ["w01018-Flag", "N"]]]
    assert lines[-1] == {"end": "done", "code": 1, "reason": "成功 / done"}
    assert got[0].cp == ((("BeginTime", "20260101000000"),), (("EndTime", "20260101020000"),))


@pytest.mark.e2e
async def test_what_does_not_succeed_ends_with_1_and_the_reason(tmp_path: Path) -> None:
    database = tmp_path / "national.db"
    async with receiver(database) as (_, port):
        async with unit(port, refused):
            said = await dau_send(database, MN, "1011")
            assert (said.status, said.err) == (
                1,
                "设备拒绝，QnRtn=3 / refused by the unit, QnRtn=3: PW 错误 / PW wrong\n",
            )
        async with unit(port, lambda request: [request_receipt(request, 1), execution_result(request, 100)]):
            said = await dau_send(database, MN, "2051", "BeginTime=20260101000000", "EndTime=20260101000000")
            assert (said.status, said.err.split(": ")[1]) == (1, "没有数据 / no data\n")
        async with unit(port, silent) as got:
            said = await dau_send(database, MN, "1011", "--timeout-s", "0.2")
            assert (said.status, said.err) == (1, "设备没有应答 / the unit did not answer\n")
            assert said.out.count(" --> ") == len(got) == 4
            assert len({packet.qn for packet in got}) == 1
        async with unit(port, lambda request: [request_receipt(request, 1)]):
            said = await dau_send(database, MN, "3011", "PolId=w01018", "--execution-timeout-s", "0.2")
            assert said.status == 1
            assert "neither data nor a result came in time" in said.err
        async with unit(port, silent):
            said = await dau_send(database, MN, "9014")
            assert said.status == 1
            assert "not sent: command 9014 is not sent by the platform" in said.err


@pytest.mark.e2e
async def test_a_unit_that_cannot_be_reached_ends_with_2(tmp_path: Path) -> None:
    database = tmp_path / "national.db"
    async with receiver(database) as (_, port):
        said = await dau_send(database, "NOBODY", "1011")
        assert (said.status, said.err) == (2, "从未收到过该设备的报文 / no packet of this unit has ever come\n")
        async with unit(port, silent):
            pass
        await asyncio.sleep(0.3)
        said = await dau_send(database, MN, "1011")
        assert said.status == 2
        assert "the unit is not connected, its last packet came at 20" in said.err
    said = await dau_send(database, MN, "1011")
    assert said.status == 2
    assert f"no receiver that writes {database} can be reached" in said.err


@pytest.mark.e2e
async def test_a_notice_ends_with_its_9013(tmp_path: Path) -> None:
    database = tmp_path / "national.db"
    async with receiver(database) as (_, port), unit(port, noticed):
        assert (await dau_send(database, MN, "2012")).status == 0


@pytest.mark.e2e
async def test_secrets_come_by_file_variable_or_standard_input_and_are_never_shown(tmp_path: Path) -> None:
    database, file = tmp_path / "national.db", tmp_path / "password"
    file.write_text("hidden1\n")
    async with receiver(database) as (_, port), unit(port, executed) as got:
        runs = [
            await dau_send(database, MN, "1072", f"NewPW=@{file}"),
            await dau_send(database, MN, "1011"),
            await dau_send(database, MN, "1011", "--pw-file", str(file)),
            await dau_send(database, MN, "1011", "--pw-file", "-", said="hidden2\n"),
            await dau_send(database, MN, "1072", "NewPW=@-", "--pw-file", "-", said="hidden3\nhidden4\n"),
            await dau_send(database, MN, "1011", DAU_PW="hidden5"),
        ]
    assert [run.status for run in runs] == [0] * 6
    assert [packet.pw for packet in got] == ["100000", "hidden1", "hidden1", "hidden2", "hidden3", "hidden5"]
    assert [packet.first("NewPW") for packet in got] == ["hidden1", None, None, None, "hidden4", None]
    assert not [run for run in runs if "hidden" in run.out + run.err]


@pytest.mark.e2e
async def test_two_at_once_take_turns(tmp_path: Path) -> None:
    database = tmp_path / "national.db"

    async with receiver(database) as (_, port), unit(port, executed) as got:
        runs = await asyncio.gather(*(dau_send(database, MN, cn) for cn in ("1011", "1061", "1063")))
    assert [run.status for run in runs] == [0] * 3
    assert sorted(packet.cn for packet in got) == ["1011", "1061", "1063"]


@pytest.mark.e2e
async def test_a_receiver_that_is_killed_leaves_a_door_that_the_next_one_replaces(tmp_path: Path) -> None:
    database = tmp_path / "national.db"
    async with receiver(database) as (process, port), unit(port, silent) as got:
        run = asyncio.create_task(dau_send(database, MN, "1011"))
        while not got:  # noqa: ASYNC110 - a list tells nobody that it has grown
            await asyncio.sleep(0.05)
        process.kill()
        said = await run
        assert said.status == 1
        assert "ended before the order did" in said.err
    assert stat.S_ISSOCK(door_of(database).stat().st_mode)
    assert (await dau_send(database, MN, "1011")).status == 2
    async with receiver(database) as (_, port), unit(port, executed):
        assert (await dau_send(database, MN, "1011")).status == 0


@pytest.mark.e2e
async def test_a_second_receiver_on_one_database_is_refused(tmp_path: Path) -> None:
    database = tmp_path / "national.db"
    async with receiver(database):
        second = await asyncio.create_subprocess_exec(
            *DAU, "receive", "--listen", "127.0.0.1:0", "--database", str(database),
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        _, err = await second.communicate()
        assert second.returncode == 1
        assert "another receiver is running on the same database" in err.decode()
        assert (await dau_send(database, MN, "1011")).status == 2


def wanted(*items: str, cn: str = "3021") -> Order:
    given: Wanted = {
        "mn": MN, "cn": cn, "items": items, "pw_file": None, "st": None, "via": None, "is_as_given": False,
        "timeout_s": 10.0, "execution_timeout_s": 60.0,
    }  # fmt: skip
    return order_of(given)


@pytest.mark.parametrize(
    ("items", "content"),
    [
        ((), ()),
        (("A=1", "B=2"), ((("A", "1"),), (("B", "2"),))),
        (("A=1,B=2",), ((("A", "1"), ("B", "2")),)),
        (("A=1;B=2",), ((("A", "1"),), (("B", "2"),))),
        (("i13004-Info=a=b",), ((("i13004-Info", "a=b"),),)),
        (("i11001-Info=//a;b, c//",), ((("i11001-Info", "//a;b, c//"),),)),
    ],
)
def test_items_are_spelled_as_in_cp(items: tuple[str, ...], content: object) -> None:
    assert wanted(*items).cp == content


def dau(*arguments: str, **variables: str) -> Result:
    return CliRunner(env=variables).invoke(main, ["send", *arguments])


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((MN, "1011"), "option --database is missing"),
        ((MN, "11", "--database", "x.db"), 'CN is "11", expected four digits'),
        ((MN, "1062", "RtdInterval", "--database", "x.db"), '"RtdInterval" is not NAME=VALUE'),
        ((MN, "1062", "", "--database", "x.db"), '"" is not NAME=VALUE'),
        ((MN, "1062", "A=\x01", "--database", "x.db"), "control character in CP"),
        ((MN, "1072", "NewPW=654321", "--database", "x.db"), "the value of NewPW would stand in the process list"),
        ((MN, "1072", "PW=654321", "--database", "x.db"), "the value of PW would stand in the process list"),
        ((MN, "1014", "NewSK=0123456789abcdef", "--database", "x.db"), "the receiver makes the new key"),
        ((MN, "1014", "NewSK=@-", "--database", "x.db"), "the receiver makes the new key"),
        ((MN, "1062", "NewSK=0123456789abcdef", "--database", "x.db"), "the value of NewSK would stand"),
        (("--database", "x.db"), "argument MN is missing"),
        ((MN, "--database", "x.db"), "argument CN is missing"),
        ((MN, "1072", "NewPW=@none", "--database", "x.db"), "cannot read none: No such file or directory"),
        ((MN, "1072", "NewPW=@-", "--database", "x.db"), "the first line of - is empty"),
        ((MN, "1011", "--pw-file", "none", "--database", "x.db"), "cannot read none: No such file or directory"),
    ],
)
def test_an_argument_that_cannot_be_understood_ends_with_78(arguments: tuple[str, ...], complaint: str) -> None:
    result = dau(*arguments)
    assert result.exit_code == 78
    assert complaint in result.stderr


def test_what_can_be_sent_is_listed_without_a_receiver() -> None:
    result = dau("--list")
    assert result.exit_code == 0
    assert "1062 设置实时数据间隔 / set realtime interval [2005 2017 2025] RtdInterval\n" in result.stdout


def test_there_is_no_option_that_takes_the_password_itself() -> None:
    shown = dau("--help").stdout
    assert "--pw-file" in shown
    assert dau(MN, "1011", "--pw", "100000").exit_code == 2


def test_no_receiver_ends_with_2(tmp_path: Path) -> None:
    result = dau(MN, "1011", "--database", str(tmp_path / "none.db"))
    assert result.exit_code == 2
    assert "there is no door" in result.stderr
