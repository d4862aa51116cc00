"""The stage: copies of the example stations, and clear words when it cannot be set up."""

from pathlib import Path

import pytest

from simulator.demo.stage import CONFIG, StageError, set_up


def test_the_examples_of_the_checkout_are_copied_unchanged(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    assert [station.name for station in stage.stations] == ["outfall", "stack"]
    for station in stage.stations:
        assert station.config.read_bytes() == (CONFIG / station.name / "station.toml").read_bytes()
        assert station.database == tmp_path / station.name / "var" / "station.db"
        assert len({platform.mn for platform in station.platforms}) == 2
    assert stage.receivers == {"national": "127.0.0.1:19001", "provincial": "127.0.0.1:19002"}


def test_missing_examples_are_named(tmp_path: Path) -> None:
    with pytest.raises(StageError, match=r"the example station .*outfall/station\.toml is missing"):
        set_up(tmp_path, tmp_path / "nowhere")


def test_a_used_folder_is_left_alone(tmp_path: Path) -> None:
    set_up(tmp_path)
    with pytest.raises(StageError, match="already holds a demonstration: choose another one"):
        set_up(tmp_path)


def test_records_of_ten_minutes_cannot_be_compared(tmp_path: Path) -> None:
    for name in ("outfall", "stack"):
        target = tmp_path / "config" / name
        target.mkdir(parents=True)
        content = (CONFIG / name / "station.toml").read_text("utf-8")
        (target / "station.toml").write_text(content.replace("minute_min = 1", "minute_min = 10"), "utf-8")
    with pytest.raises(StageError, match="platform national needs minute_min = 1"):
        set_up(tmp_path / "demo", tmp_path / "config")
