"""What packets of HJ 212-2017 say of closed periods, against the reckoning: flag, mean and label of each."""

import sqlite3
from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import count
from typing import Final

from dau.core.records import RecordKind
from dau.core.states import State
from dau.hj212 import HJ2017, parse_data_time, qn_from_ms
from dau.store import history
from dau.uplink.compose import compose
from dau.uplink.identity import Platform
from tests.thirty_days.plants import BEGIN_MS, Plant
from tests.thirty_days.reckoning_periods import DAY, HOUR, TEN, Cell, Cells

LETTERS: Final = {
    State.OK: "N",
    State.OVER_RANGE: "T",
    State.STARTUP: "N",
    State.SHUTDOWN: "N",
    State.BANKED: "N",
    State.STOPPED: "F",
    State.CALIBRATION: "C",
    State.MAINTENANCE: "M",
    State.FAULT: "D",
    State.COMM_LOST: "B",
    State.MANUAL: "S",
    State.NO_DATA: "D",
}
"""3.3"""

KINDS: Final = ((RecordKind.INTERVAL, TEN), (RecordKind.HOUR, HOUR), (RecordKind.DAY, DAY))


def differences(connection: sqlite3.Connection, plant: Plant, cells: Cells) -> tuple[int, list[str]]:
    """Return how many values were looked at, and what differs."""
    measured = {one.name: one for one in plant.channels if one.name not in {"boiler", "grate", "key", "valve"}}
    platform = Platform("national", HJ2017, "010000A8900016F000169DC0", "31", measured, "123456")
    told, found = 0, []
    for kind, length in KINDS:
        for label, said in _packets(connection, platform, kind, length):
            for name, channel in measured.items():
                if channel.converts is None:
                    cell = cells[name, length, label]
                    asked = [said.get(f"{channel.factor}-{item}") for item in ("Flag", "Avg")]
                    wanted = [LETTERS[cell.state], _text(cell, channel.digits)]
                    told += 1
                    found += [f"{kind} {label} {name}: told {asked}, reckoned {wanted}"] if asked != wanted else []
    return told, found


def _packets(
    connection: sqlite3.Connection, platform: Platform, kind: RecordKind, length: int
) -> Iterator[tuple[int, dict[str, str]]]:
    qns = (qn_from_ms(BEGIN_MS + number) for number in count())
    for record in history.records(connection, kind, length, BEGIN_MS, BEGIN_MS + 40 * DAY, None, 100_000):
        said = {
            key: value
            for packet in compose(record, platform, BEGIN_MS, qns)
            for item in packet.cp
            for key, value in item
        }
        label = parse_data_time(said["DataTime"])
        assert label is not None
        yield label, said


def _text(cell: Cell, digits: int) -> str | None:
    """4.7: half to even, on the decimal text.

    4.2: a period that is not valid is told by ``avg_raw`` with its letter, or by no value. Where the letter is that of
    normal (a gas day of 18 valid hours) a number beside it is one of normal hours. Where no water flowed there is no
    concentration.
    """
    is_dry = cell.volume is not None and cell.volume <= 0
    speaks = cell.mean is not None and (cell.valid or LETTERS[cell.state] == "N")
    number = cell.mean if speaks or is_dry else cell.raw_mean
    if number is None:
        return None
    text = str(Decimal(repr(number)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN))
    return text.removeprefix("-") if float(text) == 0 else text
