"""What comes after publishing: who got which version of an entry, and who was told of a change."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date, datetime

from sqlite_utils import Database

from bot.aftercare import Flag, Got, Instead, Renewal, Review, Tally
from bot.cases import ENDED
from bot.errors import HandleAgain
from bot.messages import MessageRef, Shown
from bot.outcome import Doubtful, Given, Note, Outcome, Outdated, tying
from bot.store import asked, moves, published, recalling, rows, stale
from bot.store.connection import Connection
from knowledge.entry import Entry
from knowledge.review import PERIOD

DESK = "desk"
"""The origin of entries that come from an outcome: vetted by people here."""

# Few entries change: it begins with those, and comes from them to who got one. What an edit
# carries counts for the message that it changed; the last edit of a message says what it carries.
# Each person is told at the last of their answers, unless they were told of that version already.
# Who took the question back is nobody there; what they read is changed all the same.
_OUTDATED = """
    WITH instead AS (
        SELECT value ->> 'room' AS room, value ->> 'given' AS given, value ->> 'lang' AS lang,
            value ->> 'entry_id' AS entry_id, value ->> 'version' AS version
        FROM json_each(:instead)
    ),
    changed AS (
        SELECT id FROM entries WHERE NOT served
        UNION SELECT id FROM entry_versions WHERE change = 'advice' AND published_at >= :since
        UNION SELECT entry_id FROM given WHERE withdrawn
        UNION SELECT given FROM instead
    ),
    outdated AS (
        SELECT given.key, given.asker, coalesce(instead.entry_id, given.entry_id) AS entry_id,
            instead.entry_id IS NOT NULL OR entries.served AS served,
            coalesce(instead.version, entries.version) AS newest,
            root.key AS root, root.id AS place
        FROM changed
        CROSS JOIN entries ON entries.id = changed.id
        CROSS JOIN given ON given.entry_id = changed.id AND given.given_at >= :since
        CROSS JOIN outbox AS carried ON carried.key = given.key
        CROSS JOIN outbox AS root ON root.key = coalesce(carried.replaces, carried.key)
        LEFT JOIN instead ON (instead.room, instead.given, instead.lang)
            = (root.room, given.entry_id, given.lang)
        WHERE root.event IS NOT NULL
            AND CASE
                WHEN instead.entry_id IS NOT NULL THEN true
                WHEN entries.served THEN
                entries.version > given.version AND (given.withdrawn OR EXISTS (
                    SELECT 1 FROM entry_versions AS newer WHERE newer.id = changed.id
                    AND newer.version > given.version AND newer.change = 'advice'
                ))
                ELSE NOT given.withdrawn
            END
            AND NOT EXISTS (
                SELECT 1 FROM entries AS now JOIN entry_versions USING (id, version)
                WHERE now.served AND now.id = coalesce(instead.entry_id, given.entry_id)
                AND (now.id IN (SELECT value FROM json_each(:held))
                    OR translation_of IN (SELECT value FROM json_each(:held)))
            )
            AND NOT EXISTS (
                SELECT 1 FROM outbox AS gone
                WHERE gone.style = 'redaction' AND gone.reply_to = root.key
            )
            AND NOT EXISTS (
                SELECT 1 FROM outbox AS later
                WHERE later.replaces = root.key AND later.id > carried.id
                AND later.undeliverable IS NOT 'recalled'
            )
    ),
    told AS (
        SELECT entry_id, version, withdrawn, person
        FROM given JOIN outbox AS news ON news.key = given.news
        JOIN mentions ON mentions.key = given.news
        WHERE given.news IS NOT NULL AND given.given_at >= :since AND news.undeliverable IS NULL
    ),
    concerned AS (
        SELECT outdated.*, asker AS person FROM outdated
        UNION SELECT outdated.*, person FROM outdated JOIN mentions ON mentions.key = root
        -- Who joined in that thread has read it there, though not every answer names them.
        UNION SELECT outdated.*, followers.person FROM outdated
        JOIN outbox AS said ON said.key = outdated.root
        JOIN followers ON followers.front = said.front AND followers.room = said.room
            AND followers.root = said.thread AND NOT followers.asked
    ),
    untold AS (
        SELECT *, person IS NOT NULL
        AND place = max(place) OVER (PARTITION BY entry_id, person) AND NOT iif(
            served,
            (entry_id, newest, person) IN (SELECT entry_id, version, person FROM told),
            (entry_id, newest, person) IN (
                SELECT entry_id, version, person FROM told WHERE withdrawn
            )
        ) AS here
        FROM concerned
    )
    SELECT key, root, entry_id, newest, json_group_array(person) FILTER (WHERE here) AS people
    FROM untold GROUP BY key
    ORDER BY max(here) DESC, place
    LIMIT max(0, :limit - (
        SELECT count(DISTINCT news.key) FROM given JOIN outbox AS news ON news.key = given.news
        WHERE given.news IS NOT NULL AND given.given_at >= :since
            AND news.event IS NULL AND news.undeliverable IS NULL
    ) - (
        SELECT count(*) FROM outbox AS edit JOIN given USING (key)
        WHERE edit.event IS NULL AND edit.undeliverable IS NULL
            AND edit.replaces IS NOT NULL AND given.news IS NULL
    ))
"""

_GOT = """
    SELECT DISTINCT front, room, entry_id, lang FROM given JOIN outbox USING (key)
    WHERE given_at >= ? ORDER BY front, room, entry_id, lang
"""

_TALLIES = """
    WITH people AS (
        SELECT entry_id, version, withdrawn,
            max(news.event IS NOT NULL) AS has_it,
            max(news.event IS NULL AND news.undeliverable IS NULL) AS waits
        FROM given JOIN outbox AS news ON news.key = given.news
        JOIN mentions ON mentions.key = given.news
        WHERE given.news IS NOT NULL AND given.given_at >= :since
        GROUP BY entry_id, version, withdrawn, person
    )
    SELECT entry_id, version, withdrawn,
        sum(has_it) AS told,
        sum(NOT has_it AND NOT waits) AS unreachable,
        sum(NOT has_it AND waits) AS waiting
    FROM people GROUP BY entry_id, version, withdrawn
    -- Where all of it was recalled, nobody is being told any more.
    UNION SELECT entry_id, version, withdrawn, 0, 0, 0 FROM tallies
    WHERE waiting AND NOT told AND (entry_id, version, withdrawn) NOT IN (
        SELECT entry_id, version, withdrawn FROM people
    )
    EXCEPT SELECT entry_id, version, withdrawn, told, unreachable, waiting FROM tallies
"""

_DUE_ON = f"coalesce(now.valid_until, date(checked, '+{PERIOD.days} days'), '{date.min}')"
"""As ``knowledge.review.due_on``."""

_REVIEWS_DUE = f"""
    SELECT now.* FROM entry_versions AS now JOIN entries USING (id, version)
    WHERE served AND NOT sample AND {_DUE_ON} <= :by AND NOT EXISTS (
        SELECT 1 FROM reviews WHERE entry_id = entries.id AND reviews.valid_until = {_DUE_ON}
    )
    ORDER BY {_DUE_ON}, entries.id
    LIMIT max(0, :limit - (SELECT count(*) FROM reviews WHERE asked_at >= :since))
"""

_ANSWER_AT = """
    WITH there AS (
        SELECT coalesce(replaces, key) AS root FROM outbox
        WHERE front = :front AND room = :room AND event = :event
        UNION SELECT coalesce(replaces, key) FROM outbox
        WHERE front = :front AND room = :room AND thread = :event
    )
    SELECT given.*, carried.thread FROM there
    JOIN outbox AS carried ON carried.key = there.root OR carried.replaces = there.root
    JOIN given ON given.key = carried.key OR given.news = carried.key
    ORDER BY carried.id DESC LIMIT 1
"""


_FLAGGED = """
    SELECT 1 FROM flags JOIN cases ON cases.id = case_id
    WHERE status NOT IN (SELECT value FROM json_each(?)) AND entry_id = ?
"""


class Keeping:
    """As the port; a part of ``SqliteStore``."""

    _connection: Connection

    async def got(self, since: datetime) -> list[Got]:
        def work(db: Database) -> list[Got]:
            found = db.execute(_GOT, (rows.stamp(since),)).fetchall()
            rooms = {(front, room) for front, room, *_ in found}
            latest = {each: moves.latest(db, *each) for each in rooms}
            return [Got(room, latest[front, room], *each) for front, room, *each in found]

        return await self._connection.read(work)

    async def outdated(
        self,
        since: datetime,
        limit: int,
        instead: Sequence[Instead] = (),
        held: Sequence[str] = (),
    ) -> list[Outdated]:
        values = {
            "since": rows.stamp(since),
            "limit": limit,
            "instead": json.dumps(list(map(asdict, instead))),
            "held": json.dumps(list(held)),
        }

        def work(db: Database) -> list[Outdated]:
            found = db.execute(_OUTDATED, values).fetchall()
            return [_outdated(db, *each) for each in found]

        return await self._connection.read(work)

    async def tallies(self, since: datetime) -> list[Tally]:
        def work(db: Database) -> list[Tally]:
            found = db.query(_TALLIES, {"since": rows.stamp(since)})
            return [Tally(**{**row, "withdrawn": bool(row["withdrawn"])}) for row in found]

        return await self._connection.read(work)

    async def reviews_due(self, by: date, since: datetime, limit: int) -> list[Entry]:
        values = {"by": by.isoformat(), "since": rows.stamp(since), "limit": limit}
        return await self._connection.read(
            lambda db: [rows.entry(row) for row in db.query(_REVIEWS_DUE, values)]
        )

    async def review(self, key: str) -> Review | None:
        sql = "SELECT entry_id, valid_until FROM reviews WHERE key = ?"

        def work(db: Database) -> Review | None:
            found = db.execute(sql, (key,)).fetchone()
            return Review(key, found[0], date.fromisoformat(found[1])) if found else None

        return await self._connection.read(work)

    async def answer_at(self, front: str, room: str, event: str) -> tuple[Given, str | None] | None:
        values = {"front": front, "room": room, "event": event}

        def work(db: Database) -> tuple[Given, str | None] | None:
            found = next(db.query(_ANSWER_AT, values), None)
            return None if found is None else (rows.given(found), found["thread"])

        return await self._connection.read(work)

    async def edition(self) -> str:
        return await self._connection.read(published.edition)

    async def apart(self, entry_id: str) -> list[tuple[Entry, Entry]]:
        return await self._connection.read(lambda db: published.apart(db, entry_id))

    async def shown(self, what: str) -> list[Shown]:
        sql = (
            "SELECT front, room, event, state, sent_at FROM shown JOIN outbox USING (key)"
            " WHERE what = ? AND event IS NOT NULL ORDER BY outbox.id"
        )

        def work(db: Database) -> list[Shown]:
            return [
                Shown(MessageRef(*where), state, datetime.fromisoformat(at))
                for *where, state, at in db.execute(sql, (what,)).fetchall()
            ]

        return await self._connection.read(work)

    async def flags(self, ids: Sequence[str] = ()) -> list[Flag]:
        some = "entry_id IN (SELECT value FROM json_each(:ids))" if ids else "true"
        sql = (
            "SELECT case_id, entry_id, flags.version FROM flags"
            f" JOIN cases ON cases.id = case_id WHERE {some}"
            " AND status NOT IN (SELECT value FROM json_each(:ended)) ORDER BY case_id"
        )
        values = {"ids": json.dumps(list(ids)), "ended": json.dumps(sorted(ENDED))}
        return await self._connection.read(
            lambda db: [Flag(*found) for found in db.execute(sql, values).fetchall()]
        )

    async def notes(self, case_id: int) -> list[Note]:
        sql = """
            SELECT * FROM notes WHERE case_id = ? ORDER BY (
                SELECT min(id) FROM outbox
                WHERE original_event = notes.event AND original_room = notes.room
                    AND original_front = notes.front
            ), front, room, event
        """
        return await self._connection.read(
            lambda db: [rows.note(row) for row in db.query(sql, (case_id,))]
        )

    async def stale(self, ids: Sequence[str] = ()) -> list[str]:
        return [each.entry_id for each in await self.renewals(ids)]

    async def renewals(self, ids: Sequence[str] = ()) -> list[Renewal]:
        return await self._connection.read(lambda db: stale.renewals(db, ids))

    async def renewals_due(self, since: datetime, limit: int) -> list[Renewal]:
        return await self._connection.read(lambda db: stale.due(db, since, limit))

    async def doubtful(self, since: datetime, limit: int) -> list[Doubtful]:
        return await self._connection.read(lambda db: stale.doubtful(db, since, limit))


def keep(db: Database, outcome: Outcome, at: datetime, heard: rows.Row | None) -> None:
    """Publishes what an outcome publishes, and keeps who is given what by it.

    Args:
        db, outcome: After what the outcome says was queued.
        at: Now.
        heard: The message that was handled, as it stood in the inbox.
    """
    given = [*([outcome.given] if outcome.given else []), *outcome.also_given]
    if entry := outcome.entry:
        published.hold(db, outcome.edition)
        if outcome.over is not None and published.newest(db, entry.id) != outcome.over:
            raise HandleAgain(f"entry {entry.id} changed since it was read; read it again")
        version = published.serve(
            db, entry, DESK, at, outcome.revision, confirmed=outcome.over is not None
        )
        for local in outcome.tied:
            published.serve(db, local, DESK, at, tying(entry))
        published.keep_apart(db, entry.id, outcome.apart)
        given = [
            replace(each, version=version) if each.entry_id == entry.id else each for each in given
        ]
    for each in given:
        if recalling.is_past(db, each):
            raise HandleAgain(f"entry {each.entry_id} changed since it was read; read it again")
        rows.insert(db, "given", rows.given_row(each, at), "ON CONFLICT (key) DO NOTHING")
    if heard:
        asked.keep(db, outcome, heard)
    if outcome.withdrawn:
        published.withdraw(db, outcome.withdrawn, at, outcome.revision)
    if review := outcome.review:
        row = {**asdict(review), "valid_until": str(review.valid_until), "asked_at": rows.stamp(at)}
        rows.insert(db, "reviews", row, "ON CONFLICT DO NOTHING")
    if renewal := outcome.renewal:
        row = {"entry_id": renewal.entry_id, "state": renewal.state, "asked_at": rows.stamp(at)}
        rows.insert(db, "renewals", row, "ON CONFLICT DO NOTHING")
    if flag := outcome.flag:
        if db.execute(_FLAGGED, (json.dumps(sorted(ENDED)), flag.entry_id)).fetchone():
            raise HandleAgain(f"entry {flag.entry_id} was flagged just now; join that case")
        rows.insert(db, "flags", {**asdict(flag), "flagged_at": rows.stamp(at)})
        asked.recall(db, [flag.entry_id], at)
    if outcome.tally:
        conflict = (
            "ON CONFLICT DO UPDATE SET told = excluded.told, unreachable = excluded.unreachable,"
            " waiting = excluded.waiting"
        )
        rows.insert(db, "tallies", asdict(outcome.tally), conflict)


def _outdated(
    db: Database, key: str, root: str, entry_id: str, newest: int, people: str
) -> Outdated:
    given = rows.given(_one(db, "SELECT * FROM given WHERE key = ?", key))
    row = _one(db, "SELECT * FROM outbox WHERE key = ?", root)
    said = rows.outgoing(row, ())
    alerted = db.execute("SELECT person FROM mentions WHERE key = ? ORDER BY place", (root,))
    untold = set(json.loads(people))
    # Who asked first, then in the order in which the answer named them, then who joined.
    order = dict.fromkeys((given.asker, *(person for (person,) in alerted), *sorted(untold)))
    stands = MessageRef(said.front, said.room, row["event"])
    room = moves.latest(db, said.front, said.room)
    told = tuple(each for each in order if each in untold)
    return Outdated(given, said, entry_id, newest, told, stands, room)


def _one(db: Database, sql: str, key: str) -> rows.Row:
    found: rows.Row = next(db.query(sql, (key,)))
    return found
