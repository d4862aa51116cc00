"""The driver ``line``: instruments that answer or send lines of text, see README.md."""

from drivers.line.language import LineLanguage, ear_of
from drivers.line.tables import Instance, Options, Profile
from drivers.profile.document import Reader

_READER = Reader(LineLanguage, to_bytes=lambda text: text.encode("ascii"), ear=ear_of)

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
