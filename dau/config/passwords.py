"""Passwords of platforms: in the settings themselves, or each in a file of its own that others may not read."""

import stat
from pathlib import Path

from pydantic import SecretStr

from dau.config.draft import Draft
from dau.config.lines import KeyPath
from dau.config.settings import PlatformTable
from dau.config.shape import allowed_by, slots_at
from dau.words import text

_UNKNOWN = SecretStr("-")
"""Stands for a password already complained about, so that the rest of its table is checked all the same."""


def with_password(draft: Draft, values: dict[str, object], at: KeyPath) -> dict[str, object]:
    """Return the ``[[platform]]`` table at path ``at`` with ``pw`` filled in, from ``pw_file`` where that is given."""
    named = values.get("pw_file")
    if "pw" in values:
        if "pw_file" in values:
            draft.complain((*at, "pw_file"), text("config.pw_twice"))
        return values
    if isinstance(named, str):
        file = draft.file.parent.absolute() / named
        return {**values, "pw": _read(draft, file, (*at, "pw_file")), "pw_file": str(file)}
    if "pw_file" not in values:
        allowed = allowed_by(slots_at(PlatformTable, ("pw",)))
        draft.complain(at, text("config.missing_key", missing="pw"), allowed=f"pw = {allowed} | pw_file")
    return {**values, "pw": _UNKNOWN}


def _read(draft: Draft, file: Path, at: KeyPath) -> SecretStr:
    try:
        with file.open(encoding="ascii") as opened:
            mode = stat.S_IMODE(file.stat().st_mode)
            secret = SecretStr(opened.read(1024).rstrip("\r\n"))
    except OSError as error:
        draft.complain(at, f"{text('config.pw_file_unreadable', file=file)}: {error.strerror}", found=str(file))
        return _UNKNOWN
    except UnicodeDecodeError:
        draft.complain(at, text("config.password"), allowed=allowed_by(slots_at(PlatformTable, ("pw",))))
        return _UNKNOWN
    if mode & stat.S_IROTH:
        sentence = text("config.pw_file_open", file=file, mode=f"{mode:04o}")
        draft.complain(at, sentence, found=f"{mode:04o}", allowed="0600")
    return secret
