"""How log lines look: readable on a terminal, one JSON object a line anywhere else; secrets are masked in both.

An event is a constant name, the facts are keys (``log.warning("bus_closed", bus="com1", error=...)``). Lines of the
libraries, which use the standard logging, go the same way. The time in a line is the one at which the standard library
made the record; it is shown in +08:00 like every time that a person reads.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from datetime import datetime, timedelta, timezone
from typing import Any, Final

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

SECRET_KEYS: Final = frozenset({"pw", "new_pw", "password", "key"})
MASK: Final = "***"
SHOWN_ZONE: Final = timezone(timedelta(hours=8))
_SECRET_FIELDS: Final = re.compile(r"""((?:(?:New)?PW|NewSK)=)[^;&\s"'\\]*""", re.IGNORECASE)


def setup_logs(level: str, json: bool) -> None:
    """Send all log lines of the process to standard error.

    Args:
        level: the least that is shown: debug, info, warning or error.
        json: JSON even on a terminal.
    """
    as_json = json or not sys.stderr.isatty()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_formatter(as_json))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_about_the_line(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def mask_secrets(_logger: WrappedLogger, _method: str, facts: EventDict) -> EventDict:
    """Mask every fact whose key names a secret, however deep it lies."""
    masked = _masked(facts)
    assert isinstance(masked, dict)
    return masked


def _masked(value: object) -> object:
    if isinstance(value, MutableMapping):
        return {
            key: MASK if isinstance(key, str) and key.lower() in SECRET_KEYS else _masked(inner)
            for key, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [_masked(inner) for inner in value]
    return value


def _about_the_line() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.StackInfoRenderer(),
    ]


def _formatter(as_json: bool) -> logging.Formatter:
    rendering: list[Processor] = [
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]
    if not as_json:
        rendering = [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_about_the_line(),
        processors=[
            _stamp,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            mask_secrets,
            *rendering,
            _mask_fields,
        ],
    )


def _stamp(_logger: WrappedLogger, _method: str, facts: EventDict) -> EventDict:
    record: logging.LogRecord = facts["_record"]
    facts["timestamp"] = datetime.fromtimestamp(record.created, SHOWN_ZONE).isoformat(timespec="milliseconds")
    return facts


def _mask_fields(_logger: WrappedLogger, _method: str, line: Any) -> str:
    """Mask passwords inside the finished line: in the bytes of a packet, in a foreign message, in a traceback."""
    return _SECRET_FIELDS.sub(rf"\g<1>{MASK}", str(line))
