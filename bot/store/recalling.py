"""Corrections that are not said yet and must not be: what they tell holds no more, or who they
are for has gone.

What was never begun to be said is cancelled, and what was noted of it is forgotten, so that what
is to be told follows anew from what people have read. Where the edit stands already, the news of
it is still owed: the answer counts as the version that was told before. Where another entry stood
there before, it counts as one of which they know the contrary of what is to be told: that it holds
no more, while it is served.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlite_utils import Database

from bot.aftercare import correction
from bot.messages import MessageRef, key_for
from bot.outcome import Given
from bot.store import rows
from bot.store.asked import FRESH

CANCELLED = "recalled"
"""Why a correction is not said: what it tells is past, or nobody is left to tell."""

_CORRECTIONS = f"""
    SELECT given.key, given.entry_id, given.version, withdrawn, news, edit.replaces AS root,
        edit.key IN (SELECT key FROM outbox WHERE {FRESH}) AS edit_waits,
        coalesce(news IN (SELECT key FROM outbox WHERE {FRESH}), false) AS news_waits
    FROM given JOIN outbox AS edit USING (key)
    WHERE entry_id IN (SELECT value FROM json_each(?)) AND edit.replaces IS NOT NULL
"""

_BEFORE = """
    SELECT version FROM given JOIN outbox USING (key)
    WHERE :root IN (outbox.key, replaces)
        AND entry_id = (SELECT entry_id FROM given WHERE key = :key)
        AND outbox.id < (SELECT id FROM outbox WHERE key = :key)
    ORDER BY outbox.id DESC LIMIT 1
"""

# Whose question, or whose tap by which they joined one, stands there; what is said to them replies
# to the question where it stands in its thread.
_WHO = """
    SELECT asker AS person, front, room, root, event FROM cases
    WHERE front = :front AND room = :room AND event = :event
    UNION SELECT person, followers.front, followers.room, followers.root,
        iif((followers.front, followers.room, followers.root)
            = (cases.front, cases.room, cases.root), cases.event, NULL)
    FROM followers JOIN cases ON cases.id = case_id
    WHERE followers.front = :front AND followers.room = :room AND followers.event = :event
        AND NOT asked
"""

_SAID_TO = """
    SELECT key FROM outbox JOIN mentions USING (key)
    WHERE thread = :root AND style = 'text' AND front = :front AND room = :room
        AND reply_to IS :event AND replaces IS NULL AND person = :person
    UNION SELECT root.key FROM given
    JOIN outbox AS carried USING (key)
    JOIN outbox AS root ON root.key = coalesce(carried.replaces, carried.key)
    WHERE asker = :person AND root.front = :front AND root.room = :room
        AND root.thread = :root AND root.reply_to IS :event
"""

_NEWS = f"""
    SELECT key FROM outbox WHERE {FRESH} AND (
        key IN (
            SELECT news FROM given JOIN outbox AS edit USING (key)
            WHERE edit.replaces IN (SELECT value FROM json_each(:keys))
        )
        OR reply_to IN (SELECT value FROM json_each(:keys))
    )
"""


def recall(db: Database, ids: Sequence[str], *, gone: bool) -> None:
    """Cancels all that is to be told of these entries and was not begun to be said.

    Args:
        db: The database.
        ids: The entries.
        gone: Whether they are withdrawn now; else they have a new version.
    """
    for row in list(db.query(_CORRECTIONS, (json.dumps(list(ids)),))):
        withdrawn = bool(row["withdrawn"])
        keys = correction(row["root"], row["entry_id"], row["version"], withdrawn=withdrawn)
        owed = correction(row["root"], row["entry_id"], row["version"], withdrawn=False)[0]
        if withdrawn and row["key"] == owed:
            sql = "UPDATE given SET withdrawn = ? WHERE key = ?"
            db.execute(sql, (not gone, row["key"]))
        if row["key"] != keys[0]:
            continue  # The asker changed the question: this is the answer to it.
        if row["edit_waits"] and (row["news_waits"] or row["news"] is None):
            _cancel(db, row["key"])
            db.execute("DELETE FROM given WHERE key = ?", (row["key"],))
        elif row["news_waits"]:
            before = {"key": row["key"], "root": row["root"], "gone": gone}
            db.execute(
                f"UPDATE given SET news = NULL, version = coalesce(({_BEFORE}), version),"
                f" withdrawn = iif(({_BEFORE}) IS NULL, NOT :gone, withdrawn) WHERE key = :key",
                before,
            )
        if row["news_waits"]:
            _cancel(db, row["news"])


def question_gone(db: Database, ref: MessageRef) -> None:
    """Who took that question back, or that they ask it too, is told of no change of the answer.

    What was said to them names them no more; others named beside them are told.
    """
    answer = key_for(ref, "answer")
    sql = "SELECT asker FROM given WHERE key = ? AND asker IS NOT NULL"
    for (person,) in db.execute(sql, (answer,)).fetchall():
        _unnamed(db, person, [answer])
    for row in list(db.query(_WHO, dict(rows.ref_row(ref)))):
        said = [key for (key,) in db.execute(_SAID_TO, row).fetchall()]
        _unnamed(db, row["person"], said)


def _unnamed(db: Database, person: str, said: Sequence[str]) -> None:
    values = {"keys": json.dumps(list(said)), "person": person}
    news = [key for (key,) in db.execute(_NEWS, values).fetchall()]
    for key in (*said, *news):
        sql = "DELETE FROM mentions WHERE key = ? AND person = ?"
        named = db.execute(sql, (key, person)).rowcount
        if named and not db.execute("SELECT 1 FROM mentions WHERE key = ?", (key,)).fetchone():
            _cancel(db, key)
    those = "(SELECT value FROM json_each(:keys))"
    db.execute(
        "UPDATE given SET asker = NULL WHERE asker = :person AND key IN"
        f" (SELECT key FROM outbox WHERE key IN {those} OR replaces IN {those})",
        values,
    )


def is_past(db: Database, given: Given) -> bool:
    """Whether it answers, or corrects an answer, by what holds no more."""
    sql = "SELECT version, served FROM entries WHERE id = ?"
    found = db.execute(sql, (given.entry_id,)).fetchone()
    if found is None:
        return False
    version, served = found
    if not (served or given.withdrawn):
        return True
    if version == given.version:
        return False
    if _corrects(db, given):
        return True
    sql = (
        "SELECT EXISTS (SELECT 1 FROM entry_versions"
        " WHERE id = ? AND version > ? AND change = 'advice')"
    )
    advice = db.execute(sql, (given.entry_id, given.version)).fetchone()[0]
    return bool(advice) and not given.withdrawn


def _corrects(db: Database, given: Given) -> bool:
    found = db.execute("SELECT replaces FROM outbox WHERE key = ?", (given.key,)).fetchone()
    if not found or found[0] is None:
        return False
    keys = correction(found[0], given.entry_id, given.version, withdrawn=given.withdrawn)
    return bool(given.key == keys[0])


def _cancel(db: Database, key: str) -> None:
    db.execute(
        f"UPDATE outbox SET undeliverable = ?, text = '', html = '' WHERE key = ? AND {FRESH}",
        (CANCELLED, key),
    )
