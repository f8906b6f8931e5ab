"""Which versions of their originals translations name that are about to be published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.ports import Store
from knowledge.entry import Entry
from knowledge.errors import VersionUnknown
from knowledge.translations import bound_to


async def bound(
    store: Store, entries: Sequence[Entry], numbered: Mapping[str, int]
) -> tuple[list[Entry], list[str]]:
    """The entries with the versions that they are bound to, and what a person should know.

    Args:
        store: What is published here.
        entries: About to be.
        numbered: The number that their file or folder gives each entry.

    Raises:
        VersionUnknown: Some of them name versions that are not there; its text tells all.
    """
    found, told = [], []
    wrong: dict[str, str] = {}
    coming = {entry.id: entry for entry in entries}
    for entry in entries:
        if entry.translation_of and entry.translation_of_version:
            original = entry.translation_of
            newest = await _newest(store, original, coming.get(original))
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


async def _newest(store: Store, entry_id: str, coming: Entry | None) -> int:
    """The number of its newest version once everything is published."""
    history = await store.history(entry_id)
    if coming is None:
        return len(history)
    served = await store.entries([entry_id])
    same = any(each.content_hash() == coming.content_hash() for each in served)
    return len(history) + (not same)
