"""Golden frames of text and private protocols: does the driver ask so, and read the answer so."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isclose

from drivers.profile.board import Board
from drivers.profile.expression import Value
from drivers.profile.hearing import Ear
from drivers.profile.language import Language
from drivers.profile.model import Example, Meaning
from drivers.profile.times import text_of
from drivers.profile.values import Raw, Reckoner


@dataclass(frozen=True, slots=True)
class Speaker:
    """The instrument of an example: asked in a language for its blocks, or listened to."""

    language: Language
    blocks: Sequence[str]
    ear: Ear | None
    to_bytes: Callable[[str], bytes]


def differences(example: Example, speaker: Speaker, points: Sequence[Meaning]) -> Iterator[str]:
    """Yield everything in which one example differs."""
    try:
        request, reply = (None if each is None else speaker.to_bytes(each) for each in (example.request, example.reply))
        raws = _heard(reply, speaker.ear) if speaker.ear is not None else _answered(request, reply, speaker)
    except ValueError as problem:
        yield str(problem)
        return
    if raws is not None:
        yield from _values(example, raws, points)


def _heard(message: bytes | None, ear: Ear) -> Mapping[str, Raw]:
    messages, _ = ear.hear(message or b"")
    if len(messages) != 1:
        raise ValueError(f"reply {message!r}: is {len(messages)} messages, expected one")
    return messages[0].raws


def _answered(request: bytes | None, reply: bytes | None, speaker: Speaker) -> Mapping[str, Raw] | None:
    """Return what stands in a reply; None if there is none."""
    language = speaker.language
    block = next((each for each in speaker.blocks if language.query(each).request == request), None)
    if block is None:
        raise ValueError(f"request {request!r}: no block is asked so")
    if reply is None:
        return None
    found = language.query(block).find(reply)
    if found is None or found.refusal or found.noise:
        raise ValueError(f"reply {reply!r}: is no answer to the request")
    return language.raws(block, found.frame)


def _values(example: Example, raws: Mapping[str, Raw], points: Sequence[Meaning]) -> Iterator[str]:
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
