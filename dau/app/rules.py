"""Makes the part of a station that looks for findings."""

from dau.config.settings import Settings
from dau.core.channels import Channel
from dau.quality.clock_watch import ClockWatch
from dau.quality.engine import Task
from dau.quality.parameters import parameters_of
from dau.quality.subjects import checks_of, subjects_of
from dau.store.samples import ChannelIds


def task_of(settings: Settings, channels: tuple[Channel, ...], ids: ChannelIds, told: tuple[str, ...]) -> Task:
    """Return what is looked for; ``told`` are the platforms that may hear of new exceedances, if the settings want."""
    subjects = subjects_of(channels, settings.findings, settings.limit)
    options = {name: each.options for each in settings.instrument for name in each.options.channels()}
    return Task(checks_of(subjects), ids, parameters_of(subjects, options), told if settings.findings.told else ())


def watch_of(settings: Settings) -> ClockWatch:
    """Return what notices that the clock is set."""
    table = settings.findings
    return ClockWatch(table.clock_step_s, table.clock_offset_s, frozenset(table.off))
