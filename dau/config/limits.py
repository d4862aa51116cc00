"""The tables ``[[limit]]``: what channels may not exceed, by whom, from when on."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Final, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from dau.config.base import Strict
from dau.config.forms import Name
from dau.core.rules.limits import Limit, MonthDay
from dau.words import text

_LEAP_YEAR: Final = 2024


def _day(written: str) -> str:
    try:
        date.fromisoformat(written)
    except ValueError:
        raise PydanticCustomError("limits.no_day", "no day") from None
    return written


def _day_of_year(written: str) -> str:
    return _day(f"{_LEAP_YEAR}-{written}")[5:]


Day = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$", description=text("limits.form.day")), AfterValidator(_day)]
DayOfYear = Annotated[
    str, Field(pattern=r"^\d\d-\d\d$", description=text("limits.form.day_of_year")), AfterValidator(_day_of_year)
]


class LimitTable(Strict):
    """``[[limit]]``: what one channel may not exceed, in its unit."""

    channel: Name
    hour: float | None = None
    """For the mean of an hour."""
    day: float | None = None
    """For the mean of a day."""
    low: float | None = None
    """Least value, with ``high`` for a range such as that of pH."""
    high: float | None = None
    valid_from: Day | None = None
    season: tuple[DayOfYear, DayOfYear] | None = None
    """First and last day of the year on which it counts, both included."""
    source: str = ""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.hour is None and self.day is None and self.low is None and self.high is None:
            raise PydanticCustomError("limits.empty", "no number")
        if self.low is not None and any(
            high is not None and self.low >= high for high in (self.hour, self.day, self.high)
        ):
            raise PydanticCustomError("limits.low", "not rising")
        return self


def limits_of(tables: Iterable[LimitTable], channel: str) -> tuple[Limit, ...]:
    """Return the limits of a channel, in the order of the file."""
    return tuple(
        Limit(
            hour=table.hour,
            day=table.day,
            low=table.low,
            high=table.high,
            source=table.source,
            valid_from=None if table.valid_from is None else date.fromisoformat(table.valid_from),
            season=None if table.season is None else (_month_day(table.season[0]), _month_day(table.season[1])),
        )
        for table in tables
        if table.channel == channel
    )


def _month_day(written: str) -> MonthDay:
    month, _, day = written.partition("-")
    return int(month), int(day)
