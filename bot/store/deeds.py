"""What people did for others: who, what, for which case; see ``bot.deeds``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlite_utils import Database

from bot.deeds import Deed, Track, What
from bot.store import rows


def keep(db: Database, done: Sequence[Deed], undone: Sequence[Deed], now: datetime) -> None:
    """Writes each once; what was undone is forgotten."""
    for deed in undone:
        db.execute(
            "DELETE FROM deeds WHERE person = ? AND what = ? AND case_id = ? AND thanker = ?",
            (deed.person, deed.what, deed.case_id, deed.by),
        )
    for deed in done:
        row = {
            "person": deed.person,
            "what": deed.what,
            "case_id": deed.case_id,
            "thanker": deed.by,
            "at": rows.stamp(now),
        }
        rows.insert(db, "deeds", row, "ON CONFLICT (person, what, case_id, thanker) DO NOTHING")


def tally(db: Database, since: datetime, until: datetime, person: str) -> dict[What, int]:
    """See ``Store.deeds``."""
    found = db.execute(
        "SELECT what, count(*) FROM deeds WHERE at >= :since AND at < :until"
        " AND :person IN ('', person) GROUP BY what",
        {"since": rows.stamp(since), "until": rows.stamp(until), "person": person},
    )
    return {What(what): count for what, count in found}


def first_answers_of(db: Database, person: str) -> list[float]:
    """See ``Store.first_answers_of``."""
    # A first answer and the deed are written together, so their times are the same.
    found = db.execute(
        "SELECT opened_at, answered_at FROM deeds JOIN first_answers USING (case_id)"
        " WHERE person = ? AND what IN (?, ?) AND at = answered_at",
        (person, What.ANSWERED, What.SENT),
    )
    return [
        (datetime.fromisoformat(answered) - datetime.fromisoformat(opened)).total_seconds()
        for opened, answered in found
    ]


def tracks(db: Database, since: datetime) -> dict[str, Track]:
    """See ``Store.tracks``."""
    found = db.execute(
        "SELECT own.person, count(*), count(good.case_id) FROM deeds AS own"
        " LEFT JOIN deeds AS good ON good.person = own.person AND good.case_id = own.case_id"
        " AND good.what = ? WHERE own.what = ? AND own.at >= ? GROUP BY own.person",
        (What.WAS_VETTED, What.ANSWERED, rows.stamp(since)),
    )
    return {person: Track(answered, vetted) for person, answered, vetted in found}
