"""What is compared of a scene: every quantity that a platform gets, with the rules by which it is counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from simulator.scene import Conversion, Scene
from simulator.truth.figures import Rules


@dataclass(frozen=True, slots=True)
class Quantity:
    """One channel of the station; ``carried_by`` is the channel of the flow that carries it, empty if none does."""

    channel: str
    rules: Rules
    carried_by: str = ""
    conversion: Conversion | None = None


def quantities(scene: Scene) -> Sequence[Quantity]:
    """Return every quantity, flows before what they carry."""
    is_gas, per_minute = scene.medium == "gas", round(60 / scene.period_s)
    conversions = {one.of: one for one in scene.conversions}
    found = [
        Quantity(flow.channel, Rules(flow.factor, flow.digits, is_gas, per_minute, Decimal(1))) for flow in scene.flows
    ]
    for register in scene.channels():
        channel = register.channel or ""
        amounts = register.total_per_second, register.mass_per_amount
        rules = Rules(register.factor or "", register.digits, is_gas, per_minute, *amounts)
        found.append(Quantity(channel, rules, register.carried_by, conversions.get(channel)))
    return sorted(found, key=lambda one: bool(one.carried_by))
