"""What `dau report` says: key -> (Chinese, English)."""

from typing import Final

WORDS: Final = {
    "report.help": (
        "打印 CONFIG 站点 DATE 当日(YYYY-MM-DD)或当月(YYYY-MM)的日报表或月报表",
        "Print the day (YYYY-MM-DD) or month (YYYY-MM) report of the station CONFIG",
    ),
    "report.csv": ("另存为 CSV", "Write it as CSV, too"),
    "report.html": ("另存为可打印的网页", "Write it as a page to print, too"),
    "report.bad_date": (
        "日期 {found} 无法理解, 应为 {wanted}",
        "the date {found} cannot be understood, expected {wanted}",
    ),
    "report.no_file": ("无法写入文件 {file}: {reason}", "cannot write the file {file}: {reason}"),
    "report.title.gas.day": (
        "固定污染源烟气排放连续监测小时平均值日报表",
        "Continuous emission monitoring of flue gas: hour means of a day",
    ),
    "report.title.gas.month": (
        "固定污染源烟气排放连续监测日平均值月报表",
        "Continuous emission monitoring of flue gas: day means of a month",
    ),
    "report.title.water.day": (
        "水污染源在线监测小时值日报表",
        "Online monitoring of waste water: hour values of a day",
    ),
    "report.title.water.month": (
        "水污染源在线监测日均值月报表",
        "Online monitoring of waste water: day values of a month",
    ),
    "report.time": ("时间", "time"),
    "report.converted": ("折算", "converted"),
    "report.total": ("排放量", "amount"),
    "report.flag": ("标记", "flag"),
    "report.count": ("有效数", "valid"),
    "report.low": ("最小值", "min"),
    "report.high": ("最大值", "max"),
    "report.mean": ("平均值", "mean"),
    "report.sum": ("总量", "total"),
    "report.with_repairs": ("含修约*", "with repairs*"),
    "report.repaired": ("修约*", "repaired*"),
    "report.inputs": ("依据: {inputs}", "from: {inputs}"),
    "report.rule.hj75": (
        "HJ 75-2017: 无效 {hours} h, 取前 {window} 个有效小时的最大值, 季度捕集率 {rate:.2f} %",
        "HJ 75-2017: {hours} h without valid data, maximum of the last {window} valid hours, capture {rate:.2f} %",
    ),
    "report.rule.hj75_control": (
        "HJ 75-2017: 失控 {hours} h, 取上次校准前 {window} 个有效小时的最大值, 季度捕集率 {rate:.2f} %",
        (
            "HJ 75-2017: {hours} h out of control, maximum of {window} valid hours before the last calibration,"
            " capture {rate:.2f} %"
        ),
    ),
    "report.rule.by_hand": (
        "手工监测: {hours} h, 取其排放量的均值",
        "measured by hand: {hours} h, mean of those emissions",
    ),
    "report.rule.manual": (
        "HJ 356-2019: 无有效日均值, 取当日 {samples} 个手工样品的均值与当日水量计算",
        "HJ 356-2019: no valid day mean, the mean of {samples} samples of that day by hand times what flowed",
    ),
    "report.rule.max30": (
        "HJ 356-2019: 无有效日均值, 取前 30 个有效日排放量的最大值 (现有 {days} 日)",
        "HJ 356-2019: no valid day mean, maximum of the last 30 valid days ({days} known)",
    ),
    "report.rule.none": (
        "无修约规则可用 (捕集率 {rate:.2f} % 或无有效数据), 须人工处理",
        "no rule applies (capture {rate:.2f} %, or nothing valid before), to be settled by hand",
    ),
    "report.gas_letters": (
        "标记(HJ 75-2017): N 正常 F 停运 St 启炉 Sd 停炉 B 闷炉 C 校准 M 维护 D 故障 T 超上限 Md 缺失",
        (
            "flags (HJ 75-2017): N normal, F stopped, St start-up, Sd shut-down, B banked, C calibration,"
            " M maintenance, D fault, T above range, Md no data"
        ),
    ),
    "report.water_letters": (
        "标记(HJ 212-2017): N 正常 F 停运 M 维护 S 手工 D 故障 C 校准 T 超量程 B 通讯异常",
        (
            "flags (HJ 212-2017): N normal, F out of service, M maintenance, S by hand, D fault, C calibration,"
            " T above range, B link abnormal"
        ),
    ),
    "report.repair_note": (
        "* 修约值仅用于本报表, 不改变也不上传任何数据",
        "* repaired figures exist in this report alone; no data were changed and none of this is uploaded",
    ),
    "report.open": (
        "本期尚未全部关闭, 报表不完整",
        "the period is not closed yet: the report is not complete",
    ),
    "report.signatures": (
        "上报单位(盖章)：____________  负责人：________  审核人：________  报告人：________  报告日期：________",
        "unit (seal), head, checked by, reported by, date",
    ),
}
