"""What came: kept until it is handled, then all but its reference is erased."""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection
from datetime import MAXYEAR, UTC, datetime, timedelta

from sqlite_utils import Database

from bot.cases import Status
from bot.errors import HandleAgain
from bot.messages import Kind, Message, MessageRef, Place
from bot.outcome import Outcome
from bot.ports import LONGEST_PUT_OFF
from bot.store import asked, deeds, moves, outbox, recalling, rows

_AT = "front = :front AND room = :room AND event = :event"
_SPENT_FOR = timedelta(days=1)
_KNOWN_FOR = timedelta(days=30)
"""How long a handled message is known. It comes again only out of the batch in which it came:
that batch's position is kept in one transaction with it, so whatever is asked for again, after a
crash or by a homeserver that repeats itself, was heard lately. But for one: that a configured
room moved is told again at each start, so that is known for ever."""
_FOR_EVER = datetime.max.replace(tzinfo=UTC)
_FORGOTTEN_AT_ONCE = 8
"""Several for each that comes, so that a backlog shrinks and no transaction gets long."""
_EDITED_WAITS = """
    SELECT 1 FROM inbox WHERE front = :front AND room = :room AND event = :reply_to
        AND sender = :sender AND kind = 'text'
"""
_WORDS = (Kind.TEXT, Kind.EDIT, Kind.UNREADABLE)


def take(db: Database, message: Message, now: datetime) -> None:
    """Keeps a message, unless it is known; see ``Store.receive``."""
    if _known(db, message.ref):
        if message.kind is Kind.MOVED and message.text:
            # Told again at a start: it may have been handled before moves were kept.
            moves.keep(db, message.ref.front, message.ref.room, message.text)
        return
    sender = person(db, message.ref.front, message.sender)
    row = {**rows.message_row(message, sender), "received_at": rows.stamp(now)}
    rows.insert(db, "inbox", row)
    if message.kind is Kind.EDIT:
        _change_what_waits(db, message, sender)


def waiting(db: Database, now: datetime, limit: int, but_in: Collection[str] = ()) -> list[Message]:
    """See ``Store.unhandled``."""
    # An edit of what still waits is in its words already; alone it would be taken for a question.
    sql = """
        SELECT * FROM inbox AS i WHERE parked_at IS NULL AND
            (hidden_until IS NULL OR hidden_until <= ? OR hidden_until > ?)
        AND room NOT IN (SELECT value FROM json_each(?))
        AND NOT (kind = 'edit' AND EXISTS (
            SELECT 1 FROM inbox AS edited
            WHERE edited.front = i.front AND edited.room = i.room AND edited.event = i.reply_to
                AND edited.sender = i.sender AND edited.kind = 'text'
        ))
        ORDER BY id LIMIT ?
    """
    # The last day of all times has no hour after it.
    latest = rows.stamp(now if now.year == MAXYEAR else now + LONGEST_PUT_OFF)
    values = (rows.stamp(now), latest, json.dumps(list(but_in)), limit)
    return [rows.message(row) for row in db.query(sql, values)]


def parked(db: Database) -> list[Message]:
    """See ``Store.parked``."""
    sql = "SELECT * FROM inbox WHERE parked_at IS NOT NULL ORDER BY id"
    return [rows.message(row) for row in db.query(sql)]


def unpark(db: Database) -> int:
    """See ``Store.unpark``."""
    sql = (
        "UPDATE inbox SET parked_at = NULL, hidden_until = NULL, failures = 0, waits = 0"
        " WHERE parked_at IS NOT NULL"
    )
    return int(db.execute(sql).rowcount)


def put_off(db: Database, ref: MessageRef, until: datetime) -> int:
    """See ``Store.put_off``."""
    sql = (
        "UPDATE inbox SET failures = failures + 1, hidden_until = :until"
        f" WHERE {_AT} RETURNING failures"
    )
    found = db.execute(sql, {**rows.ref_row(ref), "until": rows.stamp(until)}).fetchall()
    return int(found[0][0]) if found else 0


def wait(db: Database, ref: MessageRef, until: datetime, *, for_keys: bool) -> int:
    """See ``Store.wait``."""
    # What an edit has made readable meanwhile waits for no key.
    sql = (
        f"UPDATE inbox SET waits = waits + :more, hidden_until = :until WHERE {_AT}"
        " AND (NOT :more OR kind = 'unreadable') RETURNING waits"
    )
    row = {**rows.ref_row(ref), "until": rows.stamp(until), "more": for_keys}
    found = db.execute(sql, row).fetchall()
    return int(found[0][0]) if found else 0


def finish(db: Database, outcome: Outcome, ref: MessageRef, at: datetime) -> rows.Row | None:
    """Takes the handled message out, but for its reference; or parks it.

    Returns:
        The message as it stood there; None: it is there still.

    Raises:
        HandleAgain: It is no longer there, or what it edits is there again.
    """
    row = dict(rows.ref_row(ref))
    kept = next(db.query(f"SELECT * FROM inbox WHERE {_AT} AND parked_at IS NULL", row), None)
    if kept is None:
        raise HandleAgain("the message is no longer in the inbox; go on with the next")
    if kept["kind"] == Kind.EDIT and db.execute(_EDITED_WAITS, kept).fetchone():
        raise HandleAgain("what it edits waits again; that is handled first")
    if outcome.read is not None:
        _keep_clear(db, outcome.read, str(kept["sender"]))
        return None
    if outcome.parked:
        db.execute(f"UPDATE inbox SET parked_at = :at WHERE {_AT}", {**row, "at": rows.stamp(at)})
        return None
    moved = kept["kind"] == Kind.MOVED and kept["place"] != Place.DIRECT
    _forget(db, ref, _FOR_EVER if moved else at)
    _forget_wholly(db, at)
    here = (ref.front, ref.room)
    answered = any((each.front, each.room) == here for each in outcome.outgoing)
    opened = outcome.case is not None and outcome.case.version == 0
    passed_on = bool(outcome.outgoing) and kept["kind"] in _WORDS
    if (answered or opened or passed_on) and not outcome.free and kept["place"] != Place.DESK:
        spent = {"person": kept["sender"], "room": ref.room, "at": rows.stamp(at)}
        rows.insert(db, "spent", spent)
        db.execute("DELETE FROM spent WHERE at < ?", (rows.stamp(at - _SPENT_FOR),))
    if outcome.gone:
        _drop_room(db, ref, kept, at)
    if outcome.moved_to is not None:
        outbox.move_room(db, ref.front, ref.room, outcome.moved_to)
        asked.forget_room(db, ref.front, ref.room)
        moves.keep(db, ref.front, ref.room, outcome.moved_to)
        db.execute(
            "UPDATE cases SET room = ?, root = '', version = version + 1"
            " WHERE front = ? AND room = ?",
            (outcome.moved_to, ref.front, ref.room),
        )
        db.execute(
            "UPDATE followers SET room = ?, root = '' WHERE front = ? AND room = ?",
            (outcome.moved_to, ref.front, ref.room),
        )
    return kept


def take_back(db: Database, ref: MessageRef, at: datetime) -> None:
    """Erases a message's words here, and has their copies taken back."""
    row = dict(rows.ref_row(ref))
    gone = (
        "SELECT front, room, event FROM inbox WHERE front = :front AND room = :room"
        " AND (event = :event OR (kind = 'edit' AND reply_to = :event))"
    )
    for each in db.execute(gone, row).fetchall():
        _forget(db, MessageRef(*each), at)
    db.execute(f"DELETE FROM notes WHERE {_AT}", row)
    db.execute(f"DELETE FROM reactions WHERE {_AT}", row)
    asked.forget(db, ref)
    deeds.take_back(db, ref)
    outbox.take_back_copies(db, ref, at)
    recalling.question_gone(db, ref)


def person(db: Database, front: str, user_id: str) -> str:
    """The person's key, made where there is none."""
    row = {"key": secrets.token_hex(16), "front": front, "user_id": user_id}
    rows.insert(db, "persons", row, "ON CONFLICT (front, user_id) DO NOTHING")
    sql = "SELECT key FROM persons WHERE front = ? AND user_id = ?"
    return str(db.execute(sql, (front, user_id)).fetchone()[0])


def _known(db: Database, ref: MessageRef) -> bool:
    sql = (
        f"SELECT EXISTS (SELECT 1 FROM inbox WHERE {_AT})"
        f" OR EXISTS (SELECT 1 FROM handled WHERE {_AT})"
    )
    return bool(db.execute(sql, dict(rows.ref_row(ref))).fetchone()[0])


def _forget(db: Database, ref: MessageRef, at: datetime) -> None:
    row = dict(rows.ref_row(ref))
    db.execute(f"DELETE FROM inbox WHERE {_AT}", row)
    rows.insert(db, "handled", {**row, "handled_at": rows.stamp(at)})


def _forget_wholly(db: Database, at: datetime) -> None:
    """Drops the oldest of the references that nobody asks for any more."""
    db.execute(
        "DELETE FROM handled WHERE (front, room, event) IN (SELECT front, room, event"
        " FROM handled WHERE handled_at < ? ORDER BY handled_at LIMIT ?)",
        (rows.stamp(at - _KNOWN_FOR), _FORGOTTEN_AT_ONCE),
    )


def _change_what_waits(db: Database, edit: Message, sender: str) -> None:
    """Gives what still waits the words of its edit: the bot must not answer others.

    What could not be read is a text from then on, or its key would make it a second question.
    """
    values = {
        **rows.ref_row(edit.target),
        "edit": edit.ref.event,
        "text": edit.text,
        "hidden": edit.hidden,
        "sender": sender,
        "thread": edit.thread,
        "addressed": edit.addressed,
    }
    # An edit whose key came late may be older than the words that are there.
    its = (
        f"{_AT} AND sender = :sender AND NOT EXISTS ("
        "SELECT 1 FROM inbox AS later WHERE later.front = :front AND later.room = :room"
        " AND later.reply_to = :event AND later.kind = 'edit' AND later.sender = :sender"
        " AND later.id > (SELECT id FROM inbox"
        " WHERE front = :front AND room = :room AND event = :edit))"
    )
    db.execute(
        f"UPDATE inbox SET text = :text, hidden = :hidden WHERE {its} AND kind = 'text'", values
    )
    db.execute(
        "UPDATE inbox SET kind = 'text', text = :text, hidden = :hidden, thread = :thread,"
        " addressed = addressed OR :addressed, hidden_until = NULL, parked_at = NULL,"
        f" failures = 0, waits = 0 WHERE {its} AND kind = 'unreadable'",
        values,
    )


def _keep_clear(db: Database, message: Message, sender: str) -> None:
    """Keeps a message that could not be read before as what it is."""
    row = dict(rows.message_row(message, sender))
    columns = ", ".join(f"{column} = :{column}" for column in row)
    more = "hidden_until = NULL, failures = 0, waits = 0"
    db.execute(f"UPDATE inbox SET {columns}, {more} WHERE {_AT}", row)
    if message.kind is Kind.EDIT:
        _change_what_waits(db, message, sender)


def _drop_room(db: Database, ref: MessageRef, gone: rows.Row, at: datetime) -> None:
    """Drops what came before that; the bot may have been let in again since."""
    there = "front = ? AND room = ?"
    waiting_there = db.execute(
        f"SELECT front, room, event FROM inbox WHERE {there} AND id < ?",
        (ref.front, ref.room, gone["id"]),
    ).fetchall()
    for each in waiting_there:
        _forget(db, MessageRef(*each), at)
    reason = "the bot is no longer in that room"
    if gone["place"] != Place.DESK:  # Cases wait there for people until the bot is let in again.
        outbox.drop_room(db, ref.front, ref.room, gone["sent_at"], reason)
    db.execute(
        "UPDATE cases SET status = ?, question = '', version = version + 1"
        f" WHERE {there} AND status = ? AND opened_at <= ?",
        (Status.CLOSED, ref.front, ref.room, Status.WAITING, gone["sent_at"]),
    )
