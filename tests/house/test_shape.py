"""Files stay small, functions stay short, names say what a module knows."""

import ast
import sys
from pathlib import Path

import pytest

from tests.house.sources import OURS, PRODUCT, ROOT, all_files, python_files, tree

LONGEST_FILE = 400
LONGEST_FUNCTION = 40
NAMES_THAT_SAY_NOTHING = ("util", "helper", "common", "manager", "base_", "misc", "tools")
PURE = ("dau/core", "dau/hj212")


def functions(path: Path) -> list[tuple[str, int]]:
    """Name and number of lines of each function, from its first line to its last, decorators left out."""
    return [
        (node.name, (node.end_lineno or node.lineno) - node.lineno + 1)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def imported(path: Path) -> set[str]:
    """The top names of all modules that a file imports."""
    names: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return names


def test_there_is_something_to_look_at() -> None:
    assert {path.parts[0] for path in python_files(*OURS)} == set(OURS)


def test_no_file_is_too_long() -> None:
    lengths = {str(path): len((ROOT / path).read_bytes().splitlines()) for path in python_files(*OURS)}
    assert {path: length for path, length in lengths.items() if length > LONGEST_FILE} == {}


def test_no_function_is_too_long() -> None:
    lengths = {f"{path}:{name}": lines for path in python_files(*OURS) for name, lines in functions(path)}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FUNCTION} == {}


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        path for path in python_files(*OURS) if not ast.get_docstring(tree(path)) and (ROOT / path).stat().st_size
    ]
    assert [str(path) for path in silent] == []


def test_every_package_says_what_it_is_for() -> None:
    packages = [path for path in python_files("dau", "drivers", "simulator") if path.name == "__init__.py"]
    assert [str(path) for path in packages if not ast.get_docstring(tree(path))] == []


def test_module_names_say_what_they_know() -> None:
    names = {str(path): path.stem for path in python_files(*OURS)}
    empty = {path for path, name in names.items() if name.startswith(NAMES_THAT_SAY_NOTHING)}
    assert empty == set()


@pytest.mark.parametrize("package", ["dau", "drivers", "simulator", "tests"])
def test_every_folder_with_python_is_a_package(package: str) -> None:
    files = python_files(package)
    folders = {path.parent for path in files}
    assert {str(folder) for folder in folders if folder / "__init__.py" not in files} == set()


def test_pure_code_imports_the_standard_library_and_itself_alone() -> None:
    allowed = sys.stdlib_module_names
    foreign = {
        (str(path), name)
        for path in python_files("dau")
        for name in imported(path)
        if str(path).startswith(PURE)
        and name.split(".")[0] not in allowed
        and not name.startswith(("dau.core", "dau.hj212", "dau.errors", "dau.words"))
    }
    assert foreign == set()


def test_scripts_can_be_called() -> None:
    scripts = [path for path in all_files() if path.parts[0] in {"scripts", ".ci"} and not path.suffix]
    assert scripts
    assert [str(path) for path in scripts if not (ROOT / path).stat().st_mode & 0o100] == []


def test_the_product_is_where_the_sizes_look() -> None:
    assert len(python_files(*PRODUCT)) < len(python_files(*OURS))
