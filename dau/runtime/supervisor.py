"""Keeps the tasks of a process alive: each has a name, a parent and an end.

A task that fails of a bug is logged with its traceback and started again after a pause; no other task feels it. What
no restart can mend (a damaged database) ends the process, so that the init system and a person hear of it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import structlog

from dau.runtime.backoff import Backoff
from dau.runtime.clock import Clock
from dau.runtime.health import Health

Beat = Callable[[], None]
Job = Callable[[Beat], Awaitable[None]]

LONGEST_PAUSE_S: Final = 20.0
"""Longest pause before a failed task is started again: shorter than the silence that health allows."""

log = structlog.get_logger(__name__)


async def supervise(jobs: Mapping[str, Job], health: Health, clock: Clock, fatal: type[Exception]) -> None:
    """Run all jobs until cancelled.

    Raises:
        ExceptionGroup: of ``fatal`` errors; the other jobs have been cancelled.
    """
    async with asyncio.TaskGroup() as group:
        for name, job in jobs.items():
            group.create_task(_keep_alive(name, job, health.pulse(name), clock, fatal), name=name)


async def _keep_alive(name: str, job: Job, beat: Beat, clock: Clock, fatal: type[Exception]) -> None:
    backoff = Backoff(LONGEST_PAUSE_S)
    while True:
        try:
            await job(beat)
            return
        except fatal:
            raise
        except Exception:
            pause_s = backoff.next_s()
            log.exception("task_failed", task=name, again_in_s=round(pause_s, 1))
        beat()
        await clock.sleep(pause_s)
