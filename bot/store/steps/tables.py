"""Makes and changes tables."""

from __future__ import annotations

from sqlite_utils import Database


def create(db: Database, *statements: str) -> None:
    """Runs statements that make or change tables, one after the other."""
    for statement in statements:
        db.execute(statement)
