"""Tables for what is recalled before it is said."""

from __future__ import annotations

from sqlite_utils import Database

from bot.store.steps.tables import create


def m026_recalled(db: Database) -> None:
    """What was asked, until its answer begins to be said; answers whose asker is known no more."""
    create(
        db,
        """
        CREATE TABLE asked (
            key TEXT PRIMARY KEY
                REFERENCES outbox (key) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
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
            hidden INTEGER NOT NULL,
            received_at TEXT
        ) STRICT
        """,
        """
        CREATE TRIGGER asked_no_more
        AFTER UPDATE OF event, undeliverable, attempted_at ON outbox
        WHEN coalesce(NEW.event, NEW.undeliverable, NEW.attempted_at) IS NOT NULL
        BEGIN
            DELETE FROM asked WHERE key = NEW.key;
        END
        """,
        """
        CREATE TABLE given_to (
            key TEXT PRIMARY KEY REFERENCES outbox (key),
            asker TEXT REFERENCES persons (key),
            entry_id TEXT NOT NULL,
            version INTEGER NOT NULL,
            given_at TEXT NOT NULL,
            lang TEXT NOT NULL DEFAULT '',
            withdrawn INTEGER NOT NULL DEFAULT 0,
            news TEXT REFERENCES outbox (key),
            stale INTEGER NOT NULL DEFAULT 0,
            FOREIGN KEY (entry_id, version) REFERENCES entry_versions (id, version)
        ) STRICT
        """,
        "INSERT INTO given_to"
        " SELECT key, asker, entry_id, version, given_at, lang, withdrawn, news, stale FROM given",
        "DROP TABLE given",
        "ALTER TABLE given_to RENAME TO given",
        "CREATE INDEX given_asker ON given (asker)",
        "CREATE INDEX given_entry ON given (entry_id, given_at)",
        "CREATE INDEX given_withdrawn ON given (entry_id) WHERE withdrawn",
        "CREATE INDEX given_by_news ON given (news) WHERE news IS NOT NULL",
        "CREATE INDEX given_news ON given (given_at) WHERE news IS NOT NULL",
        "CREATE INDEX given_stale ON given (entry_id) WHERE stale",
    )
