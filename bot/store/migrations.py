"""Brings an older database up to the tables of today; the steps stand in ``bot.store.steps``."""

from __future__ import annotations

from pathlib import Path

from sqlite_utils import Database

from bot.errors import StoreUnavailable
from bot.store.connection import writing
from bot.store.steps import STEPS


def migrate(db: Database, path: Path, at: str) -> None:
    """Brings the database up to the last step, all of it in one transaction.

    Args:
        db: Any older state, also empty.
        path: The file, for the error's text.
        at: Kept with each step as the time it was applied.

    Raises:
        StoreUnavailable: A newer Loket wrote the database; nothing was changed.
    """
    with writing(db):
        db.execute(
            "CREATE TABLE IF NOT EXISTS migrations"
            " (number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at TEXT NOT NULL) STRICT"
        )
        version = db.execute("SELECT coalesce(max(number), 0) FROM migrations").fetchone()[0]
        if version > len(STEPS):
            raise StoreUnavailable(
                f"{path}: written by a newer Loket (version {version} of the tables,"
                f" this one knows {len(STEPS)}); update Loket, or restore an older backup"
            )
        for number, step in enumerate(STEPS[version:], start=version + 1):
            step(db)
            db.execute(
                "INSERT INTO migrations (number, name, applied_at) VALUES (?, ?, ?)",
                (number, step.__name__, at),
            )
