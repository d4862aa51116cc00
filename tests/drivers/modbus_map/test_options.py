"""What may not be written in the table of an instrument, and how it is said: both sentences are part of the product."""

import tomllib
from pathlib import Path

import pytest
from pydantic import ValidationError

from drivers.modbus_map import Options

EXAMPLE = Path(__file__).parents[3] / "drivers" / "modbus_map" / "example.toml"


def options(text: str) -> Options:
    return Options.model_validate(tomllib.loads(text))


def mistake(text: str) -> str:
    with pytest.raises(ValidationError) as caught:
        options(text)
    return str(caught.value.errors()[0]["msg"])


def test_the_example_is_valid() -> None:
    tables = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    for instrument in tables["instrument"]:
        shared = {"name", "bus", "driver", "period_s", "timeout_s", "retries"}
        assert Options.model_validate({key: instrument[key] for key in instrument.keys() - shared}).channels()


def test_channels_in_the_order_of_the_points() -> None:
    text = 'slave = 1\npoint = [{channel="b", address=9, type="u16"}, {channel="a", address=1, type="f32"}]'
    assert options(text).channels() == ("b", "a")


POINT = 'slave = 1\n[[point]]\nchannel = "cod"\naddress = 7\n'

BAD = [
    (
        POINT + 'table = "coil"\ntype = "f32"',
        "coil 7：该表每个地址只有一位，不能读出 f32",
        "coil 7: an address of this table is one bit and cannot hold f32; expected bit",
    ),
    (
        POINT + 'table = "discrete"\nbit = 3',
        "discrete 7：该表每个地址只有一位，不能再写 bit、mask 或 order",
        "discrete 7: an address of this table is one bit; bit, mask and order have no meaning here",
    ),
    (POINT, "holding 7：寄存器须写明 type", "holding 7: a register needs a type, such as u16 or f32"),
    (
        POINT + 'type = "bit"',
        "holding 7：type 为 bit 时须写明 bit = 0..15，其他类型不能写 bit",
        "holding 7: the type bit needs bit = 0..15 in a register, and no other type takes it; found bit",
    ),
    (
        POINT + 'type = "f32"\nbit = 1',
        "holding 7：type 为 bit 时须写明 bit = 0..15，其他类型不能写 bit",
        "holding 7: the type bit needs bit = 0..15 in a register, and no other type takes it; found f32",
    ),
    (POINT + 'type = "bit"\nbit = 16', "", "Input should be less than or equal to 15"),
    (
        POINT + 'type = "u16"\nmask = 0x1FFFF',
        "holding 7：mask 0x1FFFF 不适用于 u16，只能用于 u16、u32、u64 且不能超出其位数",
        "holding 7: mask 0x1FFFF does not fit u16; expected u16, u32 or u64 with at least its bits",
    ),
    (
        POINT + 'type = "f32"\nmask = 1',
        "holding 7：mask 0x1 不适用于 f32，只能用于 u16、u32、u64 且不能超出其位数",
        "holding 7: mask 0x1 does not fit f32; expected u16, u32 or u64 with at least its bits",
    ),
    (
        POINT.replace("7", "65535") + 'type = "u32"',
        "holding 65535：u32 占 2 个寄存器，超出末地址 65535",
        "holding 65535: u32 takes 2 registers and ends behind the last one, 65535",
    ),
    (POINT.replace("7", "65536") + 'type = "u16"', "", "Input should be less than or equal to 65535"),
    (
        POINT + 'type = "u16"\nscale = 0',
        "scale 不能为 0",
        "scale is 0: every value would be the offset",
    ),
    (
        POINT + 'type = "f32"\n[[point]]\nchannel = "ph"\naddress = 8\ntype = "u16"',
        "测点 cod(holding 7..8)与 ph(holding 8)重叠",
        "points cod (holding 7..8) and ph (holding 8) overlap",
    ),
    (
        POINT + 'type = "f64"\n[[point]]\nchannel = "a"\naddress = 8\ntype = "u16"\n'
        '[[point]]\nchannel = "b"\naddress = 20\ntype = "u16"',
        "测点 cod(holding 7..10)与 a(holding 8)重叠",
        "points cod (holding 7..10) and a (holding 8) overlap",
    ),
    (
        POINT + 'type = "u16"\n[[point]]\nchannel = "ph"\naddress = 7\ntype = "u16"',
        "测点 cod(holding 7)与 ph(holding 7)重叠",
        "points cod (holding 7) and ph (holding 7) overlap",
    ),
    (
        POINT + 'type = "u16"\nmask = 6\n[[point]]\nchannel = "ph"\naddress = 7\ntype = "bit"\nbit = 2',
        "测点 cod(holding 7)与 ph(holding 7)重叠",
        "points cod (holding 7) and ph (holding 7) overlap",
    ),
    (
        POINT + 'type = "u16"\n[[point]]\nchannel = "cod"\naddress = 9\ntype = "u16"',
        "通道重复：cod",
        "more than one point feeds the same channel: cod",
    ),
    (
        POINT.replace("slave = 1", "slave = 0") + 'type = "u16"',
        "从站地址 0 不可用，RTU 允许 1..247",
        "slave 0 cannot be asked; in RTU the slaves are 1 to 247",
    ),
    (
        "max_count = 3\n" + POINT + 'type = "f64"',
        "holding 7：f64 占 4 个寄存器，大于 max_count = 3",
        "holding 7: f64 takes 4 registers, more than max_count = 3",
    ),
    (
        POINT + 'type = "u16"\n[[status]]\naddress = 9\ntype = "u16"',
        "status holding 9：须写 map 或 bits 之一",
        "status holding 9: expected exactly one of map and bits",
    ),
    (
        POINT + 'type = "u16"\n[[status]]\naddress = 9\ntype = "f32"\nmap = {1 = "fault"}',
        "status holding 9：状态字不能是 f32",
        "status holding 9: f32 cannot be a status word",
    ),
    (
        POINT + 'type = "u16"\n[[status]]\naddress = 9\ntype = "u16"\nbits = {16 = "fault"}',
        "status holding 9：没有第 16 位，u16 只有 16 位",
        "status holding 9: there is no bit 16 in u16, which has 16",
    ),
    (
        POINT + 'type = "u16"\n[[status]]\naddress = 9\ntype = "u16"\nbits = {1 = "fault"}\nother = "ok"',
        "status holding 9：other 只用于 map",
        "status holding 9: other belongs to map, not to bits",
    ),
    (
        POINT + 'type = "u16"\n[[status]]\naddress = 9\ntype = "u16"\nmap = {1 = "fault"}\nchannels = ["so2"]',
        "状态字 holding 9 提到的通道 so2 不在本仪表的测点中",
        "status holding 9 speaks for so2, which no point here feeds",
    ),
    (POINT + 'type = "u16"\nslope = 2', "", "Extra inputs are not permitted"),
    ("slave = 1\npoint = []", "", "Tuple should have at least 1 item after validation, not 0"),
]


@pytest.mark.parametrize(("text", "chinese", "english"), BAD)
def test_mistakes_are_told_in_both_languages(text: str, chinese: str, english: str) -> None:
    assert mistake(text) == (f"{chinese} / {english}" if chinese else english)


@pytest.mark.parametrize(
    "text",
    [
        POINT + 'type = "bit"\nbit = 0\n[[point]]\nchannel = "ph"\naddress = 7\ntype = "u16"\nmask = 6',
        POINT + 'type = "u16"\n[[point]]\nchannel = "ph"\ntable = "input"\naddress = 7\ntype = "u16"',
        POINT + 'table = "coil"\n[[point]]\nchannel = "ph"\ntable = "coil"\naddress = 8\ntype = "bit"',
        POINT.replace("slave = 1", 'framing = "tcp"\nslave = 255') + 'type = "u16"',
        POINT + 'type = "u16"\n[[status]]\naddress = 7\ntype = "u16"\nmap = {1 = "fault"}',
    ],
)
def test_what_is_allowed(text: str) -> None:
    assert options(text).channels()


def test_many_points_are_checked_quickly_enough_to_be_checked_at_all() -> None:
    points = [{"channel": f"c{at}", "address": 2 * at, "type": "f32"} for at in range(5000)]
    assert len(Options.model_validate({"slave": 1, "point": points}).channels()) == 5000
