"""Faults: how they are written, when they hold, and what is said about a wrong one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.errors import FaultError
from simulator.faults import Fault, FaultKind, Timeline, parse_fault
from simulator.scene_file import check_fault, load_scene


@pytest.mark.parametrize(
    ("spec", "fault"),
    [
        ("cod:silence@30+20", Fault("cod", FaultKind.SILENCE, "", 30, 20)),
        ("cod:late=1.5@0+0.5", Fault("cod", FaultKind.LATE, "1.5", 0, 0.5)),
        ("dust:exception=6@10+5", Fault("dust", FaultKind.EXCEPTION, "6", 10, 5)),
        ("ttySTACK:unplug@60+10", Fault("ttySTACK", FaultKind.UNPLUG, "", 60, 10)),
        (" nh3n:state=maintenance@1+2 ", Fault("nh3n", FaultKind.STATE, "maintenance", 1, 2)),
    ],
)
def test_specs(spec: str, fault: Fault) -> None:
    assert parse_fault(spec) == fault
    assert parse_fault(str(fault)) == fault


@pytest.mark.parametrize(
    ("spec", "complaint"),
    [
        ("cod silence", 'fault "cod silence" is not INSTRUMENT:KIND[=ARGUMENT]@START+LENGTH in seconds'),
        ("cod:silence@30", "for example cod:late=3@30+10"),
        ("cod:explode@1+1", 'there is no kind "explode", the kinds are silence, late, crc,'),
        ("cod:late@1+1", 'argument "" of late is not seconds, e.g. 3'),
        ("cod:exception=99@1+1", 'argument "99" of exception is not an exception code from 1 to 11'),
        ("cod:noise=inside@1+1", 'argument "inside" of noise is not before, after or both'),
        ("cod:state=asleep@1+1", 'argument "asleep" of state is not maintenance, calibration or fault'),
        ("cod:crc=4@1+1", 'argument "4" of crc is not empty'),
    ],
)
def test_a_wrong_spec_says_what_is_right(spec: str, complaint: str) -> None:
    with pytest.raises(FaultError) as caught:
        parse_fault(spec)
    assert complaint in str(caught.value)


@pytest.mark.parametrize(
    ("scene", "spec", "complaint"),
    [
        ("outfall", "so2:silence@1+1", 'scene outfall has no "so2", it has cod, nh3n, ph, flow, ttyOUTFALL'),
        ("outfall", "ph:state=fault@1+1", "ph cannot have it (it has no status word for that)"),
        ("stack", "cems:crc@1+1", "cems cannot have it (Modbus TCP has no checksum and no line noise)"),
        ("stack", "ttySTACK:silence@1+1", "ttySTACK cannot have it (a line can only be unplugged)"),
    ],
)
def test_an_impossible_fault_says_why(scene: str, spec: str, complaint: str) -> None:
    with pytest.raises(FaultError) as caught:
        check_fault(parse_fault(spec), load_scene(scene))
    assert complaint in str(caught.value)


@given(st.integers(0, 10_000), st.integers(1, 10_000), st.integers(-5_000, 30_000))
def test_a_fault_holds_from_its_start_and_not_at_its_end(start_ms: int, length_ms: int, at_ms: int) -> None:
    fault = Fault("cod", FaultKind.SILENCE, "", start_ms / 1000, length_ms / 1000)
    timeline = Timeline((fault,), 1_770_000_000_500)
    found = timeline.find("cod", FaultKind.SILENCE, 1_770_000_000_500 + at_ms)
    assert (found is fault) == (start_ms <= at_ms < start_ms + length_ms)


def test_only_the_one_that_is_meant_misbehaves() -> None:
    timeline = Timeline((parse_fault("cod:silence@0+10"),), 0)
    assert timeline.find("ph", FaultKind.SILENCE, 5000) is None
    assert timeline.find("cod", FaultKind.CRC, 5000) is None
