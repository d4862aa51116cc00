"""The tables of ``station.db``, in every form they ever had."""

from typing import Final

from dau.database import Schema

_FIRST: Final = (
    # What a number meant: a channel whose factor or unit changes gets a new row, so that old samples keep their
    # meaning.
    """CREATE TABLE channel (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        factor TEXT NOT NULL,
        unit TEXT NOT NULL,
        UNIQUE (name, factor, unit))""",
    # Ordered by arrival (id), bucketed by the wall clock (at_ms): a clock that steps back neither doubles nor
    # overwrites.
    """CREATE TABLE sample (
        id INTEGER PRIMARY KEY,
        at_ms INTEGER NOT NULL,
        channel INTEGER NOT NULL REFERENCES channel (id),
        raw REAL,
        value REAL,
        states INTEGER NOT NULL,
        late INTEGER NOT NULL)""",
    "CREATE INDEX sample_at ON sample (at_ms)",
    """CREATE TABLE statistic (
        start_ms INTEGER NOT NULL,
        length_ms INTEGER NOT NULL,
        channel INTEGER NOT NULL REFERENCES channel (id),
        state INTEGER NOT NULL,
        valid INTEGER NOT NULL,
        count INTEGER NOT NULL,
        expected INTEGER NOT NULL,
        mean REAL, low REAL, high REAL, raw_mean REAL, total REAL,
        PRIMARY KEY (length_ms, start_ms, channel)) WITHOUT ROWID""",
    # One row: every raw minute that ends by then is closed for ever.
    "CREATE TABLE progress (one INTEGER PRIMARY KEY CHECK (one = 1), closed_until_ms INTEGER NOT NULL)",
    """CREATE TABLE record (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        start_ms INTEGER NOT NULL,
        length_ms INTEGER NOT NULL,
        created_ms INTEGER NOT NULL,
        UNIQUE (kind, start_ms, length_ms))""",
    # The latest sample of each channel at the moment of a live record.
    """CREATE TABLE live_value (
        record INTEGER NOT NULL REFERENCES record (id),
        sample INTEGER NOT NULL REFERENCES sample (id),
        PRIMARY KEY (record, sample)) WITHOUT ROWID""",
    # due_ms is the end of the record's span, the moment from which the platform could have it: it orders both lanes.
    """CREATE TABLE delivery (
        record INTEGER NOT NULL REFERENCES record (id),
        platform TEXT NOT NULL,
        state TEXT NOT NULL,
        due_ms INTEGER NOT NULL,
        next_try_ms INTEGER NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        qn TEXT,
        done_ms INTEGER,
        PRIMARY KEY (record, platform)) WITHOUT ROWID""",
    "CREATE INDEX delivery_waiting ON delivery (platform, due_ms) WHERE state = 'waiting'",
    "CREATE INDEX delivery_done ON delivery (platform, done_ms) WHERE state <> 'waiting'",
    # What really went over the wire, both ways, byte for byte.
    """CREATE TABLE wire (
        id INTEGER PRIMARY KEY,
        at_ms INTEGER NOT NULL,
        platform TEXT NOT NULL,
        sent INTEGER NOT NULL,
        record INTEGER,
        frame BLOB NOT NULL)""",
    """CREATE TABLE link (
        platform TEXT PRIMARY KEY,
        state TEXT NOT NULL,
        since_ms INTEGER NOT NULL,
        detail TEXT NOT NULL) WITHOUT ROWID""",
)

_COMMANDS: Final = (
    # What a platform changed by command. ``configured`` is what the settings file said then: once the file says
    # something else, the file is newer and counts.
    """CREATE TABLE setting (
        platform TEXT NOT NULL,
        name TEXT NOT NULL,
        value TEXT NOT NULL,
        configured TEXT NOT NULL,
        since_ms INTEGER NOT NULL,
        PRIMARY KEY (platform, name)) WITHOUT ROWID""",
    # Who did what. Each row seals the one before it, so that none can be altered or taken out unnoticed.
    """CREATE TABLE audit (
        id INTEGER PRIMARY KEY,
        at_ms INTEGER NOT NULL,
        who TEXT NOT NULL,
        what TEXT NOT NULL,
        subject TEXT NOT NULL,
        before TEXT,
        after TEXT,
        result TEXT NOT NULL,
        seal BLOB NOT NULL)""",
    # Requests that were taken, so that none is acted upon twice. ``digest`` tells a resend from another request.
    """CREATE TABLE request (
        platform TEXT NOT NULL,
        qn TEXT NOT NULL,
        qn_ms INTEGER NOT NULL,
        digest BLOB NOT NULL,
        came_ms INTEGER NOT NULL,
        qn_rtn INTEGER NOT NULL,
        exe_rtn INTEGER,
        PRIMARY KEY (platform, qn)) WITHOUT ROWID""",
    """CREATE TABLE sm4_key (
        id INTEGER PRIMARY KEY,
        platform TEXT NOT NULL,
        key BLOB NOT NULL,
        created TEXT NOT NULL,
        standing TEXT NOT NULL,
        since_ms INTEGER NOT NULL)""",
    "CREATE INDEX sm4_key_platform ON sm4_key (platform)",
    # What a record of an event tells, as JSON.
    """CREATE TABLE event (
        record INTEGER PRIMARY KEY REFERENCES record (id),
        body TEXT NOT NULL)""",
    # Of the rows with one name, the one that the settings file describes now.
    "ALTER TABLE channel ADD COLUMN is_current INTEGER NOT NULL DEFAULT 1",
    # What the channels that an event names were when it happened.
    """CREATE TABLE event_channel (
        record INTEGER NOT NULL REFERENCES record (id),
        channel INTEGER NOT NULL REFERENCES channel (id),
        PRIMARY KEY (record, channel)) WITHOUT ROWID""",
)

_QUALITY: Final = (
    # What a rule noticed in the closed data of a channel or of the unit. ``running`` while its condition lasts; the
    # state is that of its newest step.
    """CREATE TABLE finding (
        id INTEGER PRIMARY KEY,
        rule TEXT NOT NULL,
        subject TEXT NOT NULL,
        parameters TEXT NOT NULL,
        first_ms INTEGER NOT NULL,
        last_ms INTEGER NOT NULL,
        evidence TEXT NOT NULL,
        made_ms INTEGER NOT NULL,
        running INTEGER NOT NULL,
        UNIQUE (rule, subject, first_ms))""",
    "CREATE INDEX finding_running ON finding (rule, subject) WHERE running",
    # What became of a finding, and who said so; rows are added and never altered.
    """CREATE TABLE finding_step (
        id INTEGER PRIMARY KEY,
        finding INTEGER NOT NULL REFERENCES finding (id),
        at_ms INTEGER NOT NULL,
        who TEXT NOT NULL,
        state TEXT NOT NULL,
        reason TEXT NOT NULL)""",
    "CREATE INDEX finding_step_finding ON finding_step (finding)",
    # One row for each group of rules: every period that ends by then was looked at.
    """CREATE TABLE looked (
        rules TEXT PRIMARY KEY,
        until_ms INTEGER NOT NULL) WITHOUT ROWID""",
)

STATION: Final = Schema(
    "station",
    (
        ("0001 first station", _FIRST),
        ("0002 commands of platforms", _COMMANDS),
        ("0003 data quality", _QUALITY),
    ),
)
