"""The rows of the table of commands: HJ 212-2017 table 9, HJ 212-2025 table 12, what only 2005 has, and extensions.

A row says everything that depends on the command alone. Areas are in the notation of ``area.py``.
"""

from dau.hj212.area import area
from dau.hj212.command_row import Command, Data, Kind, Role
from dau.hj212.dialect import Edition

_R, _P, _U, _N, _I = Kind.REQUEST, Kind.REPLY, Kind.UPLOAD, Kind.NOTICE, Kind.INTERACTION
_OLD, _MIDDLE, _NEW = Edition.E2005, Edition.E2017, Edition.E2025
_SPAN = "BeginTime;EndTime"
_PERIOD = "DataTime;*-Cou?,*-Min?,*-Avg?,*-Max?,*-RawAvg?,*-ZsMin?,*-ZsAvg?,*-ZsMax?,*-Flag?,*-Data?"


_REALTIME = "DataTime;*-SampleTime?,*-Rtd?,*-ZsRtd?,*-Flag?,*-EFlag?"
_OLD_RECEIPT = "QN?;CN?;PNUM?;PNO?"


def _sealed(number: str, editions: frozenset[Edition], up: Kind | None) -> frozenset[Role]:
    """Return which ends encrypt the command in 2025 (clause 6.4): units their data and site information, both 1014."""
    if _NEW not in editions or up is None:
        return frozenset()
    if number == "1014":
        return frozenset(Role)
    return frozenset({Role.UNIT}) if number.startswith("2") or number == "3020" else frozenset()


def _row(line: str, names: tuple[str, str], down: tuple[Kind, str] | None, up: tuple[Kind, str] | None) -> Command:
    """Make a row. ``line`` is number, editions, example and what a request brings: ``2061 05 17 25 C.17 many``."""
    number, *words = line.split()
    years = {"05": _OLD, "17": _MIDDLE, "25": _NEW}
    editions = frozenset(years[word] for word in words if word in years)
    tolerated = frozenset(years[word[1:]] for word in words if word[1:] in years and word[0] == "+")
    data = next((each for each in Data if each.value in words), Data.NONE)
    example = ", ".join(word for word in words if "." in word)
    return Command(
        number=number,
        zh=names[0],
        en=names[1],
        down=down and down[0],
        up=up and up[0],
        asked=area(down[1]) if down else None,
        told=area(up[1]) if up else None,
        data=data,
        sealed=_sealed(number, editions, up and up[0]),
        editions=editions,
        tolerated=tolerated - editions,
        example=example,
    )


TABLE = (
    _row(
        "1000 05 17 25 C.1", ("设置超时时间及重发次数", "set time-out and resend count"), (_R, "OverTime;ReCount"), None
    ),
    _row("1001 05", ("设置超限报警时间", "set alarm time"), (_R, "WarnTime"), None),
    _row("1001 25 C.2", ("上传数采仪硬件序号", "hardware identity of the unit"), None, (_N, "*-Info")),
    _row("1002 25 C.3", ("设置数采仪 MN 编码", "assign the MN"), (_R, "*-Info"), None),
    _row(
        "1011 05 17 25 C.2 one",
        ("提取/上传现场机时间", "get time of unit or instrument"),
        (_R, "PolId?"),
        (_P, "PolId?;SystemTime"),
    ),
    _row("1012 05 17 25 C.3", ("设置现场机时间", "set time of unit or instrument"), (_R, "PolId?;SystemTime"), None),
    _row("1013 17 25 C.4", ("现场机时间校准请求", "unit asks for time calibration"), None, (_N, "PolId?")),
    _row("1014 25 C.7 C.8", ("获取/设置新密钥", "new key"), (_R, "SKCreateTime,NewSK"), (_N, "SKCreateTime")),
    _row("1021 05 one", ("提取报警门限值", "get alarm limits"), (_R, "PolId;..."), (_P, "*-LowValue?,*-UpValue?")),
    _row("1022 05", ("设置报警门限值", "set alarm limits"), (_R, "*-LowValue?,*-UpValue?"), None),
    _row("1031 05 one", ("提取上位机地址", "get address of the platform"), (_R, ""), (_P, "AlarmTarget")),
    _row("1032 05", ("设置上位机地址", "set address of the platform"), (_R, "AlarmTarget"), None),
    _row("1041 05 one", ("提取数据上报时间", "get time of the daily report"), (_R, ""), (_P, "ReportTime")),
    _row("1042 05", ("设置数据上报时间", "set time of the daily report"), (_R, "ReportTime"), None),
    _row("1061 05 17 25 C.5 one", ("提取/上传实时数据间隔", "get realtime interval"), (_R, ""), (_P, "RtdInterval")),
    _row("1062 05 17 25 C.6", ("设置实时数据间隔", "set realtime interval"), (_R, "RtdInterval"), None),
    _row("1063 17 25 C.7 one", ("提取/上传分钟数据间隔", "get minute-data interval"), (_R, ""), (_P, "MinInterval")),
    _row("1064 17 25 C.8", ("设置分钟数据间隔", "set minute-data interval"), (_R, "MinInterval"), None),
    _row("1072 05", ("设置现场机密码", "set access password"), (_R, "PW"), None),
    _row("1072 17 25 C.9", ("设置现场机密码", "set access password"), (_R, "NewPW"), None),
    _row("2011 05 17 C.10 C.14", ("取/上传污染物实时数据", "realtime data"), (_R, ""), (_U, _REALTIME)),
    _row(
        "2011 25 C.14 C.18 C.39 many",
        ("取/上传污染物实时数据", "realtime data"),
        (_R, "BeginTime?;EndTime?"),
        (_U, _REALTIME),
    ),
    _row("2012 05 17 25 C.11", ("停止察看污染物实时数据", "stop realtime data"), (_N, ""), None),
    _row(
        "2013 25 C.27 C.28 many",
        ("取/上传原始监测数据", "raw data of periodic analysers"),
        (_R, _SPAN),
        (_U, "DataTime;*-SampleTime?,*-CompleteTime?,*-SampleType?,*-Avg?,*-Flag?;..."),
    ),
    _row(
        "2021 05 17 25 C.12 C.15",
        ("取/上传设备运行状态数据", "running state of facilities"),
        (_R, ""),
        (_U, "DataTime;*-RS?"),
    ),
    _row("2022 05 17 25 C.13", ("停止察看设备运行状态", "stop running state of facilities"), (_N, ""), None),
    _row(
        "2031 05 17 25 C.18 C.22 many",
        ("取/上传污染物日历史数据", "day data"),
        (_R, _SPAN),
        (_U, _PERIOD + ",*-DayData?,*-NightData?"),
    ),
    _row(
        "2041 05 17 25 C.19 C.23 many",
        ("取/上传设备运行时间日历史数据", "running time of facilities by day"),
        (_R, "BeginTime,EndTime"),
        (_U, "DataTime;*-RT?"),
    ),
    _row("2051 05 17 25 C.16 C.20 many", ("取/上传污染物分钟数据", "minute data"), (_R, _SPAN), (_U, _PERIOD)),
    _row("2052 25 C.34", ("上传噪声单次测量数据", "one noise measurement"), None, (_U, "DataTime;*-Data?,*-Flag?")),
    _row("2061 05 17 25 C.17 C.21 many", ("取/上传污染物小时数据", "hour data"), (_R, _SPAN), (_U, _PERIOD)),
    _row(
        "2062 25 C.59 C.60 many",
        ("取/上传自动标样核查(校准)数据", "automatic standard check"),
        (_R, _SPAN),
        (_U, "DataTime;*-SampleRd?;*-StandardValue?;*-ResultType?"),
    ),
    _row(
        "2065 +05 +17 +25",
        ("零点核查(地表水扩展)", "zero check (surface water)"),
        None,
        (_U, "DataTime;*-Check?,*-StandardValue?,*-Flag?"),
    ),
    _row(
        "2066 +05 +17 +25",
        ("标样核查(地表水扩展)", "standard check (surface water)"),
        None,
        (_U, "DataTime;*-Check?,*-StandardValue?,*-Flag?"),
    ),
    _row("2071 05 many", ("取/上传报警记录", "alarm records"), (_R, "BeginTime,EndTime"), (_U, "DataTime;*-Ala?")),
    _row("2072 05", ("上传报警事件", "alarm event"), None, (_N, "AlarmTime;*-Ala,AlarmType")),
    _row("2081 17 25 C.24", ("上传数采仪开机时间", "start time of the unit"), None, (_U, "DataTime;RestartTime")),
    _row("2082 +05 +17", ("状态数据(上海扩展)", "data with a state (Shanghai)"), None, (_U, "DataTime;...")),
    _row(
        "2111 25 C.31", ("上传炉膛温度 5 分钟均值", "furnace temperature, 5 min"), None, (_U, "DataTime;*-Avg?,*-Flag?")
    ),
    _row("3011 05 17 C.30", ("零点校准量程校准", "zero and span calibration"), (_R, "PolId"), None),
    _row("3011 25 C.41", ("零点(量程)校准与调整", "zero or span calibration"), (_R, "PolId,CalibrationType?"), None),
    _row("3012 05 17 25 C.31", ("即时采样", "immediate sampling"), (_R, "PolId"), None),
    _row("3013 05", ("设备操作", "operate an instrument"), (_R, "..."), None),
    _row("3013 17 25 C.32", ("启动清洗/反吹", "cleaning or back-blow"), (_R, "PolId"), None),
    _row("3014 05", ("设置采样周期", "set sampling times"), (_R, "PolId,CTime;..."), None),
    _row("3014 17 +25 C.33", ("比对采样", "comparison sampling"), (_R, "PolId"), None),
    _row("3015 17 +25 C.34 one", ("超标留样", "keep an over-limit sample"), (_R, ""), (_P, "DataTime;VaseNo;...")),
    _row(
        "3016 17 +25 C.35", ("设置采样时间周期", "set sampling start and cycle"), (_R, "PolId;CstartTime;CTime"), None
    ),
    _row(
        "3017 17 +25 C.36 one",
        ("提取/上传采样时间周期", "get sampling start and cycle"),
        (_R, "PolId"),
        (_P, "PolId;CstartTime;CTime"),
    ),
    _row("3018 17 25 C.37 one", ("提取/上传出样时间", "get sample-to-result time"), (_R, "PolId"), (_P, "PolId;Stime")),
    _row(
        "3019 17 25 C.38 C.39 one",
        ("提取/上传设备唯一标识", "identifier of an instrument"),
        (_R, "PolId"),
        (_U, "DataTime?;PolId;*-SN"),
    ),
    _row(
        "3020 17 25 C.40 C.41 many",
        ("提取/上传现场机信息", "log, state or parameter of the site"),
        (_R, "PolId?;InfoId;BeginTime?,EndTime?"),
        (_U, "DataTime?;PolId?;*-Info"),
    ),
    _row("3021 17 25 C.46", ("设置现场机参数", "set parameter of the site"), (_R, "PolId;InfoId;*-Info"), None),
    _row("3022 25 C.62", ("下发即时留样任务", "keep a sample now"), (_R, "PolId"), None),
    _row("3024 25 C.61", ("启动自动标样核查", "start the standard check"), (_R, "PolId"), None),
    _row("8051 +05 +17", ("周期数据(地表水扩展)", "cycle data (surface water)"), (_R, "..."), (_U, "...")),
    _row("9011 05", ("请求应答", "request acknowledgement"), None, (_I, "QN?;QnRtn")),
    _row("9011 17 25", ("请求应答", "request acknowledgement"), None, (_I, "QnRtn")),
    _row("9012 05", ("执行结果", "execution result"), None, (_I, "QN?;ExeRtn")),
    _row("9012 17 25", ("执行结果", "execution result"), None, (_I, "ExeRtn")),
    _row("9013 05", ("通知应答", "notice acknowledgement"), (_I, "QN?"), (_I, "QN?")),
    _row("9013 17 25", ("通知应答", "notice acknowledgement"), (_I, ""), (_I, "")),
    _row("9014 05", ("数据应答", "data acknowledgement"), (_I, _OLD_RECEIPT), (_I, _OLD_RECEIPT)),
    _row("9014 17 25", ("数据应答", "data acknowledgement"), (_I, ""), (_I, "")),
    _row("9015 +05 +17", ("心跳包(扩展)", "heartbeat (extension)"), None, (_U, "...")),
    _row("9015 25 C.54", ("心跳包", "heartbeat"), None, (_N, "")),
    _row("9021 +05 +17", ("登录/心跳(扩展)", "login or heartbeat (extension)"), None, (_U, "...")),
    _row("9022 +05 +17", ("登录应答(扩展)", "answer to a login (extension)"), (_P, "..."), None),
)
