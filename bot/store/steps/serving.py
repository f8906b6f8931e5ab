"""Tables for serving the right entry."""

from __future__ import annotations

from sqlite_utils import Database

from bot.store.steps.tables import create


def m017_kindred(db: Database) -> None:
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
