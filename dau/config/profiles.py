"""Profiles of instruments: found by name beside the settings or among the shipped ones, and read by their driver."""

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Final, Protocol, cast

from dau.config.base import Strict
from dau.config.complaints import ConfigError
from dau.config.draft import Draft, open_draft
from dau.config.drivers import DriverError, find_driver
from dau.config.tables import read_table
from dau.core.instrument import Driver, Listener, Query
from dau.words import text

GROUP: Final = "dau.profiles"
FOLDER: Final = "profiles"
"""Beside the settings file: profiles of the station itself, which win over shipped ones."""

PARTS: Final = (
    "Profile",
    "Instance",
    "profile_mistakes",
    "instance_mistakes",
    "unit_mistakes",
    "channel_periods",
    "build_profiled",
)


class Mistake(Protocol):
    """Something that cannot be, with the way to it and the sentence about it."""

    @property
    def path(self) -> tuple[str | int, ...]:
        """The way to it from the outermost table."""

    @property
    def sentence(self) -> str:
        """In Chinese and English."""


class ProfileDriver(Protocol):
    """What the module of a driver has besides `dau.config.drivers.DriverModule` if it reads profiles."""

    Profile: type[Strict]
    Instance: type[Strict]

    def profile_mistakes(self, profile: Strict) -> Iterable[Mistake]:
        """Tell what in a profile cannot be."""

    def instance_mistakes(self, profile: Strict, instance: Strict) -> Iterable[Mistake]:
        """Tell what a station says of a profile and cannot be."""

    def unit_mistakes(self, profile: Strict, instance: Strict, units: Mapping[str, str]) -> Iterable[Mistake]:
        """Tell which points are in units that cannot become those of their channels."""

    def build_profiled(
        self, profile: Strict, instance: Strict, name: str, period_s: int, units: Mapping[str, str]
    ) -> Driver | Listener:
        """Make the driver of one instrument."""

    def channel_periods(self, profile: Strict, instance: Strict, period_s: int) -> Mapping[str, int]:
        """Return how many seconds lie between two readings of each channel, if polled every ``period_s``."""

    def presence(self, slave: int, framing: str) -> Query:
        """Return a question that every slave of this language answers or refuses."""

    def fits(self, profile: Strict, slave: int, framing: str) -> Generator[Query, bytes, bool]:
        """Ask a slave whether it is what a profile says."""

    def explain(self, data: bytes) -> str | None:
        """Say what some bytes are in this language; None if they are nothing of it."""

    def example_differences(self, profile: Strict) -> Sequence[str]:
        """Run the golden frames of a profile and return what differs."""


@dataclass(frozen=True, slots=True)
class ProfiledOptions:
    """What a station says of an instrument with a profile, and the profile. A `dau.config.base.DriverOptions`."""

    driver: str
    profile: Any
    instance: Any
    period_s: int

    def channels(self) -> tuple[str, ...]:
        """See `DriverOptions`."""
        return tuple(self.instance.channels())

    def channel_periods(self) -> Mapping[str, int]:
        """Return how many seconds lie between two readings of each channel: those of a slow block are rarer."""
        return profile_driver(self.driver).channel_periods(self.profile, self.instance, self.period_s)

    def said(self, key: str) -> object:
        """Return what the station says of a key of ``[defaults]``, else the profile; None if neither does."""
        written = self.instance.set if key in self.instance.set.model_fields_set else self.profile.defaults
        return getattr(written, key, None)

    def build(self, name: str, units: Mapping[str, str]) -> Driver | Listener:
        """Return the driver of the instrument; ``units`` has the unit of each channel."""
        return profile_driver(self.driver).build_profiled(self.profile, self.instance, name, self.period_s, units)


@dataclass(frozen=True, slots=True)
class ReadProfile:
    """A profile without a mistake. ``head`` and ``defaults`` are those of any protocol."""

    file: Path
    driver: str
    profile: Any

    @property
    def head(self) -> Any:
        """Its table ``[profile]``."""
        return self.profile.profile

    @property
    def defaults(self) -> Any:
        """Its table ``[defaults]``."""
        return self.profile.defaults


def profile_driver(name: str) -> ProfileDriver:
    """Return the module of a driver that reads profiles.

    Raises:
        DriverError: it is not there, or reads none.
    """
    module = find_driver(name)
    if not all(hasattr(module, part) for part in PARTS):
        raise DriverError(text("config.no_profiles", name=name))
    return cast("ProfileDriver", module)


def profile_files(beside: Path | None) -> Mapping[str, Path]:
    """Return every profile by its name, those in the folder beside a settings file before shipped ones."""
    own = _files_in(beside / FOLDER) if beside is not None else {}
    return {**_shipped(), **own}


@cache
def _shipped() -> Mapping[str, Path]:
    found: dict[str, Path] = {}
    for point in entry_points(group=GROUP):
        for folder in import_module(point.value).__path__:
            found |= _files_in(Path(folder))
    return found


def _files_in(folder: Path) -> dict[str, Path]:
    return {file.stem: file for file in sorted(folder.rglob("*.toml"))} if folder.is_dir() else {}


def read_profile(file: Path) -> ReadProfile:
    """Read one profile.

    Raises:
        ConfigError: with every mistake in it.
    """
    draft = open_draft(file)
    read = None if draft.complaints else _read(draft)
    if read is None or draft.complaints:
        raise ConfigError(tuple(sorted(draft.complaints, key=lambda complaint: complaint.line)))
    return read


def _read(draft: Draft) -> ReadProfile | None:
    head = draft.values.get("profile")
    name = head.get("driver") if isinstance(head, dict) else None
    if not isinstance(name, str):
        draft.complain(("profile",), text("config.missing_key", missing="driver"))
        return None
    try:
        driver = profile_driver(name)
    except DriverError as error:
        draft.complain(("profile", "driver"), str(error), found=name)
        return None
    profile = read_table(draft, driver.Profile, draft.values, ())
    if profile is None:
        return None
    read = ReadProfile(draft.file, name, profile)
    if read.head.id != draft.file.stem:
        draft.complain(("profile", "id"), text("config.profile_name", found=read.head.id, file=draft.file.name))
    for mistake in driver.profile_mistakes(profile):
        draft.complain(mistake.path, mistake.sentence)
    return read


def all_profiles(beside: Path | None) -> Iterator[ReadProfile | ConfigError]:
    """Yield every profile in order of its name, or what is wrong with it."""
    for _, file in sorted(profile_files(beside).items()):
        try:
            yield read_profile(file)
        except ConfigError as error:
            yield error
