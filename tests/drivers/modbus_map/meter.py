"""An instrument of a few lines that answers a driver, and remembers what it was told."""

from collections.abc import Callable
from dataclasses import dataclass, field

from dau.core.errands import Pause, Report, Work
from dau.core.instrument import NoReply, Query, Refused
from drivers.modbus_map.frames import with_crc


@dataclass
class Meter:
    """Holding registers and coils; ``silent`` and ``refusing`` name first addresses of requests.

    ``on_pause`` is called with the number of the pause and may change what it holds; ``writes`` are the requests to
    write that arrived, without slave and CRC.
    """

    holding: dict[int, int] = field(default_factory=dict)
    coils: dict[int, int] = field(default_factory=dict)
    silent: set[int] = field(default_factory=set)
    deaf: set[int] = field(default_factory=set)  # answers to writes there get lost once, the writes do not
    refusing: set[int] = field(default_factory=set)
    on_pause: Callable[["Meter", int], object] = lambda _meter, _number: None
    writes: list[str] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    reads: int = 0

    def pdu(self, pdu: bytes) -> bytes | None:
        function, address = pdu[0], int.from_bytes(pdu[1:3])
        if function > 4:
            self.writes.append(pdu.hex(" "))
        else:
            self.reads += 1
        if address in self.silent:
            return None
        if address in self.refusing:
            return bytes([function | 0x80, 2])
        if function > 4:
            self._store(function, address, pdu)
            lost = address in self.deaf
            self.deaf.discard(address)
            return None if lost else pdu[:5]
        count = int.from_bytes(pdu[3:5])
        if function == 1:
            return bytes([1, 1, sum(self.coils.get(address + at, 0) << at for at in range(count))])
        data = b"".join(self.holding.get(at, 0).to_bytes(2) for at in range(address, address + count))
        return bytes([function, len(data)]) + data

    def _store(self, function: int, address: int, pdu: bytes) -> None:
        if function == 5:
            self.coils[address] = pdu[3] >> 7
        elif function == 6:
            self.holding[address] = int.from_bytes(pdu[3:5])
        elif function == 15:
            self.coils |= {address + at: pdu[6] >> at & 1 for at in range(pdu[4])}
        else:
            self.holding |= {address + at: int.from_bytes(pdu[6 + 2 * at :][:2]) for at in range(pdu[4])}

    def _reply(self, query: Query) -> bytes | Exception:
        pdu = self.pdu(query.request[7:] if query.numbered else query.request[1:-2])
        if pdu is None:
            return NoReply("nothing came")
        if query.numbered:
            frame = query.request[:4] + (1 + len(pdu)).to_bytes(2) + query.request[6:7] + pdu
        else:
            frame = with_crc(query.request[:1] + pdu)
        found = query.find(frame)
        assert found is not None
        assert len(frame) == query.reply_bytes or found.refusal
        return Refused(found.refusal) if found.refusal else found.frame

    def carry_out(self, work: Work) -> Report:
        try:
            step = next(work)
            while True:
                if isinstance(step, Pause):
                    self.pauses.append(step.seconds)
                    self.on_pause(self, len(self.pauses))
                    step = work.send(b"")
                    continue
                reply = self._reply(step)
                step = work.throw(reply) if isinstance(reply, Exception) else work.send(reply)
        except StopIteration as end:
            report: Report = end.value
            return report
