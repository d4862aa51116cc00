"""What `dau listen`, `dau scan` and `dau trace` say: key -> (Chinese, English)."""

from typing import Final

WORDS: Final = {
    "line.baud": ("波特率", "Baud rate"),
    "line.parity": ("校验", "Parity"),
    "line.data_bits": ("数据位", "Data bits"),
    "line.stop_bits": ("停止位", "Stop bits"),
    "listen": (
        "只听不发: 显示 TARGET (串口或 host:port) 上的每段字节、文本和含义",
        "Say nothing and show what is on TARGET (a serial port or host:port): bytes, text, meaning",
    ),
    "listen.seconds": ("听多久; 默认直到 Ctrl-C", "How long; until Ctrl-C if left out"),
    "listen.opened": ("监听 {pipe}", "listening on {pipe}"),
    "listen.ended": ("对端已关闭, 共 {count} 段", "the other end closed after {count} pieces"),
    "scan": (
        "在 TARGET (串口或 host:port) 上查找 Modbus 从站, 并指出适用的仪表模板",
        "Find Modbus slaves on TARGET (a serial port or host:port), and which profiles fit them",
    ),
    "scan.baud": ("波特率, 可重复", "Baud rate; may be repeated"),
    "scan.slaves": ("从站地址", "Which slaves"),
    "scan.framing": ("帧格式", "How frames are put on the wire"),
    "scan.timeout": ("等待应答的秒数", "Seconds to wait for an answer"),
    "scan.bad_slaves": ("从站地址应如 1-16,247, 现为 {found}", "slaves are written as 1-16,247; found {found}"),
    "scan.line": ("{target} {baud}: 查找 {count} 个地址", "{target} {baud}: asking {count} slaves"),
    "scan.slave": (
        "从站 {slave} 有应答 ({answer}); 适用模板: {profiles}",
        "slave {slave} answers ({answer}); profiles that fit: {profiles}",
    ),
    "scan.no_profile": ("无", "none"),
    "scan.found": ("找到 {count} 个从站", "{count} slaves found"),
}
