"""The driver ``mewtocol``: Panasonic FP controllers and the analysers built around them, see README.md."""

from drivers.mewtocol.language import MewtocolLanguage
from drivers.mewtocol.tables import Instance, Options, Profile
from drivers.profile.document import Reader

_READER = Reader(MewtocolLanguage, own=("station",), to_bytes=lambda text: text.encode("ascii"))

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
