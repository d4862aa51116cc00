"""For the person on site: who is there, whether a profile fits, and what bytes on the line say."""

from collections.abc import Generator

from dau.core.instrument import InstrumentError, Query
from drivers.modbus_map.driver import FRAMINGS
from drivers.modbus_map.frames import ERROR_BIT, with_crc
from drivers.modbus_map.profile_model import Profile
from drivers.modbus_map.profiled import Instance, build_profiled, expanded
from drivers.modbus_map.requests import Read, Table
from drivers.profile.expression import parse
from drivers.profile.instrument import Profiled
from drivers.profile.plan import Tables

LEAST_FRAME = 4
NAMES = {1: "coils", 2: "discrete inputs", 3: "holding registers", 4: "input registers"}
WRITES = {5: "coil", 6: "register", 15: "coils", 16: "registers"}


def presence(slave: int, framing: str) -> Query:
    """Return a question that every Modbus slave answers: with a register, or by refusing it."""
    return FRAMINGS[framing]().query(Read(slave, Table.HOLDING, 0, 1))


def fits(profile: Profile, slave: int, framing: str) -> Generator[Query, bytes, bool]:
    """Ask a slave what the probe of a profile wants to know; returns whether it is what the profile says.

    What cannot be read does not fit. A profile without a probe fits nobody.
    """
    if profile.probe is None:
        return False
    points = [point for _, point in expanded(profile)]
    words = Tables(profile.block, list(enumerate(points)), (), ()).words
    expression = parse(profile.probe.expect, words)
    instance = Instance.model_validate(
        {"slave": slave, "channels": {points[0].name: "any"}, "set": {"framing": framing}}
    )
    driver = build_profiled(profile, instance, "scan", profile.defaults.period_s, {})
    assert isinstance(driver, Profiled)
    try:
        yield from driver.look(expression.points)
    except InstrumentError:
        return False
    return expression.holds(driver.values)


def explain(data: bytes) -> str | None:
    """Say what some bytes are if they are one Modbus RTU frame with a good checksum; None if not."""
    if len(data) < LEAST_FRAME or with_crc(data[:-2]) != data:
        return None
    slave, function, rest = data[0], data[1], data[2:-2]
    if function & ERROR_BIT and len(rest) == 1:
        return f"slave {slave} refuses function {function & 0x7F}: exception {rest[0]}"
    if function in NAMES and len(rest) == 4:
        first, count = int.from_bytes(rest[:2]), int.from_bytes(rest[2:])
        return f"slave {slave} is asked for {count} {NAMES[function]} from {first}"
    if function in NAMES and rest and len(rest) == 1 + rest[0]:
        return f"slave {slave} answers {rest[0]} bytes of {NAMES[function]}"
    if function in WRITES and len(rest) >= 4:
        return f"slave {slave}: write of {WRITES[function]} at {int.from_bytes(rest[:2])}, or its echo"
    return f"slave {slave}, function {function}, {len(rest)} bytes"
