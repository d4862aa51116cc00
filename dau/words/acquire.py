"""What a person reads about instruments and buses: `dau probe` and the load check of `dau check`."""

from typing import Final

WORDS: Final = {
    "probe": (
        "按配置文件 CONFIG 对仪表 INSTRUMENT 查询一次，显示收发的每个字节和解析出的每个值",
        "Poll INSTRUMENT of the settings file CONFIG once; show every byte both ways and every decoded value",
    ),
    "probe.unknown": ("没有名为 {name} 的仪表，已配置：{known}", "there is no instrument {name}; there are: {known}"),
    "probe.opened": ("{instrument}：{device}，经 {pipe}", "{instrument}: {device} through {pipe}"),
    "probe.closed": ("无法打开总线 {bus}：{error}", "bus {bus} cannot be opened: {error}"),
    "probe.lost": ("总线 {bus} 中断：{error}", "bus {bus} broke: {error}"),
    "probe.no_reply": ("仪表 {instrument} 没有应答：{error}", "instrument {instrument} gave no answer: {error}"),
    "probe.refused": ("仪表拒绝：{refusal}", "the instrument refuses: {refusal}"),
    "probe.noise": ("线路上有 {count} 个字节不属于应答", "{count} bytes on the line belong to no answer"),
    "probe.nothing": ("无值", "no value"),
    "state.ok": ("正常", "ok"),
    "state.over_range": ("超量程", "over range"),
    "state.calibration": ("校准", "calibration"),
    "state.maintenance": ("维护", "maintenance"),
    "state.fault": ("故障", "fault"),
    "state.comm_lost": ("通讯中断", "no communication"),
    "state.stopped": ("停运", "stopped"),
    "state.startup": ("启炉", "start-up"),
    "state.shutdown": ("停炉", "shut-down"),
    "state.banked": ("焖炉", "banked"),
    "state.manual": ("人工输入", "entered by hand"),
    "state.no_data": ("无数据", "no data"),
    "load.hasty": (
        "仪表 {instrument} 经串口服务器，timeout_s = {found:g} 太短，应不小于 {least:g}：服务器攒够字节才转发",
        "instrument {instrument} is behind a serial server: timeout_s = {found:g} is too short, at least {least:g}",
    ),
    "load.too_high": (
        "总线 {bus} 过忙：查询占用 {percent} % 的时间，应不超过 {limit} %；可延长 period_s、提高 baud 或分到两条总线",
        "bus {bus} is too busy: polls take {percent} %, limit {limit} %; raise period_s or baud, or use two buses",
    ),
}
