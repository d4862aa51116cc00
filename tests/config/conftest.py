"""A settings file to spoil, and drivers that are installed for the time of a test."""

from pathlib import Path

import pytest

PASSWORD = "S3cret-0815"

GOOD = Path(__file__).with_name("station.toml").read_text(encoding="utf-8")

_ENTRY_POINTS = """\
[dau.drivers]
points = tests.config.points_driver
absent = tests.config.no_such_module
hollow = tests.config.conftest
"""


@pytest.fixture(autouse=True)
def _test_drivers(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Install three drivers the way a package does: a working one, one that cannot be imported, one that is none."""
    place = tmp_path_factory.mktemp("installed")
    package = place / "test_drivers-1.dist-info"
    package.mkdir()
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: test-drivers\nVersion: 1\n", encoding="utf-8")
    (package / "entry_points.txt").write_text(_ENTRY_POINTS, encoding="utf-8")
    monkeypatch.syspath_prepend(place)


@pytest.fixture
def station_file(tmp_path: Path) -> Path:
    """Return the path of a settings file without mistakes."""
    file = tmp_path / "station.toml"
    file.write_text(GOOD, encoding="utf-8")
    return file
