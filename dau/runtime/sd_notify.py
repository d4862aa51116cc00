"""Word to the init system: ready, still alive, stopping. The protocol of sd_notify(3), without its library."""

import os
import socket

import structlog

log = structlog.get_logger(__name__)


def notify(state: str) -> None:
    """Send ``state``, for example ``READY=1`` or ``WATCHDOG=1``, to the service manager that started us, if one did.

    Never raises and never waits: a manager that cannot be told will act by itself (its watchdog), and measuring goes on
    until it does. The failure is logged.
    """
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    if address.startswith("@"):  # a name in the abstract name space of Linux
        address = "\0" + address[1:]
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK) as door:
            door.sendto(state.encode(), address)
    except OSError as error:
        log.warning("service_manager_not_told", state=state, address=address, error=str(error))


def watchdog_interval_s() -> float | None:
    """Return within how many seconds the service manager wants to hear ``WATCHDOG=1``; None if it does not watch us."""
    interval_us = os.environ.get("WATCHDOG_USEC", "")
    watched = os.environ.get("WATCHDOG_PID", "")
    if watched and watched != str(os.getpid()):  # meant for the process that started us
        return None
    return int(interval_us) / 1_000_000 if interval_us.isdecimal() and int(interval_us) else None
