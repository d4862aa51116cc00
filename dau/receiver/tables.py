"""The tables of the receiver's file: what came, byte for byte, and what it said.

``packet``
    Every frame in the order of its arrival or sending, raw. Frames that were refused and rubbish between frames stand
    here too (``ok = 0``, the reason in ``deviations``), but only the newest of them: see `REFUSED_KEPT`.

    ``direction`` is ``up`` for what came and ``down`` for what was sent. A row of the latter is stored just before the
    bytes go out, an answer in one transaction with what it answers; whether the unit got it, its own words tell. New
    passwords and keys in what was sent are stars here, byte for byte, and such a packet stands here in plaintext.

    ``encrypted`` says that a key opened the area: ``raw`` is as it came, ``datum`` has what it said. ``backfilled`` is
    RF=1.

``datum``
    One row for each value, whose identity is (MN, CN, DataTime, factor, field): a QN is useless for that, because units
    in the field send the same record again with a new one. A field that belongs to no factor has the factor ''. A
    packet without a DataTime has the DataTime ''; its rows hold the latest word, not a history.

    The newest value wins. A unit that sends another value for the same label has corrected it, and a receiver has no
    ground to prefer the first one; the older values stay visible in the packets from ``first_packet`` on, and
    ``differing`` counts the packets that contradicted what was stored before them. ``seen`` counts all packets.

``tally``
    Counts that stay when rows are cleared away, for each unit and command; what could not be read belongs to MN ''.

``unit_key``
    The SM4 keys of units (HJ 212-2025 clause 6.4.3), see `dau.receiver.unit_keys`. The file is its owner's alone.
"""

from typing import Final

from dau.database import Schema

REFUSED_KEPT: Final = 5_000
"""So many refused frames and pieces of rubbish are kept, the newest: no stranger can fill the disk with them."""

RAW_KEPT: Final = 2_048
"""Bytes kept of one refused frame or piece of rubbish."""

SCHEMA: Final = Schema(
    "receiver",
    (
        (
            "0001 packets, data and counts",
            (
                """
                CREATE TABLE packet (
                    id INTEGER PRIMARY KEY,
                    at_ms INTEGER NOT NULL,
                    peer TEXT NOT NULL,
                    ok INTEGER NOT NULL,
                    mn TEXT NOT NULL DEFAULT '',
                    st TEXT NOT NULL DEFAULT '',
                    cn TEXT NOT NULL DEFAULT '',
                    qn TEXT NOT NULL DEFAULT '',
                    edition TEXT NOT NULL DEFAULT '',
                    flag INTEGER,
                    pnum INTEGER,
                    pno INTEGER,
                    data_time TEXT NOT NULL DEFAULT '',
                    deviations TEXT NOT NULL DEFAULT '[]',
                    raw BLOB NOT NULL
                ) STRICT
                """,
                "CREATE INDEX packet_refused ON packet (id) WHERE ok = 0",
                "CREATE INDEX packet_part ON packet (mn, cn, data_time, st, pnum, pno) WHERE pnum IS NOT NULL",
                """
                CREATE TABLE datum (
                    mn TEXT NOT NULL,
                    cn TEXT NOT NULL,
                    data_time TEXT NOT NULL,
                    factor TEXT NOT NULL,
                    field TEXT NOT NULL,
                    value TEXT NOT NULL,
                    first_packet INTEGER NOT NULL,
                    last_packet INTEGER NOT NULL,
                    seen INTEGER NOT NULL,
                    differing INTEGER NOT NULL,
                    PRIMARY KEY (mn, cn, data_time, factor, field)
                ) STRICT, WITHOUT ROWID
                """,
                """
                CREATE TABLE tally (
                    mn TEXT NOT NULL,
                    cn TEXT NOT NULL,
                    what TEXT NOT NULL,
                    count INTEGER NOT NULL,
                    last_at_ms INTEGER NOT NULL,
                    PRIMARY KEY (mn, cn, what)
                ) STRICT, WITHOUT ROWID
                """,
            ),
        ),
        (
            "0002 packets sent",
            (
                "ALTER TABLE packet ADD COLUMN direction TEXT NOT NULL DEFAULT 'up'",
                "CREATE INDEX packet_asked ON packet (id) WHERE direction = 'down' AND cn < '9'",
            ),
        ),
        (
            "0003 keys of units",
            (
                """
                CREATE TABLE unit_key (
                    id INTEGER PRIMARY KEY,
                    mn TEXT NOT NULL,
                    key BLOB NOT NULL CHECK (length(key) = 16),
                    created TEXT NOT NULL,
                    standing TEXT NOT NULL,
                    since_ms INTEGER NOT NULL
                ) STRICT
                """,
                "CREATE INDEX unit_key_mn ON unit_key (mn)",
                "ALTER TABLE packet ADD COLUMN encrypted INTEGER NOT NULL DEFAULT 0",
                "ALTER TABLE packet ADD COLUMN backfilled INTEGER NOT NULL DEFAULT 0",
            ),
        ),
    ),
)
