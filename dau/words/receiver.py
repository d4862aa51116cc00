"""Sentences of the receiver."""

WORDS = {
    "receive.listening": ("正在监听 {address}，写入 {database}", "listening on {address}, writing to {database}"),
    "receive.stopped": ("接收端已停止", "receiver stopped"),
    "receive.cannot": ("接收端无法运行", "the receiver cannot run: {error}"),
    "receive.address": (
        "“{found}”不是 主机:端口，例如 0.0.0.0:9000",
        '"{found}" is not HOST:PORT, for example 0.0.0.0:9000',
    ),
    "receive.missing_option": (
        "缺少选项 {option}，完整写法：dau receive --listen 主机:端口 --database 文件",
        "option {option} is missing; in full: dau receive --listen HOST:PORT --database FILE",
    ),
    "receive.no_file": ("没有数据库文件 {file}", "there is no database file {file}"),
    "receive.nothing": ("还没有收到任何报文", "no packet has come yet"),
    "receive.unit": ("设备 MN", "unit"),
    "receive.command": ("命令", "command"),
    "receive.first": ("首个时间", "first label"),
    "receive.last": ("最后时间", "last label"),
    "receive.came": ("已收", "came"),
    "receive.expected": ("应收", "expected"),
    "receive.missing": ("缺失", "missing"),
    "receive.packets": ("报文", "packets"),
    "receive.repeated": ("重复", "repeated"),
    "receive.differing": ("不一致", "differing"),
    "receive.deviating": ("不合规", "deviating"),
    "receive.holes": (
        "{mn} {cn} 缺 {labels} 个：{first} 至 {last}",
        "{mn} {cn} lacks {labels}: {first} to {last}",
    ),
    "receive.more_holes": ("另有 {count} 处缺失，--json 可见全部", "{count} more holes; --json shows all"),
    "receive.incomplete": (
        "{mn} {cn} {data_time} 分包不全：{came}/{parts}",
        "{mn} {cn} {data_time} is incomplete: {came} of {parts} parts",
    ),
    "receive.off_grid": (
        "{mn} {cn} 有 {count} 个时间不在周期上",
        "{mn} {cn} has {count} labels beside the grid of its periods",
    ),
    "receive.unreadable": ("{mn} {cn} 有 {count} 个 DataTime 无效", "{mn} {cn} has {count} DataTimes that are no time"),
    "receive.refused": (
        "拒收帧 {rejected} 个，杂散字节 {rubbish} 段",
        "{rejected} frames rejected, {rubbish} pieces of rubbish",
    ),
}
