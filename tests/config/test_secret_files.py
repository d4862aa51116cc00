"""Passwords and keys in files of their own: read, protected, and never shown."""

from pathlib import Path

import pytest

from dau.config.complaints import ConfigError
from dau.config.load import load_settings
from tests.config.conftest import GOOD

SECRET = "from-a-file-4711"


@pytest.fixture
def secret_file(station_file: Path) -> Path:
    """Let the first platform of the settings take its password from the file returned."""
    station_file.write_text(GOOD.replace('pw = "S3cret-0815"', 'pw_file = "keys/national.pw"', 1), encoding="utf-8")
    file = station_file.with_name("keys") / "national.pw"
    file.parent.mkdir()
    file.write_text(SECRET + "\n", encoding="utf-8")
    file.chmod(0o600)
    return file


def sentences(station_file: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load_settings(station_file)
    assert SECRET not in str(caught.value)
    return [str(complaint).removeprefix(f"{station_file}:") for complaint in caught.value.complaints]


def test_password_is_read_without_its_line_end(station_file: Path, secret_file: Path) -> None:
    platform = load_settings(station_file).platform[0]
    assert platform.pw.get_secret_value() == SECRET
    assert platform.pw_file == secret_file
    assert SECRET not in repr(platform)


def test_file_that_others_may_read(station_file: Path, secret_file: Path) -> None:
    secret_file.chmod(0o644)
    (found,) = sentences(station_file)
    assert found == (
        f'71: [[platform]] "national" > pw_file: 文件 {secret_file} 任何人都可读取 (权限 0644) / '
        f"the file {secret_file} may be read by everybody (mode 0644); 允许 / allowed: 0600"
    )


def test_file_that_does_not_exist_is_one_mistake(station_file: Path, secret_file: Path) -> None:
    secret_file.unlink()
    (found,) = sentences(station_file)
    assert found == (
        f'71: [[platform]] "national" > pw_file: 无法读取文件 {secret_file} / '
        f"the file {secret_file} cannot be read: No such file or directory"
    )


@pytest.mark.parametrize("content", [b"", b"\n", b"two words", "密码".encode(), b"x" * 25, b"a;b", b"one\ntwo\n"])
def test_file_without_a_usable_password(station_file: Path, secret_file: Path, content: bytes) -> None:
    secret_file.write_bytes(content)
    (found,) = sentences(station_file)
    assert "密码不能写入数据包 / the password cannot stand in a packet; 允许 / allowed: 1 至 24 个" in found


def test_password_in_both_places(station_file: Path) -> None:
    text = GOOD.replace('pw = "S3cret-0815"', 'pw = "S3cret-0815"\npw_file = "national.pw"', 1)
    station_file.write_text(text, encoding="utf-8")
    (found,) = sentences(station_file)
    assert found == (
        '72: [[platform]] "national" > pw_file: pw 和 pw_file 只能写一个 / only one of pw and pw_file may be given'
    )


def test_name_of_the_file_of_the_wrong_kind_is_one_mistake(station_file: Path) -> None:
    station_file.write_text(GOOD.replace('pw = "S3cret-0815"', "pw_file = 7", 1), encoding="utf-8")
    (found,) = sentences(station_file)
    assert found == (
        '71: [[platform]] "national" > pw_file: 7 的类型不对 / 7 is of the wrong type; '
        '允许 / allowed: 带引号的文本 "..." / text in quotes "..."'
    )


KEY = "0123456789ABCDEFFEDCBA9876543210"


@pytest.fixture
def key_file(station_file: Path) -> Path:
    """Let the first platform of the settings take its SM4 key from the file returned."""
    text = GOOD.replace('st = "32"', 'st = "32"\nedition = "2025"\nkey_file = "national.key"', 1)
    station_file.write_text(text, encoding="utf-8")
    file = station_file.with_name("national.key")
    file.write_text(KEY, encoding="ascii")
    file.chmod(0o600)
    return file


@pytest.mark.parametrize(
    "content", [b"", b"0123", KEY.encode() + b"00", b"short key", b"\xff" * 16, b"sixteen\nletters"]
)
def test_file_without_a_usable_key(station_file: Path, key_file: Path, content: bytes) -> None:
    key_file.write_bytes(content)
    (found,) = sentences(station_file)
    assert found == (
        '74: [[platform]] "national" > key_file: 文件中不是 SM4 密钥 / the file does not hold an SM4 key; '
        "允许 / allowed: 32 个十六进制字符或 16 个 ASCII 字符 / 32 hexadecimal digits or 16 ASCII characters"
    )


def test_key_that_others_may_read_is_told_without_the_key(station_file: Path, key_file: Path) -> None:
    key_file.chmod(0o644)
    (found,) = sentences(station_file)
    assert "may be read by everybody (mode 0644)" in found
    assert KEY not in found


def test_key_of_an_edition_that_has_none(station_file: Path, key_file: Path) -> None:
    station_file.write_text(station_file.read_text("utf-8").replace('edition = "2025"\n', ""), encoding="utf-8")
    (found,) = sentences(station_file)
    assert (
        found == '73: [[platform]] "national" > key_file: HJ 212-2017 没有命令 1014 / HJ 212-2017 has no command 1014'
    )
