"""The words and signs that an expression is made of, and the error that says what is wrong at which of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final


class BadExpression(ValueError):
    """A text is no expression, or names what is not there. ``chinese`` and ``english`` are what the user reads."""

    def __init__(self, chinese: str, english: str) -> None:
        super().__init__(f"{chinese} / {english}")
        self.chinese = chinese
        self.english = english


PATTERN: Final = re.compile(
    r"\s*(?:(?P<number>0[xX][0-9a-fA-F]+|\d+(?:\.\d+)?)|(?P<text>'[^']*'|\"[^\"]*\")"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<sign>==|!=|<=|>=|<|>|\(|\)|,|\+|-))"
)
RESERVED: Final = frozenset({"and", "or", "not", "in", "has", "abs", "bit", "known", "true", "false"})


@dataclass(frozen=True, slots=True)
class Token:
    """One name, number, text or sign; ``at`` is the place of its first character, from 0."""

    kind: str  # number, text, name, sign, end
    text: str
    at: int


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of an expression, the last of kind ``end``. Raises `BadExpression`."""
    at, end = 0, len(text.rstrip())
    while at < end:
        found = PATTERN.match(text, at)
        if found is None:
            at += len(text[at:]) - len(text[at:].lstrip())
            raise BadExpression(
                f"第 {at + 1} 个字符处不能识别：{text[at:].strip()[:12]}",
                f"character {at + 1}: cannot read {text[at:].strip()[:12]!r}",
            )
        kind = found.lastgroup or "sign"
        yield Token(kind, found[kind], found.start(kind))
        at = found.end()
    yield Token("end", "", len(text))
