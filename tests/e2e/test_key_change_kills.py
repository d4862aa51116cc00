"""The station is killed with SIGKILL in the middle of changes of its key: it always finds a key that both ends have.

Real processes and real sockets, in real time.
"""

import random
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from dau.receiver.door_client import give_order
from dau.receiver.orders import Ending, Order, Outcome, Part, Step, Waiting
from tests.e2e.real_site import BIN, CONFIG, RealSite, free_ports, wait_until

NAME: Final = "national"
MN: Final = "010000A8900016F000169DC1"
FIRST_KEY: Final = "Wx7pQ2mN9vB4kT6r"
PLATFORM: Final = """
[[platform]]
name = "national"
address = "127.0.0.1:{port}"
edition = "2025"
key_file = "national.key"
mn = "010000A8900016F000169DC1"
pw = "nat1st"
st = "32"
realtime_s = 30
timeout_s = 1
resends = 0
"""
KILLS: Final = 25
LONGEST_S: Final = 0.025
"""A change of the key takes a little less."""

SEED: Final = 20260101
WAITING: Final = "SELECT count(*) FROM delivery WHERE state = 'waiting'"
NEWEST: Final = "SELECT coalesce(max(id), 0) FROM packet"
TOLD: Final = "SELECT count(*) FROM packet WHERE id > ? AND cn = '2081' AND encrypted"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[RealSite]:
    site = RealSite(tmp_path, free_ports(NAME))
    own, _, _ = CONFIG.read_text(encoding="utf-8").partition("[[platform]]")
    site.config.write_text(own + PLATFORM.format(port=site.ports[NAME]), encoding="utf-8")
    for name in ("national.key", "agreed.key"):
        (tmp_path / name).touch(0o600)
        (tmp_path / name).write_text(FIRST_KEY, encoding="utf-8")
    agreed = ("--key-file", str(tmp_path / "agreed.key"), "--database", str(site.receiver_db(NAME)))
    subprocess.run([str(BIN / "dau"), "receive", "keys", "set", MN, *agreed], check=True, capture_output=True)
    try:
        site.start_plant()
        site.start_receiver(NAME)
        yield site
    finally:
        site.stop()


def test_after_every_kill_both_ends_find_a_key_that_they_have(site: RealSite) -> None:
    chance = random.Random(SEED)
    endings = []
    for _ in range(KILLS):
        start_and_be_told(site)
        endings.append(killed_in_a_change(site, chance.uniform(0, LONGEST_S)))
    assert Outcome.LOST in {ending.outcome for ending in endings}
    assert {ending.outcome for ending in endings} <= {Outcome.LOST, Outcome.DONE}
    start_and_be_told(site)
    *_, ending = give_order(site.receiver_db(NAME), Order(mn=MN, cn="1014"))
    assert isinstance(ending, Ending)
    assert ending.outcome is Outcome.DONE
    wait_until("nothing waits", lambda: site.query(site.station_db, WAITING) == [(0,)], 60.0)
    judge(site)


def judge(site: RealSite) -> None:
    """Look at what is left when all is over: one key, and nothing that came without one."""
    held = "SELECT count(*) FROM unit_key WHERE standing = 'current'"
    assert site.query(site.receiver_db(NAME), held) == [(1,)]
    [(mine,)] = site.query(site.station_db, "SELECT key FROM sm4_key WHERE standing = 'current'")
    assert site.query(site.receiver_db(NAME), "SELECT count(*) FROM unit_key WHERE key = ?", mine) == [(1,)]
    assert site.query(site.receiver_db(NAME), "SELECT count(*) FROM tally WHERE what = 'unencrypted'") == [(0,)]
    assert "Traceback" not in site.log_of("station") + site.log_of(NAME)


def killed_in_a_change(site: RealSite, after_s: float) -> Ending:
    """Have the key changed, and kill the station so long after the command went out; returns how the change ended."""
    for told in give_order(site.receiver_db(NAME), Order(mn=MN, cn="1014")):
        if isinstance(told, Step) and told.part is Part.REQUEST:
            time.sleep(after_s)
            site.kill("station")
        elif isinstance(told, Ending):
            return told
        else:
            assert isinstance(told, Step | Waiting)
    raise AssertionError("the order has no end")


def start_and_be_told(site: RealSite) -> None:
    """Start the station, and wait until the platform has read the news of it, which is encrypted."""
    file = site.receiver_db(NAME)
    [(newest,)] = site.query(file, NEWEST)
    site.start_station()
    wait_until("the platform is told of the start", lambda: site.query(file, TOLD, newest) != [(0,)])
