"""What one platform's table comes to: dialect, factors and units, appetite, letters, key."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dau.codes.kinds import COMMANDS
from dau.config.load import load_settings
from dau.config.platforms import (
    Conversion,
    Terms,
    appetite_of,
    conversions,
    dialect_of,
    factors_of,
    heartbeat_s_of,
    key_text,
    letters_of,
    old_codes_of,
)
from dau.config.quirks import QuirksTable
from dau.config.settings import Settings
from dau.core.states import State
from dau.hj212 import HJ2005, HJ2017, HJ2025, CipherForm, Crc, Deviation, Dialect, Encoding
from tests.config.conftest import GOOD

Load = Callable[..., Settings]


@pytest.fixture
def load(station_file: Path) -> Load:
    """Return a function that loads the good file with keys added to its first platform, and with more behind it."""

    def loaded(keys: str = "", more: str = "", **replaced: str) -> Settings:
        text = GOOD.replace('st = "32"', f'st = "32"\n{keys}', 1) + more
        for old, new in replaced.items():
            assert f"{old} = " in text
            text = text.replace(f"{old} = ", f"{new} = ", 1)
        station_file.write_text(text, encoding="utf-8")
        return load_settings(station_file)

    return loaded


def dialect_with(load: Load, quirks: str, edition: str = "2025") -> Dialect:
    return dialect_of(load(f'edition = "{edition}"\nquirks = {{ {quirks} }}').platform[0])


@pytest.mark.parametrize(("edition", "rules"), [("2017", HJ2017), ("2025", HJ2025)])
def test_without_quirks_a_platform_follows_its_edition(load: Load, edition: str, rules: Dialect) -> None:
    assert dialect_of(load(f'edition = "{edition}"').platform[0]) == rules


QUIRKS: list[tuple[str, str, Any]] = [
    ("label_at_end = true", "label_at_end", True),
    ('crcs = ["hj212", "modbus", "modbus_swapped"]', "crcs", (Crc.HJ212, Crc.MODBUS, Crc.MODBUS_SWAPPED)),
    ("crc_in_lower_case = true", "crc_in_lower_case", True),
    ("number_width = 4", "number_width", 4),
    ('encoding = "gbk"', "encoding", Encoding.GBK),
    ("bare_uploads = true", "bare_uploads", True),
    ("answers_in_content = true", "answers_in_content", True),
    ("max_segment = 2048", "max_segment", 2048),
    ("max_content = 960", "max_content", 960),
    ("max_parts = 99", "max_parts", 99),
    ("receive_cap = 9999", "receive_cap", 9999),
    ('heartbeat_cn = "9021"', "heartbeat_cn", "9021"),
    ('heartbeat_st = "91"', "heartbeat_st", "91"),
    ('registration_st = "91"', "registration_st", "91"),
    ('retained_sample_cn = "3023"', "retained_sample_cn", "3023"),
    ('initial_pw = "654321"', "initial_pw", "654321"),
    ("marks_backlog = false", "marks_backlog", False),
    ("marks_queried = true", "marks_queried", True),
    ("sends_raw_avg = true", "sends_raw_avg", True),
    ("measured_if_invalid = true", "measured_if_invalid", True),
    ("tells_failed_conversion = false", "tells_failed_conversion", False),
    ("answers_bad_crc = true", "answers_bad_crc", True),
    ('counted_flags = ["N", "T"]', "counted_flags", frozenset({"N", "T"})),
    ('usual = ["crc_short"]', "usual", frozenset({Deviation.CRC_SHORT})),
    ('cipher_form = "printed"', "encryption.form", CipherForm.PRINTED),
    ("reads_printed = false", "encryption.reads_printed", False),
    ("seals_requests = true", "encryption.seals_requests", True),
    ("renew_days = 60", "encryption.renew_days", 60),
    ("alarm_days = 50", "encryption.alarm_days", 50),
    ("grace_h = 48", "encryption.grace_h", 48),
]


@pytest.mark.parametrize(("written", "field", "value"), QUIRKS, ids=[field for _, field, _ in QUIRKS])
def test_each_quirk_changes_its_own_field(load: Load, written: str, field: str, value: object) -> None:
    rules: Any = dialect_with(load, written)
    usual: Any = HJ2025
    for step in field.split("."):
        rules, usual = getattr(rules, step), getattr(usual, step)
    assert rules == value != usual


def test_every_quirk_is_tried() -> None:
    assert [written.split(" = ")[0] for written, _, _ in QUIRKS] == list(QuirksTable.model_fields)


def test_quirks_leave_the_rest_of_the_edition_alone(load: Load) -> None:
    rules = dialect_with(load, 'heartbeat_cn = "9021"', "2017")
    assert (rules.heartbeat_cn, rules.version, rules.encryption) == ("9021", 1, HJ2017.encryption)


def test_first_password_is_not_shown(load: Load) -> None:
    settings = load('quirks = { initial_pw = "S3cret-0816" }')
    assert "S3cret-0816" not in f"{settings!r} {settings.model_dump()}"


def test_a_channel_is_told_as_the_table_of_the_edition_has_it(load: Load) -> None:
    settings = load()
    assert factors_of(settings, settings.platform[0]) == {
        "cod": Terms("w01018", "mg/L", 1, "", None),
        "level": Terms("w01015", "m", 2, "", None),
        "flow": Terms("w00000", "L/s", 2, "m3", None),
    }
    assert list(factors_of(settings, settings.platform[1])) == ["flow", "cod"]
    assert list(conversions(settings)) == []


def test_numbers_are_converted_to_the_unit_of_the_table_unless_the_platform_says_otherwise(station_file: Path) -> None:
    text = GOOD.replace('unit = "L/s"\ndigits = 2\ntotal_per_second = 0.001', 'unit = "m3/h"\ndigits = 1')
    station_file.write_text(
        f'{text}\nfactors = {{ flow = {{ unit = "m3/d", digits = 0, total_unit = "L" }} }}', "utf-8"
    )
    settings = load_settings(station_file)
    national, city = (factors_of(settings, platform)["flow"] for platform in settings.platform)
    assert national == Terms("w00000", "L/s", 2, "m3", None)
    assert city == Terms("w00000", "m3/d", 0, "L", None)
    assert list(conversions(settings)) == [
        Conversion("national", "flow", "m3/h", "L/s"),
        Conversion("city", "flow", "m3/h", "m3/d"),
    ]


def test_digits_of_the_channel_hold_as_long_as_its_unit_does(station_file: Path) -> None:
    text = GOOD.replace('unit = "mg/L"\ndigits = 1', 'unit = "ug/L"\ndigits = 0').replace('\nunit = "mg/L"', "", 1)
    station_file.write_text(f'{text}\nfactors = {{ cod = {{ unit = "ug/L" }} }}', "utf-8")
    settings = load_settings(station_file)
    national, city = (factors_of(settings, platform)["cod"] for platform in settings.platform)
    assert (national.unit, national.digits) == ("mg/L", 1)
    assert (city.unit, city.digits) == ("ug/L", 0)


def test_2005_has_codes_units_and_digits_of_its_own(load: Load) -> None:
    mercury = 'edition = "2005"\nchannels = ["cod", "level"]\nfactors = { level = { code = "I04" } }'
    settings = load(mercury, more='[[code]]\ncode = "w20111"\nname = "汞"\n')
    county = settings.platform[0]
    assert factors_of(settings, county)["cod"] == Terms("011", "mg/L", 1, "", None)
    assert factors_of(settings, county)["level"].code == "I04"
    assert old_codes_of(settings, county) == {"w01018": "011"}
    assert old_codes_of(settings, settings.platform[1]) == {}
    assert dialect_of(county) == HJ2005


def test_an_old_code_of_the_station_counts_for_every_platform(load: Load) -> None:
    settings = load('edition = "2005"', more='[[code]]\ncode = "w01015"\nold = "I04"\n')
    assert factors_of(settings, settings.platform[0])["level"].code == "I04"
    assert old_codes_of(settings, settings.platform[0])["w01015"] == "I04"


def test_conditions_of_the_plant_have_a_system_code_of_their_own(station_file: Path) -> None:
    text = GOOD.replace('factor = "w01015"\nunit = "m"', 'factor = "e31201"')
    station_file.write_text(text, "utf-8")
    settings = load_settings(station_file)
    assert factors_of(settings, settings.platform[0])["level"] == Terms("e31201", "m", 2, "", "52")
    station_file.write_text(text.replace('"e31201"', '"e31201"\nst = "45"'), "utf-8")
    settings = load_settings(station_file)
    assert factors_of(settings, settings.platform[0])["level"].st == "45"


USUAL = {"2011", "2051", "2061", "2031"}


@pytest.mark.parametrize(
    ("keys", "commands"),
    [
        ("", USUAL | {"2081", "3019", "3020"}),
        ('skip = ["2061", "3020"]', {"2011", "2051", "2031", "2081", "3019"}),
        ('edition = "2025"', USUAL | {"2081", "3019", "3020", "2062"}),
        ('edition = "2005"\nchannels = ["cod"]', USUAL),
    ],
)
def test_appetite_is_what_the_edition_can_tell_but_what_is_skipped(load: Load, keys: str, commands: set[str]) -> None:
    settings = load(keys)
    appetite = appetite_of(settings, settings.platform[0])
    assert {COMMANDS[kind] for kind in appetite.kinds} == commands
    assert (appetite.platform, appetite.realtime_s, appetite.minute_min) == ("national", 60, 10)


def test_channels_of_a_kind_bring_records_of_their_own(station_file: Path) -> None:
    text = GOOD.replace('factor = "w01015"\nunit = "m"', 'factor = "SB1"').replace(
        "range = [0, 500]", 'kind = "periodic"'
    )
    station_file.write_text(text.replace('st = "32"', 'st = "32"\nedition = "2025"'), "utf-8")
    settings = load_settings(station_file)
    national, city = (
        {COMMANDS[kind] for kind in appetite_of(settings, platform).kinds} for platform in settings.platform
    )
    assert national >= {"2021", "2041", "2013"}
    assert city & {"2021", "2041", "2013"} == {"2013"}  # it does not get the pump


@pytest.mark.parametrize(
    ("keys", "heartbeat_s"),
    [
        ("", 0.0),
        ('edition = "2025"', 60.0),
        ('edition = "2025"\nheartbeat_s = 0', 0.0),
        ('quirks = { heartbeat_cn = "9021" }', 60.0),
        ('quirks = { heartbeat_cn = "9021" }\nheartbeat_s = 30', 30.0),
    ],
)
def test_heartbeats_go_where_there_is_a_command_for_them(load: Load, keys: str, heartbeat_s: float) -> None:
    assert heartbeat_s_of(load(keys).platform[0]) == heartbeat_s


def test_letters_are_those_that_the_platform_wants_otherwise(load: Load) -> None:
    settings = load('letters = { fault = "D", comm_lost = "D" }')
    assert letters_of(settings.platform[0]) == {State.FAULT: "D", State.COMM_LOST: "D"}
    assert letters_of(settings.platform[1]) == {}


def test_every_state_can_have_a_letter(load: Load) -> None:
    every = {state: f"X{index}" for index, state in enumerate([State.OK, *State])}
    written = ", ".join(f'{(state.name or "ok").lower()} = "{letter}"' for state, letter in every.items())
    assert letters_of(load(f"letters = {{ {written} }}").platform[0]) == every


@pytest.mark.parametrize("key", ["0123456789ABCDEFFEDCBA9876543210", "a key of 16 char"])
def test_key_is_read_and_never_shown(load: Load, station_file: Path, key: str) -> None:
    file = station_file.with_name("nation.key")
    file.write_text(key + "\n", encoding="ascii")
    file.chmod(0o600)
    settings = load('edition = "2025"\nkey_file = "nation.key"')
    assert [key_text(platform) for platform in settings.platform] == [key, None]
    assert key not in f"{settings!r} {settings.platform[0]} {settings.model_dump()}"
