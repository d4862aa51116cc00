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
    "cli.older": (
        "数据库 {path} 由旧版本写成: 请先用本版本的 dau run 启动一次, 数据会自动转换",
        "the database {path} is of an older version: start the station once with this one (dau run) to carry it over",
    ),
    "cli.status": (
        "显示各通道的值与标记，各平台的连接、待发、被平台修改的设置和密钥使用天数，以及最近的审计记录",
        "Show every channel; every platform with link, what waits, what it changed, age of its key; newest audit rows",
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
    "cli.status.edition": ("版本", "edition"),
    "cli.status.link": ("连接", "link"),
    "cli.status.sent": ("已发", "sent"),
    "cli.status.acknowledged": ("已应答", "acknowledged"),
    "cli.status.waiting": ("待发", "waiting"),
    "cli.status.expired": ("过期", "expired"),
    "cli.status.receipt": ("最近应答", "last receipt"),
    "cli.status.changed": (
        "{name} 自 {since} 起被平台设为 {value}，配置文件中为 {configured}",
        "{name} set to {value} by the platform since {since}, {configured} in the settings file",
    ),
    "cli.status.secret_changed": ("{name} 自 {since} 起被平台修改", "{name} changed by the platform since {since}"),
    "cli.status.switched_off": ("平台已停止接收 {commands}", "the platform has switched off {commands}"),
    "cli.status.key": (
        "密钥已使用 {days} 天，{renew_days} 天内须更新",
        "key is {days} days old of at most {renew_days}",
    ),
    "cli.status.key_old": (
        "报警: 密钥已使用 {days} 天，{renew_days} 天内须更新",
        "alarm: key is {days} days old, it must be renewed within {renew_days}",
    ),
    "cli.status.key_newer": (
        "已收到新密钥，尚待平台应答证实",
        "a newer one was given and is not proved by a receipt yet",
    ),
    "cli.status.findings": (
        "未处理的数据异常: {count}，见 dau findings list",
        "open findings: {count}, see dau findings list",
    ),
    "cli.status.acts": ("最近的审计记录:", "newest audit rows:"),
    "cli.audit": (
        "显示最近的审计记录，最新的在前，并检查整条记录链；链断裂时退出码为 1",
        "Show the newest audit rows, the newest first, and check the whole chain; exit status 1 if it is broken",
    ),
    "cli.audit.limit": ("最多显示多少条", "Rows shown at most"),
    "cli.audit.json": ("输出一行 JSON", "Print one line of JSON"),
    "cli.audit.empty": ("没有审计记录", "nothing has been audited yet"),
    "cli.audit.whole": (
        "记录链完整, 共 {row} 条, 最后一条的封印为 {seal}",
        "the chain of {row} rows is whole, the last seal is {seal}",
    ),
    "cli.audit.broken": (
        "记录链断裂: 第 {row} 条或其前一条被改动或删除",
        "the chain is broken: row {row} or the one before it was altered or taken out",
    ),
    "cli.export": (
        "把样本、统计值、报文、申报或设施工况导出为 CSV（北京时间）；报文中的密码被遮盖",
        "Write samples, statistics, packets, declarations or conditions as CSV (Beijing time); passwords are masked",
    ),
    "cli.export.from": ("起始时间（含），北京时间", "From this time on (included), Beijing time"),
    "cli.export.to": ("结束时间（不含），北京时间", "Up to this time (not included), Beijing time"),
}
