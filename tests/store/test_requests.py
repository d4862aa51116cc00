"""The memory of requests against a model of a few lines, and what makes repeats safe."""

import sqlite3
from contextlib import ExitStack

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from dau.store import requests
from dau.store.requests import Request, Taken
from tests.store.tables import tables

PLATFORMS = st.sampled_from(["national", "provincial"])
QNS = st.integers(0, 12)
INSTANTS = st.integers(0, 20)
DIGESTS = st.sampled_from([b"one", b"two"])
CODES = st.sampled_from([1, 2, 3, 7])


class Memory(RuleBasedStateMachine):
    """Whatever happens, the table and the model say the same."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.connection = self.stack.enter_context(tables())
        self.model: dict[tuple[str, str], tuple[Request, int | None]] = {}

    def teardown(self) -> None:
        self.stack.close()

    @rule(platform=PLATFORMS, qn=QNS, digest=DIGESTS, came_ms=INSTANTS, qn_rtn=CODES)
    def take(self, platform: str, qn: int, digest: bytes, came_ms: int, qn_rtn: int) -> None:
        request = Request(str(qn), qn, digest, came_ms, qn_rtn)
        if (platform, request.qn) in self.model:
            with pytest.raises(sqlite3.IntegrityError, match="UNIQUE constraint failed: request"):
                requests.add(self.connection, platform, request)
        else:
            requests.add(self.connection, platform, request)
            self.model[platform, request.qn] = request, None

    @rule(platform=PLATFORMS, qn=QNS, exe_rtn=st.integers(1, 6))
    def finish(self, platform: str, qn: int, exe_rtn: int) -> None:
        requests.finish(self.connection, platform, str(qn), exe_rtn)
        if (platform, str(qn)) in self.model:
            self.model[platform, str(qn)] = self.model[platform, str(qn)][0], exe_rtn

    @rule(platform=PLATFORMS, before_ms=INSTANTS)
    def prune(self, platform: str, before_ms: int) -> None:
        requests.prune(self.connection, platform, before_ms)
        self.model = {
            key: kept
            for key, kept in self.model.items()
            if key[0] != platform or max(kept[0].qn_ms, kept[0].came_ms) >= before_ms
        }

    @rule(platform=PLATFORMS, qn=QNS, digest=DIGESTS)
    def look(self, platform: str, qn: int, digest: bytes) -> None:
        known = self.model.get((platform, str(qn)))
        expected = None
        if known is not None:
            request, exe_rtn = known
            expected = Taken(request.came_ms, request.qn_rtn, exe_rtn, request.digest == digest)
        assert requests.find(self.connection, platform, str(qn), digest) == expected

    @rule(platform=PLATFORMS, before_ms=INSTANTS)
    def newest(self, platform: str, before_ms: int) -> None:
        accepted = [
            request.qn_ms
            for (owner, _), (request, _) in self.model.items()
            if owner == platform and request.qn_rtn == 1 and request.qn_ms < before_ms
        ]
        assert requests.newest_ms(self.connection, platform, before_ms) == max(accepted, default=None)

    @invariant()
    def the_table_holds_what_the_model_says(self) -> None:
        rows = self.connection.execute("SELECT platform, qn, qn_ms, digest, came_ms, qn_rtn, exe_rtn FROM request")
        assert {(row[0], row[1]): (Request(*row[1:6]), row[6]) for row in rows} == self.model


TestMemory = Memory.TestCase
TestMemory.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)


def test_pruning_behind_the_newest_leaves_no_repeat_that_would_be_taken() -> None:
    tolerance_ms = 300_000
    with tables() as connection:
        for number in range(50):
            qn_ms = number * 60_000
            requests.add(connection, "p", Request(str(qn_ms), qn_ms, b"", qn_ms + 7, 1))
            newest_ms = requests.newest_ms(connection, "p", 1 << 60)
            assert newest_ms == qn_ms
            requests.prune(connection, "p", newest_ms - tolerance_ms)
            for earlier in range(number + 1):
                is_too_old = earlier * 60_000 < newest_ms - tolerance_ms
                is_known = requests.find(connection, "p", str(earlier * 60_000), b"") is not None
                assert is_too_old or is_known
        assert connection.execute("SELECT count(*) FROM request").fetchone() == (6,)
