"""Two ends back to back: what one sends the other receives, each in its direction."""

from dataclasses import replace

import pytest

from dau.cipher import FixedKeys
from dau.hj212 import (
    HJ2017,
    HJ2025,
    Connection,
    Deviation,
    Encryption,
    LocalError,
    Packet,
    Received,
    Rejected,
    Role,
    data_receipt,
    decode,
    encode,
)
from tests.hj212.vectors import BY_ID, EXAMPLE

UPLOADED = decode(BY_ID["C-14-1"].frame).packet
START = decode(BY_ID["C-24-1"].frame).packet
SET_INTERVAL = decode(EXAMPLE).packet


def received(connection: Connection, data: bytes) -> tuple[Packet, tuple[Deviation, ...]]:
    (event,) = connection.receive(data)
    assert isinstance(event, Received)
    return event.packet, event.deviations


def test_a_pair() -> None:
    unit, platform = Connection(Role.UNIT), Connection(Role.PLATFORM)
    assert received(platform, unit.send(UPLOADED)) == (UPLOADED, ())
    assert received(unit, platform.send(data_receipt(UPLOADED))) == (data_receipt(UPLOADED), ())
    assert received(unit, platform.send(SET_INTERVAL)) == (SET_INTERVAL, ())


def test_directions() -> None:
    unit, platform = Connection(Role.UNIT), Connection(Role.PLATFORM)
    with pytest.raises(LocalError, match=r"command 1062 \(set realtime interval\) is not sent by the unit"):
        unit.send(SET_INTERVAL)
    with pytest.raises(LocalError, match="is not sent by the platform"):
        platform.send(START)
    assert received(platform, EXAMPLE) == (SET_INTERVAL, (Deviation.DIRECTION,))
    assert received(unit, BY_ID["C-24-1"].frame) == (START, (Deviation.DIRECTION,))


def test_unknown_commands_pass_both_ways() -> None:
    unit, platform = Connection(Role.UNIT), Connection(Role.PLATFORM)
    heartbeat = replace(UPLOADED, cn="9015", cp=())
    assert received(platform, unit.send(heartbeat)) == (heartbeat, ())
    assert received(unit, platform.send(heartbeat)) == (heartbeat, ())


def test_half_a_frame() -> None:
    unit = Connection(Role.UNIT)
    assert unit.receive(EXAMPLE[:20]) == []
    assert unit.pending_at == 0
    assert isinstance(unit.give_up()[0], Rejected)
    assert unit.receive(EXAMPLE[:20]) == []
    assert isinstance(unit.receive_end()[0], Rejected)


def test_nothing_is_pending_between_frames() -> None:
    unit = Connection(Role.UNIT)
    unit.receive(EXAMPLE)
    assert unit.pending_at is None


def test_what_the_edition_wants_encrypted_is_where_there_is_a_key() -> None:
    keys = FixedKeys("0123456789abcdef", "fedcba9876543210")
    unit, platform = Connection(Role.UNIT, HJ2025, keys), Connection(Role.PLATFORM, HJ2025, keys)
    upload = replace(UPLOADED, flag=9)
    assert b"DataTime" not in unit.send(upload)
    (event,) = platform.receive(unit.send(upload))
    assert isinstance(event, Received)
    assert (event.packet, event.key, event.deviations) == (upload, 0, ())
    request = replace(SET_INTERVAL, flag=9, cn="2061", cp=((("BeginTime", "20240601000000"), ("EndTime", "20240602")),))
    assert b"BeginTime" in platform.send(request)
    sealing = replace(HJ2025, encryption=Encryption(seals_requests=True))
    assert b"BeginTime" not in Connection(Role.PLATFORM, sealing, keys).send(request)
    new_key = replace(request, cn="1014", cp=((("SKCreateTime", "20240601085857223"), ("NewSK", "abcdefghijklmnop")),))
    assert b"SKCreateTime" not in platform.send(new_key)
    assert b"DataTime" in Connection(Role.UNIT, HJ2025).send(upload)
    assert b"DataTime" in Connection(Role.UNIT, HJ2017, keys).send(UPLOADED)


def test_directions_depend_on_the_edition() -> None:
    heartbeat = replace(UPLOADED, cn="9015", flag=9, cp=())
    assert received(Connection(Role.PLATFORM), Connection(Role.UNIT, HJ2025).send(heartbeat)) == (heartbeat, ())
    with pytest.raises(LocalError, match=r"command 9015 \(heartbeat\) is not sent by the platform"):
        Connection(Role.PLATFORM, HJ2025).send(heartbeat)
    assert received(Connection(Role.UNIT), encode(heartbeat, HJ2025)) == (heartbeat, (Deviation.DIRECTION,))
