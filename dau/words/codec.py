"""Sentences of `dau packet`, which reads and writes HJ 212 frames at the command line."""

_DECODE_ZH = (
    "从标准输入读取字节(任意多个通讯包,其间可有杂字节),每包输出一行 JSON。"
    "包间的杂字节被跳过;完全没有通讯包、或以 ##dddd 开头却无法接受的内容输出 ok=false,退出码为 1。"
    "输出含访问密码 PW"
)
_DECODE_EN = (
    "read bytes from standard input (any number of frames, rubbish between them), print one JSON object a line. "
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

WORDS: dict[str, tuple[str, str]] = {
    "packet.help": ("解析和生成 HJ 212 通讯包", "read and write HJ 212 frames"),
    "packet.decode.help": (_DECODE_ZH, _DECODE_EN),
    "packet.encode.help": (_ENCODE_ZH, _ENCODE_EN),
    "packet.modbus.help": (
        "也接受用 Modbus CRC16 校验的包(高低字节两种顺序)",
        "also accept frames whose CRC is Modbus CRC16, in both byte orders",
    ),
    "packet.bad_line": (
        "第 {line} 行: 发现 {found},应为 {expected}",
        "line {line}: found {found}, expected {expected}",
    ),
    "packet.cannot_encode": ("第 {line} 行无法编码: {reason}", "line {line} cannot be encoded: {reason}"),
}
