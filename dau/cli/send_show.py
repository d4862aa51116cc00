"""How `dau send` shows an exchange: each packet field by field with its names, and the end in words."""

from collections.abc import Iterator
from itertools import chain
from typing import Final

from dau.hj212 import COMMANDS, Pair, qn_from_ms
from dau.receiver.journal import Direction
from dau.receiver.orders import Ending, Outcome, Step, Told, Waiting
from dau.words import TABLE, text

ARROWS: Final = {Direction.DOWN: "-->", Direction.UP: "<--"}
WITH_DETAIL: Final = (Outcome.LOST, Outcome.IMPOSSIBLE)
CODE_OF: Final = {Outcome.REFUSED: "QnRtn", Outcome.FAILED: "ExeRtn"}


def lines_of(told: Told) -> Iterator[str]:
    """Yield what a person sees of a step."""
    if isinstance(told, Waiting):
        yield text("send.waiting", before=told.before)
        return
    yield _headline(told)
    for pair in chain(told.header, *told.cp):
        yield _field(pair)
    for deviation in told.deviations:
        yield f"      ! {text('send.deviation', what=deviation)}"


def reason_of(ending: Ending) -> str:
    """Return how an order ended, in words."""
    sentence = text(f"send.end.{ending.outcome.value}", code=ending.code, detail=ending.detail)
    name = CODE_OF.get(ending.outcome)
    if name:
        return f"{sentence}: {_meaning(name, str(ending.code))}"
    return f"{sentence}: {ending.detail}" if ending.detail and ending.outcome in WITH_DETAIL else sentence


def _headline(step: Step) -> str:
    qn = qn_from_ms(step.at_ms)
    at = f"{qn[8:10]}:{qn[10:12]}:{qn[12:14]}.{qn[14:]}"
    known = COMMANDS.get(step.cn)
    command = f" {step.cn} {known.zh} / {known.en}" if known else f" {step.cn}"
    again = f" ({text('send.again', sending=step.sending)})" if step.sending > 1 else ""
    return f"{at} {ARROWS[step.direction]} {text(f'send.part.{step.part.value}')}:{_printable(command)}{again}"


def _field(pair: Pair) -> str:
    name, value = pair
    meaning = _name_of(name)
    if name in CODE_OF.values():
        meaning = f"{meaning}: {_meaning(name, value)}"
    return f"      {_printable(name):<14} {_printable(value):<26} {meaning}".rstrip()


def _name_of(name: str) -> str:
    """Return what a field is called, '' if it has no name here."""
    code, _, attribute = name.partition("-")
    if f"send.field.{name}" in TABLE:
        return text(f"send.field.{name}")
    key = f"send.attribute.{attribute}"
    return text(key) if code and key in TABLE else ""


def _meaning(name: str, code: str) -> str:
    key = f"send.{name}.{code}"
    return text(key if key in TABLE else "send.code.unlisted")


def _printable(value: str) -> str:
    """Return text of a stranger without what would steer a terminal."""
    return "".join(sign if sign.isprintable() else f"\\x{ord(sign):02x}" for sign in value)
