"""The tables, as the steps that lead to them.

A step is never changed once it was released; what differs afterwards is a new step at the
end. Only the table ``persons`` holds user ids; every other table points at its random keys.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlite_utils import Database

from bot.store import steps_aftercare


def m001_messages(db: Database) -> None:
    """Persons, what they wrote, what the bot says."""
    _create(
        db,
        """
        CREATE TABLE persons (
            key TEXT PRIMARY KEY,
            front TEXT NOT NULL,
            user_id TEXT NOT NULL,
            UNIQUE (front, user_id)
        ) STRICT
        """,
        """
        CREATE TABLE responders (
            person TEXT PRIMARY KEY REFERENCES persons (key),
            enrolled_at TEXT NOT NULL
        ) STRICT
        """,
        "CREATE TABLE positions (front TEXT PRIMARY KEY, token TEXT NOT NULL) STRICT",
        """
        CREATE TABLE inbox (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            front TEXT NOT NULL,
            room TEXT NOT NULL,
            event TEXT NOT NULL,
            place TEXT NOT NULL,
            sender TEXT NOT NULL REFERENCES persons (key),
            kind TEXT NOT NULL,
            text TEXT NOT NULL,
            sent_at TEXT NOT NULL,
            thread TEXT,
            reply_to TEXT,
            addressed INTEGER NOT NULL,
            failures INTEGER NOT NULL DEFAULT 0,
            hidden_until TEXT,
            UNIQUE (front, room, event)
        ) STRICT
        """,
        # All that is left of a message once it was handled: enough to know it again.
        """
        CREATE TABLE handled (
            front TEXT NOT NULL,
            room TEXT NOT NULL,
            event TEXT NOT NULL,
            handled_at TEXT NOT NULL,
            PRIMARY KEY (front, room, event)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE outbox (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            key TEXT NOT NULL UNIQUE,
            front TEXT NOT NULL,
            room TEXT NOT NULL,
            style TEXT NOT NULL,
            text TEXT NOT NULL,
            html TEXT NOT NULL,
            thread TEXT,
            reply_to TEXT,
            queued_at TEXT NOT NULL,
            event TEXT,
            sent_at TEXT,
            undeliverable TEXT
        ) STRICT
        """,
        """
        CREATE INDEX outbox_unsent ON outbox (id)
        WHERE event IS NULL AND undeliverable IS NULL
        """,
        "CREATE INDEX outbox_event ON outbox (front, room, event)",
        """
        CREATE TABLE mentions (
            key TEXT NOT NULL REFERENCES outbox (key),
            place INTEGER NOT NULL,
            person TEXT NOT NULL REFERENCES persons (key),
            PRIMARY KEY (key, place)
        ) STRICT, WITHOUT ROWID
        """,
    )


def m002_entries(db: Database) -> None:
    """Entries with all their versions, and what each origin last gave."""
    _create(
        db,
        """
        CREATE TABLE entries (
            id TEXT PRIMARY KEY,
            version INTEGER NOT NULL,
            served INTEGER NOT NULL,
            FOREIGN KEY (id, version) REFERENCES entry_versions (id, version)
                DEFERRABLE INITIALLY DEFERRED
        ) STRICT
        """,
        """
        CREATE TABLE entry_versions (
            id TEXT NOT NULL REFERENCES entries (id) DEFERRABLE INITIALLY DEFERRED,
            version INTEGER NOT NULL,
            lang TEXT NOT NULL,
            topic TEXT NOT NULL,
            question TEXT NOT NULL,
            answer TEXT NOT NULL,
            alternatives TEXT NOT NULL,
            source TEXT NOT NULL,
            body TEXT NOT NULL,
            scope TEXT NOT NULL,
            checked TEXT,
            valid_until TEXT,
            vetted_by TEXT NOT NULL,
            translation_of TEXT,
            sample INTEGER NOT NULL,
            origin TEXT NOT NULL,
            published_at TEXT NOT NULL,
            PRIMARY KEY (id, version)
        ) STRICT
        """,
        """
        CREATE TABLE origins (
            origin TEXT NOT NULL,
            entry_id TEXT NOT NULL REFERENCES entries (id),
            content_hash TEXT NOT NULL,
            PRIMARY KEY (origin, entry_id)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE given (
            key TEXT PRIMARY KEY REFERENCES outbox (key),
            asker TEXT NOT NULL REFERENCES persons (key),
            entry_id TEXT NOT NULL,
            version INTEGER NOT NULL,
            given_at TEXT NOT NULL,
            FOREIGN KEY (entry_id, version) REFERENCES entry_versions (id, version)
        ) STRICT
        """,
    )


def m003_cases(db: Database) -> None:
    """Cases, and responders' words in their threads."""
    _create(
        db,
        """
        CREATE TABLE cases (
            id INTEGER PRIMARY KEY,
            front TEXT NOT NULL,
            room TEXT NOT NULL,
            event TEXT NOT NULL,
            root TEXT NOT NULL,
            direct INTEGER NOT NULL,
            asker TEXT NOT NULL REFERENCES persons (key),
            question TEXT NOT NULL,
            lang TEXT NOT NULL,
            topic TEXT NOT NULL,
            scope TEXT NOT NULL,
            opened_at TEXT NOT NULL,
            due_at TEXT,
            status TEXT NOT NULL,
            claimed_by TEXT REFERENCES persons (key),
            answered_by TEXT REFERENCES persons (key),
            told TEXT NOT NULL,
            draft TEXT,
            desk_thread TEXT REFERENCES outbox (key),
            version INTEGER NOT NULL
        ) STRICT
        """,
        "CREATE INDEX case_root ON cases (front, room, root)",
        "CREATE INDEX case_desk_thread ON cases (desk_thread)",
        "CREATE INDEX case_status ON cases (status)",
        """
        CREATE TABLE notes (
            front TEXT NOT NULL,
            room TEXT NOT NULL,
            event TEXT NOT NULL,
            case_id INTEGER NOT NULL REFERENCES cases (id),
            author TEXT NOT NULL REFERENCES persons (key),
            text TEXT NOT NULL,
            PRIMARY KEY (front, room, event)
        ) STRICT, WITHOUT ROWID
        """,
    )


def m004_following(db: Database) -> None:
    """What follows edits, redactions and reactions; urgency, doubt, parking, budgets."""
    _create(
        db,
        "ALTER TABLE inbox ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE inbox ADD COLUMN parked_at TEXT",
        "ALTER TABLE outbox ADD COLUMN priority INTEGER NOT NULL DEFAULT 1",
        "ALTER TABLE outbox ADD COLUMN replaces TEXT REFERENCES outbox (key)",
        "ALTER TABLE outbox ADD COLUMN original_front TEXT",
        "ALTER TABLE outbox ADD COLUMN original_room TEXT",
        "ALTER TABLE outbox ADD COLUMN original_event TEXT",
        "ALTER TABLE outbox ADD COLUMN attempted_at TEXT",
        "CREATE INDEX outbox_original ON outbox (original_event) WHERE original_event IS NOT NULL",
        "CREATE INDEX outbox_replaces ON outbox (replaces) WHERE replaces IS NOT NULL",
        "CREATE INDEX outbox_reply_to ON outbox (reply_to) WHERE style = 'redaction'",
        "ALTER TABLE cases ADD COLUMN answered_in TEXT",
        "CREATE INDEX case_asked ON cases (front, room, event)",
        """
        CREATE TABLE reactions (
            front TEXT NOT NULL,
            room TEXT NOT NULL,
            event TEXT NOT NULL,
            target_front TEXT NOT NULL,
            target_room TEXT NOT NULL,
            target_event TEXT NOT NULL,
            emoji TEXT NOT NULL,
            mirror TEXT NOT NULL,
            PRIMARY KEY (front, room, event)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX reaction_target ON reactions (target_front, target_room, target_event)",
        # Kept for a day, to know who asks more than anybody can.
        """
        CREATE TABLE spent (
            id INTEGER PRIMARY KEY,
            person TEXT NOT NULL REFERENCES persons (key),
            room TEXT NOT NULL,
            at TEXT NOT NULL
        ) STRICT
        """,
        "CREATE INDEX spent_at ON spent (at)",
    )


def m005_figures(db: Database) -> None:
    """When something last came in, and what was said when."""
    _create(
        db,
        "ALTER TABLE positions ADD COLUMN received_at TEXT",
        "CREATE INDEX outbox_sent_at ON outbox (sent_at) WHERE sent_at IS NOT NULL",
    )


def m006_manners(db: Database) -> None:
    """What a question held that nobody sees."""
    _create(db, "ALTER TABLE cases ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0")


def m007_waiting(db: Database) -> None:
    """The numbers of cases given out, also to what is not committed yet; what only waits."""
    _create(
        db,
        "CREATE TABLE case_numbers (last INTEGER NOT NULL) STRICT",
        "INSERT INTO case_numbers SELECT coalesce(max(id), 0) FROM cases",
        "ALTER TABLE inbox ADD COLUMN waits INTEGER NOT NULL DEFAULT 0",
        "UPDATE inbox SET waits = failures, failures = 0 WHERE kind = 'unreadable'",
    )


def m008_forgetting(db: Database) -> None:
    """What was handled long ago, and whom the bot alerted lately in a thread, is found at once."""
    _create(
        db,
        "CREATE INDEX handled_at ON handled (handled_at)",
        "CREATE INDEX outbox_thread ON outbox (thread, queued_at) WHERE style = 'text'",
    )


def m009_desk(db: Database) -> None:
    """What a case's card shows, who has to answer it, who asks it too."""
    _create(
        db,
        "ALTER TABLE cases ADD COLUMN why TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE cases ADD COLUMN near TEXT NOT NULL DEFAULT '[]'",
        "ALTER TABLE cases ADD COLUMN patient INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE cases ADD COLUMN body TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE cases ADD COLUMN officials INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE cases ADD COLUMN handed_at TEXT",
        "ALTER TABLE cases ADD COLUMN claimed_at TEXT",
        "ALTER TABLE cases ADD COLUMN snoozed_until TEXT",
        "ALTER TABLE cases ADD COLUMN answer_by TEXT",
        "ALTER TABLE cases ADD COLUMN reached INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE cases ADD COLUMN reminded INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE cases ADD COLUMN look_at TEXT",
        "UPDATE cases SET look_at = coalesce(due_at, opened_at)"
        " WHERE status IN ('waiting', 'open', 'claimed')",
        "CREATE INDEX case_look_at ON cases (look_at) WHERE look_at IS NOT NULL",
        "ALTER TABLE cases ADD COLUMN merged_into INTEGER REFERENCES cases (id)",
        "ALTER TABLE cases ADD COLUMN demand INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE cases ADD COLUMN card TEXT NOT NULL DEFAULT ''",
        "UPDATE cases SET handed_at = opened_at WHERE desk_thread IS NOT NULL",
        """
        CREATE TABLE followers (
            case_id INTEGER NOT NULL REFERENCES cases (id),
            person TEXT NOT NULL REFERENCES persons (key),
            front TEXT NOT NULL,
            room TEXT NOT NULL,
            event TEXT NOT NULL,
            root TEXT NOT NULL,
            lang TEXT NOT NULL,
            asked INTEGER NOT NULL,
            PRIMARY KEY (case_id, person)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX follower_event ON followers (front, room, event)",
    )


def m010_versions(db: Database) -> None:
    """Why there is each version of an entry, by whom, and how much it changed."""
    _create(
        db,
        "ALTER TABLE entry_versions ADD COLUMN author TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE entry_versions ADD COLUMN vetter TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE entry_versions ADD COLUMN change TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE entry_versions ADD COLUMN reason TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE entry_versions ADD COLUMN author_person TEXT REFERENCES persons (key)",
        "ALTER TABLE entry_versions ADD COLUMN vetter_person TEXT REFERENCES persons (key)",
    )


def m011_time(db: Database) -> None:
    """How long first answers took, and until when an asker was told to expect one."""
    _create(
        db,
        # Of what was answered before, nobody knows when: without a time, it counts for nothing.
        """
        CREATE TABLE first_answers (
            case_id INTEGER PRIMARY KEY REFERENCES cases (id),
            topic TEXT NOT NULL,
            opened_at TEXT NOT NULL,
            answered_at TEXT
        ) STRICT
        """,
        "INSERT INTO first_answers SELECT id, topic, opened_at, NULL FROM cases WHERE told <> ''",
        "CREATE INDEX first_answered_at ON first_answers (answered_at)",
        """
        CREATE TABLE promises (
            case_id INTEGER PRIMARY KEY REFERENCES cases (id),
            until TEXT NOT NULL
        ) STRICT
        """,
        "CREATE INDEX promised_until ON promises (until)",
    )


def m012_aftercare(db: Database) -> None:
    """Who was told that an answer changed after they got it, and in which language."""
    _create(
        db,
        "ALTER TABLE given ADD COLUMN lang TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE given ADD COLUMN withdrawn INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE given ADD COLUMN news TEXT REFERENCES outbox (key)",
        "CREATE INDEX given_entry ON given (entry_id, given_at)",
        "CREATE INDEX given_withdrawn ON given (entry_id) WHERE withdrawn",
        "CREATE INDEX given_news ON given (given_at) WHERE news IS NOT NULL",
        "CREATE INDEX entry_advice ON entry_versions (published_at) WHERE change = 'advice'",
        "CREATE INDEX entry_withdrawn ON entries (id) WHERE NOT served",
        """
        CREATE TABLE tallies (
            entry_id TEXT NOT NULL REFERENCES entries (id),
            version INTEGER NOT NULL,
            withdrawn INTEGER NOT NULL,
            told INTEGER NOT NULL,
            unreachable INTEGER NOT NULL,
            waiting INTEGER NOT NULL,
            PRIMARY KEY (entry_id, version, withdrawn)
        ) STRICT, WITHOUT ROWID
        """,
    )


STEPS: tuple[Callable[[Database], None], ...] = (
    m001_messages,
    m002_entries,
    m003_cases,
    m004_following,
    m005_figures,
    m006_manners,
    m007_waiting,
    m008_forgetting,
    m009_desk,
    m010_versions,
    m011_time,
    m012_aftercare,
    *steps_aftercare.STEPS,
)
"""All steps in order; the number of the last one is the database's version."""


def _create(db: Database, *statements: str) -> None:
    for statement in statements:
        db.execute(statement)
