"""Every profile that ships: without a mistake, its golden frames read as they say, in front of any slave whatever."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from dau.config.profiles import ReadProfile, profile_driver, profile_files, read_profile
from dau.core.instrument import InstrumentError, NoReply, Refused
from dau.core.samples import Reading
from dau.core.told import Told
from drivers.modbus_map.ascii_frames import as_text, with_lrc
from drivers.modbus_map.frames import with_crc
from drivers.modbus_map.profile_model import Profile
from drivers.modbus_map.profiled import Instance, build_profiled, expanded, instance_mistakes
from drivers.profile.instrument import Profiled
from drivers.profile.times import TimeForm

FILES = profile_files(None)
SHIPPED = sorted(FILES)
MODBUS = [name for name in SHIPPED if read_profile(FILES[name]).driver == "modbus_map"]
LIST = Path(str(FILES["surface-water-analyzer"])).parents[1] / "README.md"


def read(name: str) -> ReadProfile:
    return read_profile(FILES[name])


def profile_of(name: str) -> Profile:
    found = read(name).profile
    assert isinstance(found, Profile)
    return found


def numbers(profile: Profile) -> list[str]:
    return [point.name for _, point in expanded(profile) if not point.words and is_number(point.type)]


def is_number(kind: object) -> bool:
    return not isinstance(kind, TimeForm) and kind not in {"ascii", "utf16", "bytes"}


def driver_of(profile: Profile) -> Profiled:
    names = numbers(profile)
    instance = Instance.model_validate(
        {
            "channels": {name: f"c{place}" for place, name in enumerate(names)},
            "range": dict.fromkeys(names, (0.0, 100.0)),
        }
    )
    assert list(instance_mistakes(profile, instance)) == []
    found = build_profiled(profile, instance, "any", profile.defaults.period_s, {})
    assert isinstance(found, Profiled)
    return found


def test_there_are_enough_of_them_and_the_list_has_them_all() -> None:
    listed = re.findall(r"^\| `([a-z0-9-]+)` \| (\w+) \| ([ABCD]) \|", LIST.read_text(encoding="utf-8"), re.MULTILINE)
    found = [(name, read(name).head.kind.value, read(name).head.reliability) for name in SHIPPED]
    assert sorted(listed) == found
    assert sum(reliability in "AB" for *_, reliability in found) >= 20
    assert len(found) >= 40


@pytest.mark.parametrize("name", SHIPPED)
def test_it_is_without_a_mistake_and_says_where_it_comes_from(name: str) -> None:
    shipped = read(name)
    assert FILES[name].parent.name == shipped.head.kind.value
    assert shipped.head.check_on_site.endswith(".") and shipped.head.sources
    assert profile_driver(shipped.driver).example_differences(shipped.profile) == []
    assert shipped.profile.example


class Slave:
    """Answers every read with the same word, or with chance."""

    def __init__(self, fill: int | Random) -> None:
        self._fill = fill

    def answer(self, frame: bytes) -> bytes | InstrumentError:
        is_text = frame.startswith(b":")
        request = bytes.fromhex(frame[1:-2].decode()) if is_text else frame
        count = int.from_bytes(request[4:6])
        length = (count + 7) // 8 if request[1] in {1, 2} else 2 * count
        if isinstance(self._fill, Random):
            if self._fill.random() < 0.1:
                return NoReply("nothing") if self._fill.random() < 0.5 else Refused("exception 2")
            data = self._fill.randbytes(length)
        else:
            data = (self._fill.to_bytes(2) * count)[:length]
        reply = request[:2] + bytes([length & 0xFF]) + data
        return as_text(with_lrc(reply)) if is_text else with_crc(reply)


def polled(driver: Profiled, slave: Slave) -> list[Told] | None:
    steps = driver.poll()
    try:
        query = next(steps)
        while True:
            answer = slave.answer(query.request)
            if isinstance(answer, InstrumentError):
                query = steps.throw(answer)
                continue
            found = query.find(answer)
            assert found is not None
            query = steps.send(found.frame)
    except StopIteration as end:
        return list(end.value)
    except NoReply:
        return None


def values(told: list[Told] | None) -> Iterator[float]:
    for each in told or []:
        if isinstance(each, Reading) and each.value is not None:
            yield each.value


@pytest.mark.parametrize("name", MODBUS)
def test_any_answer_whatever_gives_readings_and_no_nonsense(name: str) -> None:
    profile = profile_of(name)
    fills: list[int | Random] = [0, 0xFFFF, 0x8000, 0x7FC0]
    fills += [Random(seed) for seed in range(8)]
    for fill in fills:
        driver, slave = driver_of(profile), Slave(fill)
        for _ in range(4):
            told = polled(driver, slave)
            heard = [each.channel for each in told or [] if isinstance(each, Reading)]
            assert len(heard) == len(set(heard)) and set(heard) <= set(driver.channels)
            assert all(abs(value) < float("inf") for value in values(told))


@pytest.mark.parametrize("name", MODBUS)
def test_it_asks_for_no_more_than_the_instrument_gives(name: str) -> None:
    profile = profile_of(name)
    for block in profile.block:
        most = profile.defaults.max_bits if block.table.is_bits else profile.defaults.max_count
        assert block.count <= most


def shared_words(parameter: str) -> set[str]:
    page = Path(__file__).parents[3].joinpath("docs", "profiles.md").read_text(encoding="utf-8")
    listed = re.search(rf"Words of `{parameter}`: (.*?)\.", page, re.DOTALL)
    assert listed is not None
    return set(re.findall(r"`(\w+)`", listed[1]))


@pytest.mark.parametrize("parameter", ["work_state", "alarm_detail"])
def test_states_and_alarms_are_told_in_the_words_that_all_profiles_share(parameter: str) -> None:
    known = shared_words(parameter)
    assert len(known) > 10
    told = {name: point.words for name in SHIPPED for point in read(name).profile.point if point.parameter == parameter}
    assert len(told) >= 3
    assert {name: words - known for name, words in told.items() if not words or words - known} == {}


TUF_2000_TOTALS = [
    ((0, 3), 12345.5),  # cubic metres, n = 3: as counted
    ((0, 2), 1234.55),
    ((1, 6), 12345.5),  # thousands of litres
    ((2, 3), None),  # gallons
]


@pytest.mark.parametrize(("settings", "total"), TUF_2000_TOTALS)
def test_the_total_of_a_tuf_2000_depends_on_its_unit_and_its_multiplier(
    settings: tuple[int, int], total: float | None
) -> None:
    counted = {8: 0x3039, 9: 0, 10: 0, 11: 0x3F00, 1437: settings[0], 1438: settings[1]}  # 12345 and a half, CDAB

    class Meter(Slave):
        def answer(self, frame: bytes) -> bytes:
            first, count = int.from_bytes(frame[2:4]), int.from_bytes(frame[4:6])
            words = b"".join(counted.get(first + place, 0).to_bytes(2) for place in range(count))
            return with_crc(frame[:2] + bytes([len(words)]) + words)

    profile = profile_of("tuf-2000")
    instance = Instance.model_validate({"channels": {"total": "total"}})
    driver = build_profiled(profile, instance, "meter", 5, {"total": "m3"})
    assert isinstance(driver, Profiled)
    told = polled(driver, Meter(0))
    assert told is not None
    assert [each.value for each in told if isinstance(each, Reading)] == [total]


def test_every_golden_frame_that_is_known_is_in_some_profile() -> None:
    rows = csv.DictReader(Path(__file__).with_name("golden-frames.csv").read_text(encoding="utf-8").splitlines())
    shown = {(each.request, each.reply) for name in SHIPPED for each in read(name).profile.example}
    requests = {request for request, _ in shown}
    for row in rows:
        assert row["request"] in requests, row["device"]
        assert not row["response"] or (row["request"], row["response"]) in shown, row["device"]
