"""Steps 1 to 7: messages, entries, cases, and what follows an edit."""

from __future__ import annotations

from sqlite_utils import Database

from bot.store.steps.tables import create


def m001_messages(db: Database) -> None:
    """Persons, what they wrote, what the bot says."""
    create(
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
    create(
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
    create(
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
    create(
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
    create(
        db,
        "ALTER TABLE positions ADD COLUMN received_at TEXT",
        "CREATE INDEX outbox_sent_at ON outbox (sent_at) WHERE sent_at IS NOT NULL",
    )


def m006_manners(db: Database) -> None:
    """What a question held that nobody sees."""
    create(db, "ALTER TABLE cases ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0")


def m007_waiting(db: Database) -> None:
    """The numbers of cases given out, also to what is not committed yet; what only waits."""
    create(
        db,
        "CREATE TABLE case_numbers (last INTEGER NOT NULL) STRICT",
        "INSERT INTO case_numbers SELECT coalesce(max(id), 0) FROM cases",
        "ALTER TABLE inbox ADD COLUMN waits INTEGER NOT NULL DEFAULT 0",
        "UPDATE inbox SET waits = failures, failures = 0 WHERE kind = 'unreadable'",
    )
