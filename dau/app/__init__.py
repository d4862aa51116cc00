"""The composition root: from settings to a running station, every part made here and handed what it needs."""

from dau.app.platforms import platforms_of
from dau.app.running import database_path, run
from dau.app.world import World, dial_bus, dial_platform

__all__ = ["World", "database_path", "dial_bus", "dial_platform", "platforms_of", "run"]
