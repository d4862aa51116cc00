"""The station is killed with SIGKILL at random moments, a platform is cut for a while: nothing is lost or differs.

Real processes, a real pseudo terminal, real sockets, in real time.
"""

import random
import time
from collections import Counter, defaultdict
from typing import Final

import pytest

from dau.config.channels import channels_of
from dau.config.load import load_settings
from dau.core.channels import Channel
from dau.core.closing import minute_of_all
from dau.core.periods import MINUTE_MS, Span
from dau.core.samples import Sample
from dau.core.states import State
from dau.core.statistics import PeriodStatistic
from dau.hj212 import data_time
from simulator.journal import read_journal
from tests.e2e.real_site import PLATFORMS, RealSite, real_site, wait_until

KILLS: Final = 24
SHORTEST_S: Final = 0.3
LONGEST_S: Final = 14.0
CUT: Final = range(8, 14)
"""While these lives last, the provincial platform is away."""

SEED: Final = 20260101
DRAIN_S: Final = 120.0


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> RealSite:
    with real_site(tmp_path_factory.mktemp("kills")) as site:
        site.start_plant()
        for platform in PLATFORMS:
            site.start_receiver(platform)
        live_and_die(site, random.Random(SEED))
        site.start_station()
        wait_until("a further minute is closed and nothing waits", lambda: is_drained(site), DRAIN_S)
    return site


def live_and_die(site: RealSite, chance: random.Random) -> None:
    """Start the station and kill it, again and again; for a while one platform is not there."""
    for life in range(KILLS):
        if life == CUT.start:
            site.kill("provincial")
        if life == CUT.stop:
            site.start_receiver("provincial")
        site.start_station()
        time.sleep(chance.uniform(SHORTEST_S, LONGEST_S))
        site.kill("station")


def is_drained(site: RealSite) -> bool:
    """Every delivery of a closed period has ended, and the station has been alive for a whole minute."""
    began = max(row[0] for row in site.query(site.station_db, "SELECT start_ms FROM record WHERE kind = 'restart'"))
    closed = site.query(site.station_db, "SELECT closed_until_ms FROM progress")[0][0]
    waiting = site.query(
        site.station_db,
        "SELECT count(*) FROM delivery JOIN record ON record.id = record"
        " WHERE state = 'waiting' AND kind <> 'realtime'",
    )
    return closed > began + MINUTE_MS and waiting == [(0,)]


def labels(site: RealSite) -> list[int]:
    """Return the start of every closed minute record."""
    rows = site.query(site.station_db, "SELECT start_ms FROM record WHERE kind = 'interval' ORDER BY start_ms")
    return [start_ms for (start_ms,) in rows]


def test_it_really_was_killed_that_often(site: RealSite) -> None:
    starts = site.query(site.station_db, "SELECT count(*) FROM record WHERE kind = 'restart'")
    assert starts[0][0] >= 20
    assert "platform_unreachable" in site.log_of("station")


def test_no_closed_period_is_missing(site: RealSite) -> None:
    found = labels(site)
    assert len(found) >= 3
    assert found == list(range(found[0], found[-1] + 1, MINUTE_MS))


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_acknowledged_record_is_at_the_receiver(site: RealSite, platform: str) -> None:
    rows = site.query(
        site.station_db,
        "SELECT kind, start_ms, qn FROM delivery JOIN record ON record.id = record"
        " WHERE platform = ? AND state = 'acknowledged'",
        platform,
    )
    assert len(rows) > KILLS
    stored = {qn for (qn,) in site.query(site.receiver_db(platform), "SELECT qn FROM packet WHERE ok")}
    assert [row for row in rows if row[2] not in stored] == []
    minutes = {data_time(start_ms) for kind, start_ms, _ in rows if kind == "interval"}
    assert minutes == {data_time(start_ms) for start_ms in labels(site)}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_no_datum_differs_and_doubles_say_the_same(site: RealSite, platform: str) -> None:
    query = "SELECT count(*) FROM datum WHERE differing > 0 AND cn IN ('2051', '2061', '2031')"
    assert site.query(site.receiver_db(platform), query) == [(0,)]
    contents = defaultdict(set)
    for label, raw in site.query(
        site.receiver_db(platform), "SELECT data_time, raw FROM packet WHERE ok AND cn = '2051'"
    ):
        contents[label].add(bytes(raw).split(b";CP=")[1][:-6])
    assert len(contents) >= 3
    assert {label: len(said) for label, said in contents.items() if len(said) > 1} == {}


def test_every_statistic_is_that_of_its_samples(site: RealSite) -> None:
    channels = {channel.name: channel for channel in channels_of(load_settings(site.config))}
    for start_ms in labels(site):
        span = Span(start_ms, MINUTE_MS)
        found = {name: stored_samples(site, channel, span) for name, channel in channels.items()}
        for due in minute_of_all(list(channels.values()), span, found):
            assert stored_statistic(site, channels[due.channel], span) == due


def stored_samples(site: RealSite, channel: Channel, span: Span) -> list[Sample]:
    rows = site.query(
        site.station_db,
        "SELECT at_ms, raw, value, states FROM sample JOIN channel ON channel.id = channel"
        " WHERE name = ? AND at_ms >= ? AND at_ms < ? AND NOT late ORDER BY sample.id",
        channel.name,
        span.start_ms,
        span.end_ms,
    )
    return [Sample(channel.name, at_ms, raw, value, State(states)) for at_ms, raw, value, states in rows]


def stored_statistic(site: RealSite, channel: Channel, span: Span) -> PeriodStatistic:
    rows = site.query(
        site.station_db,
        "SELECT state, valid, count, expected, mean, low, high, raw_mean, total, volume, paired FROM statistic"
        " JOIN channel ON channel.id = channel WHERE name = ? AND start_ms = ? AND length_ms = ?",
        channel.name,
        span.start_ms,
        span.length_ms,
    )
    state, valid, *rest = rows[0]
    return PeriodStatistic(channel.name, span, State(state), bool(valid), *rest)


def test_every_stored_value_is_one_that_the_instrument_sent(site: RealSite) -> None:
    sent = Counter((entry.spoken.channel, entry.spoken.value) for entry in read_journal(site.folder / "journal.csv"))
    rows = site.query(
        site.station_db,
        "SELECT name, raw, count(*) FROM sample JOIN channel ON channel.id = channel"
        " WHERE raw IS NOT NULL GROUP BY 1, 2",
    )
    assert sum(count for _, _, count in rows) > 100
    assert [row for row in rows if sent[row[0], row[1]] < row[2]] == []


def test_no_password_is_in_the_logs(site: RealSite) -> None:
    for table in load_settings(site.config).platform:
        secret = table.pw.get_secret_value()
        for name in ("station", "plant", *PLATFORMS):
            assert secret not in site.log_of(name)
