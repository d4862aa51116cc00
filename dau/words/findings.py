"""What findings are called, and what ``dau findings`` and the settings of rules say: key -> (Chinese, English)."""

from typing import Final

WORDS: Final = {
    # settings
    "limits.form.day": ("日期,如 2024-07-01", "a day, such as 2024-07-01"),
    "limits.form.day_of_year": ("月-日,如 11-15", "month and day, such as 11-15"),
    "limits.no_day": ("没有 {found} 这一天", "there is no day {found}"),
    "limits.empty": ("限值表中没有任何数值", "the limit has no number"),
    "limits.low": ("low 不小于上限", "low is not below the upper limit"),
    "limits.twice": (
        "与第 {line} 行的限值在相同日期生效",
        "the limit in line {line} counts on the same days",
    ),
    # what platforms are told, in the log of the unit
    "findings.told.hour_exceeded": (
        "通道 {channel} 小时均值超标: {value:g}",
        "hour mean of {channel} exceeds its limit: {value:g}",
    ),
    "findings.told.day_exceeded": (
        "通道 {channel} 日均值超标: {value:g}",
        "day mean of {channel} exceeds its limit: {value:g}",
    ),
}
