"""The store in one SQLite file; the port's docstrings say what each method promises.

Rules:

- The user ids of people stand in the table ``persons`` and nowhere else.
- A message that was handled leaves only its reference; what was said leaves only where.
- Which of two writers comes first is decided by ``Case.version`` and by the inbox row: the
  second finds it gone.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from bot.cases import Case, Status
from bot.errors import HandleAgain
from bot.messages import Message, MessageRef, Outgoing
from bot.outcome import Note, Outcome
from bot.ports import Clock, Published
from bot.store import migrations, published, rows
from bot.store.connection import Connection
from knowledge.entry import Entry

DESK = "desk"
"""The origin of entries that come from an outcome: vetted by people here."""

_AT = "front = :front AND room = :room AND event = :event"


class SqliteStore:
    """Everything that must not be lost, in one file. Made by ``SqliteStore.open``."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    @classmethod
    async def open(cls, path: Path, *, clock: Clock, busy: float = 5.0) -> SqliteStore:
        """Opens the database, made where there is none, and brings its tables up to date.

        Args:
            path: The file; its folder is made too.
            clock: When things happened.
            busy: How long to wait for another process that writes, in seconds.

        Raises:
            StoreUnavailable: The file can't be used; the text says why and what to do.
        """
        at = rows.stamp(clock())
        connection = await Connection.open(
            path, lambda db: migrations.migrate(db, path, at), busy=busy
        )
        return cls(connection, clock)

    async def receive(self, front: str, messages: Sequence[Message], position: str) -> None:
        def work(db: Database) -> None:
            for message in map(rows.sound, messages):
                if not _known(db, message.ref):
                    sender = _person(db, message.ref.front, message.sender)
                    rows.insert(db, "inbox", rows.message_row(message, sender))
            rows.insert(
                db,
                "positions",
                {"front": front, "token": position},
                "ON CONFLICT DO UPDATE SET token = excluded.token",
            )

        await self._connection.write(work)

    async def position(self, front: str) -> str | None:
        def work(db: Database) -> str | None:
            found = db.execute("SELECT token FROM positions WHERE front = ?", (front,)).fetchone()
            return str(found[0]) if found else None

        return await self._connection.read(work)

    async def unhandled(self, now: datetime, limit: int) -> list[Message]:
        sql = "SELECT * FROM inbox WHERE coalesce(hidden_until, '') <= ? ORDER BY id LIMIT ?"

        def work(db: Database) -> list[Message]:
            return [rows.message(row) for row in db.query(sql, (rows.stamp(now), limit))]

        return await self._connection.read(work)

    async def put_off(self, ref: MessageRef, until: datetime) -> int:
        sql = (
            "UPDATE inbox SET failures = failures + 1, hidden_until = :until"
            f" WHERE {_AT} RETURNING failures"
        )

        def work(db: Database) -> int:
            found = db.execute(sql, {**rows.ref_row(ref), "until": rows.stamp(until)}).fetchall()
            return int(found[0][0]) if found else 0

        return await self._connection.write(work)

    async def commit(self, outcome: Outcome) -> None:
        now = self._clock()

        def work(db: Database) -> bool:
            if outcome.handled:
                _handle(db, outcome.handled, now)
            for outgoing in outcome.outgoing:
                _queue(db, outgoing, now)
            if outcome.case:
                _keep(db, outcome.case)
            if outcome.entry:
                published.serve(db, outcome.entry, DESK, now)
            if outcome.given:
                given = outcome.given
                row = {
                    "key": given.key,
                    "asker": given.asker,
                    "entry_id": given.entry_id,
                    "version": given.version,
                    "given_at": rows.stamp(now),
                }
                rows.insert(db, "given", row, "ON CONFLICT (key) DO NOTHING")
            if outcome.note:
                rows.insert(
                    db,
                    "notes",
                    rows.note_row(outcome.note),
                    "ON CONFLICT (front, room, event) DO UPDATE SET case_id = excluded.case_id,"
                    " author = excluded.author, text = excluded.text",
                )
            waiting = "SELECT EXISTS (SELECT 1 FROM inbox WHERE coalesce(hidden_until, '') <= ?)"
            return not db.execute(waiting, (rows.stamp(now),)).fetchone()[0]

        # The handled text lingers in the log. In a burst that is emptied once, at the end.
        if await self._connection.write(work) and outcome.handled:
            await self._connection.wipe()

    async def unsent(self, limit: int) -> list[Outgoing]:
        # What hangs on a root that will never be said is said outside any thread.
        sql = """
            SELECT
                o.key, o.front, o.room, o.style, o.text, o.html, o.reply_to,
                iif(root.key IS NULL, o.thread, root.event) AS thread
            FROM outbox AS o LEFT JOIN outbox AS root ON root.key = o.thread
            WHERE o.event IS NULL AND o.undeliverable IS NULL
                AND (root.key IS NULL OR coalesce(root.event, root.undeliverable) IS NOT NULL)
            ORDER BY o.id LIMIT ?
        """
        alerted = """
            SELECT user_id FROM mentions JOIN persons ON persons.key = person
            WHERE mentions.key = ? ORDER BY place
        """

        def work(db: Database) -> list[Outgoing]:
            waiting = db.execute(sql, (limit,)).fetchall()
            columns = ("key", "front", "room", "style", "text", "html", "reply_to", "thread")
            said = [dict(zip(columns, row, strict=True)) for row in waiting]
            return [
                rows.outgoing(row, tuple(id for (id,) in db.execute(alerted, (row["key"],))))
                for row in said
            ]

        return await self._connection.read(work)

    async def sent(self, key: str, event: str) -> None:
        sql = (
            "UPDATE outbox SET event = ?, sent_at = ?, text = '', html = ''"
            " WHERE key = ? AND event IS NULL"
        )
        values = (event, rows.stamp(self._clock()), key)
        await self._connection.write(lambda db: db.execute(sql, values).rowcount)

    async def undeliverable(self, key: str, reason: str) -> None:
        sql = (
            "UPDATE outbox SET undeliverable = ?"
            " WHERE key = ? AND event IS NULL AND undeliverable IS NULL"
        )
        await self._connection.write(lambda db: db.execute(sql, (reason, key)).rowcount)

    async def enroll(self, front: str, user_ids: Sequence[str]) -> Mapping[str, str]:
        at = rows.stamp(self._clock())

        def work(db: Database) -> dict[str, str]:
            keys = {user_id: _person(db, front, user_id) for user_id in user_ids}
            for key in keys.values():
                row = {"person": key, "enrolled_at": at}
                rows.insert(db, "responders", row, "ON CONFLICT (person) DO NOTHING")
            return keys

        return await self._connection.write(work)

    async def next_case_id(self) -> int:
        sql = "SELECT coalesce(max(id), 0) + 1 FROM cases"
        return await self._connection.read(lambda db: int(db.execute(sql).fetchone()[0]))

    async def case(self, case_id: int) -> Case | None:
        found = await self._cases("SELECT * FROM cases WHERE id = :id", {"id": case_id})
        return found[0] if found else None

    async def case_in_thread(self, front: str, room: str, root: str) -> Case | None:
        sql = f"""
            SELECT * FROM cases WHERE id = (
                SELECT max(id) FROM (
                    SELECT id FROM cases WHERE front = :front AND room = :room AND root = :event
                    UNION ALL
                    SELECT id FROM cases
                    WHERE desk_thread IN (SELECT key FROM outbox WHERE {_AT})
                )
            )
        """
        found = await self._cases(sql, {"front": front, "room": room, "event": root})
        return found[0] if found else None

    async def said(self, front: str, room: str, event: str) -> bool:
        sql = f"SELECT EXISTS (SELECT 1 FROM outbox WHERE {_AT})"
        at = {"front": front, "room": room, "event": event}
        return await self._connection.read(lambda db: bool(db.execute(sql, at).fetchone()[0]))

    async def cases_due(self, now: datetime) -> list[Case]:
        sql = (
            "SELECT * FROM cases WHERE status = :waiting AND due_at <= :now ORDER BY opened_at, id"
        )
        return await self._cases(sql, {"waiting": Status.WAITING, "now": rows.stamp(now)})

    async def open_cases(self) -> list[Case]:
        sql = "SELECT * FROM cases WHERE status NOT IN (:vetted, :closed) ORDER BY opened_at, id"
        return await self._cases(sql, {"vetted": Status.VETTED, "closed": Status.CLOSED})

    async def note(self, ref: MessageRef) -> Note | None:
        def work(db: Database) -> Note | None:
            found = db.query(f"SELECT * FROM notes WHERE {_AT}", dict(rows.ref_row(ref)))
            return next(map(rows.note, found), None)

        return await self._connection.read(work)

    async def entries(self, ids: Sequence[str] = ()) -> list[Entry]:
        return await self._connection.read(lambda db: published.served(db, ids))

    async def translations(self, knowledge: str) -> list[Entry]:
        return await self._connection.read(lambda db: published.translations(db, knowledge))

    async def publish(
        self, entries: Sequence[Entry], origin: str, *, complete: bool = False
    ) -> Published:
        now = self._clock()
        return await self._connection.write(
            lambda db: published.publish(db, entries, origin, now, complete=complete)
        )

    async def withdraw(self, ids: Sequence[str]) -> int:
        return await self._connection.write(lambda db: published.withdraw(db, ids))

    async def close(self) -> None:
        await self._connection.close()

    async def _cases(self, sql: str, values: rows.Row) -> list[Case]:
        def work(db: Database) -> list[Case]:
            return [rows.case(row) for row in db.query(sql, dict(values))]

        return await self._connection.read(work)


def _known(db: Database, ref: MessageRef) -> bool:
    sql = (
        f"SELECT EXISTS (SELECT 1 FROM inbox WHERE {_AT})"
        f" OR EXISTS (SELECT 1 FROM handled WHERE {_AT})"
    )
    return bool(db.execute(sql, dict(rows.ref_row(ref))).fetchone()[0])


def _person(db: Database, front: str, user_id: str) -> str:
    """The person's key, made where there is none."""
    row = {"key": secrets.token_hex(16), "front": front, "user_id": user_id}
    rows.insert(db, "persons", row, "ON CONFLICT (front, user_id) DO NOTHING")
    sql = "SELECT key FROM persons WHERE front = ? AND user_id = ?"
    return str(db.execute(sql, (front, user_id)).fetchone()[0])


def _handle(db: Database, ref: MessageRef, at: datetime) -> None:
    """Takes the message out of the inbox, but for its reference."""
    row = dict(rows.ref_row(ref))
    if not db.execute(f"DELETE FROM inbox WHERE {_AT}", row).rowcount:
        raise HandleAgain("the message is no longer in the inbox; go on with the next")
    rows.insert(db, "handled", {**row, "handled_at": rows.stamp(at)})


def _keep(db: Database, case: Case) -> None:
    """Writes the case over the version that was read."""
    row = rows.case_row(case)
    if case.version == 0:
        written = rows.insert(db, "cases", row, "ON CONFLICT (id) DO NOTHING")
    else:
        changes = ", ".join(f"{column} = :{column}" for column in row)
        sql = f"UPDATE cases SET {changes} WHERE id = :id AND version = :version - 1"
        written = db.execute(sql, dict(row)).rowcount > 0
    if not written:
        raise HandleAgain(f"case {case.id} changed since it was read; read it again")


def _queue(db: Database, outgoing: Outgoing, at: datetime) -> None:
    """Puts it in the outbox, unless its key is known."""
    row = rows.outgoing_row(outgoing, at)
    if rows.insert(db, "outbox", row, "ON CONFLICT (key) DO NOTHING"):
        for place, person in enumerate(outgoing.mentions):
            row = {"key": outgoing.key, "place": place, "person": person}
            rows.insert(db, "mentions", row)
