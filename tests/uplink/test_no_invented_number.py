"""Of what a record holds no number, no packet tells one: no NaN, no infinity, and no zero that nobody measured."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from dau.core.channels import Channel, Medium
from dau.core.periods import HOUR_MS, Span
from dau.core.records import Record, RecordKind
from dau.core.samples import Sample
from dau.core.states import State
from dau.core.statistics import PeriodStatistic
from dau.hj212 import HJ2017, Packet
from dau.uplink.compose import compose
from dau.uplink.identity import Platform

SO2 = Channel("so2", "a21026", "mg/m3", 2, Medium.GAS, 5, total_unit="kg", flow="flow", mass_per_amount=1e-6)
ZS = Channel("zs", "a21026", "mg/m3", 2, Medium.GAS, 5, converts="so2")
PLATFORM = Platform("any", HJ2017, "010000A8900016F000169DD1", "31", {"so2": SO2, "zs": ZS}, pw="123456")
HOUR = Span(0, HOUR_MS)

NUMBER = st.none() | st.floats(1.0, 1e6) | st.floats(-1e6, -1.0)
"""Nothing that could be rounded to zero."""
STATES = st.sampled_from([*State])


def statistic(channel: str) -> st.SearchStrategy[PeriodStatistic]:
    counts = (st.just(60), st.just(60), *[NUMBER] * 5)
    return st.builds(PeriodStatistic, st.just(channel), st.just(HOUR), STATES, st.booleans(), *counts)


def sample(channel: str) -> st.SearchStrategy[Sample]:
    return NUMBER.flatmap(
        lambda value: st.builds(Sample, st.just(channel), st.just(0), st.just(value), st.just(value), STATES)
    )


def told(record: Record) -> dict[str, Decimal]:
    packets: Sequence[Packet] = compose(record, PLATFORM, 0, (f"202601010000{number:05}" for number in count()))
    pairs = [pair for packet in packets for item in packet.cp for pair in item]
    return {name: Decimal(text) for name, text in pairs if "-" in name and not name.endswith("-Flag")}


def assert_known(numbers: dict[str, Decimal], known: Sequence[float | None]) -> None:
    """Every number that is told is one of the record, rounded."""
    for name, number in numbers.items():
        assert number.is_finite(), name
        assert any(one is not None and abs(Decimal(one) - number) <= Decimal("0.005") for one in known), name


@given(statistic("so2"), statistic("zs"))
def test_a_period(measured: PeriodStatistic, converted: PeriodStatistic) -> None:
    numbers = told(Record(1, RecordKind.HOUR, HOUR, 0, statistics=(measured, converted)))
    for each, start in ((measured, "a21026-"), (converted, "a21026-Zs")):
        own = {name: n for name, n in numbers.items() if name.startswith("a21026-Zs") == start.endswith("Zs")}
        assert_known(own, (each.mean, each.low, each.high, each.raw_mean, each.total))


@given(sample("so2"), sample("zs"))
def test_a_live_value(measured: Sample, converted: Sample) -> None:
    numbers = told(Record(1, RecordKind.REALTIME, Span(0, 0), 0, samples=(measured, converted)))
    known = {"a21026-Rtd": measured.value, "a21026-ZsRtd": converted.value}
    assert numbers.keys() <= known.keys()
    for name, number in numbers.items():
        assert_known({name: number}, [known[name]])
    assert ("a21026-Rtd" in numbers) == (measured.value is not None)
