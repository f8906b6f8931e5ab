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
from bot.holding import Published, Version
from bot.outcome import Revision
from bot.store import asked, recalling, rows
from knowledge.change import Change, InUse, proposed, words_of
from knowledge.entry import NATIONAL, Entry
from knowledge.errors import VersionUnknown
from knowledge.translations import bound_to

LEFT_OUT = "left out where it came from"
"""Why an entry was withdrawn that its origin holds no longer."""

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
    beside: int = 0,
) -> int:
    """Serves the entry from now on, as a new version; gives its number.

    One that never was here begins with the number that it has where it comes from, so that what
    its translations name is the same version here.

    Args:
        db, entry, origin, at, revision: As for ``Store.publish``.
        confirmed: Whether a translation was held against its source.
        beside: As for ``bound_to``.

    Raises:
        ValueError: It names a version of its original that is not there.
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
    entry = replace(entry, translation_of_version=_translates(db, entry, before, anew, beside))
    version = before.version + 1 if before else entry.version
    db.execute(
        "INSERT INTO entries (id, version, served) VALUES (:id, :version, true)"
        " ON CONFLICT (id) DO UPDATE SET version = :version, served = true",
        {"id": entry.id, "version": version},
    )
    if before:
        changed = revision.change is Change.ADVICE
        entry = replace(entry, advice_version=version if changed else before.advice_version)
    recalling.recall(db, [entry.id], gone=False)
    rows.insert(db, "entry_versions", rows.entry_row(entry, version, origin, at, revision))
    if revision.change is Change.ADVICE:
        asked.recall(db, [entry.id], at)
    return version


def _translates(
    db: Database, entry: Entry, before: Entry | None, anew: bool, beside: int
) -> int | None:
    """The version of its original that it is bound to; see ``knowledge.translations``."""
    if not entry.translation_of:
        return None
    there = newest(db, entry.translation_of)
    if entry.translation_of_version:
        return bound_to(entry, there, beside)
    if anew or before is None:
        return there or None
    return before.translation_of_version


def publish(
    db: Database,
    entries: Sequence[Entry],
    origin: str,
    at: datetime,
    *,
    complete: bool,
    edition: str,
    revision: Revision,
) -> Published:
    """As ``Store.publish``."""
    hold(db, edition)
    last = db.execute("SELECT entry_id, content_hash FROM origins WHERE origin = ?", (origin,))
    bases = dict(last.fetchall())
    count: Counter[str] = Counter()
    replaced: list[str] = []
    wrong: dict[str, str] = {}
    beside = {entry.id: entry.version for entry in entries}
    for entry in _originals_first(entries):
        content = _given(entry)
        if bases.get(entry.id) == content:
            count["unchanged"] += 1
            continue
        now = served(db, (entry.id,))
        if now and _says_the_same(entry, now[0]):
            count["unchanged"] += 1
        else:
            if now and now[0].content_hash() != bases.get(entry.id, "").partition(" ")[0]:
                replaced.append(entry.id)
            known = newest(db, entry.id) > 0
            try:
                of = beside.get(entry.translation_of or "", 0)
                serve(db, entry, origin, at, revision, beside=of)
            except ValueError as error:
                wrong[entry.id] = str(error)
                continue
            count["changed" if known else "new"] += 1
        rows.insert(
            db,
            "origins",
            {"origin": origin, "entry_id": entry.id, "content_hash": content},
            "ON CONFLICT DO UPDATE SET content_hash = excluded.content_hash",
        )
    if wrong:
        raise VersionUnknown(wrong)
    if complete:
        gone = sorted(bases.keys() - {entry.id for entry in entries})
        # Forgotten, so that what comes back unchanged is published again.
        db.execute(
            "DELETE FROM origins WHERE origin = ? AND entry_id IN (SELECT value FROM json_each(?))",
            (origin, json.dumps(gone)),
        )
        count["withdrawn"] = withdraw(db, gone, at, replace(revision, reason=LEFT_OUT))
    return Published(
        new=count["new"],
        changed=count["changed"],
        unchanged=count["unchanged"],
        withdrawn=count["withdrawn"],
        replaced=tuple(replaced),
    )


def merge(
    db: Database,
    entries: Sequence[Entry],
    origin: str,
    at: datetime,
    begun: Sequence[Entry],
    gone: Sequence[str],
    edition: str,
    revision: Revision,
) -> None:
    """As ``Store.merge``."""
    hold(db, edition)
    wrong: dict[str, str] = {}
    for entry in (*_originals_first(begun), *_originals_first(entries)):
        try:
            serve(db, entry, origin, at, revision)
        except ValueError as error:
            wrong[entry.id] = str(error)
    if wrong:
        raise VersionUnknown(wrong)
    withdraw(db, gone, at, revision)


def _given(entry: Entry) -> str:
    """What an origin gave, as it is kept: the hash, and the version that it names, if any."""
    named = entry.translation_of_version
    return f"{entry.content_hash()} {named}" if named else entry.content_hash()


def _says_the_same(entry: Entry, now: Entry) -> bool:
    same = entry.content_hash() == now.content_hash()
    return same and entry.translation_of_version in (None, now.translation_of_version)


def withdraw(db: Database, ids: Sequence[str], at: datetime, revision: Revision) -> int:
    """As ``Store.withdraw``."""
    # What is told of an earlier withdrawal must go on: its keys are known, so it is told but once.
    ids = [entry.id for entry in served(db, ids)] if ids else []
    those = "served AND id IN (SELECT value FROM json_each(:ids))"
    values = {
        "ids": json.dumps(ids),
        "at": rows.stamp(at),
        "by": revision.vetter or revision.author,
        "reason": revision.reason,
        "person": revision.vetter_person or revision.author_person,
    }
    db.execute(
        "UPDATE entry_versions SET withdrawn_at = :at, withdrawn_by = :by,"
        " withdrawn_reason = :reason, withdrawn_person = :person"
        f" WHERE (id, version) IN (SELECT id, version FROM entries WHERE {those})",
        values,
    )
    recalling.recall(db, ids, gone=True)
    asked.recall(db, ids, at)
    return db.execute(f"UPDATE entries SET served = false WHERE {those}", values).rowcount


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


def edition(db: Database) -> str:
    """As ``Store.edition``: versions only become more, and only a new one is served again."""
    sql = "SELECT (SELECT count(*) FROM entry_versions), (SELECT sum(served) FROM entries)"
    ((versions, now_served),) = db.execute(sql).fetchall()
    return f"{versions}/{now_served or 0}"


def keep_apart(db: Database, entry_id: str, others: Sequence[str]) -> None:
    """Keeps that these answer another question than that entry, all as they are now."""
    for other in others:
        db.execute("DELETE FROM apart WHERE entry_id = ? AND other_id = ?", (other, entry_id))
        row = {
            "entry_id": entry_id,
            "version": newest(db, entry_id),
            "other_id": other,
            "other_version": newest(db, other),
        }
        conflict = "ON CONFLICT DO UPDATE SET version = excluded.version,"
        rows.insert(db, "apart", row, f"{conflict} other_version = excluded.other_version")


def apart(db: Database, entry_id: str) -> list[tuple[Entry, Entry]]:
    """As ``Store.apart``."""
    found = db.execute(
        "SELECT version, other_id, other_version FROM apart WHERE entry_id = :id"
        " UNION SELECT other_version, entry_id, version FROM apart WHERE other_id = :id"
        " ORDER BY 2",
        {"id": entry_id},
    )
    return [
        (_version(db, entry_id, version), _version(db, other, other_version))
        for version, other, other_version in found.fetchall()
    ]


def _version(db: Database, entry_id: str, version: int) -> Entry:
    sql = "SELECT * FROM entry_versions WHERE id = ? AND version = ?"
    return next(map(rows.entry, db.query(sql, (entry_id, version))))


def hold(db: Database, known: str) -> None:
    """What is served is still what something was held against, as ``edition`` names it.

    Raises:
        HandleAgain: Something was published or withdrawn since.
    """
    if known and known != edition(db):
        raise HandleAgain("other entries are served than those it was held against; read again")


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
