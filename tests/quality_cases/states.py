"""States at one instant, and their letters."""

from typing import Final

from dau.core.letters75 import HJ75_LETTERS
from dau.core.states import State, declared, union, winner
from dau.uplink.letters import HJ2017_LETTERS
from tests.quality_cases.inputs import name_of, state_of
from tests.quality_cases.runner import Operation, Values


def _instant_state(given: Values) -> Values:
    found = union(state_of(name) for name in given["active"])
    said = State.OK if given["declared"] is None else declared(state_of(given["declared"]))
    state = winner(found | said)
    return {"state": name_of(state), **_letters(state)}


def _flag_map(given: Values) -> Values:
    return _letters(state_of(given["state"]))


def _letters(state: State) -> Values:
    return {"hj212": HJ2017_LETTERS[state], "hj75": HJ75_LETTERS[state]}


OPERATIONS: Final[dict[str, Operation]] = {"instant_state": _instant_state, "flag_map": _flag_map}
