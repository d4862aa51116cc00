"""Identifiers, logs, states and parameters: what the unit knows itself, what the instrument is asked, what is set."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from dau.core.errands import CannotDo, Errand, InstrumentBusy, Report, Task
from dau.core.events import Info
from dau.core.instrument import NoReply, Refused
from dau.core.records import RecordKind
from dau.core.states import State
from dau.hj212 import data_time
from dau.uplink.desk import ExeRtn
from dau.uplink.handlers.information import ACTS, SEARCHES
from dau.uplink.identity import Policy
from dau.uplink.orders import SHOWN, owe
from dau.uplink.site import Site
from tests.uplink.handlers.office import NATIONAL, OTHERS, Office, at_desk, failure, found, printed, request
from tests.uplink.stand import COD, START_MS, channels

NUMBER = "010000A8900016F000169DC1"
NOW = data_time(START_MS)
Brings = Mapping[Task, Report | Exception]


async def act(office: Office, cn: str, content: str = "") -> str | None:
    return printed(await ACTS[cn](request(cn, content), office.desk))


# -------------------------------------------------------------------------------------------------------- identifiers


def test_a_declared_serial_number_is_told_without_asking(tmp_path: Path) -> None:
    async def work(office: Office) -> None:
        assert await act(office, "3019", "PolId=w01018") == f"PolId=w01018;w01018-SN={NUMBER}"
        assert office.instruments.told == []

    at_desk(tmp_path, work, site=Site(serial_numbers={"cod": NUMBER}))


def test_an_undeclared_serial_number_is_asked_of_the_instrument(tmp_path: Path) -> None:
    async def work(office: Office) -> None:
        assert await act(office, "3019", "PolId=w01018") == f"PolId=w01018;w01018-SN={NUMBER}"
        assert office.instruments.told == [Errand(Task.READ_SERIAL, "cod")]

    site = Site(serial_numbers={"ph": "F" * 24})
    at_desk(tmp_path, work, {Task.READ_SERIAL: Report(value=NUMBER.lower())}, site)


@pytest.mark.parametrize("said", [None, "", "SN 4711", NUMBER[:-1], NUMBER + "0", f"{NUMBER};PolId=w01001"])
def test_what_is_no_serial_number_is_never_told(tmp_path: Path, said: str | None) -> None:
    async def work(office: Office) -> None:
        code, why = await failure(act(office, "3019", "PolId=w01018"))
        expected = f"serial number of cod is {said or ''!r}, expected 24 hexadecimal digits"
        assert (code, why) == (ExeRtn.NO_DATA, expected)

    at_desk(tmp_path, work, {Task.READ_SERIAL: Report(value=said)})


@pytest.mark.parametrize("content", ["", "PolId=w21003"])
def test_a_serial_number_of_no_factor_is_a_wrong_condition(tmp_path: Path, content: str) -> None:
    async def work(office: Office) -> None:
        assert (await failure(act(office, "3019", content)))[0] is ExeRtn.CONDITIONS

    at_desk(tmp_path, work, site=Site(serial_numbers={"cod": NUMBER}))


# ------------------------------------------------------------------------------------------------------ what is known


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("i22001", "0"),
        ("i22003", "0"),
        ("i23005", "6970000000001ABCDEFG1234"),
        ("i23006", "A800200A8C6D"),
        ("i23007", "E86A643C7BBC"),
        ("i23008", "A763742C1AE1"),
        ("i23001", "101.325"),
    ],
)
def test_the_unit_tells_of_itself(tmp_path: Path, code: str, value: str) -> None:
    identity = {"i23005": "6970000000001ABCDEFG1234", "i23006": "A800200A8C6D", "i23007": "E86A643C7BBC"}
    site = Site(
        identity={**identity, "i23008": "A763742C1AE1"},
        parameters={(None, "i23001"): "101.325", ("cod", "i13108"): "6"},
    )

    async def work(office: Office) -> None:
        assert await act(office, "3020", f"InfoId={code}") == f"DataTime={NOW};{code}-Info={value}"
        assert await act(office, "3020", "PolId=w01018;InfoId=i13108") == (f"DataTime={NOW};PolId=w01018;i13108-Info=6")
        assert office.instruments.told == []

    at_desk(tmp_path, work, site=site)


@pytest.mark.parametrize("code", ["i23005", "i22002", "i12001", "i22101"])
def test_what_neither_unit_nor_settings_know_is_no_data(tmp_path: Path, code: str) -> None:
    async def work(office: Office) -> None:
        failed = await failure(act(office, "3020", f"InfoId={code}"))
        assert failed == (ExeRtn.NO_DATA, f"{code} without PolId: the unit itself knows no such thing")

    at_desk(tmp_path, work)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "InfoId ''"),
        ("InfoId=w01018", "InfoId 'w01018'"),
        ("InfoId=i1200", "InfoId 'i1200'"),
        ("InfoId=i62001", "InfoId 'i62001'"),
        ("PolId=w21003;InfoId=i12001", "no factor of this platform"),
        ("InfoId=i21001", "without BeginTime and EndTime"),
        ("PolId=w01018;InfoId=i11001", "without BeginTime and EndTime"),
    ],
)
def test_what_cannot_be_meant_is_a_wrong_condition(tmp_path: Path, content: str, reason: str) -> None:
    async def work(office: Office) -> None:
        code, why = await failure(act(office, "3020", content))
        assert code is ExeRtn.CONDITIONS
        assert reason in why

    at_desk(tmp_path, work)


# ---------------------------------------------------------------------------------------------- states of instruments


@pytest.mark.parametrize(
    ("code", "states", "value"),
    [
        ("i22101", State.OK, "0"),
        ("i22101", State.FAULT, "0"),
        ("i22101", State.COMM_LOST, "1"),
        ("i12002", State.OK, "0"),
        ("i12002", State.COMM_LOST | State.FAULT, "1"),
        ("i12001", State.MAINTENANCE, "1"),
        ("i12001", State.FAULT, "2"),
        ("i12001", State.CALIBRATION, "3"),
        ("i12001", State.FAULT | State.CALIBRATION, "3"),
        ("i12001", State.FAULT | State.MAINTENANCE, "1"),
        ("i12001", State.OK, "0"),
        ("i12001", State.OVER_RANGE, "0"),
    ],
)
def test_the_newest_sample_tells_how_an_instrument_stands(tmp_path: Path, code: str, states: State, value: str) -> None:
    async def work(office: Office) -> None:
        await office.sample("cod", State.OK if states else State.FAULT, age_s=6)
        await office.sample("cod", states, age_s=2)
        await office.sample("ph", State.FAULT | State.COMM_LOST)
        at = data_time(START_MS - 2000)
        assert await act(office, "3020", f"PolId=w01018;InfoId={code}") == (
            f"DataTime={at};PolId=w01018;{code}-Info={value}"
        )

    at_desk(tmp_path, work)


@pytest.mark.parametrize("code", ["i22101", "i12002", "i12001"])
def test_a_sample_of_long_ago_tells_nothing(tmp_path: Path, code: str) -> None:
    async def work(office: Office) -> None:
        await office.sample("cod", State.OK, age_s=301)
        failed = await failure(act(office, "3020", f"PolId=w01018;InfoId={code}"))
        assert failed == (ExeRtn.NO_DATA, "cod has no sample of the last 300 s")

    at_desk(tmp_path, work)


def test_an_instrument_with_long_cycles_has_old_samples(tmp_path: Path) -> None:
    async def work(office: Office) -> None:
        await office.sample("cod", State.OK, age_s=7100)
        at = data_time(START_MS - 7_100_000)
        assert await act(office, "3020", "PolId=w01018;InfoId=i22101") == f"DataTime={at};PolId=w01018;i22101-Info=0"

    at_desk(tmp_path, work, identity=replace(NATIONAL, channels=channels(replace(COD, period_s=3600))))


@pytest.mark.parametrize("states", [State.OK, State.STOPPED, State.COMM_LOST | State.FAULT])
def test_the_instrument_is_asked_where_its_sample_proves_nothing(tmp_path: Path, states: State) -> None:
    async def work(office: Office) -> None:
        await office.sample("cod", states)
        assert await act(office, "3020", "PolId=w01018;InfoId=i12001") == f"DataTime={NOW};PolId=w01018;i12001-Info=9"
        assert office.instruments.told == [Errand(Task.READ_INFO, "cod", info="i12001")]

    at_desk(tmp_path, work, {Task.READ_INFO: Report(value="9")})


def test_an_instrument_that_has_no_word_for_it_is_not_said_to_run_unless_it_measures(tmp_path: Path) -> None:
    async def work(office: Office) -> None:
        await office.sample("cod", State.STOPPED)
        with pytest.raises(CannotDo, match="nothing that it can"):
            await act(office, "3020", "PolId=w01018;InfoId=i12001")

    at_desk(tmp_path, work)


@pytest.mark.parametrize("code", ["i13004", "i12003", "i33101", "I33400"])
def test_everything_else_is_asked_of_the_instrument(tmp_path: Path, code: str) -> None:
    printed_code = code.lower()

    async def work(office: Office) -> None:
        assert await act(office, "3020", f"PolId=w01018;InfoId={code}") == (
            f"DataTime={NOW};PolId=w01018;{printed_code}-Info=168.0"
        )
        assert office.instruments.told == [Errand(Task.READ_INFO, "cod", info=printed_code)]

    at_desk(tmp_path, work, {Task.READ_INFO: Report(value="168.0")})


@pytest.mark.parametrize("value", [None, ""])
def test_an_instrument_that_tells_nothing_is_no_data(tmp_path: Path, value: str | None) -> None:
    async def work(office: Office) -> None:
        failed = await failure(act(office, "3020", "PolId=w01018;InfoId=i13004"))
        assert failed == (ExeRtn.NO_DATA, "the instrument of cod told nothing for i13004")

    at_desk(tmp_path, work, {Task.READ_INFO: Report(value=value)})


# ---------------------------------------------------------------------------------------------------------------- logs


async def logged(office: Office, content: str) -> list[Info]:
    records = await found(SEARCHES["3020"], request("3020", content), office.desk)
    return [record.event for record in records if isinstance(record.event, Info)]


async def write_log(office: Office, *entries: Info) -> None:
    """Note one entry a second from the start on."""
    for number, entry in enumerate(entries):
        await owe(office.desk, RecordKind.INFO, entry, START_MS + 1000 * number, ())


CLEANED, CALIBRATED = Info("i11001", "清洗管路", "cod"), Info("i11001", "时间校准", "cod")
OTHER = Info("i11001", "换电极", "ph")
CHANGED = Info("i21001", "platform provincial changed realtime_s")
STATE = Info("i12001", "1", "cod")
SPAN = f"BeginTime={NOW},EndTime={data_time(START_MS + 9000)}"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("PolId=w01018;InfoId=i11001", [CLEANED, CALIBRATED]),
        ("PolId=w01001;InfoId=i11001", [OTHER]),
        ("InfoId=i11001", [CLEANED, OTHER, CALIBRATED]),
        ("InfoId=i21001", [CHANGED]),
        ("PolId=w01018;InfoId=i12001", [STATE]),
    ],
)
def test_a_log_is_searched_by_code_and_factor(tmp_path: Path, content: str, expected: list[Info]) -> None:
    async def work(office: Office) -> None:
        await write_log(office, CLEANED, OTHER, CHANGED, STATE, CALIBRATED)
        assert await logged(office, f"{content};{SPAN}") == expected

    at_desk(tmp_path, work)


def test_a_log_is_searched_to_the_second(tmp_path: Path) -> None:
    async def work(office: Office) -> None:
        await write_log(office, CLEANED, CALIBRATED, CLEANED)
        second = data_time(START_MS + 1000)
        assert await logged(office, f"InfoId=i11001;BeginTime={second},EndTime={second}") == [CALIBRATED]

    at_desk(tmp_path, work)


@pytest.mark.parametrize("content", ["InfoId=i31001", "PolId=w01001;InfoId=i11001", "PolId=w01018;InfoId=i21001"])
def test_a_log_without_such_an_entry_is_no_data(tmp_path: Path, content: str) -> None:
    async def work(office: Office) -> None:
        await write_log(office, CLEANED, CHANGED)
        code, why = await failure(logged(office, f"{content};{SPAN}"))
        assert code is ExeRtn.NO_DATA
        assert why.startswith("nothing was noted under i")

    at_desk(tmp_path, work)


def test_a_platform_that_hears_of_no_other_does_not_find_them_in_the_log_either(tmp_path: Path) -> None:
    async def work(office: Office) -> None:
        await write_log(office, CLEANED, CHANGED)
        assert (await failure(logged(office, f"InfoId=i21001;{SPAN}")))[0] is ExeRtn.NO_DATA
        assert await logged(office, f"InfoId=i11001;{SPAN}") == [CLEANED]

    at_desk(tmp_path, work, identity=replace(NATIONAL, policy=Policy(told=False)))


def test_entries_of_channels_that_the_platform_does_not_get_are_not_its_own(tmp_path: Path) -> None:
    async def work(office: Office) -> None:
        await write_log(office, CLEANED, OTHER)
        assert await logged(office, f"InfoId=i11001;{SPAN}") == [CLEANED]

    at_desk(tmp_path, work, identity=replace(NATIONAL, channels=channels(COD)))


@pytest.mark.parametrize(
    "content", [f"InfoId=x;{SPAN}", "InfoId=i11001;BeginTime=20260101", f"PolId=w21003;InfoId=i11001;{SPAN}"]
)
def test_a_search_that_cannot_be_meant_is_a_wrong_condition(tmp_path: Path, content: str) -> None:
    async def work(office: Office) -> None:
        assert (await failure(logged(office, content)))[0] is ExeRtn.CONDITIONS

    at_desk(tmp_path, work)


# ------------------------------------------------------------------------------------------------------------ settings

SET = "PolId=w01018;InfoId=i13004;i13004-Info="


def test_a_parameter_is_set_audited_with_what_it_was_and_told(tmp_path: Path) -> None:
    async def work(office: Office) -> None:
        assert await act(office, "3021", f"{SET}168.0") is None
        assert office.instruments.told == [
            Errand(Task.READ_INFO, "cod", info="i13004"),
            Errand(Task.WRITE_INFO, "cod", info="i13004", value="168.0"),
        ]
        (one,) = await office.audited()
        assert (one.who, one.what, one.subject) == ("national", "3021", "cod i13004")
        assert (one.before, one.after, one.result) == ("165.0", "168.0", "done")
        (sentence,) = await office.logged()
        assert "from 165.0 to 168.0" in sentence
        assert [record.event for record in await office.owed(RecordKind.INFO)][1:] == [Info("i13004", "168.0", "cod")]
        assert await office.stand.rows(
            "SELECT platform, count(*) FROM delivery GROUP BY platform ORDER BY platform DESC"
        ) == [(name, 2) for name in OTHERS]

    at_desk(tmp_path, work, {Task.READ_INFO: Report(value="165.0"), Task.WRITE_INFO: Report()})


@pytest.mark.parametrize("error", [CannotDo("no"), NoReply("silence"), Refused("exception 2")])
def test_a_parameter_that_cannot_be_read_is_set_all_the_same(tmp_path: Path, error: Exception) -> None:
    async def work(office: Office) -> None:
        await act(office, "3021", f"{SET}168.0")
        (one,) = await office.audited()
        assert (one.before, one.after, one.result) == (None, "168.0", "done")

    at_desk(tmp_path, work, {Task.READ_INFO: error, Task.WRITE_INFO: Report()})


@pytest.mark.parametrize(
    "brings",
    [
        {Task.READ_INFO: Report(value="165.0"), Task.WRITE_INFO: Refused("exception 3")},
        {Task.READ_INFO: InstrumentBusy("exception 3")},
    ],
)
def test_a_parameter_that_was_not_set_is_told_to_nobody(tmp_path: Path, brings: Brings) -> None:
    async def work(office: Office) -> None:
        with pytest.raises((Refused, InstrumentBusy), match="exception 3"):
            await act(office, "3021", f"{SET}168.0")
        assert {one.result for one in await office.audited()} <= {"exception 3"}
        assert await office.owed(RecordKind.INFO) == []

    at_desk(tmp_path, work, brings)


@pytest.mark.parametrize(
    "content",
    [
        "InfoId=i13004;i13004-Info=1",
        "PolId=w21003;InfoId=i13004;i13004-Info=1",
        "PolId=w01018;i13004-Info=1",
        "PolId=w01018;InfoId=i13004",
        "PolId=w01018;InfoId=i13004;i13005-Info=1",
        "PolId=w01018;InfoId=i12001;i12001-Info=1",
        "PolId=w01018;InfoId=i11001;i11001-Info=//x//",
        SET + "//x//",
        SET + "1&&2",
        SET + "1\x1b[2J",
        SET + "9" * (SHOWN + 1),
    ],
)
def test_what_is_no_parameter_of_an_instrument_is_not_set(tmp_path: Path, content: str) -> None:
    async def work(office: Office) -> None:
        assert (await failure(act(office, "3021", content)))[0] is ExeRtn.CONDITIONS
        assert office.instruments.told == []
        assert await office.audited() == []

    at_desk(tmp_path, work, dict.fromkeys(Task, Report()))
