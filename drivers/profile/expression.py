"""The closed little grammar of ``when``, ``allowed``, ``done`` and ``expect``: parsed once, never run as code.

An expression is true or false about the values of points. A comparison with a value that is not known is false, and so
is everything that needs one; only ``known(x)`` asks whether there is one.
"""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final, NoReturn

from drivers.profile.tokens import RESERVED, BadExpression, Token, tokens

Value = float | int | str | frozenset[str] | None
"""What is known of a point: a number (times in seconds since 1970 UTC), a word or text, a set of bits, or nothing."""

Values = Mapping[str, Value]

NOW: Final = "now"
"""The time that a command sets, in seconds since 1970 UTC: a name like that of a point."""

LONGEST: Final = 500
DEEPEST: Final = 20
"""How long an expression may be, and how deep its parentheses: a profile may come from a stranger."""


class Bits(frozenset[str]):
    """The words of a point whose value is a set of them, and not one."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression. ``points`` are the names that it asks for, `NOW` among them where it is used."""

    text: str
    points: frozenset[str]
    holds: Callable[[Values], bool]


def parse(text: str, points: Mapping[str, AbstractSet[str]], *, knows_now: bool = False) -> Expression:
    """Return the expression that ``text`` says.

    Args:
        text: as it stands in the profile.
        points: the names that may be used, each with the words that its value can be (empty: a number or a text).
        knows_now: whether ``now`` has a meaning here.

    Raises:
        BadExpression: with the place and what was expected there.
    """
    if len(text) > LONGEST:
        raise BadExpression(f"表达式超过 {LONGEST} 个字符", f"the expression is longer than {LONGEST} characters")
    parser = _Parser(text, {**points, **({NOW: frozenset()} if knows_now else {})})
    return Expression(text, *parser.whole())


# -------------------------------------------------------------------------------------------------------------- parser

_Ask = Callable[[Values], Value]
_Test = Callable[[Values], bool]

_COMPARE: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


@dataclass(frozen=True, slots=True)
class _Term:
    """A side of a comparison: what gives its value; ``word`` for a bare word, ``point`` and ``words`` for a point."""

    ask: _Ask
    at: int
    word: str = ""
    point: str = ""
    words: AbstractSet[str] = frozenset()
    is_text: bool = False


class _Parser:
    def __init__(self, text: str, points: Mapping[str, AbstractSet[str]]) -> None:
        self._tokens = list(tokens(text))
        self._points = points
        self._used: set[str] = set()
        self._next = 0
        self._depth = 0

    def whole(self) -> tuple[frozenset[str], _Test]:
        test = self._either()
        if self._token.kind != "end":
            self._fail("and、or 或结尾", "'and', 'or' or the end")
        return frozenset(self._used), test

    # ------------------------------------------------------------------------------------------------- and, or, not

    def _either(self) -> _Test:
        tests = [self._both()]
        while self._takes("or"):
            tests.append(self._both())
        return tests[0] if len(tests) == 1 else lambda values: any(test(values) for test in tests)

    def _both(self) -> _Test:
        tests = [self._one()]
        while self._takes("and"):
            tests.append(self._one())
        return tests[0] if len(tests) == 1 else lambda values: all(test(values) for test in tests)

    def _one(self) -> _Test:
        self._depth += 1
        if self._depth > DEEPEST:
            self._fail(f"不超过 {DEEPEST} 层括号", f"at most {DEEPEST} parentheses in each other")
        try:
            if self._takes("not"):
                inner = self._one()
                return lambda values: not inner(values)
            if self._token.text == "(" and self._is_test_inside():
                self._expect("(")
                inner = self._either()
                self._expect(")")
                return inner
            if self._takes("known"):
                self._expect("(")
                name = self._point()
                self._expect(")")
                return lambda values: values.get(name) is not None
            return self._comparison()
        finally:
            self._depth -= 1

    def _is_test_inside(self) -> bool:
        """Tell whether the parenthesis that opens here holds a test and not a sum."""
        depth = 0
        for token in self._tokens[self._next :]:
            depth += {"(": 1, ")": -1}.get(token.text, 0) if token.kind == "sign" else 0
            if depth == 0:
                return False
            if token.text in {*_COMPARE, "==", "!=", "in", "has", "and", "or", "not", "known"} and token.kind != "text":
                return True
        return False

    # --------------------------------------------------------------------------------------------------- comparisons

    def _comparison(self) -> _Test:
        left = self._sum()
        token = self._token
        if token.text in {"==", "!="} and token.kind == "sign":
            self._next += 1
            right = self._against(left, self._sum())
            return _equal(left.ask, right.ask, is_equal=token.text == "==")
        if token.text in _COMPARE and token.kind == "sign":
            self._next += 1
            right = self._sum()
            for side in (left, right):
                if side.word or side.words or side.is_text:
                    self._fail_at(side.at, "数字", "a number")
                if side.point:
                    self._used.add(side.point)
            return _ordered(left.ask, right.ask, _COMPARE[token.text])
        if self._takes("not"):
            self._expect("in")
            inside = self._in(left)
            return lambda values: left.ask(values) is not None and not inside(values)
        if self._takes("in"):
            return self._in(left)
        if not self._takes("has"):
            self._fail("比较符号", "a comparison")
        return self._has(left)

    def _in(self, left: _Term) -> _Test:
        self._expect("(")
        sides = [self._sum()]
        while self._takes(","):
            sides.append(self._sum())
        self._expect(")")
        sides = [self._against(left, side) for side in sides]
        tests = [_equal(left.ask, side.ask, is_equal=True) for side in sides]
        return lambda values: any(test(values) for test in tests)

    def _has(self, left: _Term) -> _Test:
        token = self._token
        if token.kind != "name" or not isinstance(left.words, Bits):
            self._fail("位的名称", "the name of a bit")
        if token.text not in left.words:
            self._unknown_word(token, left.words)
        self._next += 1
        self._used.add(left.point)
        word, ask = token.text, left.ask

        def test(values: Values) -> bool:
            found = ask(values)
            return isinstance(found, frozenset) and word in found

        return test

    def _agree(self, left: _Term, right: _Term) -> None:
        """See that a bare word is one of those that the other side can be."""
        for one, other in ((left, right), (right, left)):
            if isinstance(other.words, Bits):
                self._fail_at(other.at, "一个值（位的集合用 has）", "a single value; a set of bits is asked with 'has'")
            word = one.word or (str(one.ask({})) if one.is_text and other.words else "")
            if word and word not in other.words:
                self._unknown_word(Token("name", word, one.at), other.words)
            if other.words and not (one.word or one.is_text or one.point):
                self._fail_at(one.at, f"{other.point} 的词", f"a word of {other.point}")

    def _against(self, left: _Term, right: _Term) -> _Term:
        """Return the right side of an equality: a name that is a word of the left side is that word, not a point."""
        if right.point and right.point in left.words:
            word = right.point
            right = _Term(lambda _: word, right.at, word=word)
        self._agree(left, right)
        for side in (left, right):
            if side.point:
                self._used.add(side.point)
        return right

    # --------------------------------------------------------------------------------------------------------- terms

    def _sum(self) -> _Term:
        term = self._term()
        while self._token.kind == "sign" and self._token.text in {"+", "-"}:
            sign = 1 if self._token.text == "+" else -1
            self._next += 1
            term = _Term(_added(self._asked(term), self._asked(self._term()), sign), term.at)
        return term

    def _asked(self, term: _Term) -> _Ask:
        """Return what gives a term that is part of a larger one, whose point is needed for certain."""
        if term.point:
            self._used.add(term.point)
        return term.ask

    def _term(self) -> _Term:
        token = self._token
        if token.kind == "number":
            self._next += 1
            number = int(token.text, 16) if token.text[:2].lower() == "0x" else float(token.text)
            return _Term(lambda _: number, token.at)
        if token.kind == "text":
            self._next += 1
            written = token.text[1:-1]
            return _Term(lambda _: written, token.at, is_text=True)
        if self._takes("-"):
            return _Term(_added(lambda _: 0, self._asked(self._term()), -1), token.at)
        if self._takes("("):
            inner = self._sum()
            self._expect(")")
            return inner
        if token.text in {"abs", "bit"}:
            return self._function(token)
        return self._name(token)

    def _function(self, token: Token) -> _Term:
        self._next += 1
        self._expect("(")
        inner = self._asked(self._sum())
        place = 0
        if token.text == "bit":
            self._expect(",")
            if self._token.kind != "number" or not self._token.text.isdecimal() or int(self._token.text) > 63:
                self._fail("位号 0..63", "the number of a bit, 0 to 63")
            place = int(self._token.text)
            self._next += 1
        self._expect(")")

        def ask(values: Values) -> Value:
            number = _number(inner(values))
            if number is None:
                return None
            return abs(number) if token.text == "abs" else int(number) >> place & 1

        return _Term(ask, token.at)

    def _name(self, token: Token) -> _Term:
        if token.kind != "name" or token.text in RESERVED:
            self._fail("测点、数字或文本", "a point, a number or a text")
        self._next += 1
        if token.text not in self._points:
            word = token.text
            return _Term(lambda _: word, token.at, word=word)
        name = token.text
        return _Term(lambda values: values.get(name), token.at, point=name, words=self._points[name])

    def _point(self) -> str:
        token = self._token
        if token.kind != "name" or token.text not in self._points:
            self._fail("测点", "a point")
        self._next += 1
        self._used.add(token.text)
        return token.text

    # -------------------------------------------------------------------------------------------------------- tokens

    @property
    def _token(self) -> Token:
        return self._tokens[self._next]

    def _takes(self, text: str) -> bool:
        if self._token.text == text and self._token.kind in {"name", "sign"}:
            self._next += 1
            return True
        return False

    def _expect(self, text: str) -> None:
        if not self._takes(text):
            self._fail(text, f"'{text}'")

    def _fail(self, chinese: str, english: str) -> NoReturn:
        self._fail_at(self._token.at, chinese, english)

    def _fail_at(self, at: int, chinese: str, english: str) -> NoReturn:
        token = next(token for token in self._tokens if token.at == at or token.kind == "end")
        found = token.text or "…"
        raise BadExpression(
            f"第 {at + 1} 个字符处应为{chinese}，现为 {found}",
            f"character {at + 1}: expected {english}, found {token.text or 'the end'}",
        )

    def _unknown_word(self, token: Token, words: AbstractSet[str]) -> NoReturn:
        known = ", ".join(sorted(words)) or ", ".join(sorted(self._points)) or "-"
        raise BadExpression(
            f"第 {token.at + 1} 个字符处：{token.text} 既不是测点，也不是可比较的词；可用：{known}",
            f"character {token.at + 1}: {token.text} is no point, and no word that it could be; known: {known}",
        )


# -------------------------------------------------------------------------------------------------------------- values


def _number(value: Value) -> float | int | None:
    return value if isinstance(value, int | float) else None


def _added(left: _Ask, right: _Ask, sign: int) -> _Ask:
    def ask(values: Values) -> Value:
        one, other = _number(left(values)), _number(right(values))
        return None if one is None or other is None else one + sign * other

    return ask


def _equal(left: _Ask, right: _Ask, *, is_equal: bool) -> _Test:
    def test(values: Values) -> bool:
        one, other = left(values), right(values)
        return one is not None and other is not None and (one == other) is is_equal

    return test


def _ordered(left: _Ask, right: _Ask, compare: Callable[[float, float], bool]) -> _Test:
    def test(values: Values) -> bool:
        one, other = _number(left(values)), _number(right(values))
        return one is not None and other is not None and compare(one, other)

    return test
