"""What `dau verify` says: key -> (Chinese, English)."""

from typing import Final

WORDS: Final = {
    "verify.help": (
        "检查数据库是否完整: 审计链、日封存、统计值、记录与报文; 有断裂时退出码为 1",
        "Prove a database whole: audit chain, day seals, statistics, records and packets; ends with 1 if it is not",
    ),
    "verify.file": ("数据库文件, {count} 页", "database file, {count} pages"),
    "verify.guards": ("禁止修改的触发器, {count} 个", "guards against alteration, {count}"),
    "verify.audit": ("审计链, {count} 条", "audit chain, {count} rows"),
    "verify.seals": ("日封存链, {count} 天", "chain of day seals, {count} days"),
    "verify.statistics": ("已封存各日的统计值, {count} 条", "statistics of sealed days, {count} rows"),
    "verify.samples": ("已封存的原始样本, {count} 条", "sealed samples, {count} rows"),
    "verify.records": ("记录有其内容, {count} 条", "records have what they tell, {count}"),
    "verify.packets": ("已应答的记录有其报文, {count} 条", "acknowledged records have their packets, {count}"),
    "verify.at": ("断裂于 {place}", "broken at {place}"),
    "verify.seal": ("最近的日封存 {day} {seal}", "last day seal {day} {seal}"),
    "verify.whole": ("{database} 完整", "{database} is whole"),
    "verify.broken": ("{database} 不完整", "{database} is not whole"),
}
