"""What is to be said: queued, changed or taken back before it is said, and found again after.

Rules:

- What was never begun to be said (``attempted_at`` is empty) can still be changed or cancelled in
  place. From then on it may stand in a room, so changing it is an edit, taking it back a redaction.
- A row that will not be said has a reason in ``undeliverable``. Its words stay only where the
  homeserver refused them: people may want to know.
- Words are erased once they are said; where they stand (``event``) is kept.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime

from sqlite_utils import Database

from bot.messages import MessageRef, Outgoing, Priority, Style, key_after
from bot.store import rows

MERGED = "merged"
"""Why an edit is not said: a later one, or the words it changes, says all of it."""

TAKEN_BACK = "taken back"

_WAITS = "event IS NULL AND undeliverable IS NULL"

# A line is what must stay in order: a thread, a room outside its threads, or the edits of what
# stands outside threads. What waits behind something held back is held back too.
_UNSENT = """
    WITH waiting AS (
        SELECT
            o.id, o.key, o.front, o.room, o.style, o.text, o.html, o.priority, o.attempted_at,
            o.if_there,
            o.original_front, o.original_room, o.original_event,
            iif(root.key IS NULL, o.thread, root.event) AS thread,
            iif(answered.key IS NULL, o.reply_to, answered.event) AS reply_to,
            replaced.event AS replaces,
            (root.key IS NOT NULL AND coalesce(root.event, root.undeliverable) IS NULL)
            OR (answered.key IS NOT NULL
                AND coalesce(answered.event, answered.undeliverable) IS NULL)
            OR (o.replaces IS NOT NULL AND replaced.event IS NULL)
            OR o.key IN (SELECT value FROM json_each(:aside)) AS held,
            CASE
                WHEN o.style IN ('reaction', 'redaction') THEN o.key
                WHEN o.replaces IS NOT NULL AND o.thread IS NULL THEN 'edits ' || o.replaces
                WHEN root.undeliverable IS NOT NULL THEN ''
                ELSE coalesce(root.event, o.thread, '')
            END AS line
        FROM outbox AS o
        LEFT JOIN outbox AS root ON root.key = o.thread
        LEFT JOIN outbox AS answered ON answered.key = o.reply_to
        LEFT JOIN outbox AS replaced ON replaced.key = o.replaces
        WHERE o.event IS NULL AND o.undeliverable IS NULL
            AND o.key NOT IN (SELECT value FROM json_each(:alone))
            AND (:key = '' OR o.room = (SELECT room FROM outbox WHERE key = :key))
    ),
    lines AS (
        SELECT *,
            min(priority) OVER (PARTITION BY front, room, line) AS urgency,
            max(held) OVER (PARTITION BY front, room, line ORDER BY id) AS blocked
        FROM waiting
    )
    SELECT * FROM lines WHERE NOT blocked AND (:key = '' OR key = :key)
    ORDER BY urgency, id LIMIT :limit
"""
_ALERTED = """
    SELECT user_id FROM mentions JOIN persons ON persons.key = person
    WHERE mentions.key = ? ORDER BY place
"""
_ORIGINAL = "original_front = :front AND original_room = :room AND original_event = :event"


def queue(db: Database, outgoing: Outgoing, at: datetime) -> None:
    """Puts it in the outbox, unless its key is known; see ``Store.commit``."""
    if _known(db, outgoing.key):
        return
    if outgoing.style is Style.REDACTION and outgoing.reply_to and _known(db, outgoing.reply_to):
        take_back(db, outgoing.reply_to, at)
        return
    never = ""
    if outgoing.replaces is not None:
        first = _first(db, outgoing.replaces)
        outgoing = replace(outgoing, replaces=first)
        db.execute(
            f"UPDATE outbox SET undeliverable = ?, text = '', html = ''"
            f" WHERE replaces = ? AND attempted_at IS NULL AND {_WAITS}",
            (MERGED, first),
        )
        changed = db.execute(
            f"UPDATE outbox SET text = ?, html = ?"
            f" WHERE key = ? AND attempted_at IS NULL AND {_WAITS}",
            (outgoing.text, outgoing.html, first),
        ).rowcount
        if changed:
            never = MERGED
        elif not _sayable(db, first):
            never = "what it changes is not there"
    row = dict(rows.outgoing_row(outgoing, at))
    if never:
        row |= {"undeliverable": never, "text": "", "html": ""}
    rows.insert(db, "outbox", row)
    for place, person in enumerate(outgoing.mentions):
        rows.insert(db, "mentions", {"key": outgoing.key, "place": place, "person": person})
    for each in outgoing.shows:
        rows.insert(db, "shown", {"key": outgoing.key, "what": each.what, "state": each.state})


def unsent(
    db: Database, limit: int, aside: Collection[str], alone: Collection[str]
) -> list[Outgoing]:
    """See ``Store.unsent``."""
    return _sayable_now(db, limit, aside=aside, alone=alone)


def attempt(db: Database, key: str, at: datetime) -> Outgoing | None:
    """See ``Store.attempt``."""
    found = _sayable_now(db, 1, key)
    if not found:
        return None
    # The first time stays: it is since then that the words may stand there.
    db.execute(
        "UPDATE outbox SET attempted_at = coalesce(attempted_at, ?) WHERE key = ?", (_at(at), key)
    )
    return found[0]


def sent(db: Database, key: str, event: str, at: datetime) -> None:
    """See ``Store.sent``; an older edit that still waits must not come after a newer one."""
    done = db.execute(
        "UPDATE outbox SET event = ?, sent_at = ?, text = '', html = ''"
        " WHERE key = ? AND event IS NULL",
        (event, _at(at), key),
    ).rowcount
    if done:
        db.execute(
            f"UPDATE outbox SET undeliverable = ?, text = '', html = '' WHERE {_WAITS}"
            " AND replaces = (SELECT replaces FROM outbox WHERE key = ?)"
            " AND id < (SELECT id FROM outbox WHERE key = ?)",
            (MERGED, key, key),
        )


def undeliverable(db: Database, key: str, reason: str) -> None:
    """See ``Store.undeliverable``; what only makes sense beside it is not said either."""
    done = db.execute(
        f"UPDATE outbox SET undeliverable = ? WHERE key = ? AND {_WAITS}", (reason, key)
    ).rowcount
    if done:
        db.execute(
            f"UPDATE outbox SET undeliverable = ?, text = '', html = '' WHERE {_WAITS} AND"
            " (replaces = ? OR (reply_to = ? AND style IN ('reaction', 'redaction')))",
            ("what it belongs to was never said", key, key),
        )


def take_back(db: Database, key: str, at: datetime) -> None:
    """Cancels what was not begun to be said; has the rest redacted, its edits too."""
    said = db.query(
        "SELECT * FROM outbox WHERE (key = :key OR replaces = :key) AND undeliverable IS NULL"
        " AND style != 'redaction' ORDER BY id",
        {"key": key},
    )
    for row in list(said):
        if row["event"] is None and row["attempted_at"] is None:
            undeliverable(db, row["key"], TAKEN_BACK)
            db.execute("UPDATE outbox SET text = '', html = '' WHERE key = ?", (row["key"],))
            continue
        redaction = Outgoing(
            key=key_after(row["key"], TAKEN_BACK),
            front=row["front"],
            room=row["room"],
            style=Style.REDACTION,
            text="",
            reply_to=row["key"],
            priority=Priority.WORDS,
        )
        if not _known(db, redaction.key):
            rows.insert(db, "outbox", rows.outgoing_row(redaction, at))


def take_back_copies(db: Database, original: MessageRef, at: datetime) -> None:
    """Takes back whatever carries that message's words."""
    sql = f"SELECT key FROM outbox WHERE {_ORIGINAL} AND undeliverable IS NULL"
    for (key,) in db.execute(sql, dict(rows.ref_row(original))).fetchall():
        take_back(db, key, at)


def original(db: Database, front: str, room: str, event: str) -> MessageRef | None:
    """See ``Store.original``."""
    found = db.execute(
        "SELECT original_front, original_room, original_event FROM outbox"
        " WHERE front = ? AND room = ? AND event = ? AND original_event IS NOT NULL",
        (front, room, event),
    ).fetchone()
    return MessageRef(*found) if found else None


def copies(db: Database, ref: MessageRef) -> list[Outgoing]:
    """See ``Store.copies``."""
    sql = f"""
        SELECT * FROM outbox AS o
        WHERE {_ORIGINAL} AND undeliverable IS NULL AND replaces IS NULL
            AND style NOT IN ('reaction', 'redaction') AND NOT EXISTS (
                SELECT 1 FROM outbox WHERE style = 'redaction' AND reply_to = o.key
            )
        ORDER BY id
    """
    found: Iterator[rows.Row] = db.query(sql, dict(rows.ref_row(ref)))
    return [rows.outgoing(row, ()) for row in found]


def alerted(db: Database, thread: str, person: str, since: str) -> bool:
    """See ``Store.alerted``."""
    sql = (
        "SELECT EXISTS (SELECT 1 FROM outbox JOIN mentions ON mentions.key = outbox.key"
        " WHERE thread = ? AND style = 'text' AND queued_at >= ? AND person = ?"
        " AND undeliverable IS NULL)"
    )
    return bool(db.execute(sql, (thread, since, person)).fetchone()[0])


def drop_room(db: Database, front: str, room: str, until: str, reason: str) -> None:
    """Nothing that was queued for that room by then is said any more."""
    db.execute(
        f"UPDATE outbox SET undeliverable = ?, text = '', html = ''"
        f" WHERE front = ? AND room = ? AND queued_at <= ? AND {_WAITS}",
        (reason, front, room, until),
    )
    db.execute(
        f"UPDATE outbox SET undeliverable = ?, text = '', html = ''"
        f" WHERE front = ? AND room = ? AND {_WAITS} AND coalesce(replaces, reply_to) IN"
        " (SELECT key FROM outbox WHERE undeliverable IS NOT NULL AND event IS NULL)",
        (reason, front, room),
    )


def move_room(db: Database, front: str, room: str, to: str) -> None:
    """What waits for that room is said in another one, where none of its events exists."""
    db.execute(
        f"UPDATE outbox SET undeliverable = ?, text = '', html = '' WHERE front = ? AND room = ?"
        f" AND {_WAITS} AND (replaces IS NOT NULL OR style IN ('reaction', 'redaction'))",
        ("the room was replaced", front, room),
    )
    db.execute(
        f"UPDATE outbox SET room = ?, thread = NULL, reply_to = NULL, attempted_at = NULL"
        f" WHERE front = ? AND room = ? AND {_WAITS}",
        (to, front, room),
    )


def _sayable_now(
    db: Database,
    limit: int,
    key: str = "",
    aside: Collection[str] = (),
    alone: Collection[str] = (),
) -> list[Outgoing]:
    """What can be said now; with a key that one only, looking at no other room."""
    left = {"aside": json.dumps(list(aside)), "alone": json.dumps(list(alone))}
    values = {"limit": limit, "key": key, **left}
    return [
        rows.outgoing(row, tuple(id for (id,) in db.execute(_ALERTED, (row["key"],))))
        for row in list(db.query(_UNSENT, values))
    ]


def _known(db: Database, key: str) -> bool:
    sql = "SELECT EXISTS (SELECT 1 FROM outbox WHERE key = ?)"
    return bool(db.execute(sql, (key,)).fetchone()[0])


def _first(db: Database, key: str) -> str:
    """What was said at first, where the key is that of an edit: nobody shows an edit of an edit."""
    sql = "SELECT replaces FROM outbox WHERE key = ? AND replaces IS NOT NULL"
    while found := db.execute(sql, (key,)).fetchone():
        key = found[0]
    return key


def _sayable(db: Database, key: str) -> bool:
    sql = "SELECT EXISTS (SELECT 1 FROM outbox WHERE key = ? AND undeliverable IS NULL)"
    return bool(db.execute(sql, (key,)).fetchone()[0])


def _at(at: datetime) -> str:
    return rows.stamp(at)
