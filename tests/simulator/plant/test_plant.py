"""The plant is a function of seed and time: the same in any order, smooth enough, and within the possible."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.plant import PLANTS
from simulator.plant.waves import Signal, Wave, chance, daily, seconds

INSTANTS = st.integers(1_700_000_000_000, 1_900_000_000_000)
POSSIBLE = {
    "cod": (5, 80), "nh3n": (0.2, 8), "ph": (6, 9), "water_temperature": (2, 40), "flow": (20, 110), "total": (0, 4e9),
    "so2": (1, 50), "nox": (10, 60), "o2": (3, 12), "dust": (0.5, 10), "temperature": (35, 70),
    "pressure": (-0.5, 0.1), "humidity": (5, 20), "velocity": (6, 18),
}  # fmt: skip


@given(st.sampled_from(sorted(PLANTS)), st.integers(0, 1000), st.lists(INSTANTS, min_size=1, max_size=8))
def test_values_do_not_depend_on_what_was_asked_before(name: str, seed: int, instants: list[int]) -> None:
    forward = PLANTS[name](seed)
    backward = PLANTS[name](seed)
    asked = [{quantity: forward[quantity](at_ms) for quantity in forward} for at_ms in instants]
    again = [{quantity: backward[quantity](at_ms) for quantity in backward} for at_ms in reversed(instants)]
    assert asked == again[::-1]


@given(st.sampled_from(sorted(PLANTS)), st.integers(0, 1000), INSTANTS)
def test_values_are_possible(name: str, seed: int, at_ms: int) -> None:
    for quantity, read in PLANTS[name](seed).items():
        low, high = POSSIBLE[quantity]
        assert low <= read(at_ms) <= high, quantity


@given(st.sampled_from(sorted(PLANTS)), INSTANTS)
def test_the_plant_stands_still_inside_a_second(name: str, at_ms: int) -> None:
    plant = PLANTS[name](1)
    start_ms = at_ms // 1000 * 1000
    assert all(read(start_ms) == read(start_ms + 999) for read in plant.values())


@given(INSTANTS, st.integers(1, 10_000_000))
def test_the_total_grows_by_what_flows(at_ms: int, later_s: int) -> None:
    plant = PLANTS["outfall"](1)
    grown = plant["total"](at_ms + 1000 * later_s) - plant["total"](at_ms)
    assert 0.02 * later_s < grown < 0.11 * later_s


def test_the_total_is_the_sum_of_the_flow_of_every_second() -> None:
    signal = Signal(60, (daily(14, 10), Wave(3, 97, 0.3)), 0, 1, "flow")
    summed = sum((signal.smooth(second) + signal.smooth(second + 1)) / 2 for second in range(5000, 8600))
    assert signal.area(8600) - signal.area(5000) == pytest.approx(summed, rel=1e-5)


def test_a_day_has_its_peak_at_the_hour_of_beijing() -> None:
    wave = daily(14, 10)
    peak_ms = 1_785_549_600_000  # 2026-08-01 10:00 at +08:00
    assert wave.at(seconds(peak_ms)) == pytest.approx(14)


def test_more_water_carries_more_cod() -> None:
    plant = PLANTS["outfall"](3)
    instants = range(1_770_000_000_000, 1_770_000_000_000 + 30 * 86_400_000, 1_800_000)
    ordered = sorted(instants, key=plant["flow"])
    third = len(ordered) // 3
    quiet = sum(plant["cod"](at_ms) for at_ms in ordered[:third]) / third
    busy = sum(plant["cod"](at_ms) for at_ms in ordered[-third:]) / third
    assert busy > quiet + 3


def test_seeds_make_different_plants() -> None:
    assert PLANTS["stack"](1)["so2"](1_770_000_000_000) != PLANTS["stack"](2)["so2"](1_770_000_000_000)


def test_another_process_sees_the_same_plant() -> None:
    program = "from simulator.plant import PLANTS; print(repr(PLANTS['outfall'](7)['cod'](1770000000000)))"
    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert float(printed) == PLANTS["outfall"](7)["cod"](1_770_000_000_000)


@given(st.integers(), st.text(max_size=8), st.integers())
def test_chance_keeps_its_bounds(seed: int, stream: str, index: int) -> None:
    assert -1 <= chance(seed, stream, index) < 1
