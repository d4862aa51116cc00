"""``[[pulse]]``: registers that show whether an instrument still works."""

from typing import Annotated

from pydantic import Field

from dau.config.base import Strict
from dau.config.forms import Name


class PulseTable(Strict):
    """``[[pulse]]``: the clock of an instrument, the time of its last value, or a counter."""

    channel: Name
    """The channel that changes as long as the instrument works."""
    channels: Annotated[tuple[Name, ...], Field(min_length=1)]
    """The channels whose values are a fault once it stands still."""
    still_s: Annotated[float, Field(ge=10, le=86400)] = 300.0
    """How long it may stand still."""
