"""What `dau status` shows, as tables and sentences for a terminal."""

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table

from dau.cli.audit import act_text
from dau.cli.status_page import KeyLine, Page, PlatformLine
from dau.cli.terminal import moment_text
from dau.words import text


def page_text(page: Page) -> str:
    """Return the page as two tables for a terminal, and below them what else there is to be said."""
    console = Console(width=120, markup=False)  # a unit may stand in brackets
    with console.capture() as shown:
        console.print(_channels(page), _platforms(page))
        for line in _remarks(page):
            console.print(line, soft_wrap=True)
    return shown.get()


def _channels(page: Page) -> Table:
    table = Table(title=page.station, title_justify="left")
    for heading in ("channel", "factor", "value", "unit", "flag", "time"):
        table.add_column(_heading(heading), justify="right" if heading == "value" else "left")
    for line in page.channels:
        table.add_row(line.name, line.factor, line.value or "-", line.unit, line.flag, _clock_text(line.at_ms))
    return table


def _platforms(page: Page) -> Table:
    table = Table()
    for heading in ("platform", "edition", "link", "sent", "acknowledged", "waiting", "expired", "receipt"):
        table.add_column(_heading(heading))
    for one in page.platforms:
        counts = (str(number) for number in (one.sent, one.acknowledged, one.waiting, one.expired))
        table.add_row(one.name, one.edition, one.link, *counts, _clock_text(one.last_receipt_ms))
    return table


def _heading(name: str) -> str:
    """Return the heading of a column, one language below the other: eight columns have room side by side then."""
    return text(f"cli.status.{name}").replace(" / ", "\n")


def _remarks(page: Page) -> Iterator[str]:
    for one in page.platforms:
        yield from (f"{one.name}: {remark}" for remark in _remarks_on(one))
    if page.open_findings:
        yield text("cli.status.findings", count=page.open_findings)
    if page.acts:
        yield text("cli.status.acts")
        yield from (f"  {act_text(act)}" for act in page.acts)


def _remarks_on(platform: PlatformLine) -> Iterator[str]:
    if platform.detail:
        yield platform.detail
    for one in platform.changed:
        facts = {"name": one.name, "since": moment_text(one.since_ms)}
        if one.value is None:
            yield text("cli.status.secret_changed", **facts)
        else:
            yield text("cli.status.changed", value=one.value, configured=one.configured or "-", **facts)
    if platform.switched_off:
        yield text("cli.status.switched_off", commands=", ".join(platform.switched_off))
    if platform.key is not None:
        yield _key_text(platform.key)


def _key_text(key: KeyLine) -> str:
    sentence = "cli.status.key_old" if key.is_old else "cli.status.key"
    days = "?" if key.age_days is None else key.age_days
    told = text(sentence, days=days, renew_days=key.renew_days)
    return f"{told}; {text('cli.status.key_newer')}" if key.has_newer else told


def _clock_text(at_ms: int | None) -> str:
    return "-" if at_ms is None else moment_text(at_ms)[-8:]
