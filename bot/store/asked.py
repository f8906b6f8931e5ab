"""What was asked, kept until its first answer begins to be said: so long it can be asked anew.

Rules:

- An answer that was never begun to be said is recalled when its entry advises something else, is
  withdrawn or is said to be wrong, or the entry that it translates is. The question is asked
  anew in the same transaction: its message is in the inbox again, or its case waits again.
- It is kept as it was heard, in its last words, and forgotten by the commit that begins to say
  the answer, takes it back or gives it up; a trigger sees to that.
- What is said by a responder's command is not recalled: it is said, and then corrected.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from sqlite_utils import Database

from bot.cases import Status
from bot.messages import Kind, MessageRef, key_for
from bot.outcome import Outcome
from bot.store import rows

FRESH = "event IS NULL AND undeliverable IS NULL AND attempted_at IS NULL"
"""What the outbox was never begun to say."""

_HEARD = (
    "front, room, event, place, sender, kind, text, sent_at, thread, reply_to, addressed, hidden,"
    " received_at"
)

# What the answer says as it is now: a later edit that was told at once is the last of its words.
_ANSWERS = f"""
    SELECT root.* FROM given
    JOIN outbox AS carried USING (key)
    JOIN outbox AS root ON root.key = coalesce(carried.replaces, carried.key)
    WHERE given.entry_id IN (
            SELECT value FROM json_each(:ids)
            UNION SELECT entries.id FROM entries JOIN entry_versions USING (id, version)
            WHERE translation_of > '' AND translation_of IN (SELECT value FROM json_each(:ids))
        )
        AND root.key IN (SELECT key FROM outbox WHERE {FRESH})
        AND NOT EXISTS (
            SELECT 1 FROM outbox AS later
            WHERE later.replaces = root.key AND later.id > carried.id
        )
    ORDER BY root.id
"""


def keep(db: Database, outcome: Outcome, heard: rows.Row) -> None:
    """Keeps the question that an entry answers, in its last words.

    Args:
        db: After what the outcome says was queued.
        outcome: What handling it changed.
        heard: The message as it stood in the inbox.
    """
    row = {each: heard[each] for each in _HEARD.split(", ")}
    edits = row["kind"] == Kind.EDIT
    if edits:
        row |= {"event": row["reply_to"] or row["event"], "reply_to": None, "kind": str(Kind.TEXT)}
    key = key_for(MessageRef(row["front"], row["room"], row["event"]), "answer")
    said = next((each for each in outcome.outgoing if key in (each.key, each.replaces)), None)
    if said is None:
        if edits:
            sql = "UPDATE asked SET text = :text, hidden = :hidden WHERE key = :key"
            db.execute(f"{sql} AND sender = :sender", {**row, "key": key})
        return
    db.execute("DELETE FROM asked WHERE key = ?", (key,))
    waits = db.execute(f"SELECT 1 FROM outbox WHERE key = ? AND {FRESH}", (key,)).fetchone()
    given = outcome.given
    if waits and outcome.case is None and given is not None and given.key == said.key:
        rows.insert(db, "asked", {"key": key, **row})


def is_last(db: Database, key: str) -> bool:
    """Whether no other question is kept than that of the answer with this key."""
    sql = "SELECT count(*) = 1 AND max(key) = ? FROM asked"
    return bool(db.execute(sql, (key,)).fetchone()[0])


def forget(db: Database, ref: MessageRef) -> None:
    """Who asked it took it back."""
    db.execute(
        "DELETE FROM asked WHERE front = :front AND room = :room AND event = :event",
        dict(rows.ref_row(ref)),
    )


def forget_room(db: Database, front: str, room: str) -> None:
    """Another room took the place of the one where it was asked; it can't be asked there anew."""
    db.execute("DELETE FROM asked WHERE front = ? AND room = ?", (front, room))


def recall(db: Database, ids: Sequence[str], at: datetime) -> None:
    """Has asked anew what is answered by these entries, or translations of them, and not said."""
    for answer in list(db.query(_ANSWERS, {"ids": json.dumps(list(ids))})):
        if _heard_anew(db, answer["key"]) or _waits_anew(db, answer, at):
            _unsay(db, answer["key"])


def _heard_anew(db: Database, key: str) -> bool:
    """Puts the question back into the inbox, if it was answered without a case."""
    row = next(db.query("SELECT * FROM asked WHERE key = ?", (key,)), None)
    if row is None:
        return False
    ref = "front = :front AND room = :room AND event = :event"
    db.execute(f"DELETE FROM handled WHERE {ref}", row)
    # It may wait there already, where somebody else claimed to edit it.
    db.execute(
        f"INSERT INTO inbox ({_HEARD}) SELECT {_HEARD} FROM asked WHERE key = :key"
        " ON CONFLICT DO NOTHING",
        row,
    )
    # It costs the asker once.
    db.execute(
        "DELETE FROM spent WHERE id ="
        " (SELECT max(id) FROM spent WHERE person = :sender AND room = :room)",
        row,
    )
    return True


def _waits_anew(db: Database, answer: rows.Row, at: datetime) -> bool:
    """Has the case wait for the clock again, if that gave the answer after the room's time."""
    found = db.query(
        "SELECT id, front, room, event FROM cases WHERE front = :front AND room = :room"
        " AND root = coalesce(:thread, '') AND status = :closed AND question <> ''"
        " AND desk_thread IS NULL",
        {**answer, "closed": Status.CLOSED},
    )
    for case in list(found):
        ref = MessageRef(case["front"], case["room"], case["event"])
        if key_for(ref, "answer") == answer["key"]:
            db.execute(
                "UPDATE cases SET status = ?, due_at = ?, look_at = ?, version = version + 1"
                " WHERE id = ?",
                (Status.WAITING, rows.stamp(at), rows.stamp(at), case["id"]),
            )
            return True
    return False


def _unsay(db: Database, key: str) -> None:
    """Forgets what nobody can have read, so that the same key can be said."""
    those = "IN (SELECT key FROM outbox WHERE :key IN (key, replaces))"
    for table in ("given", "mentions", "shown"):
        db.execute(f"DELETE FROM {table} WHERE key {those}", {"key": key})
    db.execute("DELETE FROM outbox WHERE replaces = ?", (key,))
    db.execute("DELETE FROM outbox WHERE key = ?", (key,))
