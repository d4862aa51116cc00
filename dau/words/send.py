"""Sentences of `dau send`, and what header fields are called; those of data areas are in `dau.hj212.fields`."""

from typing import Final

_HELP_ZH = (
    "通过正在运行的接收端向设备 MN 发送一条请求或通知命令 CN，逐步显示交互过程，直到结束。"
    "ITEM 写作 名称=值，按标准示例的顺序和分隔符发送；NewPW 写作 名称=@文件 或 名称=@-（标准输入）。"
    '1012 缺省用接收端时间；1014 的新密钥由接收端生成，不显示；1002 用 --via "" 发给尚无 MN 的设备。'
    "退出码：0 执行成功，1 未成功，2 设备未知、未连接或接收端未运行，78 参数错误"
)
_HELP_EN = (
    "send the unit MN one request or notice CN through the receiver that is running, and show each step to the end. "
    "ITEM is NAME=VALUE, sent in the order and with the separators of the official example; NewPW is given as "
    "NAME=@FILE or NAME=@- (standard input). 1012 sets the time of the receiver unless told another; the new key of "
    '1014 is made by the receiver and never shown; 1002 goes with --via "" to a unit that has no MN yet. Exit status: '
    "0 done, 1 not done, 2 unit unknown or not connected or no receiver, 78 wrong arguments"
)

WORDS: Final = {
    "send.help": (_HELP_ZH, _HELP_EN),
    "send.database.help": ("接收端的数据库文件", "the database file of the receiver"),
    "send.pw_file.help": (
        "从文件首行读取访问密码，- 为标准输入；也可用环境变量 DAU_PW；缺省用设备最近使用的密码",
        "password from the first line of a file, - for standard input; or set DAU_PW; default: what the unit used last",
    ),
    "send.st.help": ("系统编码 ST，缺省用设备最近使用的", "ST, by default what the unit used last"),
    "send.via.help": (
        "设备目前的 MN，与所发 MN 不同时使用（1002 为新设备设置 MN，目前为空）",
        "the MN the unit has now, if it is not the one sent (1002 gives a new unit, whose MN is empty, its own)",
    ),
    "send.timeout.help": (
        "等待 9011 或 9013 的秒数，超时重发",
        "seconds to wait for 9011 or 9013 before sending again",
    ),
    "send.execution.help": (
        "收到 9011 后等待数据或 9012 的秒数",
        "seconds to wait for data or 9012 once the unit has accepted",
    ),
    "send.list.help": ("列出可以发送的命令及其内容", "list the commands that can be sent, and what they carry"),
    "send.as_given.help": (
        "按给出的顺序和分隔符发送，不检查（一个参数为一项，项内用逗号分隔）",
        "send the items as they are given (pairs of one item joined by commas), without a check",
    ),
    "send.json.help": ("每步输出一行 JSON", "print each step as a line of JSON"),
    "send.bad_item": (
        "“{item}”不是 名称=值：{reason}",
        '"{item}" is not NAME=VALUE: {reason}',
    ),
    "send.bad_cn": ("命令编码“{found}”不是四位数字", 'CN is "{found}", expected four digits'),
    "send.secret_shown": (
        "{name} 的值会出现在进程列表中，请写作 {name}=@文件 或 {name}=@-（标准输入）",
        "the value of {name} would stand in the process list, give it as {name}=@FILE or {name}=@- (standard input)",
    ),
    "send.key_given": (
        "1014 的新密钥由接收端生成，不接受参数",
        "1014 takes no items: the receiver makes the new key",
    ),
    "send.argument_missing": ("缺少参数 {name}", "argument {name} is missing"),
    "send.no_secret": ("{source} 的首行为空", "the first line of {source} is empty"),
    "send.no_file": ("无法读取 {source}：{reason}", "cannot read {source}: {reason}"),
    "send.waiting": ("前面还有 {before} 条命令，等待", "{before} orders are before this one, waiting"),
    "send.part.request": ("发送", "sent"),
    "send.part.receipt": ("应答", "receipt"),
    "send.part.data": ("数据", "data"),
    "send.part.answer": ("数据应答", "data answered"),
    "send.part.result": ("结果", "result"),
    "send.part.stray": ("与本次无关的应答", "answer to something else"),
    "send.again": ("第 {sending} 次发送", "sending {sending}"),
    "send.deviation": ("不规范：{what}", "deviation: {what}"),
    "send.end.done": ("成功", "done"),
    "send.new_key": ("新密钥创建时间 {created}", "new key made at {created}"),
    "send.end.refused": ("设备拒绝，QnRtn={code}", "refused by the unit, QnRtn={code}"),
    "send.end.failed": ("执行失败，ExeRtn={code}", "execution failed, ExeRtn={code}"),
    "send.end.overdue": (
        "设备已接受，但在时限内没有返回数据或执行结果",
        "the unit accepted, but neither data nor a result came in time",
    ),
    "send.end.given up": ("设备没有应答", "the unit did not answer"),
    "send.end.lost": ("交互未完成，连接已断开", "the connection ended before the exchange did"),
    "send.end.unknown": ("从未收到过该设备的报文", "no packet of this unit has ever come"),
    "send.end.away": (
        "设备未连接，最近一次报文在 {detail}",
        "the unit is not connected, its last packet came at {detail}",
    ),
    "send.end.busy": ("已有 {detail} 条命令在进行，稍后再试", "{detail} orders are under way already, try later"),
    "send.end.impossible": ("没有发送", "not sent"),
    "send.code.unlisted": ("标准中没有的代码", "a code that is not in the standard"),
    "send.header.QN": ("请求编码", "request number"),
    "send.header.ST": ("系统编码", "system code"),
    "send.header.CN": ("命令编码", "command"),
    "send.header.PW": ("访问密码", "password"),
    "send.header.MN": ("设备唯一标识", "unit"),
    "send.header.Flag": ("拆分包及应答标志", "version, sub-packets, answer wanted"),
    "send.header.PNUM": ("总包数", "number of sub-packets"),
    "send.header.PNO": ("包号", "sub-packet"),
    "send.header.RF": ("补传标记", "back-filled"),
}
