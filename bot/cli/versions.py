"""``loket entries history``, ``show --version`` and ``restore``."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from bot import app, config
from bot.cli import reading
from bot.errors import ConfigError, LoketError
from bot.holding import Version
from bot.outcome import Revision, brought_back
from bot.ports import Store
from knowledge.change import Change
from knowledge.conflicts import conflicts, same_question
from knowledge.entry import Entry, check
from knowledge.rows import values_of


async def history(store: Store, entry_id: str, *, as_json: bool) -> int:
    """One line for each version, and for what withdrew it, the newest first.

    Raises:
        ConfigError: There never was such an entry.
    """
    versions = await _versions(store, entry_id)
    served = {entry.version for entry in await store.entries([entry_id])}
    if as_json:
        found = [_as_dict(each, served=each.entry.version in served) for each in versions]
        print(json.dumps(found, ensure_ascii=False, default=str))
        return 0
    for each in versions:
        revision = each.revision
        if gone := each.withdrawal:
            when = f"{gone.at:%Y-%m-%d %H:%M} UTC"
            why = (gone.by or "-", "-", gone.reason or "-")
            print("\t".join((f"v{each.entry.version}", when, "withdrawn", *why)))
        told = (
            f"v{each.entry.version}",
            f"{each.published_at:%Y-%m-%d %H:%M} UTC",
            revision.change or "-",
            revision.author or "-",
            _vetter(each) or "-",
            revision.reason or "-",
        )
        mark = "\tserved" if each.entry.version in served else ""
        print("\t".join(told) + mark)
    return 0


async def show(store: Store, entry_id: str, number: int | None) -> int:
    """One entry whole, as it is served or as it was in a version.

    Raises:
        ConfigError: There is no such entry or version.
    """
    from knowledge.formats import render_yaml

    if number is not None:
        found = await _version(store, entry_id, number)
        print(f"# version {number}, published {found.published_at:%Y-%m-%d %H:%M} UTC")
        print(render_yaml([found.entry]), end="")
        return 0
    for entry in await store.entries([entry_id]):
        print(render_yaml([entry]), end="")
        return 0
    raise ConfigError("", f"there is no entry {entry_id!r}; `loket entries list` names them")


async def restore(
    settings: config.Config,
    store: Store,
    entry_id: str,
    number: int,
    reason: str,
    change: Change | None,
    today: date,
) -> int:
    """Publishes what a version said as the next one.

    Raises:
        ConfigError: There is no such version, it is what is served, or another entry answers
            the same question differently by now.
        HandleAgain: Something else was published meanwhile; its text says what.
        LoketError: Search does not work; its text says what to do.
    """
    async with reading.held_against(store) as before:
        old = (await _version(store, entry_id, number)).entry
        served = list(before.served.values())
        if any(each.id == old.id and each.content_hash() == old.content_hash() for each in served):
            raise ConfigError("", f"version {number} of {entry_id} says what is served now")
        refuse_conflicts(old, served, today)
        notes = await _refuse_alike(settings, store, old, today)
        revision = Revision(author=app.MAINTAINER, change=change, reason=reason)
        await store.commit(replace(brought_back(old, revision), edition=before.edition))
    newest = (await store.history(entry_id))[0]
    done = "is served again" if newest.entry.holds_on(today) else "is brought back, not served"
    print(
        f"{entry_id}: version {number} {done}, as version {newest.entry.version}"
        f" ({newest.revision.change})."
    )
    for line in (*notes, *check(newest.entry, today)):
        print(line)
    return 0


def refuse_conflicts(entry: Entry, served: list[Entry], today: date) -> None:
    """No two entries that hold may answer one question for one scope differently.

    Raises:
        ConfigError: Another one does; its text says what to do.
    """
    if not entry.holds_on(today):
        return
    if others := conflicts(entry, [each for each in served if each.holds_on(today)]):
        raise ConfigError("", conflict_told(entry, others))


async def _refuse_alike(
    settings: config.Config, store: Store, entry: Entry, today: date
) -> list[str]:
    """Nor do they in other words, as far as the index tells; gives what is left to compare.

    Raises:
        ConfigError: Another one does; its text says what to do.
        LoketError: Search does not work; its text says what to do.
    """
    from bot.running import finding_rivals
    from knowledge.builds import current_build

    if not entry.holds_on(today):
        return []
    if current_build(app.index_folder(settings)) is None:
        return ["Only the same words were looked for in other entries: there is no index."]
    async with app.open_search(settings, app.embedder(settings)) as search:
        found = await finding_rivals(settings, store, search).of(entry)
    if found.same:
        raise ConfigError("", conflict_told(entry, found.same))
    if not found.searched:
        raise LoketError(
            f"{entry.id} was not brought back: search does not work, so nothing tells whether"
            " another entry answers its question; `loket doctor` says what to do"
        )
    loose = (each for each in found.elsewhere if not same_question(entry, each))
    return [
        f"{each.id} ({each.lang}, {each.scope}) may answer the same question; compare the two"
        for each in (*loose, *found.across)
    ]


def conflict_told(entry: Entry, others: Iterable[Entry]) -> str:
    """What to do about entries that answer the same question differently."""
    named = ", ".join(other.id for other in others)
    return (
        f"{entry.id} asks what {named} answers differently for {entry.scope};"
        " merge them, withdraw one, or narrow its scope"
    )


async def _versions(store: Store, entry_id: str) -> list[Version]:
    if versions := await store.history(entry_id):
        return versions
    raise ConfigError("", f"there never was an entry {entry_id!r}; `loket entries list` names them")


async def _version(store: Store, entry_id: str, number: int) -> Version:
    versions = await _versions(store, entry_id)
    for version in versions:
        if version.entry.version == number:
            return version
    first, newest = versions[-1].entry.version, versions[0].entry.version
    text = f"{entry_id} has no version {number}; it has {first} to {newest}"
    raise ConfigError("", text)


def _vetter(version: Version) -> str:
    return version.revision.vetter or version.entry.vetted_by


def _as_dict(version: Version, *, served: bool) -> dict[str, Any]:
    """Without the persons' keys: what a maintainer passes on says nothing about them."""
    revision, gone = version.revision, version.withdrawal
    ended = {"at": gone.at.isoformat(), "by": gone.by, "reason": gone.reason} if gone else None
    return {
        "version": version.entry.version,
        "published_at": version.published_at.isoformat(),
        "origin": version.origin,
        "change": revision.change,
        "author": revision.author,
        "vetter": _vetter(version),
        "reason": revision.reason,
        "served": served,
        "withdrawn": ended,
        "entry": values_of(version.entry),
    }
