"""The store in one SQLite file; the port's docstrings say what each method promises.

Rules:

- The user ids of people stand in the table ``persons`` and nowhere else.
- A message that was handled leaves only its reference; what was said leaves only where.
- Which of two writers comes first is decided by ``Case.version`` and by the inbox row: the
  second finds it gone.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from bot.cases import ENDED, FLAG, Case
from bot.deeds import Tally, Track
from bot.errors import HandleAgain
from bot.expectation import FirstAnswer
from bot.figures import Figures
from bot.messages import Kind, Message, MessageRef, Outgoing
from bot.outcome import Follower, Given, Note, Outcome, Reaction
from bot.ports import Clock
from bot.store import (
    beside,
    deeds,
    figures,
    holding,
    inbox,
    keeping,
    migrations,
    moves,
    outbox,
    promises,
    rows,
)
from bot.store.asked import is_last
from bot.store.connection import Connection

_AT = "front = :front AND room = :room AND event = :event"


class SqliteStore(keeping.Keeping, holding.Holding, moves.Naming):
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
        now = self._clock()

        def work(db: Database) -> None:
            for message in map(rows.sound, messages):
                if message.kind is Kind.SAID:
                    outbox.sent(db, message.text, message.ref.event, now)
                else:
                    inbox.take(db, message, now)
            rows.insert(
                db,
                "positions",
                {"front": front, "token": position, "received_at": rows.stamp(now)},
                "ON CONFLICT DO UPDATE SET token = excluded.token,"
                " received_at = excluded.received_at",
            )

        await self._connection.write(work)

    async def position(self, front: str) -> str | None:
        def work(db: Database) -> str | None:
            found = db.execute("SELECT token FROM positions WHERE front = ?", (front,)).fetchone()
            return str(found[0]) if found else None

        return await self._connection.read(work)

    async def unhandled(
        self, now: datetime, limit: int, but_in: Collection[str] = ()
    ) -> list[Message]:
        return await self._connection.read(lambda db: inbox.waiting(db, now, limit, but_in))

    async def put_off(self, ref: MessageRef, until: datetime) -> int:
        return await self._connection.write(lambda db: inbox.put_off(db, ref, until))

    async def wait(self, ref: MessageRef, until: datetime, *, for_keys: bool = False) -> int:
        return await self._connection.write(
            lambda db: inbox.wait(db, ref, until, for_keys=for_keys)
        )

    async def parked(self) -> list[Message]:
        return await self._connection.read(inbox.parked)

    async def unpark(self) -> int:
        return await self._connection.write(inbox.unpark)

    async def commit(self, outcome: Outcome) -> None:
        now = self._clock()

        def work(db: Database) -> bool:
            heard = None
            if outcome.handled:
                heard = inbox.finish(db, outcome, outcome.handled, now)
            for ref in outcome.taken_back:
                inbox.take_back(db, ref, now)
            for outgoing in outcome.outgoing:
                outbox.queue(db, outgoing, now)
            cases = (*([outcome.case] if outcome.case else []), *outcome.cases)
            for case in cases:
                _keep(db, case)
            for case in cases:
                promises.follow(db, case, now)
            if outcome.promise:
                promises.keep(db, outcome.promise)
            deeds.keep(db, outcome.deeds, outcome.undone, now)
            keeping.keep(db, outcome, now, heard)
            beside.keep(db, outcome)
            return not inbox.waiting(db, now, 1)

        # The handled text lingers in the log. In a burst that is emptied once, at the end.
        if await self._connection.write(work) and outcome.handled:
            await self._connection.wipe()

    async def unsent(
        self, limit: int, aside: Collection[str] = (), alone: Collection[str] = ()
    ) -> list[Outgoing]:
        return await self._connection.read(lambda db: outbox.unsent(db, limit, aside, alone))

    async def attempt(self, key: str) -> Outgoing | None:
        now = self._clock()

        def work(db: Database) -> tuple[bool, Outgoing | None]:
            return is_last(db, key), outbox.attempt(db, key, now)

        last, found = await self._connection.write(work)
        if last and found:  # As in a commit, once for many.
            await self._connection.wipe()
        return found

    async def sent(self, key: str, event: str) -> None:
        now = self._clock()
        await self._connection.write(lambda db: outbox.sent(db, key, event, now))

    async def undeliverable(self, key: str, reason: str) -> None:
        await self._connection.write(lambda db: outbox.undeliverable(db, key, reason))

    async def figures(self) -> Figures:
        return await self._connection.read(figures.figures)

    async def waits(self, since: datetime, limit: int) -> list[float]:
        return await self._connection.read(lambda db: figures.waits(db, since, limit))

    async def enroll(self, front: str, user_ids: Sequence[str]) -> Mapping[str, str]:
        at = rows.stamp(self._clock())

        def work(db: Database) -> dict[str, str]:
            keys = {user_id: inbox.person(db, front, user_id) for user_id in user_ids}
            for key in keys.values():
                row = {"person": key, "enrolled_at": at}
                rows.insert(db, "responders", row, "ON CONFLICT (person) DO NOTHING")
            return keys

        return await self._connection.write(work)

    async def next_case_id(self) -> int:
        sql = "UPDATE case_numbers SET last = last + 1 RETURNING last"
        return await self._connection.write(lambda db: int(db.execute(sql).fetchall()[0][0]))

    async def case(self, case_id: int) -> Case | None:
        found = await self._cases("SELECT * FROM cases WHERE id = :id", {"id": case_id})
        return found[0] if found else None

    async def case_in_thread(self, front: str, room: str, root: str) -> Case | None:
        return next(iter(await self.cases_in_thread(front, room, root)), None)

    async def cases_in_thread(self, front: str, room: str, root: str) -> list[Case]:
        sql = f"""
            SELECT * FROM cases WHERE id IN (
                SELECT id FROM cases WHERE front = :front AND room = :room AND root = :event
                UNION ALL
                SELECT id FROM cases WHERE desk_thread IN (SELECT key FROM outbox WHERE {_AT})
                UNION ALL
                SELECT id FROM cases WHERE front = :front AND room = :room
                    AND root IN (SELECT thread FROM outbox WHERE {_AT})
            )
            ORDER BY why = :flag, id DESC
        """
        values = {"front": front, "room": room, "event": root, "flag": FLAG}
        return await self._cases(sql, values)

    async def cases_at(self, front: str, room: str, event: str) -> list[Case]:
        at = {"front": front, "room": room, "event": event}
        return await self._cases(beside.CASES_AT, at)

    async def case_asked(self, ref: MessageRef) -> Case | None:
        sql = f"SELECT * FROM cases WHERE {_AT} ORDER BY id DESC LIMIT 1"
        found = await self._cases(sql, rows.ref_row(ref))
        return found[0] if found else None

    async def said(self, front: str, room: str, event: str) -> str | None:
        at = {"front": front, "room": room, "event": event}

        def work(db: Database) -> str | None:
            found = db.execute(f"SELECT key FROM outbox WHERE {_AT}", at).fetchone()
            return str(found[0]) if found else None

        return await self._connection.read(work)

    async def original(self, front: str, room: str, event: str) -> MessageRef | None:
        return await self._connection.read(lambda db: outbox.original(db, front, room, event))

    async def copies(self, original: MessageRef) -> list[Outgoing]:
        return await self._connection.read(lambda db: outbox.copies(db, original))

    async def given(self, key: str) -> tuple[Given, datetime] | None:
        sql = """
            SELECT given.* FROM given JOIN outbox ON outbox.key = given.key
            WHERE given.key = :key OR replaces = :key ORDER BY outbox.id DESC LIMIT 1
        """

        def work(db: Database) -> tuple[Given, datetime] | None:
            found = next(db.query(sql, {"key": key}), None)
            if found is None:
                return None
            return rows.given(found), datetime.fromisoformat(found["given_at"])

        return await self._connection.read(work)

    async def reaction(self, ref: MessageRef) -> Reaction | None:
        found = await self._reactions(_AT, rows.ref_row(ref))
        return found[0] if found else None

    async def mirrored(self, target: MessageRef, emoji: str) -> list[Reaction]:
        where = (
            "target_front = :front AND target_room = :room AND target_event = :event"
            " AND emoji = :emoji"
        )
        return await self._reactions(where, {**rows.ref_row(target), "emoji": emoji})

    async def spent(self, person: str, room: str, since: datetime) -> tuple[int, int]:
        sql = (
            "SELECT coalesce(sum(person = ?), 0), coalesce(sum(room = ?), 0)"
            " FROM spent WHERE at >= ?"
        )
        values = (person, room, rows.stamp(since))

        def work(db: Database) -> tuple[int, int]:
            by_person, in_room = db.execute(sql, values).fetchone()
            return int(by_person), int(in_room)

        return await self._connection.read(work)

    async def cases_due(self, now: datetime) -> list[Case]:
        sql = "SELECT * FROM cases WHERE look_at <= :now ORDER BY opened_at, id"
        return await self._cases(sql, {"now": rows.stamp(now)})

    async def alerted(self, thread: str, person: str, since: datetime) -> bool:
        at = rows.stamp(since)
        return await self._connection.read(lambda db: outbox.alerted(db, thread, person, at))

    async def cases_slipped(self, now: datetime) -> list[Case]:
        return await self._cases(promises.SLIPPED, {"now": rows.stamp(now)})

    async def first_answers(self, since: datetime, limit: int) -> list[FirstAnswer]:
        return await self._connection.read(lambda db: promises.first_answers(db, since, limit))

    async def deeds(self, since: datetime, until: datetime, person: str = "") -> Tally:
        return await self._connection.read(lambda db: deeds.tally(db, since, until, person))

    async def cases_answered(self, since: datetime, until: datetime) -> int:
        return await self._connection.read(lambda db: deeds.cases_answered(db, since, until))

    async def first_answers_of(self, person: str) -> list[float]:
        return await self._connection.read(lambda db: deeds.first_answers_of(db, person))

    async def tracks(self, since: datetime) -> Mapping[str, Track]:
        return await self._connection.read(lambda db: deeds.tracks(db, since))

    async def cases_merged(self, case_id: int) -> list[Case]:
        sql = """
            WITH RECURSIVE gone (id) AS (
                SELECT id FROM cases WHERE merged_into = :id
                UNION SELECT cases.id FROM cases JOIN gone ON merged_into = gone.id
            )
            SELECT * FROM cases WHERE id IN gone ORDER BY opened_at, id
        """
        return await self._cases(sql, {"id": case_id})

    async def cases_of(self, asker: str, front: str, room: str) -> list[Case]:
        sql = "SELECT * FROM cases WHERE asker = :asker AND front = :front AND room = :room"
        values = {"asker": asker, "front": front, "room": room}
        return await self._cases(f"{sql} ORDER BY opened_at, id", values)

    async def open_cases(self) -> list[Case]:
        sql = (
            "SELECT * FROM cases WHERE status NOT IN (SELECT value FROM json_each(:ended))"
            " ORDER BY opened_at, id"
        )
        return await self._cases(sql, {"ended": json.dumps(sorted(ENDED))})

    async def followers(self, case_id: int) -> list[Follower]:
        sql = "SELECT * FROM followers WHERE case_id = :id ORDER BY front, room, event, person"
        return await self._followers(sql, {"id": case_id})

    async def following(self, ref: MessageRef) -> list[Follower]:
        return await self._followers(f"SELECT * FROM followers WHERE {_AT}", rows.ref_row(ref))

    async def note(self, ref: MessageRef) -> Note | None:
        def work(db: Database) -> Note | None:
            found = db.query(f"SELECT * FROM notes WHERE {_AT}", dict(rows.ref_row(ref)))
            return next(map(rows.note, found), None)

        return await self._connection.read(work)

    async def close(self) -> None:
        await self._connection.close()

    async def _reactions(self, where: str, values: rows.Row) -> list[Reaction]:
        sql = f"SELECT * FROM reactions WHERE {where} ORDER BY event"

        def work(db: Database) -> list[Reaction]:
            return [rows.reaction(row) for row in db.query(sql, dict(values))]

        return await self._connection.read(work)

    async def _followers(self, sql: str, values: rows.Row) -> list[Follower]:
        def work(db: Database) -> list[Follower]:
            return [rows.follower(row) for row in db.query(sql, dict(values))]

        return await self._connection.read(work)

    async def _cases(self, sql: str, values: rows.Row) -> list[Case]:
        def work(db: Database) -> list[Case]:
            return [rows.case(row) for row in db.query(sql, dict(values))]

        return await self._connection.read(work)


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
