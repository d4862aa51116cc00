"""``[[contact]]``: digital inputs that say what state the values of channels have."""

from typing import Annotated, Literal

from pydantic import Field

from dau.config.base import Strict
from dau.config.forms import Name

StateName = Literal["calibration", "maintenance", "fault", "stopped", "startup", "shutdown", "banked"]


class ContactTable(Strict):
    """``[[contact]]``: a key or a valve; while it is closed the channels have the state."""

    channel: Name
    """The channel of the contact: 0 is open, any other number closed."""
    state: StateName
    channels: Annotated[tuple[Name, ...], Field(min_length=1)] | None = None
    """For which channels it speaks; None: all that measure."""
    inverted: bool = False
    """The state holds while the contact is open."""
