"""Every command in every edition, six ways: accepted, refused, with a wrong password, failing, cut off, repeated."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest

from dau.core.instrument import NoReply
from dau.core.periods import Span
from dau.core.records import Record, RecordKind
from dau.hj212 import Content, Data, Edition, Kind, Packet, Role, command
from dau.receiver.orders import Outcome, Part
from dau.uplink import handlers
from dau.uplink.desk import Act, Desk, ExeRtn, QnRtn, Search
from dau.uplink.handlers.operations import OTHERWISE_IN_2005
from tests.both_ends.commands import BY_INSTRUMENT, asked, content_of
from tests.both_ends.site import KEY, REPORT, Ends, Fate, at_both_ends, identity, parts

CASES: Final = [(edition, number) for edition in Edition for number in asked(edition)]
PATIENT: Final = {"timeout_s": 10.0, "resends": 2, "execution_timeout_s": 60.0}

of_every_command = pytest.mark.parametrize(("edition", "cn"), CASES)


def kind_of(cn: str, edition: Edition) -> Kind | None:
    row = command(cn, edition)
    assert row is not None
    return row.kind(Role.PLATFORM)


def expected_parts(cn: str, edition: Edition) -> list[Part]:
    row = command(cn, edition)
    assert row is not None
    if row.kind(Role.PLATFORM) is Kind.NOTICE:
        return [Part.REQUEST, Part.RECEIPT]
    data = [] if row.data is Data.NONE or (cn == "2011" and row.data is Data.MANY) else [Part.DATA]
    return [Part.REQUEST, Part.RECEIPT, *data, Part.RESULT]


async def start(ends: Ends, edition: Edition, refused: frozenset[str] = frozenset()) -> None:
    key = KEY if edition is Edition.E2025 else None
    if key:
        await ends.agree_on(key)
    await ends.start(identity(edition, refused), key)


@of_every_command
def test_accepted(tmp_path: Path, edition: Edition, cn: str) -> None:
    async def work(ends: Ends) -> None:
        ends.bench.answer = REPORT
        await start(ends, edition)
        ending, steps = await ends.ask(cn, content_of(cn, edition))
        assert (ending.outcome, ending.code) == (Outcome.DONE, None if kind_of(cn, edition) is Kind.NOTICE else 1)
        assert parts(steps) == expected_parts(cn, edition)
        assert all(not step.deviations for step in steps)
        told = [errand.task for errand in ends.bench.told]
        assert (BY_INSTRUMENT.get(cn) in told) if cn in BY_INSTRUMENT else (told == [])

    at_both_ends(tmp_path, work)


@of_every_command
def test_refused_by_policy(tmp_path: Path, edition: Edition, cn: str) -> None:
    async def work(ends: Ends) -> None:
        await start(ends, edition, frozenset({cn}))
        ending, _ = await ends.ask(cn, content_of(cn, edition), resends=0)
        if kind_of(cn, edition) is Kind.NOTICE:
            assert ending.outcome is Outcome.GIVEN_UP
        else:
            assert (ending.outcome, ending.code) == (Outcome.REFUSED, QnRtn.REFUSED)
        await nothing_was_done(ends)
        [(who, what, result)] = await ends.rows("SELECT who, what, result FROM audit")
        assert (who, what) == ("national", cn)
        assert "QnRtn=2" in result

    at_both_ends(tmp_path, work)


@of_every_command
def test_wrong_password(tmp_path: Path, edition: Edition, cn: str) -> None:
    async def work(ends: Ends) -> None:
        await start(ends, edition)
        ending, _ = await ends.ask(cn, content_of(cn, edition), resends=0, pw="wrong1")
        if kind_of(cn, edition) is Kind.NOTICE:
            assert ending.outcome is Outcome.GIVEN_UP
        else:
            assert (ending.outcome, ending.code) == (Outcome.REFUSED, QnRtn.PW)
        await nothing_was_done(ends)

    at_both_ends(tmp_path, work)


@of_every_command
def test_handler_fails(tmp_path: Path, edition: Edition, cn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a handler raises, the platform gets its 9011 and its 9012."""

    async def act(request: Packet, desk: Desk) -> Content | None:
        raise NoReply("the instrument is dead")

    async def search(request: Packet, desk: Desk) -> AsyncIterator[Record]:
        yield Record(int("no number"), RecordKind.HOUR, Span(0, 0), 0)

    failing: dict[str, tuple[Act | Search, ExeRtn]] = {
        "ACTS": (act, ExeRtn.TIMEOUT),
        "NOTICES": (act, ExeRtn.TIMEOUT),
        "SEARCHES": (search, ExeRtn.FAILED),
    }
    for table, (handler, _) in failing.items():
        if cn in getattr(handlers, table):
            monkeypatch.setitem(getattr(handlers, table), cn, handler)
    served_as = "ACTS" if cn in handlers.ACTS else "NOTICES" if cn in handlers.NOTICES else "SEARCHES"

    async def work(ends: Ends) -> None:
        await start(ends, edition)
        ending, steps = await ends.ask(cn, content_of(cn, edition), resends=0)
        if kind_of(cn, edition) is Kind.NOTICE:
            assert ending.outcome is Outcome.GIVEN_UP
            return
        assert (ending.outcome, ending.code) == (Outcome.FAILED, failing[served_as][1])
        assert parts(steps) == [Part.REQUEST, Part.RECEIPT, Part.RESULT]

    at_both_ends(tmp_path, work)


@of_every_command
def test_cut_in_the_middle(tmp_path: Path, edition: Edition, cn: str) -> None:
    """The link breaks behind the first answer; afterwards the unit is there again and goes on."""

    async def work(ends: Ends) -> None:
        ends.bench.answer = REPORT
        await start(ends, edition)
        ends.breaks = lambda frame: Fate(cuts=b"CN=9011" in frame or b"CN=9013" in frame)
        ending, steps = await ends.ask(cn, content_of(cn, edition), **PATIENT)
        ends.breaks = lambda _: Fate()
        assert parts(steps)[0] is Part.REQUEST
        assert ending.outcome is (Outcome.DONE if kind_of(cn, edition) is Kind.NOTICE else Outcome.LOST)
        await asyncio.sleep(120)
        await ends.stand.owe_live()
        await asyncio.sleep(2)
        assert len(ends.far) >= 2
        pw = "n3wPW1" if cn == "1072" and await ends.rows("SELECT 1 FROM setting WHERE name = 'pw'") else None
        again, _ = await ends.ask("1061", resends=0, pw=pw)
        assert (again.outcome, again.code) == (Outcome.DONE, 1)

    at_both_ends(tmp_path, work)


@of_every_command
def test_repeated_qn(tmp_path: Path, edition: Edition, cn: str) -> None:
    """The first answer is lost, so the request comes again with its QN: it is answered again and acted upon once."""

    async def work(ends: Ends) -> None:
        ends.bench.answer = REPORT
        await start(ends, edition)
        lost: list[bytes] = []

        def lose_the_first(frame: bytes) -> Fate:
            is_first = not lost and (b"CN=9011" in frame or b"CN=9013" in frame)
            lost.extend([frame] if is_first else [])
            return Fate(arrives=not is_first)

        ends.breaks = lose_the_first
        ending, steps = await ends.ask(cn, content_of(cn, edition), **PATIENT)
        assert len(lost) == 1
        assert ending.outcome is Outcome.DONE
        assert [step.sending for step in steps if step.part is Part.REQUEST] == [1, 2]
        assert len(await ends.rows("SELECT qn FROM request")) == 1
        changes = await ends.rows("SELECT what FROM audit WHERE what = ? AND result NOT LIKE 'QnRtn%'", cn)
        assert len(changes) <= (2 if cn in ("1000", "3011") else 1)
        done = [errand.task for errand in ends.bench.told if errand.task is BY_INSTRUMENT.get(cn)]
        assert len(done) == (1 if cn in BY_INSTRUMENT else 0)

    at_both_ends(tmp_path, work)


@pytest.mark.parametrize("cn", sorted(OTHERWISE_IN_2005))
def test_what_meant_something_else_in_2005_starts_nothing(tmp_path: Path, cn: str) -> None:
    async def work(ends: Ends) -> None:
        ends.bench.answer = REPORT
        await start(ends, Edition.E2005)
        ending, _ = await ends.ask(cn, ((("PolId", "011"), ("CTime", "2")),), resends=0)
        assert (ending.outcome, ending.code) == (Outcome.FAILED, ExeRtn.CONDITIONS)
        await asyncio.sleep(1)
        assert ends.bench.told == []

    at_both_ends(tmp_path, work)


async def nothing_was_done(ends: Ends) -> None:
    assert ends.bench.told == []
    assert await ends.rows("SELECT * FROM setting") == []
    assert await ends.rows("SELECT * FROM request") == []
    assert await ends.rows("SELECT count(*) FROM sm4_key WHERE standing <> 'current'") == [(0,)]


def test_the_matrix_is_whole() -> None:
    """What a unit has to answer by the standard, so that a command that falls out of the tables is missed."""
    both = (
        "1000 1011 1012 1061 1062 1063 1064 1072 2011 2012 2021 2022 2031 2041 2051 2061"
        " 3011 3012 3013 3018 3019 3020 3021"
    )
    expected = {
        Edition.E2005: "1000 1011 1012 1061 1062 1072 2011 2012 2021 2022 2031 2041 2051 2061 3011 3012",
        Edition.E2017: f"{both} 3014 3015 3016 3017",
        Edition.E2025: f"{both} 1002 1014 2013 2062 3022 3024",
    }
    for edition, numbers in expected.items():
        assert set(numbers.split()) <= set(asked(edition)), edition
