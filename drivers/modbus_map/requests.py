"""What can be asked of a Modbus slave: reads and writes, with the beginning that their answers must have."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from pymodbus.constants import ExcCodes
from pymodbus.pdu import ModbusPDU
from pymodbus.pdu.bit_message import (
    ReadCoilsRequest,
    ReadDiscreteInputsRequest,
    WriteMultipleCoilsRequest,
    WriteSingleCoilRequest,
)
from pymodbus.pdu.register_message import (
    ReadHoldingRegistersRequest,
    ReadInputRegistersRequest,
    WriteMultipleRegistersRequest,
    WriteSingleRegisterRequest,
)


class Table(StrEnum):
    """One of the four address spaces of a Modbus slave."""

    COIL = "coil"
    DISCRETE = "discrete"
    HOLDING = "holding"
    INPUT = "input"

    @property
    def is_bits(self) -> bool:
        """True if an address is one bit, false if it is a register of 16."""
        return self in {Table.COIL, Table.DISCRETE}


READS: Final[dict[Table, type[ModbusPDU]]] = {
    Table.COIL: ReadCoilsRequest,
    Table.DISCRETE: ReadDiscreteInputsRequest,
    Table.HOLDING: ReadHoldingRegistersRequest,
    Table.INPUT: ReadInputRegistersRequest,
}

WRITE_COIL: Final = 5
WRITE_REGISTER: Final = 6
WRITE_COILS: Final = 15
WRITE_REGISTERS: Final = 16

MOST_WRITTEN_REGISTERS: Final = 123
MOST_WRITTEN_BITS: Final = 1968


class Request(Protocol):
    """One request to one slave."""

    @property
    def slave(self) -> int:
        """Who is asked."""

    @property
    def function(self) -> int:
        """The function code."""

    @property
    def answer_head(self) -> bytes:
        """How the PDU of the answer begins: as much of it as the request determines."""

    @property
    def answer_bytes(self) -> int:
        """How long the PDU of the answer is."""

    def pdu(self) -> bytes:
        """Return the request without address and check."""

    def refusal(self, code: int) -> str:
        """Say that this was refused with an exception code, and which one."""


@dataclass(frozen=True, slots=True)
class Read:
    """What one request asks for: ``count`` bits or registers of a table of a slave, from ``address`` on.

    The standard knows reads of up to 125 registers; some instruments answer longer ones.
    """

    slave: int
    table: Table
    address: int
    count: int

    @property
    def data_bytes(self) -> int:
        """How many bytes of data the answer carries."""
        return (self.count + 7) // 8 if self.table.is_bits else 2 * self.count

    @property
    def function(self) -> int:
        """See `Request`."""
        return READS[self.table].function_code

    @property
    def answer_head(self) -> bytes:
        """See `Request`."""
        return bytes([self.function, self.data_bytes & 0xFF])  # in an oversized answer it wraps

    @property
    def answer_bytes(self) -> int:
        """See `Request`."""
        return 2 + self.data_bytes

    def pdu(self) -> bytes:
        """See `Request`."""
        # pymodbus encodes no oversized read
        return bytes([self.function]) + self.address.to_bytes(2, "big") + self.count.to_bytes(2, "big")

    def refusal(self, code: int) -> str:
        """See `Request`."""
        last = self.address + self.count - 1
        return f"slave {self.slave} refuses to read {self.table} {self.address} to {last}: {_exception(code)}"


@dataclass(frozen=True, slots=True)
class Write:
    """What one request writes from ``address`` on: registers of 16 bits or, into coils, zeros and ones.

    ``function`` is 5 or 6 for a single coil or register, 15 or 16 for several or one.
    """

    slave: int
    table: Table
    address: int
    words: tuple[int, ...]
    function: int

    @property
    def is_repeated(self) -> bool:
        """True if the answer repeats the request byte by byte, and so cannot be told from its echo."""
        return self.function in {WRITE_COIL, WRITE_REGISTER}

    @property
    def answer_head(self) -> bytes:
        """See `Request`."""
        return self.pdu()[: self.answer_bytes]

    @property
    def answer_bytes(self) -> int:
        """See `Request`."""
        return 5

    def pdu(self) -> bytes:
        """See `Request`."""
        bits, registers = [bool(word) for word in self.words], list(self.words)
        request: ModbusPDU
        match self.function:
            case 5:
                request = WriteSingleCoilRequest(address=self.address, bits=bits)
            case 6:
                request = WriteSingleRegisterRequest(address=self.address, registers=registers)
            case 15:
                request = WriteMultipleCoilsRequest(address=self.address, bits=bits)
            case _:
                request = WriteMultipleRegistersRequest(address=self.address, registers=registers)
        return bytes([self.function]) + request.encode()

    def refusal(self, code: int) -> str:
        """See `Request`."""
        last = self.address + len(self.words) - 1
        return f"slave {self.slave} refuses to write {self.table} {self.address} to {last}: {_exception(code)}"


ILLEGAL_ADDRESS: Final = int(ExcCodes.ILLEGAL_ADDRESS)
"""The exception that says: there is no such place here."""


def _exception(code: int) -> str:
    meaning = ExcCodes(code).name.lower().replace("_", " ") if code in set(ExcCodes) else "not in the standard"
    return f"exception {code} ({meaning})"
