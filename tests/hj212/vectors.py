"""Loads vectors-2017.json: example frames of the standard and of the field with their expected reading."""

import json
from dataclasses import dataclass
from pathlib import Path

from dau.hj212 import Content

REJECTED = {"R-10", "R-20"}


@dataclass(frozen=True, slots=True)
class Vector:
    """One example frame; ``flag`` is (raw, version, D, A), None without a Flag."""

    id: str
    frame: bytes
    crc: str
    computed: str
    header: dict[str, str]
    flag: tuple[int, int, int, int] | None
    cp: Content


def _load() -> list[Vector]:
    table = json.loads((Path(__file__).parent / "vectors-2017.json").read_text(encoding="utf-8"))
    return [
        Vector(
            id=each["id"],
            frame=bytes.fromhex(each["frame_hex"]) if "frame_hex" in each else each["frame"].encode(),
            crc=each["crc_in_frame"],
            computed=each["crc_computed"],
            header=each["expected"]["header"],
            flag=tuple(each["expected"]["flag"].values()) if "flag" in each["expected"] else None,
            cp=tuple(tuple((name, value) for name, value in item) for item in each["expected"]["cp"]),
        )
        for each in table["vectors"]
    ]


VECTORS = _load()
GOOD = [each for each in VECTORS if each.id not in REJECTED]
BY_ID = {each.id: each for each in VECTORS}
EXAMPLE = BY_ID["A-1"].frame
