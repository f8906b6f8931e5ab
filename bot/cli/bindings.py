"""Which versions of their originals translations name that are about to be published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.ports import Store
from knowledge.entry import Entry
from knowledge.errors import VersionUnknown
from knowledge.translations import bound_to


async def bound(
    store: Store,
    entries: Sequence[Entry],
    numbered: Mapping[str, int],
    begun: Mapping[str, Entry] | None = None,
) -> tuple[list[Entry], list[str]]:
    """The entries with the versions that they are bound to, and what a person should know.

    Args:
        store: What is published here.
        entries: About to be.
        numbered: The number that their file or folder gives each entry.
        begun: What is published before them, as for ``Store.merge``; by id.

    Raises:
        VersionUnknown: Some of them name versions that are not there; its text tells all.
    """
    found, told = [], []
    wrong: dict[str, str] = {}
    coming = {entry.id: entry for entry in entries}
    for entry in entries:
        if entry.translation_of and entry.translation_of_version:
            original = entry.translation_of
            first = (begun or {}).get(original)
            newest = await _newest(store, original, coming.get(original), first)
            try:
                version = bound_to(entry, newest, numbered.get(original, 0))
            except ValueError as error:
                wrong[entry.id] = str(error)
                continue
            entry = replace(entry, translation_of_version=version)
            if version < newest:
                told.append(
                    f"warning: {entry.id}: translation_of_version: this translates version"
                    f" {version} of {original}, which is at {newest}; write {newest} if it"
                    " translates that"
                )
        found.append(entry)
    if wrong:
        raise VersionUnknown(wrong)
    return found, told


async def _newest(store: Store, entry_id: str, coming: Entry | None, first: Entry | None) -> int:
    """The number of its newest version once everything is published."""
    if history := await store.history(entry_id):
        number, now = history[0].entry.version, await store.entries([entry_id])
    elif first:
        number, now = first.version, [first]
    else:
        return coming.version if coming else 0
    same = coming is None or any(each.content_hash() == coming.content_hash() for each in now)
    return number + (not same)
