"""The folder the demonstration plays in: copies of the example stations, and what it must know of them."""

import shutil
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dau.words import text
from simulator.errors import SimulatorError

CONFIG: Final = Path(__file__).parents[2] / "config"
"""The example stations of the checkout."""

SCENES: Final = ("outfall", "stack")
GRACE_S: Final = 10.0


class StageError(SimulatorError):
    """The demonstration cannot be set up. Example: the example stations are missing."""


@dataclass(frozen=True, slots=True)
class PlatformRole:
    """One platform of a station: its name, where it listens, and the station's MN there."""

    name: str
    address: str
    mn: str


@dataclass(frozen=True, slots=True)
class StationRole:
    """One example station: its settings file, its state folder, and the platforms it reports to."""

    name: str
    config: Path
    state: Path
    grace_s: float
    platforms: tuple[PlatformRole, ...]

    @property
    def database(self) -> Path:
        """The station's database."""
        return self.state / "station.db"


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that takes part, and where it keeps its files."""

    folder: Path
    stations: tuple[StationRole, ...]

    @property
    def receivers(self) -> dict[str, str]:
        """Addresses to listen on, by the name of the platform."""
        return {platform.name: platform.address for station in self.stations for platform in station.platforms}

    def journal(self, station: StationRole) -> Path:
        """Return where the truth about the station's instruments is written."""
        return self.folder / f"{station.name}-journal.csv"

    def receiver_file(self, platform: str) -> Path:
        """Return the database of the receiver that plays the platform."""
        return self.folder / f"{platform}.db"


def set_up(folder: Path, config: Path = CONFIG) -> Stage:
    """Copy the example stations into the folder and return what is played there.

    Raises:
        StageError: the examples are missing or unfit, or the folder already holds a demonstration.
    """
    stations = []
    for name in SCENES:
        source, target = config / name / "station.toml", folder / name
        if not source.is_file():
            raise StageError(text("sim.demo.no_config", file=source))
        if target.exists():
            raise StageError(text("sim.demo.used_folder", folder=folder))
        shutil.copytree(config / name, target, ignore=shutil.ignore_patterns("var"))
        stations.append(_station(target / "station.toml"))
    return Stage(folder, tuple(stations))


def _station(config: Path) -> StationRole:
    table = tomllib.loads(config.read_text("utf-8"))
    platforms = []
    for entry in table["platform"]:
        if entry.get("minute_min", 10) != 1:
            raise StageError(text("sim.demo.minute", file=config, platform=entry["name"]))
        platforms.append(PlatformRole(entry["name"], entry["address"], entry["mn"]))
    station = table["station"]
    state = config.parent / station.get("state", "var")
    return StationRole(station["name"], config, state, station.get("grace_s", GRACE_S), tuple(platforms))
