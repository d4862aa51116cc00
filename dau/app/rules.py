"""Makes the part of a station that looks for findings."""

from collections.abc import Iterable

from dau.config.derived import derivations_of
from dau.config.settings import Settings
from dau.config.surroundings import surroundings_of
from dau.core.channels import Channel
from dau.core.conditions import FacilityKind
from dau.core.derive import Derivation
from dau.core.periods import MINUTE_MS
from dau.core.rules.names import Rule, Silenced
from dau.quality.cap_checks import cap_checks
from dau.quality.clock_watch import ClockWatch
from dau.quality.engine import Task
from dau.quality.furnace_checks import section_checks
from dau.quality.parameters import parameters_of
from dau.quality.subjects import Served, checks_of, subjects_of
from dau.store.samples import ChannelIds


def task_of(settings: Settings, channels: tuple[Channel, ...], ids: ChannelIds, told: tuple[str, ...]) -> Task:
    """Return what is looked for; ``told`` are the platforms that may hear of new exceedances, if the settings want."""
    derivations = derivations_of(settings, channels)
    subjects = subjects_of(channels, settings.findings, settings.limit, _served(settings, derivations))
    options = {name: each.options for each in settings.instrument for name in each.options.channels()}
    caps = [each.cap() for each in settings.books.cap] if Rule.CAP not in settings.findings.off else []
    checks = [
        *checks_of(subjects),
        *(check for check in section_checks(derivations) if check.rule not in settings.findings.off),
        *cap_checks(caps, [each.name for each in settings.facility], settings.findings.warn_percent),
    ]
    wait_ms = settings.periods.hour_wait_min * MINUTE_MS
    return Task(checks, ids, parameters_of(subjects, options), told if settings.findings.told else (), wait_ms)


def _served(settings: Settings, derivations: Iterable[Derivation]) -> Served:
    """Return the production facilities of each channel; what is derived has those of all that it is made of."""
    found: dict[str, tuple[str, ...]] = {}
    for facility in surroundings_of(settings).facilities:
        if facility.kind is FacilityKind.PRODUCTION:
            found |= {name: (*found.get(name, ()), facility.name) for name in facility.channels}
    for each in derivations:
        inputs = (name for one in each.all_inputs() for name in found.get(one.channel.name, ()))
        found[each.channel.name] = tuple(dict.fromkeys(inputs))
    return found


def silenced_in(settings: Settings, channels: Iterable[Channel]) -> Silenced:
    """Return the rules that do not speak of a channel."""
    return frozenset((one.name, rule) for one in channels for rule in settings.findings.of(one.name).off)


def watch_of(settings: Settings) -> ClockWatch:
    """Return what notices that the clock is set."""
    table = settings.findings
    return ClockWatch(table.clock_step_s, table.clock_offset_s, frozenset(table.off))
