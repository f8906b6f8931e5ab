"""Old translations: which they are, who was asked to renew them, who has to hear of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from sqlite_utils import Database

from bot.aftercare import Renewal
from bot.outcome import Doubtful
from bot.store import rows

_STALE = """
    WITH stale AS (
        SELECT entries.id, original.id AS original_id, now.sample,
            iif(original.served, 1, -1) * said.advice_version AS state
        FROM entries JOIN entry_versions AS now USING (id, version)
        JOIN entries AS original ON original.id = now.translation_of
        JOIN entry_versions AS said
            ON (said.id, said.version) = (original.id, original.version)
        WHERE entries.served
            AND (NOT original.served OR said.advice_version > coalesce(now.translates, 1))
    )
"""

_RENEWALS = f"""
    {_STALE}
    SELECT id, original_id, state FROM stale
    WHERE :all OR id IN (SELECT value FROM json_each(:ids)) ORDER BY id
"""

_RENEWALS_DUE = f"""
    {_STALE}
    SELECT id, original_id, state FROM stale
    WHERE NOT sample AND (id, state) NOT IN (SELECT entry_id, state FROM renewals)
    ORDER BY id
    LIMIT max(0, :limit - (SELECT count(*) FROM renewals WHERE asked_at >= :since))
"""

# What was corrected since is told as that; see ``keeping`` for the rest. What the last answer that
# somebody read says is what they know; who knows nothing of it hears it at the last to be changed.
_DOUBTFUL = f"""
    {_STALE},
    got AS (
        SELECT given.*, carried.id, root.key AS root, root.id AS place,
            given.entry_id IN (SELECT id FROM stale) AS is_stale,
            EXISTS (
                SELECT 1 FROM outbox AS later
                WHERE later.replaces = root.key AND later.id > carried.id
                AND later.undeliverable IS NOT 'recalled'
            ) AS past
        FROM given
        JOIN entries ON entries.id = given.entry_id AND entries.served
        JOIN outbox AS carried ON carried.key = given.key
        JOIN outbox AS root ON root.key = coalesce(carried.replaces, carried.key)
        WHERE given.given_at >= :since AND NOT given.withdrawn AND root.event IS NOT NULL
            AND given.entry_id IN (
                SELECT id FROM stale UNION SELECT entry_id FROM given WHERE stale
            )
            AND NOT EXISTS (
                SELECT 1 FROM entry_versions AS newer WHERE newer.id = given.entry_id
                AND newer.version > given.version AND newer.change = 'advice'
            )
            AND NOT EXISTS (
                SELECT 1 FROM outbox AS gone
                WHERE gone.style = 'redaction' AND gone.reply_to = root.key
            )
    ),
    readers AS (
        SELECT got.*, asker AS person FROM got
        UNION SELECT got.*, person FROM got JOIN mentions ON mentions.key = root
        UNION SELECT got.*, followers.person FROM got
        JOIN outbox AS said ON said.key = got.root
        JOIN followers ON followers.front = said.front AND followers.room = said.room
            AND followers.root = said.thread AND NOT followers.asked
    ),
    known AS (
        SELECT entry_id, person, stale, max(id) FROM readers GROUP BY entry_id, person
    ),
    doubtful AS (
        SELECT readers.*,
            person IS NOT NULL AND place = max(place) OVER (PARTITION BY entry_id, person)
            AND (entry_id, person, is_stale) NOT IN (SELECT entry_id, person, stale FROM known)
            AS here
        FROM readers WHERE NOT past AND stale <> is_stale
    )
    SELECT key, root, json_group_array(person) FILTER (WHERE here) FROM doubtful
    GROUP BY key ORDER BY max(here) DESC, id
    LIMIT max(0, :limit - (
        SELECT count(*) FROM given JOIN outbox AS edit USING (key)
        WHERE given.given_at >= :since AND edit.replaces IS NOT NULL AND given.news IS NULL
            AND edit.event IS NULL AND edit.undeliverable IS NULL
    ))
"""


def renewals(db: Database, ids: Sequence[str]) -> list[Renewal]:
    """See ``Store.renewals``."""
    values = {"ids": json.dumps(list(ids)), "all": not ids}
    return [Renewal(*found) for found in db.execute(_RENEWALS, values).fetchall()]


def due(db: Database, since: datetime, limit: int) -> list[Renewal]:
    """See ``Store.renewals_due``."""
    values = {"since": rows.stamp(since), "limit": limit}
    return [Renewal(*found) for found in db.execute(_RENEWALS_DUE, values).fetchall()]


def doubtful(db: Database, since: datetime, limit: int) -> list[Doubtful]:
    """See ``Store.doubtful``."""
    values = {"since": rows.stamp(since), "limit": limit}
    return [_doubtful(db, *found) for found in db.execute(_DOUBTFUL, values).fetchall()]


def _doubtful(db: Database, key: str, root: str, people: str) -> Doubtful:
    (said,) = db.query("SELECT * FROM outbox WHERE key = ?", (root,))
    alerted = db.execute("SELECT person FROM mentions WHERE key = ? ORDER BY place", (root,))
    named = tuple(person for (person,) in alerted)
    given = rows.given(next(db.query("SELECT * FROM given WHERE key = ?", (key,))))
    untold = set(json.loads(people))
    order = dict.fromkeys((given.asker, *named, *sorted(untold)))
    told = tuple(each for each in order if each in untold)
    return Doubtful(given, rows.outgoing(said, named), told)
