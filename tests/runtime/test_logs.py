"""Log lines as a person and as a program reads them, written by a process of its own to a pipe and to a terminal."""

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

SPEAK = """
import logging, sys
import structlog
from dau.runtime.logs import setup_logs

early = structlog.get_logger("made.before.setup")
setup_logs(sys.argv[1], sys.argv[2] == "json")
log = structlog.get_logger("dau.uplink").bind(platform="省 province")
log.debug("packet_sent", cn=2011)
log.info("signed_in", pw="123456", account={"Password": "geheim", "name": "op"}, keys=[{"key": b"16 bytes"}])
log.warning("platform_sent_rubbish", begins=b"QN=1;PW=654321;MN=x")
early.error("no_answer", instrument="so2")
logging.getLogger("pymodbus").warning("sent %s", "NewPW=777777;NewSK=0123456789ABCDEF&&")
try:
    raise ValueError("bad segment PW=888888;")
except ValueError:
    log.exception("session_failed")
"""

SECRETS = ("123456", "geheim", "16 bytes", "654321", "777777", "0123456789ABCDEF", "888888")


def lines_to_a_pipe(level: str) -> list[dict[str, object]]:
    command = [sys.executable, "-c", SPEAK, level, "plain"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == ""
    assert not any(secret in done.stderr for secret in SECRETS)
    return [json.loads(line) for line in done.stderr.splitlines()]


def printed_on_a_terminal(form: str) -> str:
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "wb", closefd=True) as terminal:
        subprocess.run([sys.executable, "-c", SPEAK, "info", form], cwd=ROOT, stderr=terminal, check=True)
    printed = b""
    try:
        while chunk := os.read(ours, 65536):
            printed += chunk
    except OSError:  # how a terminal says that its other end is closed
        pass
    os.close(ours)
    return re.sub(r"\x1b\[[0-9;]*m", "", printed.decode())


def test_one_json_object_a_line_where_no_terminal_is() -> None:
    lines = lines_to_a_pipe("info")
    assert [line["event"] for line in lines] == [
        "signed_in",
        "platform_sent_rubbish",
        "no_answer",
        "sent NewPW=***;NewSK=***&&",
        "session_failed",
    ]
    stamped = lines[2].pop("timestamp")
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+08:00", str(stamped))
    assert lines[2] == {"event": "no_answer", "instrument": "so2", "level": "error", "logger": "made.before.setup"}
    assert lines[0]["platform"] == "省 province"
    assert lines[3]["logger"] == "pymodbus"


def test_secrets_are_masked_by_key_and_by_field() -> None:
    lines = lines_to_a_pipe("info")
    assert lines[0]["pw"] == "***"
    assert lines[0]["account"] == {"Password": "***", "name": "op"}
    assert lines[0]["keys"] == [{"key": "***"}]
    assert lines[1]["begins"] == "b'QN=1;PW=***;MN=x'"
    assert str(lines[4]["exception"]).endswith("ValueError: bad segment PW=***;")


def test_the_level_is_the_least_that_is_shown() -> None:
    assert lines_to_a_pipe("debug")[0]["event"] == "packet_sent"
    assert [line["event"] for line in lines_to_a_pipe("error")] == ["no_answer", "session_failed"]


def test_a_terminal_gets_lines_for_people() -> None:
    printed = printed_on_a_terminal("plain")
    assert re.search(r"\[error +\] no_answer +\[made.before.setup\] instrument=so2", printed)
    assert "ValueError: bad segment PW=***;" in printed
    assert not any(secret in printed for secret in SECRETS)


def test_a_terminal_can_be_given_json() -> None:
    printed = printed_on_a_terminal("json")
    assert json.loads(printed.splitlines()[2])["event"] == "no_answer"
