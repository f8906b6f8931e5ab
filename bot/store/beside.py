"""What stands beside a case: words kept, who else waits for its answer, reactions shown."""

from __future__ import annotations

from sqlite_utils import Database

from bot.outcome import Outcome
from bot.store import rows

CASES_AT = """
    SELECT cases.* FROM outbox JOIN cases ON cases.front = outbox.front
        AND cases.room = outbox.room AND cases.root = coalesce(outbox.thread, '')
    WHERE outbox.front = :front AND outbox.room = :room AND outbox.event = :event
    ORDER BY cases.id DESC
"""


def keep(db: Database, outcome: Outcome) -> None:
    """Writes what an outcome changes of that; who waits no longer goes before who does now."""
    if outcome.note:
        rows.insert(
            db,
            "notes",
            rows.note_row(outcome.note),
            "ON CONFLICT (front, room, event) DO UPDATE SET case_id = excluded.case_id,"
            " author = excluded.author, text = excluded.text",
        )
    for follower in outcome.unfollowed:
        db.execute(
            "DELETE FROM followers WHERE case_id = ? AND person = ? AND event = ?",
            (follower.case_id, follower.person, follower.ref.event),
        )
    for follower in outcome.followers:
        conflict = "ON CONFLICT (case_id, person, event) DO NOTHING"
        rows.insert(db, "followers", rows.follower_row(follower), conflict)
    if outcome.reaction:
        conflict = "ON CONFLICT (front, room, event) DO NOTHING"
        rows.insert(db, "reactions", rows.reaction_row(outcome.reaction), conflict)
