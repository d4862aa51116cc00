"""Requests of every kind that a platform may send: one for each row of the table of commands."""

from collections.abc import Iterator
from typing import Final

from dau.hj212 import Edition, Kind, LocalError, Packet, QnSource, Role, command, data_time, dialect, encode, flag_of
from dau.hj212.command_table import TABLE

HOUR_MS: Final = 3_600_000

FLAG_2005: Final = 3


def requests(told: Packet, edition: Edition, now_ms: int) -> Iterator[bytes]:
    """Yield the frames of all requests and notices of an edition, addressed to the unit that sent ``told``.

    Commands whose content is free (``...``) or made of factors are left out: no made-up one would be understood.
    """
    qns = QnSource()
    values = {
        "BeginTime": data_time(now_ms - HOUR_MS),
        "EndTime": data_time(now_ms),
        "SystemTime": data_time(now_ms),
        "PolId": "w01018",
        "RtdInterval": "60",
        "MinInterval": "10",
        "OverTime": "10",
        "ReCount": "3",
        "InfoId": "i22001",
        "CstartTime": "000000",
        "CTime": "2",
    }
    for number in sorted({row.number for row in TABLE if edition in row.editions}):
        row = command(number, edition)
        if row is None or row.kind(Role.PLATFORM) not in (Kind.REQUEST, Kind.NOTICE) or row.asked is None:
            continue
        named = {field.name: values[field.name] for field in row.asked.fields if field.name in values}
        try:
            content = row.asked.content(named)
        except LocalError:
            continue
        flag = FLAG_2005 if edition is Edition.E2005 else flag_of(dialect(edition).version, answer=True)
        packet = Packet(qn=qns.next(now_ms), st=told.st, cn=number, pw=told.pw, mn=told.mn, flag=flag, cp=content)
        yield encode(packet, dialect(edition))
