"""``loket entries due`` and ``loket entries conflicts``."""

from __future__ import annotations

import asyncio
import json
from datetime import date, timedelta
from typing import Any

from bot import app, config
from bot.ports import Store
from knowledge.conflicts import all_conflicts, compete
from knowledge.entry import Entry
from knowledge.errors import IndexUnavailable
from knowledge.review import due, due_on


async def tell_due(store: Store, today: date, within: int, period: int, *, as_json: bool) -> int:
    """What has to be looked at within so many days; 1 if anything has to."""
    each_ = timedelta(days=period)
    found = due(await store.entries(), today + timedelta(days=within), each_)
    rows = [_due_row(entry, due_on(entry, each_), today) for entry in found]
    stale = await store.stale()
    for entry in await store.entries(stale) if stale else []:
        old = {"state": "translation older than its original"}
        rows.append(_due_row(entry, due_on(entry, each_), today) | old)
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, default=str))
    else:
        for row in rows:
            told = (row["id"], row["due"] or "never checked", row["state"], row["body"] or "-")
            print("\t".join(map(str, told)))
        print(f"{len(found)} entries are due within {within} days")
        if stale:
            print(f"{len(stale)} translations are older than their original")
    return 1 if rows else 0


async def tell_conflicts(settings: config.Config, store: Store, *, as_json: bool) -> int:
    """Each two entries that answer one question differently; 1 if there are any."""
    today = app.today(settings)
    entries = [entry for entry in await store.entries() if entry.holds_on(today)]
    exact = all_conflicts(entries)
    rows = [_pair(one, other, None) for one, other in exact]
    near, across, note = await asyncio.to_thread(_near, settings, entries)
    known = {(row["one"], row["other"]) for row in rows}
    rows += [row for row in near if (row["one"], row["other"]) not in known]
    if as_json:
        told = {"conflicts": rows, "across": across, "note": note}
        print(json.dumps(told, ensure_ascii=False))
    else:
        for row in rows:
            how = f"{row['similarity']:.2f} alike" if row["similarity"] else "the same words"
            print(f"{row['one']}\t{row['other']}\t{how}\t{row['asked']}\t{row['asked_too']}")
        print(f"{len(entries)} entries compared, {len(rows)} conflicts.{note and ' '}{note}")
        if across:
            print(f"{len(across)} pairs in two languages may answer one question; look at them:")
        for row in across:
            how = f"{row['similarity']:.2f} alike"
            print(f"{row['one']}\t{row['other']}\t{how}\t{row['asked']}\t{row['asked_too']}")
    return 1 if rows else 0


def _due_row(entry: Entry, day: date, today: date) -> dict[str, Any]:
    over = entry.valid_until is not None and entry.valid_until < today
    return {
        "id": entry.id,
        "due": None if day == date.min else day,
        "state": "no longer served" if over else "overdue" if day < today else "due",
        "checked": entry.checked,
        "valid_until": entry.valid_until,
        "body": entry.body,
        "vetted_by": entry.vetted_by,
        "question": entry.question,
    }


def _pair(one: Entry, other: Entry, similarity: float | None) -> dict[str, Any]:
    return {
        "one": one.id,
        "other": other.id,
        "similarity": similarity,
        "scope": one.scope,
        "asked": one.question,
        "asked_too": other.question,
    }


def _near(
    settings: config.Config, entries: list[Entry]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], str]:
    """Entries with wordings that the index takes for alike, in one language and in two.

    And what was not compared so.
    """
    from knowledge.alike import alike, alike_across
    from knowledge.build import open_index
    from knowledge.builds import current_build
    from knowledge.search import wordings

    folder = app.index_folder(settings)
    if current_build(folder) is None:
        return [], [], "There is no index; only the same words were found."
    try:
        loaded = open_index(folder, app.embedder(settings))
    except IndexUnavailable as error:
        return [], [], f"Only the same words were found: {error}."
    try:
        held = loaded.manifest.entries
        indexed = [
            entry
            for entry in entries
            if held.get(entry.id) == (entry.version, entry.content_hash())
        ]
        pairs = alike(loaded, [wording for wording, _ in wordings(indexed)])
        foreign = []
        for scope in sorted({entry.scope for entry in indexed}):
            there = wordings([entry for entry in indexed if entry.scope == scope])
            foreign += alike_across(loaded, [wording for wording, _ in there])
    finally:
        loaded.close()
    by_id = {entry.id: entry for entry in indexed}
    found = [
        _pair(by_id[pair.one], by_id[pair.other], round(pair.similarity, 3))
        for pair in pairs
        if compete(by_id[pair.one], by_id[pair.other])
    ]
    across = [
        _pair(by_id[pair.one], by_id[pair.other], round(pair.similarity, 3)) for pair in foreign
    ]
    missing = len(entries) - len(indexed)
    note = f"{missing} are not in the index yet; run `loket index build`." if missing else ""
    return found, across, note
