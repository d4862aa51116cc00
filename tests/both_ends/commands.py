"""Every request and notice that a platform may send, with a content that the unit of the site can carry out."""

from collections.abc import Iterator
from typing import Final

from dau.core.errands import Task
from dau.hj212 import Content, Edition, Kind, LocalError, Role, command
from dau.hj212.command_table import TABLE
from dau.uplink.handlers import SERVED
from dau.uplink.handlers.operations import OTHERWISE_IN_2005
from tests.both_ends.site import SERIAL

CODES: Final = {Edition.E2005: "011", Edition.E2017: "w01018", Edition.E2025: "w01018"}
"""How COD is called."""

VALUES: Final = {
    "BeginTime": "20251230000000",
    "EndTime": "20260101120000",
    "SystemTime": "20260101120500",
    "RtdInterval": "120",
    "MinInterval": "5",
    "OverTime": "7",
    "ReCount": "2",
    "NewPW": "n3wPW1",
    "PW": "n3wPW1",
    "InfoId": "i22001",
    "CstartTime": "000000",
    "CTime": "2",
    "CalibrationType": "1",
}
FREE: Final = {
    "1002": (("i23005-Info", SERIAL),),
    "3021": (("InfoId", "i13004"), ("i13004-Info", "1.5")),
}
"""What stands in areas made of factors, beside PolId."""

BY_INSTRUMENT: Final = {
    "3011": Task.SPAN,
    "3012": Task.SAMPLE,
    "3013": Task.CLEAN,
    "3014": Task.COMPARE,
    "3015": Task.KEEP_EXCEEDING,
    "3016": Task.SET_CYCLE,
    "3017": Task.READ_CYCLE,
    "3018": Task.READ_DELAY,
    "3019": Task.READ_SERIAL,
    "3021": Task.WRITE_INFO,
    "3022": Task.KEEP_SAMPLE,
    "3024": Task.CHECK,
}
"""What an instrument is told to do."""


def asked(edition: Edition) -> Iterator[str]:
    """Yield the numbers of all requests and notices that the edition lists and a unit serves."""
    for number in sorted({row.number for row in TABLE if edition in row.editions}):
        row = command(number, edition)
        if edition is Edition.E2005 and number in OTHERWISE_IN_2005:
            continue
        if row and row.kind(Role.PLATFORM) in (Kind.REQUEST, Kind.NOTICE) and number in SERVED:
            yield number


def content_of(number: str, edition: Edition) -> Content:
    """Return the content of a request as the official example lays it out."""
    if number == "1014":
        return ()  # the receiver makes the key
    row = command(number, edition)
    assert row is not None and row.asked is not None
    values = {**VALUES, "PolId": CODES[edition]}
    if number in ("1011", "1012", "3020"):
        del values["PolId"]  # the clock and the state of the unit itself
    if number == "3020":
        values = {"InfoId": values["InfoId"]}
    if number == "2011":
        values = {}
    try:
        return row.asked.content({field.name: values[field.name] for field in row.asked.fields if field.name in values})
    except LocalError:
        pairs = [("PolId", values["PolId"])] if number == "3021" else []
        return tuple((pair,) for pair in (*pairs, *FREE[number]))
