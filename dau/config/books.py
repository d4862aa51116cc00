"""The table ``[books]``: how rates are counted, which caps and which cycles of care the station keeps in view."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from dau.config.base import Strict
from dau.config.forms import Name
from dau.core.conditions import Condition
from dau.core.cycles import USUAL, Care, Cycle
from dau.core.marks import Cap, CapPeriod
from dau.core.periods import HOUR_MS
from dau.core.transmission import TARGET_PERCENT

Label = Annotated[str, Field(min_length=1, max_length=64)]
Hours = Annotated[float, Field(gt=0, le=8784)]


class CapTable(Strict):
    """``[[books.cap]]``: how many hours marks with some labels, or some conditions of a facility, may last."""

    name: Label
    labels: tuple[Label, ...] = ()
    conditions: tuple[Condition, ...] = ()
    subjects: tuple[Label, ...] = ()
    """The channels, facilities or outlets that it holds for, each by itself; empty: all."""
    hours: Hours
    period: CapPeriod

    @model_validator(mode="after")
    def _of_one_kind(self) -> Self:
        if bool(self.labels) == bool(self.conditions):
            raise PydanticCustomError("books.cap_of", "labels or conditions")
        return self

    def cap(self) -> Cap:
        """Return the cap."""
        labels = frozenset((*self.labels, *self.conditions))
        return Cap(self.name, labels, self.hours, self.period, bool(self.conditions), frozenset(self.subjects))


class CycleTable(Strict):
    """``[[books.cycle]]``: care that comes round for some channels; without a length as the standards have it."""

    care: Care
    channels: Annotated[tuple[Name, ...], Field(min_length=1)]
    hours: Hours | None = None
    months: Annotated[int, Field(ge=1, le=24)] | None = None

    @model_validator(mode="after")
    def _one_length(self) -> Self:
        if self.hours is not None and self.months is not None:
            raise PydanticCustomError("books.two_lengths", "hours and months")
        return self

    def cycle(self) -> Cycle:
        """Return how long it lasts."""
        if self.hours is not None:
            return Cycle(round(self.hours * HOUR_MS))
        return USUAL[self.care] if self.months is None else Cycle(months=self.months)


class BooksTable(Strict):
    """``[books]``: all of it may be left out."""

    target_percent: Annotated[float, Field(gt=0, le=100)] = TARGET_PERCENT
    """What the effective transmission rate has to reach."""
    grace_min: Annotated[float, Field(ge=0, le=1440)] = 60.0
    """A record is in time until the next period of its kind has ended and this many minutes more."""
    denominator: Literal["due", "received"] = "due"
    checks_forgiven: Annotated[int, Field(ge=0, le=24)] = 1
    """Hours a day of COD, ammonia, phosphorus, nitrogen that the automatic check may take."""
    cap: tuple[CapTable, ...] = ()
    cycle: tuple[CycleTable, ...] = ()
