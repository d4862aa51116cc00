"""How times and texts of strangers are written on a terminal."""

from datetime import datetime, timedelta, timezone
from typing import Final

BEIJING: Final = timezone(timedelta(hours=8))


def printable(value: str) -> str:
    """Return text of a stranger without what would steer a terminal."""
    return "".join(sign if sign.isprintable() else f"\\x{ord(sign):02x}" for sign in value)


def moment_text(at_ms: int) -> str:
    """Return an instant (milliseconds UTC) as people read it, to the second, in the time of Beijing."""
    return datetime.fromtimestamp(at_ms // 1000, BEIJING).strftime("%Y-%m-%d %H:%M:%S")
