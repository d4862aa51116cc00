"""The content between ``CP=&&`` and ``&&`` as text and as items (HJ 212-2017 clause 6.3.3, docs/protocol.md).

Grammar, read tolerantly::

    content = item *( ";" item )      item = pair *( "," pair )      pair = name [ "=" value ]

Blanks around names and values do not count. A value runs to the next ``,`` or ``;``, except log text ``//...//``, in
which both may occur and only the closing ``//`` in front of a separator or the end ends the value.
"""

import re
from collections.abc import Callable

from dau.hj212.deviation import Deviation
from dau.hj212.errors import Fault, LocalError, RemoteError
from dau.hj212.packet import Content, Item, Pair

_NAME = re.compile(r"[^=,;]*")
_VALUE = re.compile(r"[^,;]*")
_LOG_CLOSES = re.compile(r"//(?= *(?:[,;]|\Z))")
_BLANKS = re.compile(r" *")
_IN_NAME = re.compile(r"[=,;]|&&")
_IN_VALUE = re.compile(r"[,;]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

PLAIN = bytes(byte for byte in range(0x21, 0x7F) if byte not in b"=,;&/{}")
"""Characters without a meaning of their own in a content; what is left of one without them is its separators."""
SEPARATORS = re.compile(rb"=(?:[,;]=)*")
"""The separators of a content that is ``name=value`` throughout."""
_NAMELESS = re.compile(r"(?:\A|[,;])=")

Note = Callable[[Deviation], None]
"""Where a reader writes the deviations it met."""


def read_content(text: str, note: Note) -> Content:
    """Return the items of ``text``; empty items are dropped, everything else is kept in its order.

    Raises:
        RemoteError: a control character outside of log text.
    """
    if not text.strip(" "):
        if text:
            note(Deviation.BLANKS)
        return ()
    return _Reader(text, note).items()


class _Reader:
    """One pass over the text from left to right; ``at`` is the next character to read."""

    def __init__(self, text: str, note: Note) -> None:
        self._text = text
        self._note = note
        self._at = 0
        self._log_may_close = True

    def items(self) -> Content:
        items: list[Item] = []
        pairs: list[Pair] = []
        more = True
        while more:
            pair = self._pair()
            if pair:
                pairs.append(pair)
            separator = self._text[self._at : self._at + 1]
            self._at += 1
            more = separator != ""
            if separator != ",":
                if pairs:
                    items.append(tuple(pairs))
                pairs = []
        return tuple(items)

    def _pair(self) -> Pair | None:
        name = self._take(_NAME)
        if self._text[self._at : self._at + 1] != "=":
            self._note(Deviation.VALUE_MISSING if name else Deviation.ITEM_EMPTY)
            return (name, "") if name else None
        self._at += 1
        if not name:
            self._note(Deviation.NAME_MISSING)
        return name, self._log() or self._take(_VALUE)

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        printed = found.group() if found else ""
        self._at += len(printed)
        if _CONTROL.search(printed):
            raise RemoteError(Fault.MALFORMED, f"control character in CP at {printed!r}, allowed only in //log text//")
        value = printed.strip(" ")
        if value != printed:
            self._note(Deviation.BLANKS)
        return value

    def _log(self) -> str:
        """Take a log text if one begins here; return "" and take nothing if not."""
        blanks = _BLANKS.match(self._text, self._at)
        begin = blanks.end() if blanks else self._at
        if not self._text.startswith("//", begin):
            return ""
        # One failed search settles all later ones: it looked at the whole rest of the text.
        closing = _LOG_CLOSES.search(self._text, begin + 2) if self._log_may_close else None
        if closing is None:
            self._log_may_close = False
            self._note(Deviation.LOG_OPEN)
            return ""
        value = self._text[begin : closing.end()]
        after = _BLANKS.match(self._text, closing.end())
        end = after.end() if after else closing.end()
        if begin > self._at or end > closing.end():
            self._note(Deviation.BLANKS)
        if _CONTROL.search(value):
            self._note(Deviation.LOG_CONTROL)
        self._at = end
        return value


def write_content(content: Content) -> str:
    """Return the text of ``content``, exactly as it will be read again.

    Raises:
        LocalError: an empty item or name, a separator or control character where the grammar gives it a meaning.
    """
    text = ";".join([",".join([f"{name}={value}" for name, value in item]) for item in content])
    return text if _is_plain(text, content) else ";".join([_write_item(item) for item in content])


def _is_plain(text: str, content: Content) -> bool:
    """Tell whether nothing in the content can be misread, so that it need not be looked at pair by pair."""
    separators = text.encode("utf-8", "surrogatepass").translate(None, PLAIN)
    return (
        SEPARATORS.fullmatch(separators) is not None
        and separators.count(b"=") == sum(map(len, content))
        and separators.count(b";") == len(content) - 1
        and not _NAMELESS.search(text)
    )


def _write_item(item: Item) -> str:
    if not item:
        raise LocalError("CP: an item without a pair, expected at least one name and value")
    return ",".join(_write_pair(name, value) for name, value in item)


def _write_pair(name: str, value: str) -> str:
    if not name or name != name.strip(" ") or _IN_NAME.search(name) or _CONTROL.search(name):
        raise LocalError(f"CP: name {name!r}, expected text without = , ; && control characters or blanks around it")
    if _CONTROL.search(value) or "&&" in value:
        raise LocalError(f"CP: value of {name} is {value!r}, expected no && and no control characters")
    if value.startswith("//"):
        closing = _LOG_CLOSES.search(value, 2)
        if closing is None or closing.end() != len(value):
            raise LocalError(f"CP: value of {name} is {value!r}, expected log text that ends with its first closing //")
    elif value != value.strip(" ") or _IN_VALUE.search(value):
        raise LocalError(f"CP: value of {name} is {value!r}, expected no , ; or blanks around it (log text: //...//)")
    return f"{name}={value}"
