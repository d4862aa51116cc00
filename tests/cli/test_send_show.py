"""How `dau send` puts an exchange into words."""

import pytest

from dau.cli.send_show import lines_of, lines_of_commands, reason_of
from dau.receiver.journal import Direction
from dau.receiver.orders import Ending, Outcome, Part, Step, Waiting
from dau.words import TABLE
from tests.receiver.site import START_MS

UNLISTED = "标准中没有的代码 / a code that is not in the standard"


def shown(*pairs: tuple[str, str]) -> list[str]:
    return list(lines_of(Step(START_MS + 3_723_456, Direction.UP, Part.DATA, "2017", (("CN", "2061"),), (pairs,))))


def test_a_step_has_its_time_in_beijing_and_its_way() -> None:
    assert shown()[0] == "01:02:03.456 <-- 数据 / data: 2061 取/上传污染物小时数据 / hour data"


@pytest.mark.parametrize(
    ("name", "value", "seen", "meaning"),
    [
        ("DataTime", "20260101000000", "20260101000000", "数据时间 / time of the data; start of a period"),
        ("w01018-Avg", "40.1", "40.1", "平均值 / mean"),
        ("Unheard", "1", "1", ""),
        ("NewSK", "***", "***", "新密钥 / new key"),
        ("QnRtn", "9", "9", "请求回应代码 / answer to the request: CRC 校验错误 / CRC wrong"),
        ("ExeRtn", "77", "77", f"执行结果回应代码 / result of the execution: {UNLISTED}"),
        ("A", "\x1b[2J\x07\u202e", "\\x1b[2J\\x07\\x202e", ""),
    ],
)
def test_a_field_has_its_name_and_no_stranger_steers_the_terminal(
    name: str, value: str, seen: str, meaning: str
) -> None:
    assert shown((name, value))[-1] == f"      {name:<14} {seen:<26} {meaning}".rstrip()


def test_a_command_of_no_table_and_a_resend_are_shown() -> None:
    step = Step(START_MS, Direction.DOWN, Part.REQUEST, "2005", (("CN", "8888"),), (), ("a blank",), sending=2)
    assert list(lines_of(step)) == [
        "00:00:00.000 --> 发送 / sent: 8888 (第 2 次发送 / sending 2)",
        "      CN             8888                       命令编码 / command",
        "      ! 不规范：a blank / deviation: a blank",
    ]


@pytest.mark.parametrize(
    ("edition", "name"),
    [("2005", "设备操作 / operate an instrument"), ("2017", "启动清洗/反吹 / cleaning or back-blow"), ("2031", "")],
)
def test_a_command_is_called_what_its_edition_calls_it(edition: str, name: str) -> None:
    step = Step(START_MS, Direction.DOWN, Part.REQUEST, edition, (("CN", "3013"),), ())
    assert next(lines_of(step)) == f"00:00:00.000 --> 发送 / sent: 3013 {name}".rstrip()


def test_the_commands_that_can_be_sent_are_listed_with_what_they_carry() -> None:
    lines = list(lines_of_commands())
    assert "1012 设置现场机时间 / set time of unit or instrument [2005 2017 2025] PolId?;SystemTime" in lines
    assert "3014 比对采样 / comparison sampling [2017 (2025)] PolId" in lines
    assert "2012 停止察看污染物实时数据 / stop realtime data [2005 2017 2025]" in lines
    assert not [line for line in lines if line.startswith(("9", "2081", "1013"))]


def test_waiting_is_shown() -> None:
    assert list(lines_of(Waiting(2))) == ["前面还有 2 条命令，等待 / 2 orders are before this one, waiting"]


@pytest.mark.parametrize(
    ("ending", "reason"),
    [
        (Ending(Outcome.DONE, 1), "成功 / done"),
        (
            Ending(Outcome.DONE, 1, "20260101000000000"),
            "成功 / done; 新密钥创建时间 20260101000000000 / new key made at 20260101000000000",
        ),
        (Ending(Outcome.FAILED, 5), "执行失败，ExeRtn=5 / execution failed, ExeRtn=5: 系统繁忙 / busy"),
        (Ending(Outcome.REFUSED, 42), f"设备拒绝，QnRtn=42 / refused by the unit, QnRtn=42: {UNLISTED}"),
        (Ending(Outcome.LOST), "交互未完成，连接已断开 / the connection ended before the exchange did"),
        (Ending(Outcome.IMPOSSIBLE, detail="why"), "没有发送 / not sent: why"),
        (Ending(Outcome.BUSY, detail="8"), "已有 8 条命令在进行，稍后再试 / 8 orders are under way already, try later"),
    ],
)
def test_reasons(ending: Ending, reason: str) -> None:
    assert reason_of(ending) == reason


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_has_its_words(outcome: Outcome) -> None:
    assert f"send.end.{outcome.value}" in TABLE


@pytest.mark.parametrize("part", Part)
def test_every_part_has_its_words(part: Part) -> None:
    assert f"send.part.{part.value}" in TABLE
