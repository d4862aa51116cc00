"""The strict model that every table of a settings file is read into, drivers' tables included."""

from typing import Protocol, runtime_checkable

from pydantic import BaseModel, ConfigDict


class Strict(BaseModel):
    """A frozen settings table in which an unknown key is a mistake, never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, hide_input_in_errors=True)


@runtime_checkable
class DriverOptions(Protocol):
    """What the options of every driver, themselves a `Strict` table, can tell the rest of the unit.

    Three keys mean the same in the tables of all drivers, so that mistakes about them are found before anything
    runs: ``channel`` (or ``channels``, a list) names a channel of the station, ``unit`` beside ``channel`` is the unit
    of the value after scale and offset, and ``framing = "tcp"`` cannot be spoken over a serial bus.
    """

    def channels(self) -> tuple[str, ...]:
        """The channels that the instrument feeds, each once."""
