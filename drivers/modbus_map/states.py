"""From status words to quality states."""

from collections.abc import Callable

from dau.core.states import State
from drivers.modbus_map.decode import Number, picker
from drivers.modbus_map.layout import Extent
from drivers.modbus_map.options import StateName, Status


def state_named(name: StateName) -> State:
    """Return the state that a settings file calls ``name``."""
    return State[name.upper()]


def status_reader(status: Status, read: Extent) -> Callable[[Number], State]:
    """Return what turns the number of a status word, taken out of the answer to ``read``, into states.

    A packed decimal that is none has the state ``other``.
    """
    pick = picker(status, read)
    by_number = {0: State.OK} | {number: state_named(name) for number, name in status.map.items()}
    by_bit = [(1 << bit, state_named(name)) for bit, name in status.bits.items()]
    other = state_named(status.other)

    def from_number(number: Number) -> State:
        word = pick(number)
        return other if word is None else by_number.get(int(word), other)

    def from_bits(number: Number) -> State:
        word = int(pick(number) or 0)
        states = State.OK
        for bit, state in by_bit:
            if word & bit:
                states |= state
        return states

    return from_bits if by_bit else from_number
