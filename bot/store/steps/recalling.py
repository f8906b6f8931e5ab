"""Tables for what is recalled before it is said."""

from __future__ import annotations

from sqlite_utils import Database

from bot.store.steps.tables import create


def m025_asked(db: Database) -> None:
    """What was asked, until its answer begins to be said or never will be."""
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
    )
