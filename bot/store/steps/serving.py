"""Tables for serving the right entry."""

from __future__ import annotations

from sqlite_utils import Database

from bot.store.steps.tables import create


def m022_kindred(db: Database) -> None:
    """What shares an entry's knowledge, and what holds for one place, is found at once."""
    # As people wrote them before; they are compared in lower case, with single spaces.
    for table in ("entry_versions", "cases"):
        for (scope,) in db.execute(f"SELECT DISTINCT scope FROM {table}").fetchall():
            plain = " ".join(scope.casefold().split()) or "nl"
            db.execute(f"UPDATE {table} SET scope = ? WHERE scope = ?", (plain, scope))
    create(
        db,
        "CREATE INDEX entry_translation ON entry_versions (translation_of)"
        " WHERE translation_of > ''",
        "CREATE INDEX entry_place ON entry_versions (scope) WHERE scope <> 'nl'",
    )


def m023_renewals(db: Database) -> None:
    """Which old translations people were asked to renew, and who was told that theirs is one."""
    create(
        db,
        """
        CREATE TABLE renewals (
            entry_id TEXT NOT NULL REFERENCES entries (id),
            state INTEGER NOT NULL,
            asked_at TEXT NOT NULL,
            PRIMARY KEY (entry_id, state)
        ) STRICT, WITHOUT ROWID
        """,
        "ALTER TABLE given ADD COLUMN stale INTEGER NOT NULL DEFAULT 0",
        "CREATE INDEX given_stale ON given (entry_id) WHERE stale",
    )


def m024_apart(db: Database) -> None:
    """Which entries a vetter said ask something else, and which versions that was said of."""
    create(
        db,
        """
        CREATE TABLE apart (
            entry_id TEXT NOT NULL REFERENCES entries (id),
            version INTEGER NOT NULL,
            other_id TEXT NOT NULL REFERENCES entries (id),
            other_version INTEGER NOT NULL,
            PRIMARY KEY (entry_id, other_id)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX apart_other ON apart (other_id)",
    )


def m025_advice(db: Database) -> None:
    """Which version last changed an entry's advice; of one that came from another Loket, there."""
    create(
        db,
        "ALTER TABLE entry_versions ADD COLUMN advice_version INTEGER NOT NULL DEFAULT 1",
        """
        UPDATE entry_versions SET advice_version = coalesce((
            SELECT max(version) FROM entry_versions AS said
            WHERE said.id = entry_versions.id AND said.version <= entry_versions.version
                AND said.change = 'advice'
        ), 1)
        """,
    )


def m028_writers(db: Database) -> None:
    """All whose words a version has, and whose words a case had before."""
    create(
        db,
        "ALTER TABLE entry_versions ADD COLUMN wrote TEXT NOT NULL DEFAULT '[]'",
        "ALTER TABLE cases ADD COLUMN earlier TEXT NOT NULL DEFAULT '[]'",
    )
