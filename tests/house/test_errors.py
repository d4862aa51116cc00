"""The tree in ``dau/errors.py`` names every error that the unit raises on purpose, each under what it derives from."""

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Final

import dau.errors
from tests.house.sources import python_files, tree

ROOT: Final = "DauError"
LEAF: Final = re.compile(r"^    ((?:[│ ]   )*)[├└]── (\w+)\.(\w+) +\S", re.MULTILINE)


def drawn(tree_text: str) -> Mapping[str, tuple[str, str]]:
    """The errors of a drawn tree: name to package and parent."""
    above, found = [ROOT], dict[str, tuple[str, str]]()
    for bars, package, name in LEAF.findall(tree_text):
        depth = len(bars) // 4 + 1
        above[depth:] = [name]
        found[name] = package, above[depth - 1]
    return found


def classes() -> Iterator[tuple[str, str, str]]:
    """Every class of the unit as package, name and name of what it derives from."""
    for path in python_files("dau"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ClassDef):
                yield from (
                    (path.with_suffix("").parts[1], node.name, base.id)
                    for base in node.bases
                    if isinstance(base, ast.Name)
                )


def derived() -> Mapping[str, tuple[str, str]]:
    """The errors that the source has: name to package and parent."""
    found = dict[str, tuple[str, str]]()
    while True:
        known = {ROOT, *found}
        more = {name: (package, base) for package, name, base in classes() if base in known and name not in known}
        if not more:
            return found
        found |= more


def test_the_tree_is_that_of_the_classes() -> None:
    assert drawn(dau.errors.__doc__ or "") == derived()


def test_the_scan_sees_classes_and_the_tree() -> None:
    assert derived()["DiskFull"] == ("database", "StoreError")
    assert drawn("    ├── a.One   why\n    │   └── a.Two   why\n    └── b.Three   why\n") == {
        "One": ("a", ROOT),
        "Two": ("a", "One"),
        "Three": ("b", ROOT),
    }
