"""dau packet decode and encode, on real bytes."""

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from dau.cli.packet import packet
from tests.hj212.framing import content
from tests.hj212.vectors import BY_ID, EXAMPLE, GOOD, VECTORS


def run(command: str, data: bytes, *options: str) -> Result:
    return CliRunner().invoke(packet, [command, *options], input=data)


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout_bytes.splitlines()]


def test_shape_of_a_good_frame() -> None:
    result = run("decode", EXAMPLE)
    assert result.exit_code == 0
    assert result.stdout_bytes.decode() == (
        '{"ok": true, "edition": "2017", "header": {"QN": "20160801085857223", "ST": "32", "CN": "1062", '
        '"PW": "100000", "MN": "010000A8900016F000169DC0", "Flag": "5"}, "crc": "1C80", "encrypted": false, '
        '"cp": [[["RtdInterval", "30"]]], "deviations": []}\n'
    )


def test_every_vector() -> None:
    result = run("decode", b"".join(vector.frame for vector in VECTORS))
    assert result.exit_code == 1
    shown = dict(zip((vector.id for vector in VECTORS), lines(result), strict=True))
    for vector in GOOD:
        line = shown[vector.id]
        assert line["ok"] is True
        assert line["header"] == vector.header
        assert line["crc"] == vector.crc
        assert line["cp"] == [[list(pair) for pair in item] for item in vector.cp]
    for identity in ("R-10", "R-20"):
        assert shown[identity]["ok"] is False
        assert BY_ID[identity].computed in shown[identity]["error"]
        assert bytes.fromhex(shown[identity]["bytes"]) == BY_ID[identity].frame


def test_what_is_tolerated_is_ok_and_named() -> None:
    (line,) = lines(run("decode", content("w01018-Rtd=1,Flag=N;").replace(b"\r\n", b"\n")))
    assert line["ok"] is True
    assert line["deviations"] == ["tail is not CR LF", "empty item in CP", "Flag without factor code"]


def test_header_names_as_printed() -> None:
    frame = content("", "CN=2011;FLAG=5;IMEI=1;st=32;")
    (line,) = lines(run("decode", frame))
    assert line["header"] == {"CN": "2011", "FLAG": "5", "IMEI": "1", "st": "32"}


def test_rubbish_between_frames_is_no_failure() -> None:
    result = run("decode", b"AT+CSQ\r\n" + EXAMPLE + b"\r\n\0" + EXAMPLE + b"++#")
    assert result.exit_code == 0
    assert [line["crc"] for line in lines(result)] == ["1C80", "1C80"]


def test_a_broken_frame_is_a_failure_and_the_next_one_is_read() -> None:
    result = run("decode", EXAMPLE[:50] + EXAMPLE)
    assert result.exit_code == 1
    first, second = lines(result)
    assert first == {"ok": False, "error": first["error"], "bytes": EXAMPLE[:50].hex()}
    assert second["ok"] is True


def test_rubbish_alone_is_a_failure_and_nothing_is_not() -> None:
    result = run("decode", b"GET / HTTP/1.1\r\n" * 1000)
    assert result.exit_code == 1
    (line,) = lines(result)
    assert line["ok"] is False
    assert line["error"] == "no frame in 16000 bytes, expected one that begins with ## and four digits"
    assert bytes.fromhex(line["bytes"]).startswith(b"GET / HTTP/1.1\r\nGET")
    assert len(line["bytes"]) == 2 * 1036
    assert (run("decode", b"").exit_code, run("decode", b"").output) == (0, "")


def test_modbus_crc_on_request() -> None:
    assert run("decode", BY_ID["R-20"].frame).exit_code == 1
    result = run("decode", BY_ID["R-20"].frame, "--modbus-crc")
    assert result.exit_code == 0
    assert "CRC is Modbus CRC16" in lines(result)[0]["deviations"]


def test_large_input_is_read_in_pieces() -> None:
    result = run("decode", (EXAMPLE + b"x") * 2000)
    assert result.exit_code == 0
    assert len(lines(result)) == 2000


def test_decode_encode_decode() -> None:
    first = run("decode", b"".join(vector.frame for vector in GOOD))
    frames = run("encode", first.stdout_bytes)
    assert frames.exit_code == 0
    second = run("decode", frames.stdout_bytes)
    for one, other in zip(lines(first), lines(second), strict=True):
        kept = ("ok", "edition", "header", "cp", "encrypted")
        assert {name: one[name] for name in kept} == {name: other[name] for name in kept}
        assert one["crc"] == other["crc"] or one["deviations"]
    assert run("encode", second.stdout_bytes).stdout_bytes == frames.stdout_bytes


def test_encode_needs_header_and_cp_only() -> None:
    line = {"header": BY_ID["A-1"].header, "cp": [[["RtdInterval", "30"]]]}
    result = run("encode", b"\n" + json.dumps(line).encode() + b"\n\n")
    assert (result.exit_code, result.stdout_bytes) == (0, EXAMPLE)


def test_encode_in_other_editions() -> None:
    old = {"edition": "2005", "header": {"ST": "32", "CN": "2011", "PW": "1", "MN": "2"}, "cp": []}
    assert run("encode", json.dumps(old).encode()).stdout_bytes.startswith(b"##0031ST=32;CN=2011;PW=1;MN=2;CP=&&&&")
    assert "edition 2017 requires it" in run("encode", json.dumps(old | {"edition": "2017"}).encode()).stderr


HEADER = BY_ID["A-1"].header


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("x", "line 1: found (Expecting value: line 1 column 1 (char 0)), expected JSON object"),
        ("[" * 100_000, "expected JSON object"),
        ("[1]", "line 1: found array, expected JSON object"),
        ('{"ok": false, "error": "", "bytes": ""}', 'line 1: found header: null, expected {"QN": "...", ...}'),
        ('{"edition": "2018"}', "line 1: found edition '2018', expected 2005 | 2017 | 2025"),
        ('{"edition": []}', "line 1: found edition [], expected 2005 | 2017 | 2025"),
        ('{"header": {"PW": 1}, "cp": []}', "line 1: found header PW: number, expected string"),
        ('{"header": {}}', "line 1: found cp: null, expected"),
        ('{"header": {}, "cp": [1]}', 'line 1: found item of cp: number, expected [["name", "value"], ...]'),
        ('{"header": {}, "cp": [["a"]]}', 'line 1: found pair of cp: string, expected ["name", "value"]'),
        ('{"header": {}, "cp": [[["a", true]]]}', 'line 1: found pair of cp: ["a", true], expected'),
        ('{"header": {}, "cp": [[["a"]]]}', 'line 1: found pair of cp: ["a"], expected'),
        ('{"header": {}, "cp": []}', "line 1 cannot be encoded: CN is None, expected four digits"),
        (json.dumps({"header": HEADER | {"Flag": "x"}, "cp": []}), "line 1 cannot be encoded: header: Flag is not"),
        (json.dumps({"header": HEADER, "cp": [[["a", "1;2"]]]}), "value of a is '1;2', expected no , ;"),
        (json.dumps({"header": HEADER, "cp": [[["a", "x" * 950]]]}), "CP has 959 bytes, expected at most 950"),
    ],
)
def test_bad_line_is_explained_and_the_next_one_is_written(line: str, message: str) -> None:
    good = json.dumps({"header": HEADER, "cp": [[["RtdInterval", "30"]]]})
    result = run("encode", f"{line}\n{good}\n".encode())
    assert result.exit_code == 1
    assert message in result.stderr
    assert result.stdout_bytes == EXAMPLE


def test_messages_are_in_both_languages() -> None:
    assert run("encode", b"[]").stderr == (
        "第 1 行: 发现 array,应为 JSON object / line 1: found array, expected JSON object\n"
    )


def test_help_says_what_counts_as_failure() -> None:
    shown = " ".join(run("decode", b"", "--help").output.split())
    assert "Rubbish between frames is skipped" in shown
    assert "exit status 1" in shown
