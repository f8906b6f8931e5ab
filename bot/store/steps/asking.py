"""Tables for what askers are asked."""

from __future__ import annotations

from sqlite_utils import Database

from bot.store.steps.tables import create


def m027_asked_back(db: Database) -> None:
    """Whether the asker was asked something by the desk, and whether they replied."""
    create(db, "ALTER TABLE cases ADD COLUMN asked_back TEXT NOT NULL DEFAULT ''")
