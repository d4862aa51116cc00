"""Finding the driver that a settings file names, without knowing any driver beforehand.

A driver is a module registered under the entry point group ``dau.drivers``. It is imported only when an instrument
asks for it, so that a driver with a missing library hurts nobody else.
"""

from difflib import get_close_matches
from functools import cache
from importlib.metadata import entry_points
from typing import Protocol, cast

from dau.config.base import DriverOptions, Strict
from dau.core.instrument import Driver, Listener
from dau.errors import DauError
from dau.words import text

GROUP = "dau.drivers"


class DriverModule(Protocol):
    """What a driver's module must have.

    ``Options`` is the strict table of its own keys in ``[[instrument]]``; its objects are `DriverOptions`.
    """

    Options: type[Strict]

    def build(self, options: DriverOptions, instrument: str) -> Driver | Listener:
        """Make the driver of one instrument; ``options`` is an object of this module's ``Options``."""


class DriverError(DauError):
    """A driver cannot be used. ``sentence`` is what the user reads."""


class DriverUnknown(DriverError):
    """No driver of this name is installed; ``known`` are those that are."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(text("config.driver_unknown", name=name))
        self.known = known
        self.nearest = next(iter(get_close_matches(name, known, 1)), None)


class DriverBroken(DriverError):
    """The driver is installed but cannot be imported here. Example: it needs a library that is missing."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{text('config.driver_broken', name=name)}: {reason}")


class DriverIncomplete(DriverError):
    """The module is no driver: it lacks ``Options`` or ``build``."""

    def __init__(self, name: str, lacks: str) -> None:
        super().__init__(text("config.driver_incomplete", name=name, lacks=lacks))


@cache
def find_driver(name: str) -> DriverModule:
    """Import the driver called ``name``. A driver found is remembered: looking through all packages takes its time.

    Raises:
        DriverUnknown, DriverBroken, DriverIncomplete: see the classes.
    """
    installed = {point.name: point for point in entry_points(group=GROUP)}
    if name not in installed:
        raise DriverUnknown(name, tuple(sorted(installed)))
    try:
        module = installed[name].load()
    except Exception as error:  # a foreign module may fail in any way while it is imported
        raise DriverBroken(name, f"{type(error).__name__}: {error}") from error
    lacks = [part for part in ("Options", "build") if not hasattr(module, part)]
    if not lacks and not issubclass(module.Options, Strict):
        lacks = ["Options(Strict)"]
    if not lacks and not issubclass(module.Options, DriverOptions):
        lacks = ["Options.channels"]
    if lacks:
        raise DriverIncomplete(name, ", ".join(lacks))
    return cast("DriverModule", module)
