"""The strict model that every table of a settings file is read into, drivers' tables included."""

from pydantic import BaseModel, ConfigDict


class Strict(BaseModel):
    """A frozen settings table in which an unknown key is a mistake, never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, hide_input_in_errors=True)
