"""A file of the first station becomes one of this program, with all it holds."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from dau.core.periods import HOUR_MS, Span
from dau.core.records import Quantity, RecordKind
from dau.database import Database, Schema
from dau.store import audit, changes, events, outbox, samples, settings
from dau.store.changes import Change
from dau.store.schema import STATION
from dau.store.settings import Name
from tests.store.tables import CHANNELS

FIRST = Schema(STATION.name, STATION.steps[:1])
OLD_CHANNELS = "INSERT INTO channel (name, factor, unit) VALUES ('cod', 'w01018', 'g/L'), ('flow', 'w00000', 'L/s')"
OLD_HOUR = "INSERT INTO statistic VALUES (0, 3600000, 1, 0, 1, 60, 60, 1.5, 1, 2, 1.5, NULL)"
CHANGE = Change("p", Name.REALTIME_S, "60", "30", "60", 5000, "1062", ("p",), "set")


@asynccontextmanager
async def opened(path: Path, schema: Schema) -> AsyncIterator[Database]:
    database = Database(path, schema, "OFF")
    await database.open()
    try:
        yield database
    finally:
        await database.close()


async def test_a_file_of_the_first_step_keeps_what_it_holds_and_takes_commands(tmp_path: Path) -> None:
    path = tmp_path / "station.db"
    async with opened(path, FIRST) as database:
        await database.write(lambda connection: connection.execute(OLD_CHANNELS).rowcount)
        await database.write(lambda connection: connection.execute(OLD_HOUR).rowcount)
        await database.write(lambda c: outbox.owe(c, RecordKind.HOUR, Span(0, HOUR_MS), 7, ["p"]))
    async with opened(path, STATION) as database:
        ids = await database.write(lambda connection: samples.register(connection, CHANNELS))
        assert ids == {"cod": 3, "flow": 2}
        delivery = await database.read(lambda c: outbox.next_delivery(c, "p", 9, 0, live=True))
        assert delivery is not None
        assert [one.mean for one in delivery.record.statistics] == [1.5]
        assert delivery.record.quantities == (Quantity("cod", "w01018", "g/L"),)
        await database.write(lambda connection: changes.make(connection, CHANGE))
        assert await database.read(lambda c: settings.of_platform(c, "p")) == {Name.REALTIME_S: "30"}
        assert await database.read(audit.first_broken) is None
        assert len(await database.read(lambda c: events.in_span(c, RecordKind.INFO, 0, 9999))) == 1
