"""The service manager hears us, over real sockets as systemd makes them."""

import os
import socket
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from dau.runtime.sd_notify import notify, watchdog_interval_s


def listening(address: str) -> socket.socket:
    manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    manager.settimeout(5)
    manager.bind(address)
    return manager


def test_a_socket_in_the_file_system_hears_every_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    address = str(tmp_path / "notify")
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    with listening(address) as manager:
        notify("READY=1")
        notify("STATUS=量测 measuring\nWATCHDOG=1")
        assert manager.recv(4096) == b"READY=1"
        assert manager.recv(4096).decode() == "STATUS=量测 measuring\nWATCHDOG=1"


def test_an_abstract_socket_hears(monkeypatch: pytest.MonkeyPatch) -> None:
    name = f"dau-test-{os.getpid()}"
    monkeypatch.setenv("NOTIFY_SOCKET", "@" + name)
    with listening("\0" + name) as manager:
        notify("STOPPING=1")
        assert manager.recv(4096) == b"STOPPING=1"


def test_without_a_manager_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    with capture_logs() as lines:
        notify("READY=1")
    assert lines == []


def test_a_manager_that_is_gone_is_logged_and_does_not_stop_us(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "gone"))
    with capture_logs() as lines:
        notify("WATCHDOG=1")
    assert [line["event"] for line in lines] == ["service_manager_not_told"]
    assert lines[0]["error"] == "[Errno 2] No such file or directory"


def test_a_manager_that_does_not_listen_never_makes_us_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    address = str(tmp_path / "notify")
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    with listening(address), capture_logs() as lines:
        for _ in range(10_000):
            notify("WATCHDOG=1")
            if lines:
                break
    assert lines[0]["error"] == "[Errno 11] Resource temporarily unavailable"


@pytest.mark.parametrize(
    ("interval_us", "pid", "expected_s"),
    [
        ("30000000", None, 30.0),
        ("30000000", "ours", 30.0),
        ("30000000", "1", None),
        (None, None, None),
        ("0", None, None),
        ("soon", None, None),
    ],
)
def test_the_interval_of_the_watchdog(
    monkeypatch: pytest.MonkeyPatch, interval_us: str | None, pid: str | None, expected_s: float | None
) -> None:
    asked = {"WATCHDOG_USEC": interval_us, "WATCHDOG_PID": str(os.getpid()) if pid == "ours" else pid}
    for name, value in asked.items():
        monkeypatch.delenv(name, raising=False)
        if value is not None:
            monkeypatch.setenv(name, value)
    assert watchdog_interval_s() == expected_s
