"""Entries in the database: what is served, every version that was, and what each origin gave.

An origin's last word is kept as a hash. Only what differs from it is published, so that a
change made at the desk outlives a restart with unchanged files, and so does a withdrawal.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlite_utils import Database

from bot.errors import HandleAgain
from bot.outcome import Revision
from bot.ports import Published, Version
from bot.store import rows
from knowledge.change import Change, InUse, proposed, words_of
from knowledge.entry import NATIONAL, Entry

_SERVED = """
    SELECT entry_versions.* FROM entries
    JOIN entry_versions USING (id, version)
    WHERE served AND {condition}
    ORDER BY id
"""


def served(db: Database, ids: Sequence[str] = ()) -> list[Entry]:
    """The entries of these ids, or all; by id."""
    condition = "id IN (SELECT value FROM json_each(:ids))" if ids else "true"
    found = db.query(_SERVED.format(condition=condition), {"ids": json.dumps(ids)})
    return [rows.entry(row) for row in found]


def translations(db: Database, knowledge: str) -> list[Entry]:
    """The entries with this id or translated from it; by id."""
    condition = "coalesce(nullif(translation_of, ''), id) = :knowledge"
    found = db.query(_SERVED.format(condition=condition), {"knowledge": knowledge})
    return [rows.entry(row) for row in found]


def kindred(db: Database, ids: Sequence[str], scope: str) -> list[Entry]:
    """As ``Store.kindred``."""
    values = {"ids": json.dumps(list(ids)), "scope": scope}
    own = db.execute(
        "SELECT value FROM json_each(:ids)"
        " UNION SELECT translation_of FROM entries JOIN entry_versions USING (id, version)"
        " WHERE served AND translation_of > '' AND id IN (SELECT value FROM json_each(:ids))",
        values,
    )
    known = {knowledge for (knowledge,) in own.fetchall()}
    # By an index each; what was so in an older version only is left out below.
    condition = """id IN (
        SELECT value FROM json_each(:known)
        UNION SELECT id FROM entry_versions
            WHERE translation_of > '' AND translation_of IN (SELECT value FROM json_each(:known))
        UNION SELECT id FROM entry_versions WHERE scope <> 'nl' AND scope = :scope
    )"""
    values["known"] = json.dumps(sorted(known))
    found = map(rows.entry, db.query(_SERVED.format(condition=condition), values))
    return [each for each in found if each.knowledge in known or each.scope == scope != NATIONAL]


def history(db: Database, entry_id: str) -> list[Version]:
    """As ``Store.history``."""
    sql = "SELECT * FROM entry_versions WHERE id = ? ORDER BY version DESC"
    return [rows.version(row) for row in db.query(sql, (entry_id,))]


def serve(
    db: Database,
    entry: Entry,
    origin: str,
    at: datetime,
    revision: Revision,
    *,
    confirmed: bool = False,
) -> int:
    """Serves the entry from now on, as a new version; gives its number.

    A translation that says something else, or was held against its source since, is one of its
    original's version at that time; ``confirmed`` says that it was.
    """
    before = _newest(db, entry.id)
    if revision.change is None:
        revision = replace(revision, change=proposed(before, entry, _in_use(db, entry.id)))
    anew = (
        confirmed
        or before is None
        or revision.change in (Change.NEW, Change.ADVICE)
        or (before.checked, before.translation_of) != (entry.checked, entry.translation_of)
    )
    head = db.execute(
        "INSERT INTO entries (id, version, served) VALUES (?, 1, true)"
        " ON CONFLICT (id) DO UPDATE SET version = version + 1, served = true"
        " RETURNING version",
        (entry.id,),
    )
    ((version,),) = head.fetchall()
    rows.insert(db, "entry_versions", rows.entry_row(entry, version, origin, at, revision))
    if entry.translation_of:
        of = (
            "SELECT version FROM entries WHERE id = :of"
            if anew
            else "SELECT translates FROM entry_versions WHERE id = :id AND version = :version - 1"
        )
        db.execute(
            f"UPDATE entry_versions SET translates = ({of}) WHERE id = :id AND version = :version",
            {"of": entry.translation_of, "id": entry.id, "version": version},
        )
    return int(version)


def publish(
    db: Database,
    entries: Sequence[Entry],
    origin: str,
    at: datetime,
    *,
    complete: bool,
    revision: Revision,
) -> Published:
    """As ``Store.publish``."""
    last = db.execute("SELECT entry_id, content_hash FROM origins WHERE origin = ?", (origin,))
    bases = dict(last.fetchall())
    count: Counter[str] = Counter()
    replaced: list[str] = []
    for entry in _originals_first(entries):
        content = entry.content_hash()
        if bases.get(entry.id) == content:
            count["unchanged"] += 1
            continue
        now = served(db, (entry.id,))
        if now and now[0].content_hash() == content:
            count["unchanged"] += 1
        else:
            if now and now[0].content_hash() != bases.get(entry.id):
                replaced.append(entry.id)
            version = serve(db, entry, origin, at, revision)
            count["new" if version == 1 else "changed"] += 1
        rows.insert(
            db,
            "origins",
            {"origin": origin, "entry_id": entry.id, "content_hash": content},
            "ON CONFLICT DO UPDATE SET content_hash = excluded.content_hash",
        )
    if complete:
        gone = sorted(bases.keys() - {entry.id for entry in entries})
        # Forgotten, so that what comes back unchanged is published again.
        db.execute(
            "DELETE FROM origins WHERE origin = ? AND entry_id IN (SELECT value FROM json_each(?))",
            (origin, json.dumps(gone)),
        )
        count["withdrawn"] = withdraw(db, gone)
    return Published(
        new=count["new"],
        changed=count["changed"],
        unchanged=count["unchanged"],
        withdrawn=count["withdrawn"],
        replaced=tuple(replaced),
    )


def merge(
    db: Database, entries: Sequence[Entry], origin: str, at: datetime, revision: Revision
) -> None:
    """As ``Store.merge``."""
    for entry in _originals_first(entries):
        newest = _newest(db, entry.id)
        if entry.version != (newest.version if newest else 0):
            raise HandleAgain(f"entry {entry.id} changed since it was read; read it again")
        serve(db, entry, origin, at, revision)


def withdraw(db: Database, ids: Sequence[str]) -> int:
    """As ``Store.withdraw``."""
    sql = (
        "UPDATE entries SET served = false WHERE served AND id IN (SELECT value FROM json_each(?))"
    )
    return db.execute(sql, (json.dumps(list(ids)),)).rowcount


def _in_use(db: Database, but: str) -> InUse:
    """Which words other entries have that are served."""
    sql = """
        SELECT question, alternatives, answer FROM entries JOIN entry_versions USING (id, version)
        WHERE served AND entries.id <> :but AND (
            question LIKE :like OR alternatives LIKE :like OR answer LIKE :like
        )
    """

    def in_use(word: str) -> bool:
        found = db.execute(sql, {"but": but, "like": f"%{word}%"})
        return any(word in words_of(texts) for texts in found)

    return in_use


def _originals_first(entries: Sequence[Entry]) -> list[Entry]:
    """So that a translation that comes with a new version of its original is one of that."""
    return sorted(entries, key=lambda entry: entry.translation_of is not None)


def newest(db: Database, entry_id: str) -> int:
    """The number of its last version, served or not; 0: there is none."""
    found = db.execute("SELECT version FROM entries WHERE id = ?", (entry_id,)).fetchone()
    return int(found[0]) if found else 0


def _newest(db: Database, entry_id: str) -> Entry | None:
    """Its last version, served or not."""
    sql = (
        "SELECT entry_versions.* FROM entries JOIN entry_versions USING (id, version) WHERE id = ?"
    )
    return next(map(rows.entry, db.query(sql, (entry_id,))), None)
