"""Loads vectors-2025.json: examples of HJ 212-2025. Many could not be compared with the print; their names say so."""

import json
from pathlib import Path
from typing import Any

Vector2025 = dict[str, Any]
"""One vector as the file has it; which fields there are depends on its kind."""

TABLE: list[Vector2025] = json.loads((Path(__file__).parent / "vectors-2025.json").read_text(encoding="utf-8"))[
    "vectors"
]
BY_ID_2025 = {each["id"]: each for each in TABLE}


def of_kind(*kinds: str) -> list[Vector2025]:
    """Return the vectors of these kinds."""
    return [each for each in TABLE if each["kind"] in kinds]


def name_of(vector: Vector2025) -> str:
    """Return the name of a vector in the output of the tests: an unverified one is called so."""
    status = vector["status"].split()[0].rstrip(":,")
    return vector["id"] if status == "verified" else f"{vector['id']}-{status}"


RAW_CIPHER = bytes.fromhex(BY_ID_2025["A2-ex2-cipher"]["derived_raw_wire_frame_hex"])
"""The standard's own example, encrypted, 208 bytes of area; there is a CR and an LF among them."""
RAW_CIPHER_REST = bytes.fromhex(BY_ID_2025["A2-ex4-cipher"]["derived_raw_wire_frame_hex"])
"""The same with a rest of 3 characters in plaintext."""
KEY_2025 = BY_ID_2025["A2-ex2-cipher"]["key_ascii"]
