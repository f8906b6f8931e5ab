"""What people did for others: who, what, for which case; see ``bot.deeds``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlite_utils import Database

from bot.deeds import Deed, Track, What
from bot.messages import MessageRef
from bot.store import rows

_SAME = "person = :person AND what = :what AND case_id = :case_id AND thanker = :thanker"


def keep(db: Database, done: Sequence[Deed], undone: Sequence[Deed], now: datetime) -> None:
    """Writes each once; what was undone is forgotten."""
    for deed in undone:
        _forget(db, _row(deed))
    for deed in done:
        row = {**_row(deed), "at": rows.stamp(now)}
        conflict = "ON CONFLICT (person, what, case_id, thanker) DO NOTHING"
        new = rows.insert(db, "deeds", row, conflict)
        # What counts without a message already goes on to.
        if deed.ref and (new or _messages(db, row)):
            row = {**rows.ref_row(deed.ref), **_row(deed)}
            rows.insert(db, "deed_messages", row, "ON CONFLICT DO NOTHING")
        elif not new and not deed.ref:
            db.execute(f"DELETE FROM deed_messages WHERE {_SAME}", row)


def take_back(db: Database, ref: MessageRef) -> None:
    """Forgets what was done by that message alone."""
    at = "front = :front AND room = :room AND event = :event"
    sql = f"DELETE FROM deed_messages WHERE {at} RETURNING person, what, case_id, thanker"
    for row in list(db.query(sql, dict(rows.ref_row(ref)))):
        if not _messages(db, row):
            _forget(db, row)


def tally(db: Database, since: datetime, until: datetime, person: str) -> dict[What, int]:
    """See ``Store.deeds``."""
    found = db.execute(
        "SELECT what, count(*) FROM deeds WHERE at >= :since AND at < :until"
        " AND :person IN ('', person) GROUP BY what",
        {"since": rows.stamp(since), "until": rows.stamp(until), "person": person},
    )
    return {What(what): count for what, count in found}


def cases_answered(db: Database, since: datetime, until: datetime) -> int:
    """See ``Store.cases_answered``."""
    found = db.execute(
        "SELECT count(DISTINCT case_id) FROM deeds WHERE at >= ? AND at < ? AND what IN (?, ?)",
        (rows.stamp(since), rows.stamp(until), What.ANSWERED, What.SENT),
    )
    return int(found.fetchone()[0])


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


def _row(deed: Deed) -> rows.Row:
    return {
        "person": deed.person,
        "what": deed.what,
        "case_id": deed.case_id,
        "thanker": deed.by,
    }


def _messages(db: Database, row: rows.Row) -> bool:
    """Whether a message still stands that is this deed."""
    sql = f"SELECT EXISTS (SELECT 1 FROM deed_messages WHERE {_SAME})"
    return bool(db.execute(sql, dict(row)).fetchone()[0])


def _forget(db: Database, row: rows.Row) -> None:
    db.execute(f"DELETE FROM deeds WHERE {_SAME}", dict(row))
    db.execute(f"DELETE FROM deed_messages WHERE {_SAME}", dict(row))
