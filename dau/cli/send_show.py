"""How `dau send` shows an exchange: each packet field by field with its names, and the end in words."""

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Final

from dau.cli.terminal import printable
from dau.hj212 import Command, Edition, Kind, Pair, command, qn_from_ms
from dau.hj212.command_table import TABLE as COMMANDS
from dau.hj212.fields import EXE_RTN, QN_RTN, field_of
from dau.receiver.journal import Direction
from dau.receiver.orders import Ending, Outcome, Step, Told, Waiting
from dau.words import TABLE, text

ARROWS: Final = {Direction.DOWN: "-->", Direction.UP: "<--"}
WITH_DETAIL: Final = (Outcome.LOST, Outcome.IMPOSSIBLE)
CODES: Final[Mapping[str, Mapping[int, tuple[str, str]]]] = {"QnRtn": QN_RTN, "ExeRtn": EXE_RTN}
CODE_OF: Final = {Outcome.REFUSED: "QnRtn", Outcome.FAILED: "ExeRtn"}


def lines_of(told: Told) -> Iterator[str]:
    """Yield what a person sees of a step."""
    if isinstance(told, Waiting):
        yield text("send.waiting", before=told.before)
        return
    yield _headline(told)
    for pair in told.header:
        yield _line(pair, _header_name(pair[0]))
    for pair in chain.from_iterable(told.cp):
        yield _line(pair, _meaning(pair))
    for deviation in told.deviations:
        yield f"      ! {text('send.deviation', what=deviation)}"


def reason_of(ending: Ending) -> str:
    """Return how an order ended, in words."""
    sentence = text(f"send.end.{ending.outcome.value}", code=ending.code, detail=ending.detail)
    name = CODE_OF.get(ending.outcome)
    if name:
        return f"{sentence}: {_code_name(name, ending.code)}"
    if ending.outcome is Outcome.DONE and ending.detail:
        return f"{sentence}; {text('send.new_key', created=ending.detail)}"
    return f"{sentence}: {ending.detail}" if ending.detail and ending.outcome in WITH_DETAIL else sentence


def lines_of_commands() -> Iterator[str]:
    """Yield what a platform can send, a line for each meaning of a number."""
    for row in COMMANDS:
        if row.asked is not None and row.down in (Kind.REQUEST, Kind.NOTICE):
            editions = [edition.value for edition in Edition if edition in row.editions]
            editions += [f"({edition.value})" for edition in Edition if edition in row.tolerated]
            yield f"{row.number} {row.zh} / {row.en} [{' '.join(editions)}] {row.asked.notation}".rstrip()


def _headline(step: Step) -> str:
    qn = qn_from_ms(step.at_ms)
    at = f"{qn[8:10]}:{qn[10:12]}:{qn[12:14]}.{qn[14:]}"
    known = _command_of(step)
    shown = f" {step.cn} {known.zh} / {known.en}" if known else f" {step.cn}"
    again = f" ({text('send.again', sending=step.sending)})" if step.sending > 1 else ""
    return f"{at} {ARROWS[step.direction]} {text(f'send.part.{step.part.value}')}:{printable(shown)}{again}"


def _command_of(step: Step) -> Command | None:
    edition = next((edition for edition in Edition if edition.value == step.edition), None)
    return command(step.cn, edition) if edition else None


def _line(pair: Pair, meaning: str) -> str:
    name, value = pair
    return f"      {printable(name):<14} {printable(value):<26} {meaning}".rstrip()


def _header_name(name: str) -> str:
    key = f"send.header.{name}"
    return text(key) if key in TABLE else ""


def _meaning(pair: Pair) -> str:
    """Return what a field of the data area is called, '' if it has no name here; of a code also what it means."""
    name, value = pair
    field = field_of(name)
    if field is None:
        return ""
    meaning = f"{field.zh} / {field.en}"
    if name not in CODES:
        return meaning
    return f"{meaning}: {_code_name(name, int(value) if value.isascii() and value.isdecimal() else None)}"


def _code_name(name: str, code: int | None) -> str:
    found = CODES[name].get(code) if code is not None else None
    return f"{found[0]} / {found[1]}" if found else text("send.code.unlisted")
