"""What an event of the codec means to a receiver: the row to keep, the answer to give (HJ 212-2017 clause 6.4)."""

from collections.abc import Iterator
from itertools import chain
from typing import Final

from dau.hj212 import (
    HJ2025,
    SECRETS,
    AreaCipher,
    Content,
    Edition,
    Event,
    Kind,
    Packet,
    Received,
    Rejected,
    Role,
    command,
    data_receipt,
    dialect,
    edition_of,
    encode,
    group_factors,
    is_backfilled,
    is_interaction,
    notice_receipt,
    shall_encrypt,
)
from dau.hj212.sealing import GROUP
from dau.receiver.journal import Accepted, Arrival, Datum, Refused, Sent, Tally
from dau.receiver.orders import STARS, Outgoing

NO_DATA: Final = ("DataTime", "PolId")
"""Fields that say which datum it is, and are none themselves."""


AREA_BEGINS: Final = b"CP=&&"
AREA_ENDS: Final = len("&&CCCC\r\n")


def arrival_of(event: Event, at_ms: int, peer: str, has_key: bool = False) -> Arrival:
    """Return the row for what came from ``peer`` at ``at_ms`` (milliseconds UTC); ``has_key``: its unit has one."""
    if isinstance(event, Received):
        return _accepted(event, at_ms, peer, has_key)
    if isinstance(event, Rejected):
        return Refused(at_ms=at_ms, peer=peer, raw=event.raw, what=Tally.REJECTED, reason=str(event.error))
    return Refused(at_ms=at_ms, peer=peer, raw=event.raw, what=Tally.RUBBISH, reason="rubbish between frames")


def _accepted(received: Received, at_ms: int, peer: str, has_key: bool) -> Accepted:
    packet = received.packet
    answers = is_interaction(packet.cn)
    return Accepted(
        at_ms=at_ms,
        peer=peer,
        raw=received.raw,
        mn=packet.mn or "",
        st=packet.st or "",
        cn=packet.cn,
        qn=packet.qn or "",
        edition=received.edition.value,
        flag=packet.flag,
        pnum=packet.pnum,
        pno=packet.pno,
        data_time=packet.first("DataTime") or "",
        deviations=tuple(deviation.value for deviation in received.deviations),
        data=() if answers else data_of(packet.cp),
        is_encrypted=received.is_encrypted,
        lacks_encryption=has_key and _lacks_encryption(received),
        is_backfilled=is_backfilled(packet),
    )


def _lacks_encryption(received: Received) -> bool:
    """Tell whether a key should have had to open the area: it should for what has at least one whole group."""
    if received.is_encrypted or received.edition is not Edition.E2025:
        return False
    _, _, area = received.raw.partition(AREA_BEGINS)
    return shall_encrypt(received.packet.cn, Role.UNIT, HJ2025) and len(area) >= GROUP + AREA_ENDS


def sent_as(sent: Outgoing, at_ms: int, peer: str) -> Sent:
    """Return the row for what is sent to ``peer`` at ``at_ms`` (milliseconds UTC), with stars for secrets in CP."""
    packet, frame = sent.packet, sent.raw
    secrets = [(name, value) for name, value in chain.from_iterable(packet.cp) if name in SECRETS and value]
    if secrets:
        frame = encode(packet, dialect(sent.edition))  # in plaintext: whoever has the old key could read the new one
    for name, value in secrets:
        frame = frame.replace(f"{name}={value}".encode(), f"{name}=".encode() + b"*" * len(value.encode()))
    return Sent(
        at_ms=at_ms,
        peer=peer,
        raw=frame,
        mn=packet.mn or "",
        st=packet.st or "",
        cn=packet.cn,
        qn=packet.qn or "",
        edition=sent.edition.value,
        flag=packet.flag,
    )


def data_of(content: Content) -> tuple[Datum, ...]:
    """Return the values of a content. Of a name that stands twice the last value counts; the raw packet keeps both.

    Of a secret only stars are kept.

    Behind a PolId the values belong to the factor it names: two instruments may report the same ``i12001-Info`` in one
    second. The field then keeps its own code: factor ``w01018``, field ``i12001-Info``.
    """
    found: dict[tuple[str, str], Datum] = {}
    for datum in _values(content):
        found[datum.factor, datum.field] = datum
    return tuple(found.values())


def _values(content: Content) -> Iterator[Datum]:
    if not any(name == "PolId" for name, _ in chain.from_iterable(content)):
        yield from _values_of(content, "")
        return
    owner = ""
    for item in content:
        owner = next((value for name, value in item if name == "PolId"), owner)
        yield from _values_of((item,), owner)


def _values_of(content: Content, owner: str) -> Iterator[Datum]:
    attributes: set[str] = set()
    for factor in group_factors(content):
        for attribute, value in factor.fields:
            attributes.add(attribute)
            if owner in ("", factor.code):
                yield Datum(factor.code, attribute, value)
            else:
                yield Datum(owner, f"{factor.code}-{attribute}", value)
    for name, value in chain.from_iterable(content):
        # A bare attribute ("Flag=N" behind a value) was given to its factor above.
        if name not in NO_DATA and name not in attributes and not all(name.partition("-")):
            yield Datum(owner, name, STARS if name in SECRETS else value)


def answer_to(received: Received) -> Packet | None:
    """Return what answers a stored packet, None if it wants nothing.

    An answer has the layout and the version bits of the packet. What a number means is up to the edition that its Flag
    claims: 9015 is a notice of 2025 and an upload of places before. Interaction packets are never answered, nor what
    only a platform may send; numbers the edition does not know are treated as uploads.
    """
    packet = received.packet
    if not packet.needs_answer or is_interaction(packet.cn):
        return None
    row = command(packet.cn, received.edition)
    kind = row.up if row else Kind.UPLOAD
    if kind is None:
        return None
    return notice_receipt(packet) if kind is Kind.NOTICE else data_receipt(packet)


def outgoing(packet: Packet, cipher: AreaCipher | None = None) -> Outgoing:
    """Return a packet as it goes out, encrypted if there is a ``cipher``.

    Raises:
        LocalError: it cannot be written, for example because it has to echo an MN of a thousand characters.
    """
    edition = edition_of(packet.flag)
    return Outgoing(packet, edition, encode(packet, dialect(edition), cipher))
