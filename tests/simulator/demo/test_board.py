"""The board shows what the status lines say."""

import json

from rich.console import Console

from simulator.demo.board import Board

LINE = {
    "station": "outfall",
    "channels": [
        {"name": "cod", "factor": "w01018", "value": "33.1", "unit": "mg/L", "flag": "N", "at_ms": 1_770_000_000_000},
        {"name": "ph", "factor": "w01001", "value": None, "unit": "", "flag": "B", "at_ms": None},
    ],
    "platforms": [
        {"name": "national", "link": "connected", "sent": 7, "acknowledged": 6, "waiting": 1, "last_receipt_ms": None}
    ],
}


def board() -> Board:
    shown = Board()
    shown.take(json.dumps(LINE).encode())
    return shown


def test_one_line_for_a_log() -> None:
    line = "outfall cod=33.1N ph=-B national:connected sent=7 acknowledged=6 waiting=1"
    assert board().line() == line


def test_the_newest_line_of_a_station_counts() -> None:
    shown = board()
    shown.take(json.dumps(LINE | {"channels": []}).encode())
    shown.take(json.dumps(LINE | {"station": "stack", "channels": [], "platforms": []}).encode())
    assert shown.line() == "outfall  national:connected sent=7 acknowledged=6 waiting=1 | stack  "


def test_tables_for_a_terminal() -> None:
    console = Console(width=100)
    with console.capture() as captured:
        console.print(board().tables("title"))
    text = captured.get()
    for word in ("cod", "w01018", "33.1", "mg/L", "N", "10:40:00", "national", "connected", "7", "6", "1"):
        assert word in text
