"""The driver ``dlt645``: electricity meters that speak DL/T 645-2007, see README.md."""

from drivers.dlt645.language import Dlt645Language
from drivers.dlt645.tables import Instance, Options, Profile
from drivers.profile.document import Reader

_READER = Reader(Dlt645Language, own=("meter",))

build = _READER.build
build_profiled = _READER.build_profiled
channel_periods = _READER.channel_periods
example_differences = _READER.example_differences
instance_mistakes = _READER.instance_mistakes
profile_mistakes = _READER.profile_mistakes
unit_mistakes = _READER.unit_mistakes

__all__ = [
    "Instance",
    "Options",
    "Profile",
    "build",
    "build_profiled",
    "channel_periods",
    "example_differences",
    "instance_mistakes",
    "profile_mistakes",
    "unit_mistakes",
]
