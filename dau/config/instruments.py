"""Reads an ``[[instrument]]`` table: the shared keys into our model, all others as its driver or its profile wants."""

from difflib import get_close_matches
from pathlib import Path

from dau.config.complaints import ConfigError
from dau.config.draft import Draft
from dau.config.drivers import DriverError, DriverUnknown, find_driver
from dau.config.lines import KeyPath
from dau.config.profiles import ProfiledOptions, ReadProfile, profile_driver, profile_files, read_profile
from dau.config.settings import InstrumentKeys, InstrumentTable
from dau.config.tables import read_table
from dau.words import text

Values = dict[str, object]

PROFILED = {
    "period_s": "defaults",
    "timeout_s": "defaults",
    "retries": "defaults",
    "gap_ms": "defaults",
    "retake_ms": "quirks",
    "wake_ms": "quirks",
}
"""Shared keys that a profile has a word on, and in which of its tables."""


def read_instrument(draft: Draft, values: Values, at: KeyPath) -> InstrumentTable | None:
    """Return the table at path ``at``; None after complaining."""
    shared = tuple(InstrumentKeys.model_fields)
    if "profile" in values:
        return _with_profile(draft, values, at, shared)
    keys = read_table(draft, InstrumentKeys, {key: values[key] for key in shared if key in values}, at)
    name = values.get("driver", InstrumentKeys.model_fields["driver"].default)
    if not isinstance(name, str):
        return None
    try:
        driver = find_driver(name)
    except DriverError as error:
        known = error.known if isinstance(error, DriverUnknown) else ()
        nearest = error.nearest if isinstance(error, DriverUnknown) else None
        draft.complain((*at, "driver"), str(error), found=name, allowed=", ".join(known), nearest=nearest)
        return None
    own = {key: value for key, value in values.items() if key not in shared}
    options = read_table(draft, driver.Options, own, at, shared)
    return InstrumentTable(**dict(keys), options=options) if keys and options else None


def _with_profile(draft: Draft, values: Values, at: KeyPath, shared: tuple[str, ...]) -> InstrumentTable | None:
    read = _profile(draft, values, at)
    given = {key: values[key] for key in shared if key in values}
    if read is not None:
        said = {key: getattr(getattr(read.profile, table), key) for key, table in PROFILED.items()}
        given = {**{key: value for key, value in said.items() if value is not None}, **given}
    if "driver" in values:
        draft.complain((*at, "driver"), text("config.driver_of_profile"))
    keys = read_table(draft, InstrumentKeys, given, at)
    if read is None:
        return None
    own = {key: value for key, value in values.items() if key not in shared}
    driver = profile_driver(read.driver)
    instance = read_table(draft, driver.Instance, own, at, shared)
    if keys is None or instance is None:
        return None
    mistakes = list(driver.instance_mistakes(read.profile, instance))
    for mistake in mistakes:
        draft.complain((*at, *mistake.path), mistake.sentence)
    options = ProfiledOptions(read.driver, read.profile, instance, keys.period_s)
    return None if mistakes else InstrumentTable(**dict(keys), options=options)


def _profile(draft: Draft, values: Values, at: KeyPath) -> ReadProfile | None:
    name = values["profile"]
    files = profile_files(_beside(draft))
    if not isinstance(name, str) or name not in files:
        nearest = next(iter(get_close_matches(str(name), files, 1)), None)
        draft.complain((*at, "profile"), text("config.profile_unknown", found=name), found=str(name), nearest=nearest)
        return None
    try:
        return read_profile(files[name])
    except ConfigError as error:
        draft.complaints += [each for each in error.complaints if each not in draft.complaints]
        return None


def _beside(draft: Draft) -> Path:
    return draft.file.parent.absolute()
