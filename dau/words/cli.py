"""What the commands of the station say: key -> (Chinese, English)."""

from typing import Final

WORDS: Final = {
    "cli.dau": ("污染源自动监控数采仪", "Data acquisition and transmission unit for pollution sources"),
    "cli.run": (
        "按配置文件 CONFIG 运行数采仪，直到 SIGTERM 或 Ctrl-C",
        "Run the station of the settings file CONFIG until SIGTERM or Ctrl-C",
    ),
    "cli.run.log_json": ("日志每行一个 JSON 对象", "Write each log line as a JSON object"),
    "cli.never_ran": (
        "没有数据库 {path}: 数采仪尚未运行过, 请先用 dau run 运行",
        "there is no database {path}: the station has not run yet, start it with dau run",
    ),
    "cli.status": (
        "显示各通道的值与标记、各平台的连接与待发情况",
        "Show every channel with value and flag, every platform with its link and what waits",
    ),
    "cli.status.json": ("输出一行 JSON", "Print one line of JSON"),
    "cli.status.follow": ("每秒刷新", "Show again every second"),
    "cli.status.channel": ("通道", "channel"),
    "cli.status.factor": ("因子", "factor"),
    "cli.status.value": ("值", "value"),
    "cli.status.unit": ("单位", "unit"),
    "cli.status.flag": ("标记", "flag"),
    "cli.status.time": ("时间", "time"),
    "cli.status.platform": ("平台", "platform"),
    "cli.status.link": ("连接", "link"),
    "cli.status.sent": ("已发", "sent"),
    "cli.status.acknowledged": ("已应答", "acknowledged"),
    "cli.status.waiting": ("待发", "waiting"),
    "cli.status.expired": ("过期", "expired"),
    "cli.status.receipt": ("最近应答", "last receipt"),
    "cli.export": (
        "把样本、统计值或报文导出为 CSV（北京时间）；报文中的密码被遮盖",
        "Write samples, statistics or packets as CSV (Beijing time); passwords in packets are masked",
    ),
    "cli.export.from": ("起始时间（含），北京时间", "From this time on (included), Beijing time"),
    "cli.export.to": ("结束时间（不含），北京时间", "Up to this time (not included), Beijing time"),
}
