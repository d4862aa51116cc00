"""The three stations of the thirty days: what is measured, what stands around it, which limits hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Final

from dau.config.findings import FindingsTable
from dau.config.limits import LimitTable
from dau.core.appetites import USUAL, Appetite
from dau.core.channels import Channel, ChannelKind, Medium
from dau.core.conditions import Condition, Facility, FacilityKind
from dau.core.contacts import Contact
from dau.core.conversions.catalogue import FORMULAS
from dau.core.derive import Derivation, Input
from dau.core.records import RecordKind
from dau.core.states import State
from dau.core.surroundings import Surroundings

BEGIN_MS: Final = round(datetime(2026, 6, 1, tzinfo=timezone(timedelta(hours=8))).timestamp() * 1000)
"""June has thirty days: one whole month closes."""

GRACE_MS: Final = 10_000
BASE_O2: Final = 11.0

BOILER: Final = {
    0.0: Condition.STOPPED,
    1.0: Condition.RUNNING,
    2.0: Condition.STARTUP,
    3.0: Condition.SHUTDOWN,
    4.0: Condition.BANKED,
}
NATIONAL: Final = Appetite("national", realtime_s=60, minute_min=10, kinds=USUAL | {RecordKind.FURNACE})


@dataclass(frozen=True, slots=True)
class Plant:
    """One station. ``instruments`` are polled at the second ``phases`` of each of their periods."""

    name: str
    instruments: Mapping[str, tuple[Channel, ...]]
    phases: Mapping[str, int]
    surroundings: Surroundings
    derivations: tuple[Derivation, ...] = ()
    limits: tuple[LimitTable, ...] = ()
    findings: FindingsTable = field(default_factory=FindingsTable)
    appetites: tuple[Appetite, ...] = (NATIONAL,)

    @property
    def channels(self) -> tuple[Channel, ...]:
        """All of them, the derived ones last."""
        fed = tuple(channel for group in self.instruments.values() for channel in group)
        return fed + tuple(each.channel for each in self.derivations)


def _stack() -> Plant:
    flow = Channel("flow", "a00000", "m3/h", 0, Medium.GAS, 30, 0.0, 90_000.0, total_per_second=1 / 3600)
    so2 = Channel(
        "so2", "a21026", "mg/m3", 1, Medium.GAS, 30, 0.0, 200.0, flow="flow", mass_per_amount=1e-6, total_unit="kg"
    )
    o2 = Channel("o2", "a19001", "%", 1, Medium.GAS, 30, 0.0, 25.0)
    so2z = Channel("so2z", "a21026z", "mg/m3", 1, Medium.GAS, 30, converts="so2")
    boiler = Channel("boiler", "p99101", "", 0, Medium.GAS, 60)
    key = Channel("key", "i33101", "", 0, Medium.GAS, 60)
    outlet = frozenset({"so2", "o2", "flow"})
    inputs: dict[str, Input | tuple[Input, ...]] = {"of": Input(so2, "mg/m3"), "oxygen": Input(o2, "%")}
    conversion = Derivation(so2z, FORMULAS["reference_oxygen"], inputs, {"base": BASE_O2, "cap": 20.9}, by_means=True)
    return Plant(
        "stack",
        {"plant": (boiler, key), "cems": (so2, o2, flow)},
        {"plant": 2, "cems": 5},
        Surroundings(
            (Contact("key", State.MAINTENANCE, frozenset({"so2", "o2"})),),
            (Facility("boiler", FacilityKind.PRODUCTION, outlet, "boiler", BOILER),),
        ),
        (conversion,),
        (LimitTable(channel="so2", hour=100.0, day=80.0),),
        FindingsTable.model_validate({"channels": {"flow": {"stopped_most": 100.0, "rated": 60_000.0}}}),
    )


def _outfall() -> Plant:
    flow = Channel("flow", "w00000", "L/s", 2, Medium.WATER, 30, 0.0, 100.0, total_per_second=0.001)
    cod = Channel(
        "cod", "w01018", "mg/L", 1, Medium.WATER, 30, 0.0, 200.0, flow="flow", mass_per_amount=0.001, total_unit="kg"
    )
    ph = Channel("ph", "w01001", "", 2, Medium.WATER, 60, 0.0, 14.0)
    valve = Channel("valve", "i33102", "", 0, Medium.WATER, 60)
    return Plant(
        "outfall",
        {"plant": (valve,), "analyser": (cod, flow), "probe": (ph,)},
        {"plant": 2, "analyser": 5, "probe": 9},
        Surroundings((Contact("valve", State.CALIBRATION, frozenset({"cod"})),)),
        limits=(LimitTable(channel="cod", hour=60.0, day=50.0), LimitTable(channel="ph", low=6.0, high=9.0)),
    )


def _incinerator() -> Plant:
    furnace = Channel("furnace", "a01901", "degC", 0, Medium.GAS, 60, 0.0, 1300.0, kind=ChannelKind.FURNACE)
    hcl = Channel("hcl", "a21024", "mg/m3", 1, Medium.GAS, 20, 0.0, 100.0)
    grate = Channel("grate", "p99101", "", 0, Medium.GAS, 60)
    return Plant(
        "incinerator",
        {"plant": (grate,), "thermocouples": (furnace,), "cems": (hcl,)},
        {"plant": 2, "thermocouples": 4, "cems": 5},
        Surroundings((), (Facility("grate", FacilityKind.PRODUCTION, frozenset({"furnace", "hcl"}), "grate", BOILER),)),
        limits=(LimitTable(channel="hcl", hour=60.0, day=50.0),),
    )


PLANTS: Final = {plant.name: plant for plant in (_stack(), _outfall(), _incinerator())}
