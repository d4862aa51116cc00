"""What is known of the site without asking an instrument: declared identifiers and parameters, and who wants what."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dau.core.appetites import Appetite
from dau.core.records import RecordKind


@dataclass(frozen=True, slots=True)
class Site:
    """The site as the settings declare it.

    ``serial_numbers`` are the 24 hexadecimal digits of the instrument that feeds a channel, by channel. ``identity`` is
    that of the unit by code of table B.10: ``i23005`` serial number, ``i23006`` CPU, ``i23007`` and ``i23008`` MAC
    addresses. ``parameters`` are declared values by channel and code; the channel is None for what concerns the unit.
    ``appetites`` are those of all platforms of the station.
    """

    serial_numbers: Mapping[str, str] = field(default_factory=dict)
    identity: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[tuple[str | None, str], str] = field(default_factory=dict)
    appetites: tuple[Appetite, ...] = ()

    def wanting(self, kind: RecordKind) -> tuple[str, ...]:
        """Return the platforms that want records of the kind."""
        return tuple(one.platform for one in self.appetites if kind in one.kinds)
