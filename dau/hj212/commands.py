"""The commands of HJ 212-2017 table 9 as one table: what a number means in each direction.

Numbers that other editions or sectors add (9015, 9021, 2005's alarms) are not listed: an unknown number is no error,
its packet is delivered as it came.
"""

from dataclasses import dataclass
from enum import Enum


class Role(Enum):
    """An end of the link: the unit (现场机) at the outfall or the platform (上位机)."""

    UNIT = "unit"
    PLATFORM = "platform"


class Kind(Enum):
    """What a packet is in its exchange (clause 6.4): who owes what answer depends on it."""

    REQUEST = "request"  # wants 9011, perhaps data, then 9012
    REPLY = "reply"  # data of a request, with the QN of the request
    UPLOAD = "upload"  # wants 9014 if its Flag says so
    NOTICE = "notice"  # wants 9013
    INTERACTION = "interaction"  # an answer; never answered


@dataclass(frozen=True, slots=True)
class Command:
    """One row of table 9: what the number is when the platform sends it (``down``) and when the unit does (``up``).

    None: that end never sends it.
    """

    number: str
    zh: str
    en: str
    down: Kind | None
    up: Kind | None

    def kind(self, sender: Role) -> Kind | None:
        """Return what the command is when ``sender`` sends it, None if that end never does."""
        return self.up if sender is Role.UNIT else self.down


_R, _P, _U, _N, _I = Kind.REQUEST, Kind.REPLY, Kind.UPLOAD, Kind.NOTICE, Kind.INTERACTION

_TABLE = (
    Command("1000", "设置超时时间及重发次数", "set time-out and resend count", _R, None),
    Command("1011", "提取/上传现场机时间", "get time of unit or instrument", _R, _P),
    Command("1012", "设置现场机时间", "set time of unit or instrument", _R, None),
    Command("1013", "现场机时间校准请求", "unit asks for time calibration", None, _N),
    Command("1061", "提取/上传实时数据间隔", "get realtime interval", _R, _P),
    Command("1062", "设置实时数据间隔", "set realtime interval", _R, None),
    Command("1063", "提取/上传分钟数据间隔", "get minute-data interval", _R, _P),
    Command("1064", "设置分钟数据间隔", "set minute-data interval", _R, None),
    Command("1072", "设置现场机密码", "set access password", _R, None),
    Command("2011", "取/上传污染物实时数据", "realtime data", _R, _U),
    Command("2012", "停止察看污染物实时数据", "stop realtime data", _N, None),
    Command("2021", "取/上传设备运行状态数据", "running state of facilities", _R, _U),
    Command("2022", "停止察看设备运行状态", "stop running state of facilities", _N, None),
    Command("2031", "取/上传污染物日历史数据", "day data", _R, _U),
    Command("2041", "取/上传设备运行时间日历史数据", "running time of facilities by day", _R, _U),
    Command("2051", "取/上传污染物分钟数据", "minute data", _R, _U),
    Command("2061", "取/上传污染物小时数据", "hour data", _R, _U),
    Command("2081", "上传数采仪开机时间", "start time of the unit", None, _U),
    Command("3011", "零点校准量程校准", "zero and span calibration", _R, None),
    Command("3012", "即时采样", "immediate sampling", _R, None),
    Command("3013", "启动清洗/反吹", "cleaning or back-blow", _R, None),
    Command("3014", "比对采样", "comparison sampling", _R, None),
    Command("3015", "超标留样", "keep an over-limit sample", _R, _P),
    Command("3016", "设置采样时间周期", "set sampling start and cycle", _R, None),
    Command("3017", "提取/上传采样时间周期", "get sampling start and cycle", _R, _P),
    Command("3018", "提取/上传出样时间", "get sample-to-result time", _R, _P),
    Command("3019", "提取/上传设备唯一标识", "identifier of an instrument", _R, _U),
    Command("3020", "提取/上传现场机信息", "log, state or parameter of the site", _R, _U),
    Command("3021", "设置现场机参数", "set parameter of the site", _R, None),
    Command("9011", "请求应答", "request acknowledgement", None, _I),
    Command("9012", "执行结果", "execution result", None, _I),
    Command("9013", "通知应答", "notice acknowledgement", _I, _I),
    Command("9014", "数据应答", "data acknowledgement", _I, _I),
)

COMMANDS = {row.number: row for row in _TABLE}


def is_interaction(cn: str) -> bool:
    """Tell whether the command is an answer (9011 to 9014), which is itself never answered."""
    return cn in COMMANDS and _I in (COMMANDS[cn].up, COMMANDS[cn].down)
