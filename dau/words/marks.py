"""What `dau marks` says: key -> (Chinese, English)."""

from typing import Final

WORDS: Final = {
    "marks.help": (
        "标记台账: 登记、撤销、列出, 上限用量与到期事项",
        "The mark book: add, withdraw, list, and what is due",
    ),
    "marks.add": (
        "登记标记, 类别 1 通讯中断 2 设备维护 3 手工值 4 非企业原因 5 工况设备维护 6 治理工况 7 生产工况 8 主备切换",
        "Add a mark: 1 link, 2 device, 3 manual, 4 outside, 5 condition device, 6 treatment, 7 production, 8 switching",
    ),
    "marks.withdraw": ("撤销第 NUMBER 条标记", "Withdraw the mark NUMBER"),
    "marks.list": ("以 CSV 列出有效的标记", "Write the marks that count as CSV"),
    "marks.due": (
        "显示上限用量、到期的校准与核查、修复期限和昨日未标记的异常",
        "Show use of caps, care that is due, deadlines of repairs and what of yesterday is not marked",
    ),
    "marks.from": ("起始时间, 北京时间", "Beginning, Beijing time"),
    "marks.until": ("结束时间, 北京时间", "End, Beijing time"),
    "marks.field": ("平台表单中的其他字段, 可重复", "A further field of the platform's form; may be repeated"),
    "marks.who": ("登记人", "Who says so"),
    "marks.why": ("原因", "Why"),
    "marks.empty": (
        "结束须晚于起始, 对象、标签、登记人和原因不能为空",
        "the end must be after the beginning; subject, label, who and why must not be empty",
    ),
    "marks.bad_field": ("--field 应为 名称=值", "--field must be NAME=VALUE"),
    "marks.added": ("已登记第 {number} 条标记", "mark {number} was added"),
    "marks.unknown": ("没有有效的第 {number} 条标记", "there is no mark {number} that counts"),
    "marks.withdrawn": ("第 {number} 条标记已撤销", "mark {number} was withdrawn"),
    "marks.nothing_due": ("没有到期事项", "nothing is due"),
    "marks.never": ("无记录", "never"),
    "marks.cap": (
        "上限 {cap}, {subject}: 已用 {used:.2f} h, 共 {hours:g} h, 剩余 {left:.2f} h",
        "cap {cap}, {subject}: used {used:.2f} h of {hours:g} h, {left:.2f} h left",
    ),
    "marks.round": (
        "{care} {channel}: 上次 {last}, 下次 {due}",
        "{care} {channel}: last {last}, due {due}",
    ),
    "marks.overdue": (
        "逾期! {care} {channel}: 上次 {last}, 应于 {due}",
        "overdue! {care} {channel}: last {last}, was due {due}",
    ),
    "marks.broken": (
        "{channel} 自 {since} 起无有效数据: {report_by} 前书面报告, {restore_by} 前恢复",
        "{channel} has been out of order since {since}: report by {report_by}, restore by {restore_by}",
    ),
    "marks.unmarked": (
        "未标记 {channel} {first} 至 {end} ({minutes} 分钟), 请于 {noon} 前处理",
        "not marked: {channel} {first} to {end} ({minutes} min), settle it by {noon}",
    ),
}
