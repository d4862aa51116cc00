"""Which files the house looks at: the folders of the project, without what running it leaves behind."""

import ast
from collections.abc import Sequence
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRODUCT = ("dau", "drivers", "simulator", "scripts")
OURS = (*PRODUCT, "tests")
FOLDERS = (*OURS, ".ci", "config", "docs", "systemd")
LEFT_BEHIND = ("__pycache__", "var", ".hypothesis")


@cache
def all_files() -> Sequence[Path]:
    """Every file of the project, relative to its root."""
    found = [path for path in ROOT.iterdir() if path.is_file()]
    for folder in FOLDERS:
        found += [path for path in (ROOT / folder).rglob("*") if path.is_file()]
    relative = [path.relative_to(ROOT) for path in found]
    return sorted(path for path in relative if not any(part in LEFT_BEHIND for part in path.parts))


def python_files(*folders: str) -> Sequence[Path]:
    """The Python files under some folders, those without an ending included."""
    return [path for path in all_files() if path.parts[0] in folders and _is_python(path)]


def tree(path: Path) -> ast.Module:
    """The parsed source of a file."""
    return ast.parse(read(path), filename=str(path))


def read(path: Path) -> str:
    """The text of a file."""
    return (ROOT / path).read_text(encoding="utf-8")


def _is_python(path: Path) -> bool:
    if path.suffix:
        return path.suffix == ".py"
    with (ROOT / path).open("rb") as file:
        first_line = file.readline()
    return first_line.startswith(b"#!") and b"python" in first_line
