"""From the tables of a profile to what its instrument is made of, and every contradiction between them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from dau.core.states import State
from drivers.profile.board import Rule
from drivers.profile.commands import Command
from drivers.profile.expression import Expression, parse
from drivers.profile.instrument import Turn
from drivers.profile.model import BlockKeys, CommandKeys, Meaning, StateRule
from drivers.profile.tokens import BadExpression
from drivers.profile.values import Reckoner

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something in a profile, or in what a station says of it, that cannot be; ``path`` leads to it in the file."""

    path: Path
    chinese: str
    english: str

    @property
    def sentence(self) -> str:
        """What the user reads."""
        return f"{self.chinese} / {self.english}"


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of a profile that every protocol has; points one by one, each with its place in the file."""

    blocks: Sequence[BlockKeys]
    points: Sequence[tuple[int, Meaning]]
    states: Sequence[StateRule]
    commands: Sequence[CommandKeys]
    probe: str | None = None

    @property
    def words(self) -> Mapping[str, frozenset[str]]:
        """The words of each point, by name."""
        return {point.name: point.words for _, point in self.points}


def mistakes_in(tables: Tables) -> Iterator[Mistake]:
    """Yield every contradiction that needs no protocol."""
    yield from _twice("block", [(number, block.name) for number, block in enumerate(tables.blocks)])
    yield from _twice("point", [(number, point.name) for number, point in tables.points])
    names = set(tables.words)
    for number, point in tables.points:
        wanted = [*Reckoner(point, full=(0.0, 1.0)).needs, *(point.of or ())]
        yield from _unknown(("point", number), wanted, names)
    yield from _circles(tables)
    for number, rule in enumerate(tables.states):
        yield from _unknown(("state", number, "of"), rule.of or (), names)
    for number, command in enumerate(tables.commands):
        yield from _unknown(("command", number), [*(command.of or ()), *command.gives.values()], names)
    for path, text, knows_now in _expressions(tables):
        try:
            parse(text, tables.words, knows_now=knows_now)
        except BadExpression as bad:
            yield Mistake(path, bad.chinese, bad.english)


def _twice(kind: str, found: Iterable[tuple[int, str]]) -> Iterator[Mistake]:
    listed = list(found)
    counts = Counter(name for _, name in listed)
    seen: set[str] = set()
    for number, name in listed:
        if counts[name] > 1 and name in seen:
            yield Mistake((kind, number, "name"), f"名称 {name} 重复", f"the name {name} is there twice")
        seen.add(name)


def _circles(tables: Tables) -> Iterator[Mistake]:
    needs = {point.name: Reckoner(point, full=(0.0, 1.0)).needs for _, point in tables.points}
    for number, point in tables.points:
        reached: set[str] = set()
        ahead = list(needs[point.name])
        while ahead:
            name = ahead.pop()
            if name not in reached:
                reached.add(name)
                ahead += needs.get(name, ())
        if point.name in reached:
            yield Mistake(("point", number), f"{point.name} 依赖自身", f"{point.name} needs itself")


def blind_blocks(tables: Tables, homes: Mapping[str, str]) -> Iterator[Mistake]:
    """Yield blocks that wait for what stands in themselves; ``homes`` has the block of each point."""
    for number, block in enumerate(tables.blocks):
        if block.only_when is None:
            continue
        try:
            needed = parse(block.only_when, tables.words).points
        except BadExpression:
            continue  # said already
        for name in sorted(needed):
            if homes.get(name) == block.name:
                yield Mistake(
                    ("block", number, "only_when"),
                    f"{name} 就在 {block.name} 中，须来自其他 block",
                    f"{name} stands in {block.name} itself; what only_when needs must come from another block",
                )


def _unknown(path: Path, wanted: Iterable[str], names: set[str]) -> Iterator[Mistake]:
    for name in wanted:
        if name not in names:
            yield Mistake(path, f"没有名为 {name} 的测点", f"there is no point {name}")


def _expressions(tables: Tables) -> Iterator[tuple[Path, str, bool]]:
    for number, block in enumerate(tables.blocks):
        if block.only_when is not None:
            yield ("block", number, "only_when"), block.only_when, False
    for number, rule in enumerate(tables.states):
        yield ("state", number, "when"), rule.when, False
    for number, command in enumerate(tables.commands):
        for key in ("allowed", "done", "ends", "fails"):
            text = getattr(command, key)
            if text is not None:
                yield ("command", number, key), text, key != "allowed"
    if tables.probe is not None:
        yield ("probe", "expect"), tables.probe, False


# ------------------------------------------------------------------------------------------------------------- building


def turns_of(tables: Tables, points: Mapping[str, Sequence[str]], period_s: int) -> list[Turn]:
    """Return the blocks with their cadence in polls; ``points`` has the points of each block."""
    return [
        Turn(
            block,
            tuple(points[block.name]),
            polls_of(block, period_s),
            None if block.only_when is None else parse(block.only_when, tables.words),
        )
        for block in tables.blocks
    ]


def polls_of(block: BlockKeys, period_s: int) -> int:
    """Return with every how many polls a block is asked."""
    return max(1, round((block.every_s or period_s) / period_s))


def rules_of(tables: Tables) -> list[Rule]:
    """Return the state rules in their order."""
    return [
        Rule(
            parse(rule.when, tables.words),
            State[rule.state.upper()],
            None if rule.of is None else frozenset(rule.of),
        )
        for rule in tables.states
    ]


def commands_of(tables: Tables) -> list[Command]:
    """Return the commands with their expressions."""

    def parsed(text: str | None, *, knows_now: bool = True) -> Expression | None:
        return None if text is None else parse(text, tables.words, knows_now=knows_now)

    return [
        Command(keys, parsed(keys.allowed, knows_now=False), parsed(keys.done), parsed(keys.ends), parsed(keys.fails))
        for keys in tables.commands
    ]
