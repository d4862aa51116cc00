"""Sentences of `dau packet`, which reads and writes HJ 212 frames at the command line."""

_DECODE_ZH = (
    "从标准输入读取通讯包(原始字节、十六进制文本或带偏移的转储,任意多个,其间可有杂字节),每包输出一行 JSON。"
    "包间的杂字节被跳过;完全没有通讯包、或以 ##dddd 开头却无法接受的内容输出 ok=false,退出码为 1。"
    "输出含访问密码 PW"
)
_DECODE_EN = (
    "read frames from standard input (bytes, hexadecimal text or a dump with offsets; any number, rubbish between "
    "them), print one JSON object a line. "
    "Rubbish between frames is skipped; bytes without any frame, or that begin with ##dddd and cannot be accepted, "
    "give ok=false and exit status 1. The output holds the password PW"
)
_ENCODE_ZH = (
    "从标准输入读取 decode 输出格式的 JSON 行(需要 header 和 cp,edition 缺省为 2017),输出通讯包;"
    "有错误的行在标准错误中说明,退出码为 1"
)
_ENCODE_EN = (
    "read JSON lines in the shape decode prints (header and cp are needed, edition defaults to 2017), print frames; "
    "a bad line is explained on standard error, exit status 1"
)

_KEY_ZH = (
    "打开加密数据区的密钥: 32 位十六进制或 16 个字符,可重复,当前密钥在前; @FILE 从文件读取,每行一个。"
    "命令行上的密钥会被同机用户看到,正在使用的密钥请用 @FILE"
)
_KEY_EN = (
    "key that opens encrypted areas: 32 hexadecimal digits or 16 characters, may be repeated, current one first; "
    "@FILE reads one a line. A key on the command line can be seen by users of this machine: use @FILE for one in use"
)

WORDS: dict[str, tuple[str, str]] = {
    "packet.help": ("解析和生成 HJ 212 通讯包", "read and write HJ 212 frames"),
    "packet.decode.help": (_DECODE_ZH, _DECODE_EN),
    "packet.encode.help": (_ENCODE_ZH, _ENCODE_EN),
    "packet.modbus.help": (
        "也接受用 Modbus CRC16 校验的包(高低字节两种顺序)",
        "also accept frames whose CRC is Modbus CRC16, in both byte orders",
    ),
    "packet.key.help": (_KEY_ZH, _KEY_EN),
    "packet.key.form": ("密钥格式不对: {reason}", "not a key: {reason}"),
    "packet.key.unreadable": ("密钥文件无法读取: {reason}", "the file of keys cannot be read: {reason}"),
    "packet.edition.help": (
        "按哪个版本检查; auto 按 Flag 中的版本号",
        "edition to measure by; auto: the one the Flag claims",
    ),
    "packet.explain.help": (
        "逐字段说明(中英文),不显示密码和密钥",
        "explain field by field in both languages, without passwords and keys",
    ),
    "packet.accepted": (
        "HJ 212-{edition}, {size} 字节, CRC {crc} 正确",
        "HJ 212-{edition}, {size} bytes, CRC {crc} is right",
    ),
    "packet.rejected": ("{size} 字节无法接受: {reason}", "{size} bytes cannot be accepted: {reason}"),
    "packet.plain": ("数据区为明文", "the data area is plaintext"),
    "packet.opened": (
        "数据区已加密,由第 {number} 个密钥打开",
        "the data area is encrypted, key number {number} opens it",
    ),
    "packet.unknown_command": ("{edition} 版没有此命令", "not a command of {edition}"),
    "packet.unknown_field": ("未知字段", "unknown field"),
    "packet.kind.request": ("请求", "request"),
    "packet.kind.reply": ("请求的数据", "data of a request"),
    "packet.kind.upload": ("上传", "upload"),
    "packet.kind.notice": ("通知", "notice"),
    "packet.kind.interaction": ("应答", "answer"),
    "packet.flag.single": ("不拆分", "whole"),
    "packet.flag.split": ("拆分包", "sub-packet"),
    "packet.flag.answer": ("需要应答", "answer wanted"),
    "packet.flag.silent": ("不需应答", "no answer wanted"),
    "packet.header.RF": ("补传", "back-filled"),
    "packet.other_edition": ("Flag 表示 {edition} 版", "the Flag claims {edition}"),
    "packet.nothing_wrong": ("没有发现问题", "nothing wrong found"),
    "packet.rubbish": ("包间杂字节 {size} 个", "{size} bytes between packets"),
    "packet.bad_line": (
        "第 {line} 行: 发现 {found},应为 {expected}",
        "line {line}: found {found}, expected {expected}",
    ),
    "packet.cannot_encode": ("第 {line} 行无法编码: {reason}", "line {line} cannot be encoded: {reason}"),
}
