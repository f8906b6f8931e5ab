"""Three-way merge of an entry: as it was exported, as the folder has it, as it is served here.

Field by field. What one side changed is taken, what both changed alike too; where they changed
the same field differently, nothing of the entry is taken until a person has chosen. Question and
answer are one: where one side changed the one and the other side the other, nobody saw the two
together. Where the
folder or the export names no version of a translation's original, that is left open: no change.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from knowledge.entry import COUNTED, FIELDS, Entry
from knowledge.translations import left_open

_PAIR = frozenset(("question", "answer"))
"""Fields that say something only together."""


class Fate(StrEnum):
    """What becomes of an entry."""

    SAME = "unchanged"
    """There is nothing to do."""
    NEW = "new"
    """Only the folder has it."""
    TAKEN = "changed"
    """Only the folder changed it."""
    KEPT = "kept"
    """Only what is served here changed, or was withdrawn."""
    MERGED = "merged"
    """Both changed it, in different fields."""
    CONFLICT = "conflict"
    """Both changed the same field, or one changed what the other left out."""
    GONE = "left out"
    """The folder holds it no longer; here it is as it was exported."""


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that both sides changed, differently; or one of a pair of which each changed one.

    Attributes:
        field: Its name.
        base, theirs, ours: As exported, in the folder and here; None: the entry is not there.
    """

    field: str
    base: object
    theirs: object
    ours: object


@dataclass(frozen=True, slots=True)
class Merge:
    """What becomes of one entry, and why.

    Attributes:
        id: The entry's.
        fate: See ``Fate``.
        entry: What to publish; None: nothing.
        theirs: The fields that only the folder changed.
        ours: The fields that only were changed here.
        clashes: The fields to choose; for an entry that one side has no longer, those that
            the other one changed.
    """

    id: str
    fate: Fate
    entry: Entry | None = None
    theirs: tuple[str, ...] = ()
    ours: tuple[str, ...] = ()
    clashes: tuple[Clash, ...] = ()


def merge(entry_id: str, base: Entry | None, theirs: Entry | None, ours: Entry | None) -> Merge:
    """Merges what the folder and this Loket have made of an entry.

    Args:
        entry_id: Its id.
        base: As it was exported; None: it was not.
        theirs: As the folder has it; None: not at all.
        ours: As it is served here; None: it is not.
    """
    found = _merged(entry_id, _like(base, ours, theirs), _like(theirs, ours, base), ours)
    if found.entry is None or theirs is None or theirs.translation_of_version:
        return found
    return replace(found, entry=left_open(found.entry))


def _merged(entry_id: str, base: Entry | None, theirs: Entry | None, ours: Entry | None) -> Merge:
    if theirs is None or ours is None:
        return _one_sided(entry_id, base, theirs, ours)
    fields = _changed(theirs, ours)
    from_theirs = tuple(name for name in fields if base and _same(name, base, ours))
    from_ours = tuple(name for name in fields if base and _same(name, base, theirs))
    if _PAIR & set(from_theirs) and _PAIR & set(from_ours):
        from_theirs = tuple(name for name in from_theirs if name not in _PAIR)
        from_ours = tuple(name for name in from_ours if name not in _PAIR)
    clashes = tuple(
        _clash(name, base, theirs, ours)
        for name in fields
        if name not in from_theirs and name not in from_ours
    )
    if clashes:
        return Merge(entry_id, Fate.CONFLICT, None, from_theirs, from_ours, clashes)
    if not from_theirs:
        return Merge(entry_id, Fate.KEPT if from_ours else Fate.SAME, ours=from_ours)
    merged = replace(ours, **{name: getattr(theirs, name) for name in from_theirs})
    fate = Fate.MERGED if from_ours else Fate.TAKEN
    return Merge(entry_id, fate, merged, from_theirs, from_ours)


def _one_sided(
    entry_id: str, base: Entry | None, theirs: Entry | None, ours: Entry | None
) -> Merge:
    there = theirs or ours
    if there is None:
        return Merge(entry_id, Fate.SAME)
    if base is None:
        return Merge(entry_id, Fate.NEW, theirs) if theirs else Merge(entry_id, Fate.KEPT)
    if changed := _changed(base, there):
        clashes = tuple(_clash(name, base, theirs, ours) for name in changed)
        return Merge(entry_id, Fate.CONFLICT, clashes=clashes)
    return Merge(entry_id, Fate.KEPT if theirs else Fate.GONE)


def _like(entry: Entry | None, *others: Entry | None) -> Entry | None:
    """The entry, with the version of its original that another side names where it names none."""
    if entry is None or entry.translation_of_version:
        return entry
    for other in others:
        if other and other.translation_of == entry.translation_of and other.translation_of_version:
            return replace(entry, translation_of_version=other.translation_of_version)
    return entry


def _changed(one: Entry, other: Entry) -> tuple[str, ...]:
    """The fields in which they differ; a version is counted by whoever publishes."""
    return tuple(name for name in FIELDS if name not in COUNTED and not _same(name, one, other))


def _same(name: str, one: Entry, other: Entry) -> bool:
    return bool(getattr(one, name) == getattr(other, name))


def _clash(name: str, base: Entry | None, theirs: Entry | None, ours: Entry | None) -> Clash:
    return Clash(name, *(side and getattr(side, name) for side in (base, theirs, ours)))
