"""``dau profiles``: the list, one file, and golden frames that hold or do not."""

from pathlib import Path

from click.testing import CliRunner, Result

from dau.cli.profiles import profiles
from dau.config.profiles import profile_files


def run(*words: str) -> Result:
    return CliRunner().invoke(profiles, list(words))


def test_all_of_them_are_listed_also_without_a_word() -> None:
    for result in (run("list"), run()):
        assert result.exit_code == 0, result.output
        assert f"{len(profile_files(None))} profiles" in result.output
        assert "surface-water-analyzer" in result.output


def test_words_narrow_the_list() -> None:
    result = run("list", "flow", "krohne")
    assert "krohne-ifc-050" in result.output
    assert "1 profiles" in result.output


def test_a_profile_is_shown_as_it_stands() -> None:
    result = run("show", "room-sensor")
    file = profile_files(None)["room-sensor"]
    assert result.output == f"# {file}\n{file.read_text(encoding='utf-8')}"


def test_golden_frames_hold() -> None:
    result = run("test", "jiangsu-draft", "visic100sf")
    assert result.exit_code == 0, result.output
    assert "jiangsu-draft: 6 examples, 0 differences" in result.output


def test_a_frame_that_says_something_else_is_told(tmp_path: Path) -> None:
    file = tmp_path / "room-sensor.toml"
    text = profile_files(None)["room-sensor"].read_text(encoding="utf-8")
    assert "humidity = 7.0" in text
    file.write_text(text.replace("humidity = 7.0", "humidity = 7.1"), encoding="utf-8")
    result = run("test", str(file))
    assert result.exit_code == 1
    assert "room-sensor: example 1: humidity is 7.0, expected 7.1" in result.output


def test_what_is_no_profile_is_told(tmp_path: Path) -> None:
    assert "there is no profile nothing" in run("show", "nothing").output
    file = tmp_path / "broken.toml"
    file.write_text("schema = 2\n", encoding="utf-8")
    result = run("test", str(file))
    assert result.exit_code == 1
    assert f'{file}:1: profile: 缺少键 "driver" / the key "driver" is missing' in result.output


def test_a_broken_profile_beside_hides_none_of_the_others(tmp_path: Path) -> None:
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "bad.toml").write_text("schema = [", encoding="utf-8")
    result = run("list", "--beside", str(tmp_path))
    assert "bad.toml:1" in result.output
    assert "room-sensor" in result.output
