"""Regular expressions out of settings and profiles: a part of the language that no text can make slow.

Python tries every way in which a pattern may match, and for some patterns the ways are more than a lifetime has room
for. So repetition without a bound is allowed only as ``*+`` and ``++``, which never give back what they took; bounded
repetition and alternatives may multiply to `MOST_WAYS`; groups are not repeated at all. In a line of at most `LONGEST`
characters a search then takes some hundredths of a second at the worst.
"""

import re
from typing import Final

LONGEST: Final = 1024
MOST_PATTERN: Final = 200
MOST_WAYS: Final = 200

_ATOM: Final = re.compile(
    r"\\[dDwWsStnr\\.^$*+?{}\[\]()|/-]|\[\^?\]?(?:\\.|[^\]\\])*\]|\.|\^|\$|[^\\\[\](){}*+?|]", re.DOTALL
)
_REPEAT: Final = re.compile(r"\*\+|\+\+|\?|\{([0-9]{1,3})(?:,([0-9]{1,3}))?\}")
_GROUP: Final = re.compile(r"\((?:\?:)?")


class UnsafePattern(ValueError):
    """A pattern that is not allowed; the two sentences say why."""

    def __init__(self, chinese: str, english: str) -> None:
        super().__init__(f"{chinese} / {english}")
        self.chinese = chinese
        self.english = english


def compiled(pattern: str) -> re.Pattern[str]:
    """Return a pattern ready for use.

    Raises:
        UnsafePattern: it is none, or one that some text could make slow.
    """
    if len(pattern) > MOST_PATTERN:
        raise UnsafePattern(
            f"表达式过长，最多 {MOST_PATTERN} 个字符", f"the pattern is longer than {MOST_PATTERN} characters"
        )
    ways = _ways(pattern)
    if ways > MOST_WAYS:
        raise UnsafePattern(
            f"重复次数相乘为 {ways}，最多 {MOST_WAYS}；请用 ++ 或 *+，或缩小上限",
            f"its repetitions multiply to {ways}, more than {MOST_WAYS}; write ++ or *+, or smaller bounds",
        )
    try:
        return re.compile(pattern, re.ASCII)
    except re.error as problem:
        raise UnsafePattern(f"不是正则表达式：{problem}", f"is no regular expression: {problem}") from problem


def _ways(pattern: str) -> int:
    """Return in how many ways the pattern may go on at one place of a text, at the most."""
    ways, at = 1, 0
    while at < len(pattern):
        if group := _GROUP.match(pattern, at):
            at = group.end()
            continue
        if pattern[at] == ")":
            at += 1
            _refuse_repeat(pattern, at)
            continue
        if pattern[at] == "|":
            ways, at = ways * 2, at + 1
            continue
        atom = _ATOM.match(pattern, at)
        if atom is None:
            raise _not_allowed(pattern, at)
        at = atom.end()
        if repeat := _REPEAT.match(pattern, at):
            ways, at = ways * _choices(repeat), repeat.end()
            if pattern[at : at + 1] == "+":  # possessive: it never gives back
                at += 1
        if pattern[at : at + 1] in {"*", "+", "?", "{"}:
            raise _not_allowed(pattern, at)
    return ways


def _choices(repeat: re.Match[str]) -> int:
    text = repeat.group()
    if text in {"*+", "++"}:
        return 1
    if text == "?":
        return 2
    low, high = int(repeat[1]), int(repeat[2] or repeat[1])
    return max(1, high - low + 1)


def _refuse_repeat(pattern: str, at: int) -> None:
    if pattern[at : at + 1] in {"*", "+", "?", "{"}:
        raise UnsafePattern(
            f"第 {at} 个字符：括号之后不能重复", f"character {at}: a group in brackets cannot be repeated"
        )


def _not_allowed(pattern: str, at: int) -> UnsafePattern:
    rest = pattern[at : at + 8]
    return UnsafePattern(
        f"第 {at} 个字符起 {rest!r} 不可用；不限次数的重复写作 *+ 或 ++",
        f"character {at}: {rest!r} is not allowed; repetition without a bound is written *+ or ++",
    )
