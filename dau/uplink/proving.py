"""Sees one upload or notice to its end, and lets the key ring learn from what came of it."""

from collections.abc import Callable

from dau.hj212 import Exchange, Kind, Packet, Role, State, command, shall_encrypt
from dau.link import LinkLost
from dau.uplink.desk import Desk, QnRtn
from dau.uplink.line import Line


async def tell(desk: Desk, line: Line, packet: Packet, record: int | None, beat: Callable[[], None]) -> Exchange:
    """Send a packet as `Line.tell` does, a notice until its 9013 and an upload until its 9014.

    A receipt for something encrypted proves the key. No receipt, a broken connection and the answer that the CRC is
    wrong make the ring try another key, if there is a doubt or a new one came meanwhile; over the same connection the
    packet then goes out once more with that key.

    Raises:
        LocalError, LinkLost, StoreError: as `Line.tell`.
    """
    dialect, keys = desk.account.platform.dialect, desk.keys
    row = command(packet.cn, dialect.edition)
    receipt = "9013" if row is not None and row.up is Kind.NOTICE else "9014"
    is_proof = packet.needs_answer and shall_encrypt(packet.cn, Role.UNIT, dialect)
    tried: set[int | None] = set()
    while True:
        line.check()
        key = keys.in_use if is_proof else None
        tried.add(key)
        try:
            exchange = await line.tell(packet, record, beat, receipt)
        except LinkLost:
            keys.unanswered(key)
            raise
        if exchange.state is State.DONE:
            await keys.proved(key)
            return exchange
        if exchange.state is not State.GIVEN_UP and exchange.code != QnRtn.CRC:
            return exchange
        keys.unanswered(key)
        if not is_proof or keys.in_use in tried:
            return exchange
