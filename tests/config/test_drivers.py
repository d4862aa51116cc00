"""Drivers are found by name; what cannot be used says why."""

from pathlib import Path

import pytest

from dau.config.drivers import DriverBroken, DriverIncomplete, DriverUnknown, find_driver
from dau.config.load import load_settings
from tests.config import points_driver


def test_driver_is_the_module_of_its_entry_point(station_file: Path) -> None:
    driver = find_driver("points")
    assert driver.Options is points_driver.Options
    cod = load_settings(station_file).instrument[0]
    assert driver.build(cod.options, cod.name).channels == ("cod", "level")


def test_unknown_driver_names_the_known_and_the_nearest() -> None:
    with pytest.raises(DriverUnknown, match=r'^没有名为 "pionts" 的驱动 / there is no driver "pionts"$') as caught:
        find_driver("pionts")
    assert caught.value.nearest == "points"
    assert {"points", "absent", "hollow"} <= set(caught.value.known)


def test_driver_that_cannot_be_imported_says_why() -> None:
    with pytest.raises(DriverBroken, match="cannot be imported here: ModuleNotFoundError: No module named") as caught:
        find_driver("absent")
    assert isinstance(caught.value.__cause__, ModuleNotFoundError)


@pytest.mark.parametrize(
    ("source", "lacks"),
    [
        ("", "Options, build"),
        ("def build(options, instrument): ...", "Options"),
        ("Options = dict\ndef build(options, instrument): ...", r"Options\(Strict\)"),
        (
            "from dau.config.base import Strict as Options\ndef build(options, instrument): ...",
            r"Options\.channels",
        ),
    ],
)
def test_module_that_is_no_driver_says_what_it_lacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, lacks: str
) -> None:
    name = f"half_a_driver_{len(source)}"  # another module each time
    (tmp_path / f"{name}.py").write_text(source, encoding="utf-8")
    package = tmp_path / "half-1.dist-info"
    package.mkdir()
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: half\nVersion: 1\n", encoding="utf-8")
    (package / "entry_points.txt").write_text(f"[dau.drivers]\nhalf = {name}\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(DriverIncomplete, match=rf'the driver "half" lacks {lacks}$'):
        find_driver("half")
