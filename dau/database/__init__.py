"""The door to SQLite: one file, one writing thread with group commit, one reading thread beside it, migrations.

A write is a function of the connection. Functions that wait together are run in one transaction, each in a savepoint
of its own, and whoever handed one in hears of it only after the commit: with ``synchronous=FULL`` that means it is on
the disk. While one commit waits for the disk the next group gathers, so the rate of commits follows the disk by itself.
"""

from dau.database.database import Database, connect_readonly
from dau.database.errors import DatabaseDamaged, DatabaseNewer, DiskFull, StoreError
from dau.database.schema import Schema

__all__ = [
    "Database",
    "DatabaseDamaged",
    "DatabaseNewer",
    "DiskFull",
    "Schema",
    "StoreError",
    "connect_readonly",
]
