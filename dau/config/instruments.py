"""Reads an ``[[instrument]]`` table: the shared keys into our model, all others as its driver or its profile wants."""

from difflib import get_close_matches
from pathlib import Path
from typing import Any

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
    "period_s": ("defaults", "set"),
    "timeout_s": ("defaults", "set"),
    "retries": ("defaults", "set"),
    "gap_ms": ("defaults", "set"),
    "retake_ms": ("quirks", "quirks"),
    "wake_ms": ("quirks", "quirks"),
}
"""Shared keys that a profile has a word on: in which of its tables, and in which of those of the station."""


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
    if "driver" in values:
        draft.complain((*at, "driver"), text("config.driver_of_profile"))
    if read is None:
        read_table(draft, InstrumentKeys, given, at)
        return None
    own = {key: value for key, value in values.items() if key not in shared}
    driver = profile_driver(read.driver)
    instance = read_table(draft, driver.Instance, own, at, shared)
    keys = read_table(draft, InstrumentKeys, {**_said(read, instance), **given}, at)
    if keys is None or instance is None:
        return None
    mistakes = list(driver.instance_mistakes(read.profile, instance))
    for mistake in mistakes:
        draft.complain((*at, *mistake.path), mistake.sentence)
    options = ProfiledOptions(read.driver, read.profile, instance, keys.period_s)
    return None if mistakes else InstrumentTable(**dict(keys), options=options)


def _said(read: ReadProfile, instance: Any) -> Values:
    """Return the shared keys that the station sets over the profile, else those that the profile has."""
    said: Values = {}
    for key, (table, over) in PROFILED.items():
        written = getattr(instance, over, None)
        is_set = written is not None and key in written.model_fields_set
        said[key] = getattr(written if is_set else getattr(read.profile, table), key)
    return {key: value for key, value in said.items() if value is not None}


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
