"""Writes docs/commands.md from the table of commands: ``dau packet commands``."""

from collections.abc import Iterable, Iterator

from dau.hj212 import Command, Data, Edition, Kind, Role
from dau.hj212.command_table import TABLE
from dau.hj212.fields import FIELDS

_HEAD = """# HJ 212 commands 命令一览

Made by `dau packet commands` from `dau/hj212/command_table.py` and `dau/hj212/fields.py`; do not edit.

One row for each meaning of a number. *Down* is what the platform sends, *up* what the unit sends. In an area `?` marks
what may be missing, `*-` an attribute of any number of factors, `...` that more may follow; `;` and `,` are the
separators of the official example. An edition in brackets does not list the command, but meets it and accepts it.
*Encrypted* holds for 2025 where there is a key.
"""
_KINDS = {
    Kind.REQUEST: "request",
    Kind.REPLY: "reply",
    Kind.UPLOAD: "upload",
    Kind.NOTICE: "notice",
    Kind.INTERACTION: "answer",
}
_DATA = {Data.NONE: "9011, 9012", Data.ONE: "9011, {}, 9012", Data.MANY: "9011, {} x n, 9012"}
_ENDS = {frozenset(): "", frozenset({Role.UNIT}): "up", frozenset(Role): "both"}


def page() -> str:
    """Return the whole page."""
    rows = (
        f"| {row.number} | {row.zh}<br>{row.en} | {_side(row, Role.PLATFORM)} | {_side(row, Role.UNIT)} "
        f"| {_answers(row)} | {_ENDS[row.sealed]} | {_editions(row)} |"
        for row in TABLE
    )
    fields = (f"| `{field.name}` | {field.zh} | {field.en} | {field.form} |" for field in FIELDS.values())
    return "\n".join(
        [
            _HEAD,
            *_table(("CN", "command", "down", "up", "answers", "encrypted", "editions"), rows),
            "\n## Fields of the data area 数据区字段\n",
            *_table(("field", "名称", "meaning", "form"), fields),
            "",
        ]
    )


def _table(heads: tuple[str, ...], rows: Iterable[str]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    yield from rows


def _side(row: Command, sender: Role) -> str:
    kind, area = row.kind(sender), row.area(sender)
    if kind is None or area is None:
        return ""
    return f"{_KINDS[kind]}<br>`{area.notation}`" if area.notation else f"{_KINDS[kind]}<br>empty"


def _answers(row: Command) -> str:
    down = _DATA[row.data].format(row.number) if row.down is Kind.REQUEST else ", ".join(row.answers(Role.PLATFORM))
    return "<br>".join(filter(None, (down, ", ".join(row.answers(Role.UNIT)))))


def _editions(row: Command) -> str:
    listed = [edition.value for edition in Edition if edition in row.editions]
    return " ".join(listed + [f"({edition.value})" for edition in Edition if edition in row.tolerated])
