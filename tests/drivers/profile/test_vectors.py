"""Register contents of every kind that instruments are known to give, through the points of a profile."""

import csv
from pathlib import Path

import pytest

from drivers.modbus_map.layout import Order
from drivers.modbus_map.profile_model import Block, Point
from drivers.modbus_map.registers import taker
from drivers.profile.times import TimeForm, text_of
from drivers.profile.values import Reckoner

ROWS = list(csv.DictReader(Path(__file__).with_name("decode-vectors.csv").read_text(encoding="utf-8").splitlines()))

KEYS: dict[str, dict[str, object]] = {
    "u16[6] time": {"type": "words_time6"},
    "packed decimal date": {"type": "packed_time4"},
    "u32 unix time": {"type": "unix"},
    "ascii[12]": {"type": "ascii", "count": 12},
    "ascii[2] low first": {"type": "ascii", "count": 2, "swap": True},
    "total split": {"sum": [{"at": 0, "type": "u32"}, {"at": 2, "type": "f32"}]},
    "total 10^7": {"sum": [{"at": 0, "type": "u16", "scale": 1e7}, {"at": 2, "type": "f32"}]},
    "adc +-20 mA offset binary": {"type": "u16", "linear": {"raw": [39321, 65535], "value": [4, 20]}},
    "adc 4-20 mA": {"type": "u16", "linear": {"raw": [0, 65535], "value": [4, 20]}},
    "S7-200 counts": {"type": "u16", "linear": {"raw": [6400, 32000], "value": "range"}},
    "S7-200 SMART counts": {"type": "u16", "linear": {"raw": [5530, 27648], "value": "range"}},
    "f32 NaN": {"type": "f32"},
    "status word bits": {"type": "u16", "bits": {0: "zero", 1: "one", 6: "six"}},
}
RANGE = (0.0, 40.0)
EXPECTED: dict[str, object] = {
    "range low": 0.0,
    "range low (4 mA)": 0.0,
    "range high": 40.0,
    "range high (20 mA)": 40.0,
    "not a number": None,
    "roll-over count 3 (u16), spare, f32 9999999.0": 39999999.0,
    "bits 0 and 6": frozenset({"zero", "six"}),
}


def point_of(row: dict[str, str]) -> Point:
    keys = KEYS.get(row["type"], {"type": row["type"]})
    if row["type"] == "u16[6] time" and "1970" in row["note"]:
        keys = {"type": "words_time6_1970"}
    own: dict[str, object] = {"name": "x", "scale": 0.1 if "scale 0.1" in row["note"] else 1.0}
    if row["order"] == "BA":
        own["swap"] = True
    return Point.model_validate({**own, **({} if "sum" in keys else {"at": 0}), **keys})


@pytest.mark.parametrize("row", ROWS, ids=[f"{row['type']} {row['registers_hex']}" for row in ROWS])
def test_vector(row: dict[str, str]) -> None:
    data = bytes.fromhex(row["registers_hex"])
    order = Order(row["order"][:4]) if row["order"] in {"ABCD", "CDAB", "BADC", "DCBA", "ABCDEFGH"} else Order.ABCD
    point = point_of(row)
    raw = taker(point, Block(name="x", start=0, count=len(data) // 2), order, swap_u16=False)(data)
    value = Reckoner(point, full=RANGE).value(raw, {}).value
    wanted = row["value"].removesuffix(" +08:00")
    if isinstance(point.type, TimeForm):
        assert isinstance(value, int | float)
        assert text_of(int(value)) == wanted.replace("-", "").replace(":", "").replace(" ", "")
    elif wanted in EXPECTED:
        assert value == EXPECTED[wanted]
    elif point.type == "ascii":
        assert value == wanted
    else:
        scale = 0.1 if "scale 0.1" in row["note"] else 1.0
        assert value == pytest.approx(float(wanted) * scale, rel=1e-5)
