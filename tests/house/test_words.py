"""Every sentence that the code asks for exists, with the same facts in both languages."""

import ast
import string
from pathlib import Path

from dau.words import TABLE
from tests.house.sources import python_files, tree


def asked_for(path: Path) -> dict[str, set[str] | None]:
    """The keys that a file passes to ``text`` as they stand, with the facts' names (None: not all are visible)."""
    found: dict[str, set[str] | None] = {}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and _name_of(node.func) == "text" and node.args:
            key = node.args[0]
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                names = {keyword.arg for keyword in node.keywords}
                found[key.value] = None if None in names else {name for name in names if name}
    return found


def _name_of(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else ""


def facts(sentence: str) -> set[str]:
    """The names in braces of a sentence."""
    return {name.split(".")[0].split("[")[0] for _, name, _, _ in string.Formatter().parse(sentence) if name}


def users_of_words() -> dict[Path, dict[str, set[str] | None]]:
    """The files that import ``text`` from the words."""
    return {
        path: asked_for(path)
        for path in python_files("dau", "drivers", "simulator")
        if any(isinstance(node, ast.ImportFrom) and node.module == "dau.words" for node in ast.walk(tree(path)))
    }


def test_every_key_asked_for_exists() -> None:
    missing = {(str(path), key) for path, keys in users_of_words().items() for key in keys if key not in TABLE}
    assert missing == set()


def test_every_sentence_gets_the_facts_it_names() -> None:
    short = {
        (str(path), key, fact)
        for path, keys in users_of_words().items()
        for key, given in keys.items()
        if given is not None and key in TABLE
        for sentence in TABLE[key]
        for fact in facts(sentence) - given
    }
    assert short == set()


def test_both_languages_tell_the_same_facts() -> None:
    said_once = {"file"}  # the place of a mistake stands at the front of the line, before both languages
    different = {
        key for key, (chinese, english) in TABLE.items() if facts(chinese) - said_once != facts(english) - said_once
    }
    assert different == set()


def test_no_sentence_is_empty_or_in_the_wrong_column() -> None:
    assert {key for key, (chinese, english) in TABLE.items() if not chinese.strip() or not english.strip()} == set()
    assert {
        key for key, (_, english) in TABLE.items() if any("\u4e00" <= sign <= "\u9fff" for sign in english)
    } == set()


def test_the_scan_sees_calls() -> None:
    assert users_of_words(), "no file asks for words any more: the scan has gone blind"
