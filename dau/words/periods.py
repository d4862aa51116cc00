"""What the settings of periods say."""

from typing import Final

WORDS: Final = {
    "periods.form.flow": ('通道名称,"" 表示没有', 'the name of a channel, "" for none'),
    "periods.no_flow": (
        '通道 "{found}" 没有累计量,不能作为流量',
        'the channel "{found}" has no amount and can carry nothing',
    ),
    "periods.no_mass": (
        '单位 "{unit}" 与累计量单位 "{amount}" 不能得出排放量',
        'no mass can be made out of "{unit}" and amounts in "{amount}"',
    ),
}
