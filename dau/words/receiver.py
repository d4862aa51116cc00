"""Sentences of the receiver."""

WORDS = {
    "receive.help": (
        "接收数采仪上传的报文，应答并存储；status 查看收到和缺失的数据",
        "receive the packets of units, answer and store them; status shows what came and what is missing",
    ),
    "receive.listen.help": ("监听地址，主机:端口", "where to listen, HOST:PORT"),
    "receive.database.help": ("SQLite 数据库文件，不存在则新建", "the SQLite file, made if it does not exist"),
    "receive.set_clock.help": (
        "设备请求校时（1013）时设置其时间（1012）",
        "set the clock (1012) of a unit that asks for it (1013)",
    ),
    "receive.renew_keys.help": (
        "设备请求更换密钥（1014）时下发新密钥",
        "send a new key to a unit that asks for one (1014)",
    ),
    "receive.keys.help": (
        "列出有密钥的设备及密钥天数，不显示密钥；set 设置密钥",
        "list the units that have a key and how old it is, never the key; set stores one",
    ),
    "receive.keys.set.help": (
        "为设备 MN 设置已约定的密钥；运行中的接收端随即使用",
        "store the key agreed upon for the unit MN; a running receiver uses it at once",
    ),
    "receive.key_file.help": (
        "从文件首行读取密钥（16 个字符或 32 位十六进制），缺省为标准输入",
        "file whose first line is the key (16 characters or 32 hexadecimal digits); without it standard input",
    ),
    "receive.keys.none": ("没有密钥", "no keys"),
    "receive.keys.line": ("{mn} 密钥 {days} 天", "{mn} key of {days} days"),
    "receive.keys.uncertain": ("另有 {count} 个密钥已下发未确认", "{count} more sent and not confirmed"),
    "receive.keys.without": ("{mn} 没有当前密钥", "{mn} without a current key"),
    "receive.keys.set.done": ("{mn} 的密钥已保存", "key of {mn} stored"),
    "receive.keys.unreadable": ("无法读取密钥：{reason}", "cannot read the key: {reason}"),
    "receive.keys.mode": (
        "{file} 的权限为 {mode}，其他用户可以读取，请先执行 chmod 600",
        "{file} has mode {mode}, so that others can read it; chmod 600 it first",
    ),
    "receive.key_old": (
        "报警：{mn} 的密钥已使用 {days} 天，至多 {most} 天须更换",
        "alarm: the key of {mn} is {days} days old, it must be renewed within {most}",
    ),
    "receive.unencrypted": (
        "报警：{mn} 有密钥，但 {count} 个报文未加密，最近一个在 {at}",
        "alarm: {mn} has a key, but sent {count} packets unencrypted, the last at {at}",
    ),
    "receive.idle.help": ("连接多少秒没有报文则关闭", "close a connection without a frame for so many seconds"),
    "receive.status.help": ("显示收到和缺失的数据", "show what came and what is missing"),
    "receive.json.help": ("以 JSON 输出", "print JSON"),
    "receive.minutes.help": (
        "分钟数据间隔（分钟）；不给出则由数据判断",
        "minutes between minute records; without it the labels tell",
    ),
    "receive.listening": ("正在监听 {address}，写入 {database}", "listening on {address}, writing to {database}"),
    "receive.stopped": ("接收端已停止", "receiver stopped"),
    "receive.cannot": ("接收端无法运行", "the receiver cannot run"),
    "receive.address": (
        "--listen 的值“{found}”不是 主机:端口，例如 0.0.0.0:9000",
        '--listen is "{found}", expected HOST:PORT, for example 0.0.0.0:9000',
    ),
    "receive.option_missing": ("缺少选项 {option}", "option {option} is missing"),
    "receive.nothing": ("还没有收到任何报文", "no packet has come yet"),
    "receive.unit": ("设备", "unit (MN)"),
    "receive.command": ("命令", "command"),
    "receive.first": ("首个时间", "first label"),
    "receive.last": ("最后时间", "last label"),
    "receive.came": ("已收", "came"),
    "receive.expected": ("应收", "expected"),
    "receive.missing": ("缺失", "missing"),
    "receive.packets": ("报文", "packets"),
    "receive.repeated": ("重复", "repeated"),
    "receive.differing": ("不一致", "differing"),
    "receive.deviating": ("不规范", "deviating"),
    "receive.hole": (
        "{mn} {cn} 缺 {labels} 条：{first} 至 {last}",
        "{mn} {cn} lacks {labels}: {first} to {last}",
    ),
    "receive.more_holes": (
        "{mn} {cn} 另有 {count} 处缺失，--json 显示全部",
        "{mn} {cn} has {count} more holes, --json shows all",
    ),
    "receive.incomplete": (
        "{mn} {cn} {data_time} 分包不全：{parts} 包只收到 {came} 包",
        "{mn} {cn} {data_time} is incomplete: {came} of {parts} parts came",
    ),
    "receive.off_grid": (
        "{mn} {cn} 有 {count} 个时间不在周期起点上",
        "{mn} {cn} has {count} labels beside the grid of the others",
    ),
    "receive.unreadable": (
        "{mn} {cn} 有 {count} 个 DataTime 不是有效时间",
        "{mn} {cn} has {count} DataTimes that are no time",
    ),
    "receive.refused": (
        "拒收的帧 {rejected} 个，杂散字节 {rubbish} 段",
        "{rejected} frames rejected, {rubbish} pieces of rubbish",
    ),
}
