"""Finds what the number of a command means in an edition, and which packets shall be encrypted.

The rows are in ``command_table.py``, one for each meaning of a number. A number in no row is no error: its packet is
delivered as it came.
"""

from dau.hj212.command_row import Command, Data, Kind, Role
from dau.hj212.command_table import TABLE
from dau.hj212.dialect import Dialect, Edition

__all__ = ["COMMANDS", "Command", "Data", "Kind", "Role", "command", "is_interaction", "shall_encrypt"]

COMMANDS = {row.number: row for row in TABLE if Edition.E2017 in row.editions}
"""The rows of HJ 212-2017 table 9. For another edition ask ``command``."""

_BY_EDITION = {
    (row.number, edition): row
    for row in sorted(TABLE, key=lambda row: len(row.editions) > 0)
    for edition in row.editions | row.tolerated
}
_INTERACTIONS = frozenset(row.number for row in TABLE if Kind.INTERACTION in (row.up, row.down))


def command(number: str, edition: Edition) -> Command | None:
    """Return what the number means in the edition: listed there, or known from elsewhere and tolerated; else None."""
    return _BY_EDITION.get((number, edition))


def is_interaction(cn: str) -> bool:
    """Tell whether the command is an answer (9011 to 9014), which is itself never answered."""
    return cn in _INTERACTIONS


def shall_encrypt(cn: str, sender: Role, dialect: Dialect) -> bool:
    """Tell whether a packet shall be encrypted where there is a key (HJ 212-2025 clause 6.4).

    These are what a unit sends from 2000 to 2999, 1014 both ways, and 3020; requests too if the dialect says so.
    """
    if dialect.edition is not Edition.E2025:
        return False
    row = command(cn, Edition.E2025)
    is_data = cn.startswith("2") or cn == "3020"
    by_rule = sender in row.sealed if row else is_data and sender is Role.UNIT
    return by_rule or (is_data and dialect.encryption.seals_requests)
