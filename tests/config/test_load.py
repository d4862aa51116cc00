"""A whole settings file: what comes out of a good one, and every sentence about a bad one."""

import tomllib
import traceback
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from dau.config.complaints import Complaint, ConfigError
from dau.config.load import load_settings
from dau.config.settings import Settings
from dau.core.channels import Medium
from dau.words import TABLE
from tests.config.conftest import GOOD, PASSWORD
from tests.config.points_driver import Options, Order, Word

CASES = tomllib.loads(Path(__file__).with_name("complaints.toml").read_text(encoding="utf-8"))["case"]
EVERY_CASE = pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])


def complaints_about(file: Path) -> tuple[Complaint, ...]:
    with pytest.raises(ConfigError) as caught:
        load_settings(file)
    assert str(caught.value) == "\n".join(map(str, caught.value.complaints))
    return caught.value.complaints


def spoil(file: Path, old: str, new: str) -> None:
    assert old in GOOD
    file.write_text(GOOD.replace(old, new, 1), encoding="utf-8")


def test_good_file_becomes_typed_tables(station_file: Path) -> None:
    settings = load_settings(station_file)
    assert settings.station.medium is Medium.WATER
    assert settings.station.grace_s == 3.0
    assert [bus.name for bus in settings.bus] == ["rs485", "lan"]
    assert settings.channel[0].range == (0.0, 500.0)
    assert settings.platform[1].channels == ("flow", "cod")
    assert settings.platform[0].pw.get_secret_value() == PASSWORD


def test_driver_keys_become_the_drivers_own_table(station_file: Path) -> None:
    cod, flow = load_settings(station_file).instrument
    assert (cod.driver, cod.period_s, cod.retries) == ("points", 10, 1)
    assert isinstance(cod.options, Options)
    assert isinstance(flow.options, Options)
    assert cod.options.status == (Word(kind="word", address=4, map={"1": "fault"}, channels=("cod",)),)
    assert flow.options.point[0].order is Order.SWAPPED
    assert (cod.options.channels(), flow.options.channels()) == (("cod", "level"), ("flow",))


def test_paths_come_back_absolute_from_the_folder_of_the_file(
    station_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(station_file.parent.parent)
    settings = load_settings(Path(station_file.parent.name, station_file.name))
    assert settings.station.state == station_file.parent / "var"
    assert settings.bus[0].serial == str(station_file.parent / "var/ttyWORKS")
    spoil(station_file, "var/ttyWORKS", "/dev/ttyUSB0")
    assert load_settings(station_file).bus[0].serial == "/dev/ttyUSB0"


@EVERY_CASE
def test_exact_complaints(station_file: Path, case: dict[str, object]) -> None:
    spoil(station_file, str(case["old"]), str(case["new"]))
    drivers = ", ".join(sorted({point.name for point in entry_points(group="dau.drivers")}))
    found = [
        str(complaint).removeprefix(f"{station_file}:").replace(drivers, "<drivers>")
        for complaint in complaints_about(station_file)
    ]
    assert found == case["said"]


@EVERY_CASE
def test_no_complaint_no_repr_and_no_traceback_holds_the_password(station_file: Path, case: dict[str, object]) -> None:
    spoil(station_file, str(case["old"]), str(case["new"]))
    assert PASSWORD in station_file.read_text(encoding="utf-8")
    told = everything_told(station_file)
    assert "ConfigError" in told
    assert PASSWORD not in told
    assert "3815" not in told


def everything_told(file: Path) -> str:
    """What the most talkative logger could print: the error, its complaints, every frame with its variables."""
    try:
        load_settings(file)
    except ConfigError as error:
        shown = traceback.TracebackException.from_exception(error, capture_locals=True)
        return "".join(shown.format()) + repr(error) + repr(error.complaints)
    return ""


def test_settings_do_not_show_the_password(station_file: Path) -> None:
    settings: Settings = load_settings(station_file)
    assert PASSWORD not in f"{settings!r} {settings} {settings.platform[0]!r} {settings.model_dump()}"


def test_all_mistakes_of_a_file_are_told_at_once_in_its_order(station_file: Path) -> None:
    text = GOOD
    for old, new in [('"water"', '"wine"'), ("slave = 2", "slav = 2"), ("digits = 1", "digits = 9"), ('st = "32"', "")]:
        text = text.replace(old, new, 1)
    station_file.write_text(text.replace('bus = "lan"', 'bus = "wan"', 1), encoding="utf-8")
    assert [(found.line, found.key, found.found, found.nearest) for found in complaints_about(station_file)] == [
        (3, "[station] > medium", '"wine"', None),
        (39, '[[instrument]] "flow"', "", None),
        (41, '[[instrument]] "flow" > bus', "wan", "lan"),
        (43, '[[instrument]] "flow"', "slav", "slave"),
        (51, '[[channel]] "cod" > digits', "9", None),
        (67, '[[platform]] "national"', "", None),
    ]


def test_file_that_does_not_exist(tmp_path: Path) -> None:
    (found,) = complaints_about(tmp_path / "no.toml")
    expected = "整个文件 / the whole file: 找不到配置文件 / there is no such settings file"
    assert str(found) == f"{tmp_path}/no.toml:1: {expected}"


def test_file_that_cannot_be_read(tmp_path: Path) -> None:
    (found,) = complaints_about(tmp_path)
    expected = "整个文件 / the whole file: 无法读取配置文件 / the settings file cannot be read: Is a directory"
    assert str(found) == f"{tmp_path}:1: {expected}"


def test_file_that_is_not_utf8(station_file: Path) -> None:
    station_file.write_bytes('[station]\nname = "works" # 废水\n'.encode("gb18030"))
    (found,) = complaints_about(station_file)
    assert str(found) == (
        f"{station_file}:2: 整个文件 / the whole file: 第 18 个字节不是 UTF-8 编码 / byte 18 of the line is not UTF-8; "
        "允许 / allowed: UTF-8 编码的 TOML 文本 / TOML text in UTF-8"
    )


def test_empty_file(station_file: Path) -> None:
    station_file.write_bytes(b"")
    assert [found.sentence for found in complaints_about(station_file)] == [
        '缺少键 "station" / the key "station" is missing',
        '缺少键 "channel" / the key "channel" is missing',
    ]


def test_every_sentence_about_mistakes_is_said_in_some_test() -> None:
    """A sentence nobody can be told is dead; one without a test may be wrong."""
    here = Path(__file__).parent
    told = "".join(file.read_text(encoding="utf-8") for file in [*here.glob("*.py"), *here.glob("*.toml")])
    told += (here.parent / "cli" / "test_check.py").read_text(encoding="utf-8")
    fixed = {key: english.split("{")[0] for key, (_, english) in TABLE.items() if key.startswith("config.")}
    assert [key for key, start in fixed.items() if start not in told] == []
