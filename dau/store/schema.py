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
    # due_ms is the moment from which the platform could have it: it orders both lanes.
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

_FOREVER: Final = (
    "sample",
    "statistic",
    "record",
    "event",
    "wire",
    "mark",
    "day_seal",
    "finding_step",
    "declaration",
    "declaration_end",
    "turn",
)
"""What was measured, closed, told, marked, declared or said of a finding stays as it is. A later step that lets rows
grow old and go must replace the guards by ones that know how far back they may go."""


def _guard(table: str, verb: str, done: str, when: str = "") -> str:
    """Return the trigger that refuses to alter or delete rows, whichever program asks."""
    refusal = f"BEGIN SELECT RAISE(ABORT, '{table} is never {done}'); END"
    return f"CREATE TRIGGER {table}_is_never_{done} BEFORE {verb} ON {table} {when} {refusal}"


_QUALITY: Final = (
    # Of a concentration in waste water: what flowed, and the part of it whose concentration was measured too.
    "ALTER TABLE statistic ADD COLUMN volume REAL",
    "ALTER TABLE statistic ADD COLUMN paired REAL",
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
    # One row: every minute that ends by then was looked at by the rules.
    "CREATE TABLE looked (one INTEGER PRIMARY KEY CHECK (one = 1), until_ms INTEGER NOT NULL)",
    # How the settings last said that a number is made: what differs at the next start is a finding.
    """CREATE TABLE known_parameter (
        subject TEXT NOT NULL,
        name TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (subject, name)) WITHOUT ROWID""",
    # The mark book, with the categories of the national platform. A row is never altered: one that was wrong is
    # withdrawn by another.
    """CREATE TABLE mark (
        id INTEGER PRIMARY KEY,
        category INTEGER NOT NULL CHECK (category BETWEEN 1 AND 8),
        subject TEXT NOT NULL,
        label TEXT NOT NULL,
        first_ms INTEGER NOT NULL,
        end_ms INTEGER NOT NULL CHECK (end_ms >= first_ms),
        fields TEXT NOT NULL,
        reason TEXT NOT NULL,
        who TEXT NOT NULL,
        made_ms INTEGER NOT NULL,
        withdraws INTEGER UNIQUE REFERENCES mark (id))""",
    "CREATE INDEX mark_first ON mark (first_ms)",
    # One row for each day that is over, a chain like the audit log, whose end it seals too.
    """CREATE TABLE day_seal (
        day_ms INTEGER PRIMARY KEY,
        count INTEGER NOT NULL,
        digest BLOB NOT NULL,
        audit_row INTEGER NOT NULL,
        audit_seal BLOB NOT NULL,
        made_ms INTEGER NOT NULL,
        seal BLOB NOT NULL)""",
    # What a person declared, and who ended it before its time. Rows are added and never altered.
    """CREATE TABLE declaration (
        id INTEGER PRIMARY KEY,
        entered_ms INTEGER NOT NULL,
        kind TEXT NOT NULL,
        who TEXT NOT NULL,
        why TEXT NOT NULL,
        from_ms INTEGER NOT NULL,
        until_ms INTEGER NOT NULL,
        channels TEXT NOT NULL,
        facility TEXT,
        condition TEXT,
        value REAL,
        retroactive INTEGER NOT NULL)""",
    "CREATE INDEX declaration_until ON declaration (until_ms)",
    """CREATE TABLE declaration_end (
        declaration INTEGER PRIMARY KEY REFERENCES declaration (id),
        at_ms INTEGER NOT NULL,
        who TEXT NOT NULL,
        why TEXT NOT NULL)""",
    # From when on a facility stands so; no condition where nobody knows.
    """CREATE TABLE turn (
        id INTEGER PRIMARY KEY,
        facility TEXT NOT NULL,
        from_ms INTEGER NOT NULL,
        condition TEXT,
        by_person INTEGER NOT NULL)""",
    "CREATE INDEX turn_facility ON turn (facility, from_ms)",
    "CREATE INDEX turn_newest ON turn (facility, id)",
    *(_guard(table, "UPDATE", "altered") for table in _FOREVER),
    *(_guard(table, "DELETE", "deleted") for table in (*_FOREVER, "audit")),
    # A row of the audit log is sealed just after it was inserted.
    _guard("audit", "UPDATE", "altered", "WHEN length(OLD.seal) > 0"),
)

_RESULTS: Final = (
    # The result of an analyser that works in cycles has the time that the analyser gives it and the time at which its
    # water was taken. A later poll that shows the same result has no number and only the first of the two.
    "ALTER TABLE sample ADD COLUMN data_ms INTEGER",
    "ALTER TABLE sample ADD COLUMN sampled_ms INTEGER",
    "CREATE INDEX sample_result ON sample (channel) WHERE sampled_ms IS NOT NULL",
    "CREATE INDEX sample_taken ON sample (channel, sampled_ms) WHERE sampled_ms IS NOT NULL",
    # Where the counter of a meter stood at the end of the last closed minute in which it told.
    """CREATE TABLE counter (
        channel INTEGER PRIMARY KEY REFERENCES channel (id),
        at_ms INTEGER NOT NULL,
        value REAL NOT NULL)""",
    # The seal of a day also covers the samples that were stored since the one before it, by their numbers.
    "ALTER TABLE day_seal ADD COLUMN sample_until INTEGER",
    "ALTER TABLE day_seal ADD COLUMN sample_count INTEGER",
    "ALTER TABLE day_seal ADD COLUMN sample_digest BLOB",
)

STATION: Final = Schema(
    "station",
    (
        ("0001 first station", _FIRST),
        ("0002 commands of platforms", _COMMANDS),
        ("0003 data quality", _QUALITY),
        ("0004 results and sealed samples", _RESULTS),
    ),
)
