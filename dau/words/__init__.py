"""Every sentence a user reads, in Chinese and English, from one table.

Each topic of the unit has its own file here with a ``WORDS`` table: key -> (Chinese, English). The files are merged
once, and a key that two topics claim is an error at import, not a surprise on the page.
"""

import importlib
import pkgutil
from collections.abc import Mapping


def _merge() -> Mapping[str, tuple[str, str]]:
    merged: dict[str, tuple[str, str]] = {}
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda found: found.name):
        table: Mapping[str, tuple[str, str]] = importlib.import_module(f"{__name__}.{module.name}").WORDS
        twice = merged.keys() & table.keys()
        if twice:
            raise AssertionError(f"words of {module.name} are already taken: {', '.join(sorted(twice))}")
        merged.update(table)
    return merged


TABLE = _merge()


def text(key: str, **facts: object) -> str:
    """Return the sentence for ``key`` as "Chinese / English" with the facts filled in.

    Raises:
        KeyError: if the table lacks the key or the sentence names a fact that is not given (both are bugs).
    """
    chinese, english = TABLE[key]
    return f"{chinese.format(**facts)} / {english.format(**facts)}"
