"""The channels of a station, as the rest of the unit knows them, out of its settings."""

from dau.config.settings import Settings
from dau.core.channels import Channel


def channels_of(settings: Settings) -> tuple[Channel, ...]:
    """Return the channels in the order of the file, each with the poll period of the instrument that feeds it."""
    periods = {
        name: instrument.period_s for instrument in settings.instrument for name in instrument.options.channels()
    }
    return tuple(
        Channel(
            name=table.name,
            factor=table.factor,
            unit=table.unit,
            digits=table.digits,
            medium=settings.station.medium,
            period_s=periods[table.name],
            low=table.range[0] if table.range else None,
            high=table.range[1] if table.range else None,
            total_per_second=table.total_per_second,
        )
        for table in settings.channel
    )
