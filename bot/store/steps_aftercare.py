"""Steps of the tables for what comes after publishing; see ``bot/store/steps.py``."""

from __future__ import annotations

from sqlite_utils import Database


def m013_reviews(db: Database) -> None:
    """About which entries people were asked whether they still hold."""
    for statement in (
        """
        CREATE TABLE reviews (
            key TEXT PRIMARY KEY REFERENCES outbox (key),
            entry_id TEXT NOT NULL REFERENCES entries (id),
            valid_until TEXT NOT NULL,
            asked_at TEXT NOT NULL,
            UNIQUE (entry_id, valid_until)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX review_asked ON reviews (asked_at)",
        "CREATE INDEX entry_last_day ON entry_versions (valid_until) WHERE valid_until IS NOT NULL",
    ):
        db.execute(statement)


def m014_flags(db: Database) -> None:
    """Of which entries somebody said that they are wrong; what was given is found by where."""
    for statement in (
        """
        CREATE TABLE flags (
            case_id INTEGER PRIMARY KEY REFERENCES cases (id),
            entry_id TEXT NOT NULL REFERENCES entries (id),
            version INTEGER NOT NULL,
            flagged_at TEXT NOT NULL
        ) STRICT
        """,
        "CREATE INDEX flagged_entry ON flags (entry_id)",
        "CREATE INDEX outbox_in_thread ON outbox (thread) WHERE thread IS NOT NULL",
        "CREATE INDEX given_by_news ON given (news) WHERE news IS NOT NULL",
    ):
        db.execute(statement)


def m015_translations(db: Database) -> None:
    """Which version of its original each version of a translation was made from."""
    for statement in (
        "ALTER TABLE entry_versions ADD COLUMN translates INTEGER",
        "UPDATE entry_versions SET translates = ("
        "SELECT version FROM entries WHERE entries.id = entry_versions.translation_of)"
        " WHERE translation_of IS NOT NULL",
    ):
        db.execute(statement)


STEPS = (m013_reviews, m014_flags, m015_translations)
"""In order, after the last one of ``bot/store/steps.py``."""
