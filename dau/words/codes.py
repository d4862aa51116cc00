"""What `dau codes` says."""

from typing import Final

WORDS: Final = {
    "codes.help": (
        "列出因子、现场信息和系统代码; 给出 TEXT 时只列出代码或名称中含有它的行",
        "List the codes of factors, site information and systems; with TEXT only those that have it in code or name",
    ),
    "codes.edition": ("HJ 212 的版本", "Edition of HJ 212"),
    "codes.code": ("代码", "code"),
    "codes.zh": ("名称", "Chinese"),
    "codes.en": ("英文", "English"),
    "codes.unit": ("单位", "unit"),
    "codes.width": ("位数", "digits"),
    "codes.total_unit": ("排放量单位", "unit of amounts"),
    "codes.old": ("2005 代码", "code of 2005"),
    "codes.nothing": (
        'HJ 212-{edition} 的代码表中没有 "{wanted}"',
        'nothing in the code tables of HJ 212-{edition} is like "{wanted}"',
    ),
}
