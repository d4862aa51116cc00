"""What may not be written in the table of an instrument, and how it is said: both sentences are part of the product."""

import tomllib
from pathlib import Path

import pytest
from pydantic import ValidationError

from dau.core.errands import Task
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


def test_the_example_shows_most_tasks() -> None:
    tables = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))["instrument"]
    shown = {task["do"] for table in tables for task in table.get("task", ())}
    assert len(shown) >= 8
    assert shown <= set(Task)


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

TASK = POINT + 'type = "u16"\n[[task]]\n'
ZERO = TASK + 'do = "zero"\n'
COIL = 'write = [{table = "coil", address = 3, value = 1}]\n'
INFO = TASK + 'do = "write_info"\ninfo = "i13004"\n'

BAD_TASKS = [
    (ZERO, "task zero：须写 write 或 read", "task zero: nothing to do; expected write or read"),
    (
        ZERO + 'info = "i13004"\n' + COIL,
        "task zero：read_info、write_info 须写 info，其他不能写",
        "task zero: read_info and write_info need info, and no other task has it",
    ),
    (
        TASK + 'do = "write_info"\nwrite = [{address = 40, type = "u16", takes = "value", range = [1, 2]}]',
        "task write_info：read_info、write_info 须写 info，其他不能写",
        "task write_info: read_info and write_info need info, and no other task has it",
    ),
    (INFO.replace("i13004", "13004") + COIL, "", "String should match pattern '^i[0-9A-Za-z]{5}$'"),
    (
        ZERO + 'write = [{table = "coil", address = 3}]',
        "write coil 3：须写 value 或 takes 之一",
        "write coil 3: expected exactly one of value and takes",
    ),
    (
        ZERO + 'write = [{table = "coil", address = 3, value = 2}]',
        "write coil 3：value 不可写：2 is neither 0 nor 1",
        "write coil 3: value cannot be written: 2 is neither 0 nor 1",
    ),
    (
        ZERO + 'write = [{address = 3, type = "u16", value = 65536}]',
        "write holding 3：value 不可写：65536 does not fit into u16",
        "write holding 3: value cannot be written: 65536 does not fit into u16",
    ),
    (
        ZERO + 'write = [{address = 3, type = "bcd16", value = 10000}]',
        "write holding 3：value 不可写：10000 does not fit into bcd16",
        "write holding 3: value cannot be written: 10000 does not fit into bcd16",
    ),
    (
        ZERO + 'write = [{address = 3, type = "u16", value = 0.5}]',
        "write holding 3：value 不可写：0.5 is no multiple of 1",
        "write holding 3: value cannot be written: 0.5 is no multiple of 1",
    ),
    (
        ZERO + 'write = [{address = 3, type = "u16", mask = 3, value = 1}]',
        "write holding 3：只能写整个寄存器",
        "write holding 3: only whole registers are written, not single bits",
    ),
    (
        ZERO + 'write = [{address = 3, type = "u32", value = 1, function = 6}]',
        "write holding 3：功能码 6 不能写 2 个地址，可用 16",
        "write holding 3: function 6 cannot write 2 of this table; expected 16",
    ),
    (
        ZERO + 'write = [{table = "coil", address = 3, value = 1, function = 16}]',
        "write coil 3：功能码 16 不能写 1 个地址，可用 5 / 15",
        "write coil 3: function 16 cannot write 1 of this table; expected 5 / 15",
    ),
    (
        ZERO + 'write = [{table = "coil", address = 3, value = 1, before = [1], function = 15}]',
        "write coil 3：before 只用于寄存器",
        "write coil 3: before belongs to registers",
    ),
    (
        ZERO + 'write = [{table = "input", address = 3, type = "u16", value = 1}]',
        "write input 3：该表只读，应为 coil 或 holding",
        "write input 3: cannot be written; expected coil or holding",
    ),
    (
        ZERO + 'write = [{address = 3, type = "u16", takes = "time"}]',
        'write holding 3：takes = "time" 须写 time，其他不能写',
        'write holding 3: takes = "time" needs the key time, and nothing else has it',
    ),
    (
        ZERO + 'write = [{address = 3, type = "u16", takes = "value"}]',
        "task zero：write 中 takes 应为 none，现为 value",
        "task zero: expected takes in write: none; found value",
    ),
    (
        TASK + 'do = "set_cycle"\nwrite = [{address = 3, type = "u16", takes = "hours"}]',
        "task set_cycle：write 中 takes 应为 hours, start，现为 hours",
        "task set_cycle: expected takes in write: hours, start; found hours",
    ),
    (
        INFO + 'write = [{address = 40, type = "u16", takes = "value"}]',
        "task write_info：须写 range = [最小, 最大]",
        "task write_info: a number needs range = [low, high]",
    ),
    (
        ZERO + COIL + 'read = [{address = 1, type = "u16", gives = "bottle"}]',
        "task zero：read 中 gives 应为 none，现为 bottle",
        "task zero: expected gives in read: none; found bottle",
    ),
    (
        TASK + 'do = "sample"\n' + COIL + 'read = [{address = 1, type = "u16"}]',
        "task sample：read 中 gives 应为 bottle, time，现为 ?",
        "task sample: expected gives in read: bottle, time; found ?",
    ),
    (
        TASK + 'do = "read_clock"\nread = [{address = 1, type = "u32"}]',
        "task read_clock：time 须用 time 读出",
        "task read_clock: time is read with the key time",
    ),
    (
        TASK + 'do = "read_delay"\nread = [{address = 1, time = "bcd"}]',
        "task read_delay：minutes 须用 type 读出",
        "task read_delay: minutes is read with the key type",
    ),
    (
        TASK + 'do = "read_clock"\nread = [{address = 1, time = "bcd", type = "u16"}]',
        "holding 1：type、time、text 只能写一个",
        "holding 1: expected exactly one of type, time and text",
    ),
    (
        TASK + 'do = "read_serial"\nread = [{address = 1, text = "ascii"}]',
        "holding 1：text 须写明 count，其他不能写",
        "holding 1: a text needs count, and nothing else takes it",
    ),
    (
        TASK + 'do = "read_serial"\nread = [{address = 65530, text = "ascii", count = 12}]',
        "holding 65530：超出末地址 65535",
        "holding 65530: ends behind the last address, 65535",
    ),
    (
        TASK + 'do = "read_serial"\nread = [{table = "coil", address = 1, text = "ascii", count = 2}]',
        "coil 1：该表不能存放时间或文本",
        "coil 1: this table holds neither times nor texts",
    ),
    (
        TASK + 'do = "read_clock"\nread = [{address = 1, time = "bcd", bit = 2}]',
        "holding 1：时间和文本不能写 bit 或 mask",
        "holding 1: bit and mask belong to numbers",
    ),
    (
        TASK + 'do = "read_serial"\nread = [{address = 1, text = "hex", count = 2, map = {1 = "a"}}]',
        "read holding 1：map 只用于数字",
        "read holding 1: map belongs to numbers",
    ),
    (
        "max_count = 2\n" + TASK + 'do = "read_clock"\nread = [{address = 1, time = "bcd"}]',
        "holding 1：bcd 占 3 个寄存器，大于 max_count = 2",
        "holding 1: bcd takes 3 registers, more than max_count = 2",
    ),
    (
        ZERO + COIL + 'channels = ["so2"]',
        "任务 zero 提到的通道 so2 不在本仪表的测点中",
        "task zero is for so2, which no point here feeds",
    ),
    (
        ZERO + COIL + "[[task]]\n" + 'do = "zero"\n' + COIL + 'channels = ["cod"]',
        "任务 zero 对通道 cod 写了两次",
        "task zero is there twice for the channel cod",
    ),
    (
        TASK + 'do = "check"\nread = [{address = 1, type = "u16", gives = "passed", map = {1 = "yes"}}]',
        'task check：passed 的 map 只能给出 "0" 或 "1"',
        'task check: map gives "0" or "1" for passed',
    ),
    (
        TASK + 'do = "read_delay"\nread = [{address = 1, type = "u16", map = {1 = "60"}}]',
        "task read_delay：map 只用于 value 和 passed",
        "task read_delay: map belongs to value and passed",
    ),
    (ZERO.replace("zero", "calibrate") + COIL, "", "Input should be 'zero', 'span', 'sample'"),
    (
        ZERO + COIL + 'until = [{address = 2, type = "u16", equals = [], within_s = 5}]',
        "",
        "Tuple should have at least 1",
    ),
    (
        ZERO + COIL + 'until = [{address = 2, type = "u16", equals = [0], within_s = 9000}]',
        "",
        "Input should be less than",
    ),
]


@pytest.mark.parametrize(("text", "chinese", "english"), BAD_TASKS)
def test_mistakes_about_tasks_are_told_in_both_languages(text: str, chinese: str, english: str) -> None:
    found = mistake(text)
    assert found == f"{chinese} / {english}" if chinese else found.startswith(english)


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
