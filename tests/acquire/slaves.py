"""Slaves of a simple kind on the far end of a pipe, on a line that takes its time: for the tests of the bus."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from dau.link import LinkError, Pipe
from drivers.modbus_map.frames import with_crc

REQUEST_BYTES = 8
WRITE_SEVERAL = (15, 16)


def request_bytes(received: bytes) -> int:
    """Return how long the request at the beginning is, or at least is."""
    return 9 + received[6] if len(received) > 6 and received[1] in WRITE_SEVERAL else REQUEST_BYTES


@dataclass
class Slaves:
    """Answers requests of several slaves on one line; each register holds its own address, until it is written.

    ``late_s`` is the thinking time of a slave where it differs from ``think_s``; ``dead`` slaves never answer;
    ``refusing`` maps (slave, first address) to the exception code it answers with, and what is in ``ignoring`` gets no
    answer. ``is_lost`` is asked before each answer. ``noise`` stands before every answer. ``asked`` is what arrived:
    time, slave and first address; ``written`` are the writes among it that were answered. ``memory`` holds what was
    written, by slave and address.
    """

    clock_s: Callable[[], float]
    byte_s: float = 0.0
    think_s: float = 0.02
    late_s: dict[int, float] = field(default_factory=dict)
    dead: set[int] = field(default_factory=set)
    refusing: dict[tuple[int, int], int] = field(default_factory=dict)
    ignoring: set[tuple[int, int]] = field(default_factory=set)
    is_lost: Callable[[], bool] = lambda: False
    value_of: Callable[[int], int] = lambda address: address
    echo: bool = False
    noise: bytes = b""
    asked: list[tuple[float, int, int]] = field(default_factory=list)
    written: list[tuple[float, int, int]] = field(default_factory=list)
    memory: dict[tuple[int, int], int] = field(default_factory=dict)

    async def serve(self, pipe: Pipe) -> None:
        """Answer until the pipe ends. Answers are independent of each other, as those of real slaves are."""
        received = b""
        try:
            async with asyncio.TaskGroup() as answers:
                while data := await pipe.read():
                    received += data
                    while len(received) >= (length := request_bytes(received)):
                        request, received = received[:length], received[length:]
                        answers.create_task(self._answer(request, pipe))
        except* LinkError:
            pass

    async def _answer(self, request: bytes, pipe: Pipe) -> None:
        assert with_crc(request[:-2]) == request
        slave, address = request[0], int.from_bytes(request[2:4], "big")
        self.asked.append((self.clock_s(), slave, address))
        if self.echo:
            await pipe.write(request)
        if slave in self.dead or (slave, address) in self.ignoring or self.is_lost():
            return
        reply = self._reply(request)
        await asyncio.sleep(self.byte_s * (len(request) + len(reply)) + self.late_s.get(slave, self.think_s))
        await pipe.write(self.noise + reply)

    def _reply(self, request: bytes) -> bytes:
        slave, function = request[:2]
        address, count = int.from_bytes(request[2:4], "big"), int.from_bytes(request[4:6], "big")
        if code := self.refusing.get((slave, address)):
            return with_crc(bytes([slave, function | 0x80, code]))
        if function > 4:
            self._store(request)
            return with_crc(request[:6])
        values = (self.memory.get((slave, at), self.value_of(at)) for at in range(address, address + count))
        data = b"".join(value.to_bytes(2, "big") for value in values)
        return with_crc(bytes([slave, function, len(data)]) + data)

    def _store(self, request: bytes) -> None:
        slave, address = request[0], int.from_bytes(request[2:4], "big")
        self.written.append((self.clock_s(), slave, address))
        data = request[7:-2] if request[1] in WRITE_SEVERAL else request[4:6]
        for at in range(len(data) // 2):
            self.memory[slave, address + at] = int.from_bytes(data[2 * at : 2 * at + 2], "big")
