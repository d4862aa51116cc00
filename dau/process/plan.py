"""What is computed for every minute of a station, and for whom."""

from dataclasses import dataclass

from dau.core.appetites import Appetite
from dau.core.channels import Channel
from dau.core.derive import Derivation
from dau.core.period_rules import USUAL, PeriodRules
from dau.core.rules.names import Silenced
from dau.store.samples import ChannelIds


@dataclass(frozen=True, slots=True)
class Plan:
    """What is computed for every minute and how long after its end, and who wants to hear of it.

    ``appetites`` are those of the settings file; what platforms set by command is laid over them at every minute.
    """

    channels: tuple[Channel, ...]
    ids: ChannelIds
    appetites: tuple[Appetite, ...]
    grace_ms: int
    rules: PeriodRules = USUAL
    derivations: tuple[Derivation, ...] = ()
    hour_wait_ms: int = 0
    """How long after their end hours and longer periods wait for results that come late."""
    silenced: Silenced = frozenset()
