"""Passwords and keys of platforms: a file each, that not everybody may read; a password may stand in the settings."""

import re
import stat
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from dau.config.draft import Draft
from dau.config.lines import KeyPath
from dau.config.settings import PlatformKeys
from dau.config.shape import allowed_by, slots_at
from dau.words import text

_UNKNOWN: Final = SecretStr("-")
"""Stands for a password already complained about, so that the rest of its table is checked all the same."""
_KEY: Final = re.compile(r"[0-9A-Fa-f]{32}|[ -~]{16}")


def with_password(draft: Draft, values: dict[str, object], at: KeyPath) -> dict[str, object]:
    """Return the ``[[platform]]`` table at path ``at`` with ``pw`` filled in, from ``pw_file`` where that is given."""
    named = values.get("pw_file")
    if "pw" in values:
        if "pw_file" in values:
            draft.complain((*at, "pw_file"), text("config.pw_twice"))
        return values
    if isinstance(named, str):
        file = draft.file.parent.absolute() / named
        secret = _read(draft, file, (*at, "pw_file"))
        return {**values, "pw": _UNKNOWN if secret is None else secret, "pw_file": str(file)}
    if "pw_file" not in values:
        allowed = allowed_by(slots_at(PlatformKeys, ("pw",)))
        draft.complain(at, text("config.missing_key", missing="pw"), allowed=f"pw = {allowed} | pw_file")
    return {**values, "pw": _UNKNOWN}


def key_of(draft: Draft, table: PlatformKeys, at: KeyPath) -> SecretStr | None:
    """Return the SM4 key that ``key_file`` holds; None without one, or after complaining."""
    if table.key_file is None:
        return None
    path = (*at, "key_file")
    key = _read(draft, draft.file.parent.absolute() / table.key_file, path)
    if key is not None and not _KEY.fullmatch(key.get_secret_value()):
        draft.complain(path, text("config.key"), allowed=text("config.form.key"))
        return None
    return key


def _read(draft: Draft, file: Path, at: KeyPath) -> SecretStr | None:
    """Return the first line and more of a file, without the line end; None after complaining."""
    try:
        with file.open("rb") as opened:
            mode = stat.S_IMODE(file.stat().st_mode)
            secret = SecretStr(opened.read(1024).decode("ascii", "replace").rstrip("\r\n"))
    except OSError as error:
        draft.complain(at, f"{text('config.secret_unreadable', file=file)}: {error.strerror}", found=str(file))
        return None
    if mode & stat.S_IROTH:
        sentence = text("config.secret_open", file=file, mode=f"{mode:04o}")
        draft.complain(at, sentence, found=f"{mode:04o}", allowed="0600")
    return secret
