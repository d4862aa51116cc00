"""What a platform set lies over the settings file, until the file says something else than it said then."""

import sqlite3
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.core.appetites import USUAL, Appetite
from dau.core.periods import INTERVALS_MIN
from dau.core.records import RecordKind
from dau.store import settings
from dau.store.settings import Name, Setting
from tests.store.tables import tables

GOOD = {
    Name.REALTIME_S: st.integers(1, 3600).map(str),
    Name.MINUTE_MIN: st.sampled_from(INTERVALS_MIN).map(str),
    Name.TIMEOUT_S: st.sampled_from(["5", "7.5", "0.25"]),
    Name.RESENDS: st.integers(0, 9).map(str),
    Name.REALTIME_ON: st.sampled_from(["0", "1"]),
    Name.FACILITIES_ON: st.sampled_from(["0", "1"]),
    Name.PW: st.text(max_size=9),
    Name.MN: st.text(max_size=24),
}
KINDS = frozenset(RecordKind)
APPETITE = Appetite("p", 60, 10, KINDS)


@st.composite
def stored(draw: st.DrawFn) -> tuple[str, Setting]:
    """One value of some platform, set while the file said one of two things."""
    name = draw(st.sampled_from(Name))
    configured = draw(st.sampled_from({Name.REALTIME_S: ["60", "30"], Name.MINUTE_MIN: ["10", "5"]}.get(name, ["1"])))
    setting = Setting(name, draw(GOOD[name]), configured, draw(st.integers(0, 1 << 50)))
    return draw(st.sampled_from(["p", "q"])), setting


@given(st.lists(stored(), max_size=12), st.lists(st.tuples(st.sampled_from(["p", "q"]), st.sampled_from(Name))))
def test_the_last_value_of_each_name_counts_for_its_platform_alone(
    puts: list[tuple[str, Setting]], drops: list[tuple[str, Name]]
) -> None:
    model: dict[tuple[str, Name], Setting] = {}
    with tables() as connection:
        for platform, setting in puts:
            settings.put(connection, platform, setting)
            model[platform, setting.name] = setting
        for platform, name in drops:
            settings.drop(connection, platform, name)
            model.pop((platform, name), None)
        for platform in ("p", "q"):
            mine = {name: one for (owner, name), one in model.items() if owner == platform}
            assert settings.of_platform(connection, platform) == {name: one.value for name, one in mine.items()}
            file = {Name.REALTIME_S: "60", Name.MINUTE_MIN: "10"}
            found = {one.name: (one, now) for one, now in settings.overtaken(connection, platform, file)}
            assert found == {
                name: (mine[name], file[name])
                for name in file.keys() & mine.keys()
                if mine[name].configured != file[name]
            }


@given(st.lists(stored(), max_size=12), st.sampled_from([30, 60]), st.sampled_from([5, 10]))
def test_an_appetite_is_the_file_and_what_was_set_while_it_said_the_same(
    puts: list[tuple[str, Setting]], realtime_s: int, minute_min: int
) -> None:
    configured = [Appetite(name, realtime_s, minute_min, KINDS) for name in ("p", "q", "r")]
    with tables() as connection:
        for platform, setting in puts:
            settings.put(connection, platform, setting)
        found = settings.appetites(connection, configured)
    rows = {(platform, setting.name): setting for platform, setting in puts}

    def value(platform: str, name: Name, file: int) -> int:
        row = rows.get((platform, name))
        return file if row is None or int(row.configured) != file else int(row.value)

    def silenced(platform: str, name: Name) -> bool:
        return (platform, name) in rows and rows[platform, name].value == "0"

    assert [one.platform for one in found] == ["p", "q", "r"]
    for one in found:
        assert one.realtime_s == value(one.platform, Name.REALTIME_S, realtime_s)
        assert one.minute_min == value(one.platform, Name.MINUTE_MIN, minute_min)
        missing = {RecordKind.REALTIME} if silenced(one.platform, Name.REALTIME_ON) else set()
        missing |= {RecordKind.FACILITY} if silenced(one.platform, Name.FACILITIES_ON) else set()
        assert KINDS - one.kinds == missing


def test_switching_on_gives_no_kind_that_the_edition_lacks() -> None:
    with tables() as connection:
        settings.put(connection, "p", Setting(Name.FACILITIES_ON, "1", "1", 5))
        assert settings.appetites(connection, [replace(APPETITE, kinds=USUAL)]) == (replace(APPETITE, kinds=USUAL),)


def test_without_platforms_nobody_wants_anything() -> None:
    with tables() as connection:
        assert settings.appetites(connection, []) == ()


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        (Name.REALTIME_S, "0", "whole seconds above 0"),
        (Name.REALTIME_S, "-30", "whole seconds above 0"),
        (Name.REALTIME_S, "٣٠", "whole seconds above 0"),
        (Name.REALTIME_S, "", "whole seconds above 0"),
        (Name.MINUTE_MIN, "7", "one of (1, 2, 3"),
        (Name.TIMEOUT_S, "nan", "seconds above 0"),
        (Name.TIMEOUT_S, "0.0", "seconds above 0"),
        (Name.TIMEOUT_S, "1.-5", "seconds above 0"),
        (Name.RESENDS, "2.5", "a whole number"),
        (Name.REALTIME_ON, "yes", "0 or 1"),
        (Name.FACILITIES_ON, "2", "0 or 1"),
    ],
)
def test_a_value_that_nobody_could_live_by_is_refused(name: Name, value: str, expected: str) -> None:
    with tables() as connection:
        with pytest.raises(ValueError, match=f"cannot keep {name.value}: it is ") as refused:
            settings.put(connection, "p", Setting(name, value, "1", 5))
        assert f"{value!r}, expected {expected}" in str(refused.value)
        assert settings.of_platform(connection, "p") == {}


def test_a_name_that_this_program_does_not_know_is_a_bug() -> None:
    with tables() as connection:
        connection.execute("INSERT INTO setting VALUES ('p', 'colour', 'red', 'blue', 5)")
        with pytest.raises(ValueError, match="'colour' is not a valid Name"):
            settings.of_platform(connection, "p")
        with pytest.raises(sqlite3.IntegrityError, match="UNIQUE constraint failed: setting"):
            connection.execute("INSERT INTO setting VALUES ('p', 'colour', 'green', 'blue', 5)")
