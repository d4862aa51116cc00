"""What rates, marks and cycles of care are called: key -> (Chinese, English)."""

from typing import Final

WORDS: Final = {
    "books.two_lengths": ("hours 与 months 只能写一个", "only one of hours and months can be given"),
    "books.unknown_facility": ('没有名为 "{found}" 的设施', 'there is no facility "{found}"'),
    "books.cap_of": ("labels 与 conditions 须写且只能写一个", "exactly one of labels and conditions must be given"),
    "rate.help": (
        "显示各平台的传输率: 即时(按时到达)与补全(最终到达), 与目标比较",
        "Show the transmission rates of each platform, immediate and completed, against the target",
    ),
    "rate.day": ("某日 (YYYY-MM-DD), 默认昨日", "A day (YYYY-MM-DD); yesterday if nothing is given"),
    "rate.month": ("某月 (YYYY-MM)", "A month (YYYY-MM)"),
    "rate.one": ("--day 与 --month 只能用一个", "only one of --day and --month can be given"),
    "rate.title": ("{platform}  {when}  目标 {target:g} %", "{platform}  {when}  target {target:g} %"),
    "rate.records": ("记录", "records"),
    "rate.due": ("应报", "due"),
    "rate.in_time": ("即时", "immediate"),
    "rate.at_all": ("补全", "completed"),
    "rate.groups": ("应报组数", "groups due"),
    "rate.excluded": ("不参与", "not counted"),
    "rate.valid": ("有效组数", "valid groups"),
    "rate.transmission": ("传输率", "transmission"),
    "rate.effective": ("有效率", "effective"),
    "rate.product": ("有效传输率", "effective transmission"),
    "rate.reached": ("达标", "reached"),
    "rate.missed": ("未达标", "missed"),
    "rate.link": (
        "由补发推算的中断 {count} 次, 最长 {longest} 分钟, 在线率 {online}, 报文稳定性 {stability}",
        "cuts seen by late records {count}, longest {longest} min, online {online}, taken at once {stability}",
    ),
    "rate.lacking": ("未到达的小时: {hours}", "hours that did not arrive: {hours}"),
}
