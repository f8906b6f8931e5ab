"""How long first answers took, and until when an asker was told to expect one."""

from __future__ import annotations

import json
from datetime import datetime

from sqlite_utils import Database

from bot.cases import AT_WORK, Case, Status
from bot.expectation import FirstAnswer
from bot.outcome import Promise
from bot.store import rows

SLIPPED = (
    "SELECT cases.* FROM promises JOIN cases ON cases.id = case_id"
    " WHERE until <= :now ORDER BY merged_into IS NOT NULL, until, case_id"
)

# Who asked in a case that was merged waits for the answer of the one at the top of it.
_SETTLED = """
    WITH RECURSIVE above (id) AS (
        VALUES (:id)
        UNION SELECT merged_into FROM cases JOIN above USING (id) WHERE merged_into IS NOT NULL
    ),
    below (id) AS (
        VALUES (:id) UNION SELECT cases.id FROM cases JOIN below ON merged_into = below.id
    )
    DELETE FROM promises WHERE case_id IN below AND NOT EXISTS (
        SELECT 1 FROM cases JOIN above USING (id)
        WHERE merged_into IS NULL AND status IN (SELECT value FROM json_each(:waiting))
    )
"""


def follow(db: Database, case: Case, now: datetime) -> None:
    """Notes the first answer of a case; what was promised is settled once nobody waits."""
    if case.status in (Status.ANSWERED, Status.VETTED):
        row = {
            "case_id": case.id,
            "topic": case.topic,
            "opened_at": rows.stamp(case.opened_at),
            "answered_at": rows.stamp(now),
        }
        rows.insert(db, "first_answers", row, "ON CONFLICT (case_id) DO NOTHING")
    db.execute(_SETTLED, {"id": case.id, "waiting": json.dumps([Status.WAITING, *AT_WORK])})


def keep(db: Database, promise: Promise) -> None:
    """Writes until when the asker was told to expect an answer, or forgets it."""
    if promise.until is None:
        db.execute("DELETE FROM promises WHERE case_id = ?", (promise.case_id,))
        return
    row = {"case_id": promise.case_id, "until": rows.stamp(promise.until)}
    rows.insert(db, "promises", row, "ON CONFLICT (case_id) DO UPDATE SET until = excluded.until")


def first_answers(db: Database, since: datetime, limit: int) -> list[FirstAnswer]:
    """See ``Store.first_answers``."""
    found = db.execute(
        "SELECT topic, opened_at, answered_at FROM first_answers"
        " WHERE answered_at >= ? ORDER BY answered_at DESC, case_id DESC LIMIT ?",
        (rows.stamp(since), limit),
    )
    return [
        FirstAnswer(topic, datetime.fromisoformat(opened), datetime.fromisoformat(answered))
        for topic, opened, answered in found
    ]
