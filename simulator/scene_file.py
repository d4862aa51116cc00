"""Scenes out of TOML files, with a complaint that names what is impossible."""

import tomllib
from dataclasses import fields
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, TypeVar

from dau.words import text
from simulator.errors import FaultError, SceneError
from simulator.faults import Fault, FaultKind, InstrumentState, parse_fault
from simulator.instruments.encoding import NumberType, WordOrder
from simulator.plant import PLANTS
from simulator.scene import (
    Area,
    Clock,
    Command,
    Conversion,
    Deed,
    GasFlow,
    Instrument,
    Line,
    LineKind,
    Parameter,
    Register,
    Scene,
    Status,
    Text,
)

T = TypeVar("T")

SCENES: Final = ("outfall", "stack")
"""The scenes that come with the simulator."""


def load_scene(name: str) -> Scene:
    """Return one of the `SCENES`, or the scene in the file ``name`` (anything that ends in .toml).

    Raises:
        SceneError: no such scene, or the file says something impossible.
        FaultError: one of its faults cannot happen.
    """
    if name in SCENES:
        return parse_scene(files("simulator").joinpath("scenes", f"{name}.toml").read_text("utf-8"), f"{name}.toml")
    if not name.endswith(".toml"):
        raise SceneError(text("sim.scene.unknown", scene=name, known=", ".join(SCENES)))
    try:
        return parse_scene(Path(name).read_text("utf-8"), name)
    except OSError as problem:
        raise SceneError(text("sim.scene.broken", file=name, problem=problem.strerror)) from problem


def parse_scene(content: str, file: str) -> Scene:
    """Return the scene in the TOML text; ``file`` is named in complaints."""
    try:
        scene = _scene(tomllib.loads(content))
        _check(scene)
    except (ValueError, ArithmeticError, TypeError, LookupError) as problem:
        raise SceneError(text("sim.scene.broken", file=file, problem=problem)) from problem
    for fault in scene.faults:
        check_fault(fault, scene)
    return scene


def check_fault(fault: Fault, scene: Scene) -> None:
    """Make sure that the fault can happen in the scene.

    Raises:
        FaultError: no such instrument, or one that cannot misbehave in this way.
    """
    instruments = {instrument.name: (line, instrument) for line, instrument in scene.instruments()}
    known = [*instruments, *(line.name for line in scene.lines)]
    if fault.target not in known:
        facts = {"spec": fault, "scene": scene.name, "target": fault.target, "known": ", ".join(known)}
        raise FaultError(text("sim.fault.target", **facts))
    reason = _unfit(fault, instruments.get(fault.target))
    if reason:
        raise FaultError(text("sim.fault.unfit", spec=fault, target=fault.target, reason=reason))


def _unfit(fault: Fault, found: tuple[Line, Instrument] | None) -> str | None:
    if fault.kind is FaultKind.UNPLUG:
        return None
    if found is None:
        return "a line can only be unplugged"
    line, instrument = found
    if fault.kind in (FaultKind.CRC, FaultKind.NOISE) and line.kind is LineKind.TCP:
        return "Modbus TCP has no checksum and no line noise"
    if fault.kind is FaultKind.STATE:
        state = InstrumentState(fault.argument)
        if all(status.shows(state) == status.normal for status in instrument.statuses):
            return "it has no status word for that"
    return None


def _scene(table: dict[str, Any]) -> Scene:
    lines = tuple(_line(entry) for entry in table.pop("line", []))
    parts: dict[str, Any] = {
        "lines": lines,
        "faults": tuple(parse_fault(entry) for entry in table.pop("faults", [])),
        "flows": tuple(_fill(GasFlow, _decimals(entry, ("area", "ambient"))) for entry in table.pop("flow", [])),
        "conversions": tuple(_fill(Conversion, _decimals(entry, ("base",))) for entry in table.pop("conversion", [])),
    }
    return _fill(Scene, table | parts)


def _line(table: dict[str, Any]) -> Line:
    instruments = tuple(_instrument(entry) for entry in table.pop("instrument", []))
    return _fill(Line, table | {"kind": LineKind(table["kind"]), "instruments": instruments})


def _instrument(table: dict[str, Any]) -> Instrument:
    parts: dict[str, Any] = {
        "registers": tuple(_register(entry) for entry in table.pop("register", [])),
        "statuses": tuple(_fill(Status, entry | {"area": _area(entry)}) for entry in table.pop("status", [])),
        "commands": tuple(_command(entry) for entry in table.pop("command", [])),
        "parameters": tuple(_parameter(entry) for entry in table.pop("parameter", [])),
        "clocks": tuple(_fill(Clock, entry | {"area": _area(entry)}) for entry in table.pop("clock", [])),
        "texts": tuple(_fill(Text, entry | {"area": _area(entry)}) for entry in table.pop("text", [])),
    }
    return _fill(Instrument, table | parts)


def _command(table: dict[str, Any]) -> Command:
    return _fill(Command, table | {"area": _writable(table), "does": Deed(table["does"])})


def _parameter(table: dict[str, Any]) -> Parameter:
    return _fill(Parameter, table | _number(table) | {"area": _writable(table)})


def _writable(table: dict[str, Any]) -> Area:
    area = _area(table)
    if area not in (Area.COILS, Area.HOLDING):
        raise ValueError(f"area {area.name.lower()} cannot be written, only coils and holding")
    return area


def _register(table: dict[str, Any]) -> Register:
    exact = _decimals(table, ("total_per_second", "mass_per_amount"))
    return _fill(Register, exact | _number(table) | {"area": _area(table)})


def _decimals(table: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """Return the table with those of its numbers that were written as text, to the last digit."""
    return table | {name: Decimal(table[name]) for name in names if name in table}


def _number(table: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": NumberType(table["type"]),
        "order": WordOrder(table.get("order", "ABCD")),
        "step": Decimal(table["step"]),
    }


def _area(table: dict[str, Any]) -> Area:
    names = {area.name.lower(): area for area in Area}
    if table.get("area") not in names:
        raise ValueError(f"area {table.get('area')!r} is not one of {', '.join(names)}")
    return names[table["area"]]


def _fill(kind: type[T], table: dict[str, Any]) -> T:
    known = {field.name for field in fields(kind)}  # type: ignore[arg-type]
    unknown = table.keys() - known
    if unknown:
        raise ValueError(f"unknown key {', '.join(sorted(unknown))} in {kind.__name__.lower()}; known: {sorted(known)}")
    return kind(**table)


def _check(scene: Scene) -> None:
    if scene.plant not in PLANTS:
        raise ValueError(f"plant {scene.plant!r} is not one of {', '.join(PLANTS)}")
    quantities = PLANTS[scene.plant](0)
    names = [line.name for line in scene.lines] + [instrument.name for _, instrument in scene.instruments()]
    if len(set(names)) != len(names):
        raise ValueError("a line or instrument name is used twice")
    for line in scene.lines:
        slaves = [instrument.slave for instrument in line.instruments]
        if len(set(slaves)) != len(slaves):
            raise ValueError(f"line {line.name} has two instruments with one slave address")
    for _, instrument in scene.instruments():
        for register in instrument.registers:
            if register.quantity not in quantities:
                raise ValueError(f"instrument {instrument.name}: plant {scene.plant} has no {register.quantity!r}")
    _check_reckoned(scene)


def _check_reckoned(scene: Scene) -> None:
    """What is reckoned at one instant is measured at one instant: by one instrument."""
    needs: dict[str, tuple[str, ...]] = {
        flow.channel: (flow.velocity, flow.temperature, flow.pressure, flow.humidity) for flow in scene.flows
    }
    needs |= {f"conversion of {one.of}": (one.of, one.oxygen) for one in scene.conversions}
    measured = [{register.channel for register in instrument.registers} for _, instrument in scene.instruments()]
    for name, channels in needs.items():
        if not any(set(channels) <= there for there in measured):
            raise ValueError(f"{name}: no instrument measures {', '.join(channels)}")
