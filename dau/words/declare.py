"""What `dau declare` says: key -> (Chinese, English)."""

from typing import Final

WORDS: Final = {
    "declare": (
        "申报维护、校准、生产工况或手工数据；到计划结束时间自动失效，全部留有审计记录",
        "Declare maintenance, calibration, the condition of a facility or a value by hand; ends by itself, audited",
    ),
    "declare.maintenance": ("申报通道的仪表处于维护", "Declare that the instruments of channels are in maintenance"),
    "declare.calibration": ("申报通道的仪表处于校准", "Declare that the instruments of channels are being calibrated"),
    "declare.condition": ("申报设施的工况", "Declare the condition of a facility"),
    "declare.value": (
        "手工录入通道的数据，标记为手工值",
        "Enter a value of a channel by hand; it is marked as such for ever",
    ),
    "declare.list": ("列出最近的申报，最新的在前", "List the last declarations, the newest first"),
    "declare.end": ("提前结束编号为 NUMBER 的申报", "End the declaration NUMBER before its time"),
    "declare.who.help": ("申报人姓名", "name of the person who declares it"),
    "declare.why.help": ("原因", "the reason"),
    "declare.from.help": ("开始时间，北京时间；默认为现在", "beginning, time of Beijing; now by default"),
    "declare.until.help": ("计划结束时间，北京时间", "planned end, time of Beijing"),
    "declare.at.help": ("数据时间，北京时间；默认为现在", "instant of the value, time of Beijing; now by default"),
    "declare.retroactive.help": (
        "补报：开始时间在过去；已存数据不变",
        "for the past: it may begin before now; what is stored stays as it is",
    ),
    "declare.limit.help": ("最多列出的条数", "how many at most"),
    "declare.no_who": ("申报人须为 1 至 200 个可见字符", "who declares it must be 1 to 200 printable characters"),
    "declare.no_why": ("原因须为 1 至 200 个可见字符", "the reason must be 1 to 200 printable characters"),
    "declare.ends_before": ("结束时间不晚于开始时间", "it ends no later than it begins"),
    "declare.too_long": (
        "时间过长：维护最多 31 天，校准最多 2 天，工况最多 400 天",
        "it lasts too long: maintenance 31 days, calibration 2 days, a condition 400 days at most",
    ),
    "declare.past": (
        "开始时间在过去，须加 --retroactive",
        "it begins in the past, which needs --retroactive",
    ),
    "declare.future_value": ("手工数据的时间在未来", "a value cannot be entered for the future"),
    "declare.no_channel": ('没有名为 "{found}" 的通道：{known}', 'there is no channel "{found}": {known}'),
    "declare.no_facility": ('没有名为 "{found}" 的设施：{known}', 'there is no facility "{found}": {known}'),
    "declare.production": (
        '生产站的测量通道 "{channel}" 不能手工录入数据',
        'a value of "{channel}", which is measured, cannot be entered by hand at a station in production',
    ),
    "declare.not_yet": (
        '数据库中还没有通道 "{channel}"，请先用 dau run 运行',
        'the database does not know the channel "{channel}" yet, start the station with dau run',
    ),
    "declare.not_finite": ("数据不是有限的数", "the value is no finite number"),
    "declare.not_holding": (
        "没有编号为 {number} 的有效申报",
        "no declaration {number} holds or is to hold",
    ),
    "declare.done": ("已申报，编号 {number}", "declared, number {number}"),
    "declare.stored": ("已录入", "entered"),
    "declare.ended": ("申报 {number} 已结束", "declaration {number} has ended"),
    "declare.news": (
        "{who} 申报 {what}：{since} 至 {until}，{why}",
        "{who} declares {what}: {since} to {until}, {why}",
    ),
    "declare.news_past": (
        "{who} 补报 {what}：{since} 至 {until}，{why}",
        "{who} declares afterwards {what}: {since} to {until}, {why}",
    ),
    "declare.news_value": (
        "{who} 手工录入 {what}：{since}，{why}",
        "{who} enters by hand {what}: {since}, {why}",
    ),
    "declare.news_end": ("{who} 结束申报 {number}：{why}", "{who} ends declaration {number}: {why}"),
}
