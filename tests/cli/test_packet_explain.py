"""dau packet decode with keys, editions and in words; the page of commands."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dau.cli.packet import packet
from tests.hj212.framing import content
from tests.hj212.vectors import EXAMPLE
from tests.hj212.vectors_2025 import BY_ID_2025, KEY_2025, RAW_CIPHER

HEX = KEY_2025.encode().hex()


def run(data: bytes, *options: str) -> Result:
    return CliRunner().invoke(packet, ["decode", *options], input=data)


def test_an_encrypted_packet_in_json() -> None:
    (line,) = map(json.loads, run(RAW_CIPHER, "--key", HEX).output.splitlines())
    assert (line["ok"], line["encrypted"], line["edition"]) == (True, True, "2025")
    assert line["cp"][0] == [["DataTime", "20240520210600"]]
    assert run(RAW_CIPHER).exit_code == 1


def test_keys_from_a_file_in_their_order(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(f"0123456789abcdef\n\n{HEX}\n")
    done = run(RAW_CIPHER, "--key", f"@{file}", "--explain")
    assert done.exit_code == 0
    assert "key number 2 opens it" in done.output


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("secret", "not a key: SM4 key of 6 characters, expected 16 ASCII characters or 32 hexadecimal digits"),
        ("@/no/such/file", "the file of keys cannot be read"),
    ],
)
def test_a_bad_key_is_explained_and_not_shown(key: str, message: str) -> None:
    done = run(RAW_CIPHER, "--key", key)
    assert done.exit_code == 2
    assert message in done.output
    assert "secret" not in done.output


def test_an_explanation() -> None:
    done = run(RAW_CIPHER, "--key", HEX, "--explain")
    assert done.exit_code == 0
    shown = done.output.splitlines()
    assert shown[0].startswith("#1 HJ 212-2025, 307 字节, CRC 2200 正确 / HJ 212-2025, 307 bytes, CRC 2200 is right")
    assert "key number 1 opens it" in shown[1]
    assert "  QN      20240520210700000         2024-05-20 21:07:00.000 +08:00" in shown
    assert "  CN      2051                      上传污染物分钟数据" not in shown
    assert "  CN      2051                      取/上传污染物分钟数据 / minute data; 上传 / upload" in shown
    assert "  PW      ***" in shown
    assert "  Flag    9                         V=2; 不拆分 / whole; 需要应答 / answer wanted" in shown
    assert (
        "  - DataTime=20240520210600  数据时间 / time of the data; start of a period: 2024-05-20 21:06:00 +08:00"
        in shown
    )
    assert "  - a01011-Min=1.35  最小值 / lowest value" in shown
    assert "    a01011-Flag=N  数据标记 / data flag: 正常(有效) / normal, valid" in shown
    assert shown[-1] == "  没有发现问题 / nothing wrong found"


def test_what_is_wrong_is_said() -> None:
    sent = content("RtdInterval=29;Odd=1", "QN=1;ST=32;CN=1062;PW=123456;MN=M;Flag=5;")
    shown = run(sent, "--explain").output
    for line in ("QN is not 17 digits", "MN has not the form", "value has not the form of its field: RtdInterval"):
        assert f"  ! {line}" in shown
    assert "  ! field has no place in this command: Odd" in shown


def test_plaintext_that_should_be_encrypted_is_said() -> None:
    shown = run(BY_ID_2025["A2-ex1-plain"]["frame"].encode(), "--explain").output
    assert "  ! not encrypted although the edition wants it" in shown


def test_measured_by_another_edition() -> None:
    shown = run(EXAMPLE, "--explain", "--edition", "2005").output
    assert "  ! Flag 表示 2017 版 / the Flag claims 2017" in shown
    assert "不是" not in run(EXAMPLE, "--explain", "--edition", "2017").output
    unknown = content("", "QN=20240101000000001;ST=32;CN=7777;PW=123456;MN=010000A8900016F000169DC0;Flag=5;")
    assert "not a command of 2025" in run(unknown, "--explain", "--edition", "2025").output


def test_secrets_are_not_shown() -> None:
    sent = content("NewPW=sEcReT", "QN=20240101000000001;ST=32;CN=1072;PW=sEcReT;MN=010000A8900016F000169DC0;Flag=5;")
    shown = run(sent, "--explain").output
    assert "sEcReT" not in shown
    assert "NewPW=***" in shown


def test_answers_and_back_filling() -> None:
    shown = run(BY_ID_2025["reply-9011"]["frame_computed"].encode(), "--explain").output
    assert "QnRtn=1  请求回应代码 / answer to the request: 准备执行请求 / will be executed" in shown
    assert "补传 / back-filled" in run(BY_ID_2025["D-rf"]["frame_computed"].encode(), "--explain").output


def test_rejected_and_rubbish() -> None:
    done = run(b"AT\r\n" + EXAMPLE[:-3] + b"1\r\n", "--explain")
    assert done.exit_code == 1
    assert "113 bytes cannot be accepted: CRC received 1C81, computed 1C80" in done.output
    assert "包间杂字节 4 个 / 4 bytes between packets" in done.output
    assert run(b"AT\r\n", "--explain").exit_code == 1
    assert (run(b"", "--explain").exit_code, run(b"", "--explain").output) == (0, "")


def test_hexadecimal_input() -> None:
    assert json.loads(run(EXAMPLE.hex().encode()).output)["crc"] == "1C80"


def test_the_page_of_commands_is_up_to_date() -> None:
    page = (Path(__file__).parents[2] / "docs" / "commands.md").read_bytes()
    done = CliRunner().invoke(packet, ["commands"])
    assert done.stdout_bytes == page, "dau packet commands > docs/commands.md"
