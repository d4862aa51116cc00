"""The fields of data areas: what they are called, in which unit, and the form of their values.

HJ 212-2017 table 4 with the fields that 2025 added; those of 2005 alone are marked.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from dau.hj212.timestamps import parse_data_time


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name (the attribute alone where it stands behind a factor code), and what a value looks like."""

    name: str
    zh: str
    en: str
    form: str
    fits: Callable[[str], bool]


def field_of(name: str) -> Field | None:
    """Return the field of a printed name, ``SystemTime`` or ``w01018-Avg``; None if no edition has it."""
    code, hyphen, attribute = name.partition("-")
    return FIELDS.get(f"-{attribute}" if hyphen and code else name)


def _time(text: str) -> bool:
    return len(text) == 14 and parse_data_time(text) is not None


def _any(text: str) -> bool:  # noqa: ARG001 - whatever it is
    return True


def _like(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda text: compiled.fullmatch(text) is not None


def _number(low: int, high: int) -> Callable[[str], bool]:
    return lambda text: text.isascii() and text.isdecimal() and len(text) < 6 and low <= int(text) <= high


def _one_of(*numbers: int) -> Callable[[str], bool]:
    return {str(number) for number in numbers}.__contains__


_DECIMAL = _like(r"[-+]?[0-9]+(?:\.[0-9]+)?")
_VALUE = "number"
_TIME = "YYYYMMDDhhmmss"

_TABLE = (
    Field("SystemTime", "系统时间", "system time", _TIME, _time),
    Field("DataTime", "数据时间", "time of the data; start of a period", _TIME, _time),
    Field("BeginTime", "开始时间", "begin of the queried span", _TIME, _time),
    Field("EndTime", "截止时间", "end of the queried span", _TIME, _time),
    Field("RestartTime", "数采仪开机时间", "start time of the unit", _TIME, _time),
    Field("QnRtn", "请求回应代码", "answer to the request", "N3", _like(r"[0-9]{1,3}")),
    Field("ExeRtn", "执行结果回应代码", "result of the execution", "N3", _like(r"[0-9]{1,3}")),
    Field("RtdInterval", "实时数据上报间隔", "interval of realtime data, s", "30-3600", _number(30, 3600)),
    Field(
        "MinInterval",
        "分钟数据上报间隔",
        "interval of minute data, min",
        "1 2 3 4 5 6 10 12 15 20 30",
        _one_of(1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30),
    ),
    Field("OverTime", "超时时间", "time-out, s", "0-99", _number(0, 99)),
    Field("ReCount", "重发次数", "resends", "0-99", _number(0, 99)),
    Field("NewPW", "新密码", "new password", "C6", _like(r"[0-9A-Za-z]{1,6}")),
    Field("PW", "新密码(2005)", "new password (2005)", "C6", _like(r"[0-9A-Za-z]{1,6}")),
    Field("SKCreateTime", "密钥创建时间", "creation time of the key", "17 digits", _like(r"[0-9]{17}")),
    Field("NewSK", "新密钥", "new key", "C16", _like(r"[!-~]{16}")),
    Field("PolId", "因子编码", "factor code", "C6", _like(r"[0-9A-Za-z]{1,6}")),
    Field("InfoId", "现场端信息编码", "code of site information", "C6", _like(r"[0-9A-Za-z]{1,6}")),
    Field("CalibrationType", "校准类型", "0 zero, 1 span", "0-1", _number(0, 1)),
    Field("VaseNo", "采样瓶编号", "number of the sample bottle", "1-99", _number(1, 99)),
    Field(
        "CstartTime", "采样起始时间", "first sampling of the day", "hhmmss", _like(r"[0-2][0-9][0-5][0-9][0-5][0-9]")
    ),
    Field("CTime", "采样周期", "sampling cycle, h", "1-24", _number(1, 24)),
    Field("Ctime", "采样周期", "sampling cycle, h", "1-24", _number(1, 24)),
    Field("Stime", "出样时间", "time from sample to result, min", "1-120", _number(1, 120)),
    Field("QN", "请求编号(2005)", "QN of what is answered (2005)", "C20", _any),
    Field("CN", "命令编号(2005)", "command of what is answered (2005)", "N4", _like(r"[0-9]{4}")),
    Field("PNUM", "总包数(2005)", "number of parts (2005)", "N4", _number(1, 9999)),
    Field("PNO", "包号(2005)", "number of the part (2005)", "N4", _number(1, 9999)),
    Field("WarnTime", "报警时间(2005)", "alarm duration (2005)", "N5", _number(0, 99999)),
    Field("AlarmTime", "报警时间点(2005)", "time of the alarm (2005)", _TIME, _time),
    Field("AlarmType", "报警类型(2005)", "kind of alarm (2005)", "0-1", _number(0, 1)),
    Field("AlarmTarget", "上位机地址(2005)", "address of the platform (2005)", "N20", _any),
    Field("ReportTime", "数据上报时间(2005)", "time of the daily report (2005)", "hhmm", _like(r"[0-9]{4}")),
    Field("-Rtd", "实时数据", "realtime value", _VALUE, _any),
    Field("-ZsRtd", "实时折算值", "realtime value, converted", _VALUE, _DECIMAL),
    Field("-SampleTime", "采样时间", "sampling time", _TIME, _time),
    Field("-CompleteTime", "测量完成时间", "time at which the instrument had the value", _TIME, _time),
    Field("-SampleType", "采样模式", "sampling mode", "N1", _like(r"[0-9]")),
    Field("-Flag", "数据标记", "data flag", "C1, since 2025 C2", _like(r"[A-Za-z0-9]{1,4}")),
    Field("-EFlag", "扩展数据标记", "data flag of the instrument", "C4", _like(r"[A-Za-z0-9]{1,4}")),
    Field("-Cou", "累计值", "amount of the period", _VALUE, _DECIMAL),
    Field("-Min", "最小值", "lowest value", _VALUE, _DECIMAL),
    Field("-Avg", "平均值", "mean", _VALUE, _DECIMAL),
    Field("-Max", "最大值", "highest value", _VALUE, _DECIMAL),
    Field("-RawAvg", "原始平均值", "mean before conversion", _VALUE, _DECIMAL),
    Field("-ZsMin", "最小折算值", "lowest converted value", _VALUE, _DECIMAL),
    Field("-ZsAvg", "平均折算值", "mean of converted values", _VALUE, _DECIMAL),
    Field("-ZsMax", "最大折算值", "highest converted value", _VALUE, _DECIMAL),
    Field("-Data", "噪声时段数据", "noise of the period", "N3.1", _DECIMAL),
    Field("-DayData", "噪声昼间数据", "noise by day", "N3.1", _DECIMAL),
    Field("-NightData", "噪声夜间数据", "noise by night", "N3.1", _DECIMAL),
    Field("-RS", "治理设施运行状态", "running state of a facility", "N1", _like(r"[0-9]")),
    Field("-RT", "治理设施日运行时间", "hours a facility ran in the day", "N2.2", _DECIMAL),
    Field("-Info", "现场端信息", "site information", "-", _any),
    Field("-SN", "仪器仪表编码", "identifier of the instrument", "C24", _like(r"[0-9A-F]{24}")),
    Field("-SampleRd", "标样测量示值", "measured value of the standard sample", _VALUE, _DECIMAL),
    Field("-StandardValue", "标样标称值", "nominal value of the standard sample", _VALUE, _DECIMAL),
    Field("-ResultType", "核查结果", "result of the check: 1 passed, 0 failed", "0-1", _number(0, 1)),
    Field("-Check", "核查值(扩展)", "value of the check (extension)", _VALUE, _DECIMAL),
    Field("-Ala", "报警期间值(2005)", "value during the alarm (2005)", _VALUE, _DECIMAL),
    Field("-UpValue", "报警上限(2005)", "upper alarm limit (2005)", _VALUE, _DECIMAL),
    Field("-LowValue", "报警下限(2005)", "lower alarm limit (2005)", _VALUE, _DECIMAL),
)

FIELDS = {field.name: field for field in _TABLE}

DATA_FLAGS = {
    "N": ("正常(有效)", "normal, valid"),
    "F": ("停运", "out of operation"),
    "M": ("维护", "maintenance"),
    "S": ("手工输入", "entered by hand"),
    "D": ("故障", "fault"),
    "C": ("校准", "calibration"),
    "T": ("超量程", "above the range"),
    "B": ("通讯故障", "instrument does not answer"),
    "Td": ("关键工况参数故障(2025)", "fault of a key condition parameter (2025)"),
}
"""What data flags mean; any other is kept as it came and counts as not valid."""

QN_RTN = {
    1: ("准备执行请求", "will be executed"),
    2: ("请求被拒绝", "refused"),
    3: ("PW 错误", "PW wrong"),
    4: ("MN 错误", "MN wrong"),
    5: ("ST 错误", "ST wrong"),
    6: ("Flag 错误", "Flag wrong"),
    7: ("QN 错误", "QN wrong"),
    8: ("CN 错误", "CN wrong"),
    9: ("CRC 校验错误", "CRC wrong"),
    100: ("未知错误", "unknown error"),
}
"""What QnRtn of a 9011 means."""

EXE_RTN = {
    1: ("执行成功", "done"),
    2: ("执行失败,原因未知", "failed, cause unknown"),
    3: ("命令请求条件错误", "conditions wrong"),
    4: ("通讯超时", "time-out"),
    5: ("系统繁忙", "busy"),
    6: ("系统故障", "system fault"),
    100: ("没有数据", "no data"),
}
"""What ExeRtn of a 9012 means."""
