"""Golden frames of text and private protocols: does the driver ask so, and read the answer so."""

from collections.abc import Callable, Iterator, Sequence
from math import isclose

from drivers.profile.board import Board
from drivers.profile.expression import Value
from drivers.profile.language import Language
from drivers.profile.model import Example, Meaning
from drivers.profile.times import text_of
from drivers.profile.values import Reckoner


def differences(
    example: Example,
    asking: tuple[Language, Sequence[str]],
    points: Sequence[Meaning],
    to_bytes: Callable[[str], bytes],
) -> Iterator[str]:
    """Yield everything in which one example differs; ``asking`` is a language and the names of its blocks."""
    language, blocks = asking
    try:
        request, reply = to_bytes(example.request), None if example.reply is None else to_bytes(example.reply)
    except ValueError as problem:
        yield f"no bytes: {problem}"
        return
    block = next((each for each in blocks if language.query(each).request == request), None)
    if block is None:
        yield f"request {example.request!r}: no block is asked so"
        return
    if reply is None:
        return
    found = language.query(block).find(reply)
    if found is None or found.refusal or found.noise:
        yield f"reply {example.reply!r}: is no answer to the request"
        return
    raws = language.raws(block, found.frame)
    board = Board({point.name: Reckoner(point, full=(0.0, 1.0)) for point in points})
    board.take(raws)
    board.reckon()
    times = {point.name for point in points if point.is_time}
    for name, expected in example.values.items():
        value = board.values.get(name)
        shown: object = value if name in raws else "not in this answer"
        if name in times and isinstance(value, int | float):
            shown = text_of(int(value))
        if not is_same(shown, expected):
            yield f"{name} is {shown!r}, expected {expected!r}"


def is_same(found: Value | object, expected: object) -> bool:
    """Tell whether a value is the expected one; sets of words are written as lists."""
    if isinstance(found, frozenset):
        return found == frozenset(expected if isinstance(expected, tuple) else [expected])
    if isinstance(found, int | float) and isinstance(expected, int | float):
        return isclose(found, expected, rel_tol=1e-6, abs_tol=1e-9)
    return found == expected
