"""What `dau status` shows: one look at a station, as facts."""

from dataclasses import dataclass

from dau.store.audit import Act


@dataclass(frozen=True, slots=True)
class ChannelLine:
    """One channel as it is shown; value and time (milliseconds UTC) are None where there is no recent sample."""

    name: str
    factor: str
    value: str | None
    unit: str
    flag: str
    at_ms: int | None


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """What a platform set by command, since when (milliseconds UTC), and what the settings file says instead.

    Value and configured are None if they are secret.
    """

    name: str
    value: str | None
    configured: str | None
    since_ms: int


@dataclass(frozen=True, slots=True)
class KeyLine:
    """The SM4 key that a platform is known to have; the age is None if it does not say when it was made.

    ``is_old``: it is time for an alarm; it must be renewed within ``renew_days``. ``has_newer``: a new one was given,
    and nothing proves yet that the platform has it.
    """

    age_days: int | None
    is_old: bool
    renew_days: int
    has_newer: bool


@dataclass(frozen=True, slots=True)
class PlatformLine:
    """One platform as it is shown; what ended is counted from the beginning of the day.

    ``switched_off`` are the uploads that the platform does not want for the present.
    """

    name: str
    edition: str
    link: str
    detail: str
    sent: int
    acknowledged: int
    waiting: int
    expired: int
    last_receipt_ms: int | None
    changed: list[ChangeLine]
    switched_off: list[str]
    key: KeyLine | None


@dataclass(frozen=True, slots=True)
class Page:
    """One look at the station; ``acts`` are the newest audit rows, ``open_findings`` those that nobody closed."""

    station: str
    at_ms: int
    channels: list[ChannelLine]
    platforms: list[PlatformLine]
    acts: list[Act]
    open_findings: int
