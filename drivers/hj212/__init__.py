"""The driver ``hj212``: instruments, host computers and loggers that push HJ 212 text, see README.md."""

from drivers.hj212.ear import Hj212Ear
from drivers.hj212.tables import Instance, Options, Profile
from drivers.profile.document import Reader
from drivers.profile.hearing import Unasked

_READER = Reader(
    language=lambda _line, _homes: Unasked("HJ 212 sender"),
    own=("mn", "flags", "answers"),
    to_bytes=lambda text: text.encode("utf-8"),
    ear=Hj212Ear,
)

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
