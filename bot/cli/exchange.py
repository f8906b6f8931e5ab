"""``loket entries export`` and ``import``: to files that git can hold and people can review.

An exported folder keeps how its entries were (``knowledge.record``), so that an import takes
what changed in the folder, leaves what changed here, and shows what changed on both sides.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from bot import app
from bot.cli import admission, bindings, reading
from bot.cli.merged import summed_up, told
from bot.cli.reading import Reading
from bot.cli.rivalry import Seek
from bot.errors import ConfigError
from bot.holding import Version
from bot.outcome import Revision
from bot.ports import Store
from knowledge.entry import COUNTED, Entry
from knowledge.errors import ExportRefused
from knowledge.files import places, read, write
from knowledge.merging import Fate, Merge, merge
from knowledge.record import Record, read_record, write_record

ORIGIN = "import"


async def export(store: Store, path: Path, *, overwrite: bool) -> int:
    """Writes all that is served.

    Raises:
        ExportRefused: The folder holds changes that were not imported, or can't be written.
    """
    entries = await store.entries()
    withdrawn = await _withdrawn_originals(store, entries)

    def work() -> None:
        ours = path.is_dir() and read_record(path) is not None
        if ours and not overwrite:
            _refuse_to_lose(path)
        write(entries, path, all_known=ours)
        if path.is_dir():
            write_record(path, entries, withdrawn)

    await asyncio.to_thread(work)
    print(f"{len(entries)} entries written to {path}")
    return 0


async def take(
    store: Store,
    given: argparse.Namespace,
    today: date,
    scopes: Collection[str],
    seek: Seek | None = None,
) -> int:
    """Publishes what a file or folder holds, or shows what that would do.

    Gives 1 when a person has to choose between the folder and what is served.

    Raises:
        EntriesUnreadable: Something in it is wrong, or a file without a record takes back what
            changed here; nothing was taken over.
        HandleAgain: Somebody published one of these entries meanwhile; nothing was taken over.
    """
    record = await asyncio.to_thread(read_record, given.path) if given.path.is_dir() else None
    entries = await asyncio.to_thread(read, given.path, may_be_empty=record is not None)
    async with reading.held_against(store) as before:
        return await _take(store, given, entries, record, before, today, scopes, seek)


async def _take(
    store: Store,
    given: argparse.Namespace,
    entries: list[Entry],
    record: Record | None,
    before: Reading,
    today: date,
    scopes: Collection[str],
    seek: Seek | None,
) -> int:
    theirs, served = {entry.id: entry for entry in entries}, before.served
    known = record.entries if record else {}
    _refuse_unknown(given, theirs.keys() | known.keys())
    place = "folder" if given.path.is_dir() else "file"
    merges, wrong, lines = [], [], []
    begun: dict[str, Entry] = {}
    bases: dict[str, Entry] = {}
    for id_ in sorted(theirs.keys() | known.keys()):
        ours, base, there = served.get(id_), known.get(id_), theirs.get(id_)
        history = await store.history(id_)
        if there and not ours and history and id_ not in given.ours:
            chosen = id_ in given.theirs
            wrong += admission.gone(there, history[0], recorded=bool(record), chosen=chosen)
        if record is None:
            base = _named(there, ours, history)
        elif ours is None and history:
            # Withdrawn here; where no record tells what was agreed on, its last version does.
            base = base or history[0].entry
        elif ours is None:
            # Nothing was agreed on with this Loket, which never had it.
            if base and there and id_ not in given.ours:
                begun[id_] = base
            base = None
        found = _chosen(given, merge(id_, base, there, ours), there)
        if agreed := base or begun.get(id_):
            bases[id_] = agreed
        if found.entry and there:
            entry, told_ = admission.as_vetted(found.entry, there, ours, bases.get(id_))
            lines += told_
            same = ours is not None and entry.content_hash() == ours.content_hash()
            if same and entry.translation_of_version in (
                None,
                ours and ours.translation_of_version,
            ):
                found = Merge(id_, Fate.SAME)
            else:
                found = replace(found, entry=entry)
                vouched = [each.entry for each in history] + [*filter(None, [begun.get(id_)])]
                if not given.trust_vetting:
                    wrong += admission.unvouched(entry, vouched)
        merges.append(found)
    withdrawn = {
        id_: entry
        for id_, entry in (record.withdrawn if record else {}).items()
        if id_ not in theirs and not await store.history(id_)
    }
    new = [each.entry for each in merges if each.entry]
    if seek:
        sought = await seek.among(new, served)
        lines += sought.told
        wrong += () if given.apart else sought.against
        tied = {entry.id: entry for entry in sought.entries}
        merges = [_tied(each, tied.get(each.id), served.get(each.id)) for each in merges]
        new = [each.entry for each in merges if each.entry]
    open_ = [each.id for each in merges if each.fate in (Fate.CONFLICT, Fate.GONE)]
    if record is None:
        wrong += (_changed_too(each, theirs, served) for each in merges if each.id in open_)
        if place == "file" and not given.unserved:
            wrong += admission.nowhere(new, served, scopes)
    if wrong_days := admission.endless(new, {**served, **bases}, today):
        lines_of = await asyncio.to_thread(places, given.path, "valid_until")
        wrong += (f"{text} ({lines_of.get(id_, id_)})" for id_, text in wrong_days.items())
    admission.refuse(new, served, given.path, today, withdrawn.values(), wrong=wrong)
    numbered = {entry.id: entry.version for entry in entries}
    new, named = await bindings.bound(store, new, numbered, begun | withdrawn)
    for line in (*named, *lines, *admission.warnings(new, served, today, scopes)):
        print(line)
    for each in merges:
        for line in told(each, served.get(each.id), served, place):
            print(line)
    gone = [each.id for each in merges if each.id in given.theirs and each.id not in theirs]
    if not given.dry_run:
        await store.merge(
            [each for each in new if not _same(each, begun.get(each.id))],
            ORIGIN,
            begun=[*begun.values(), *withdrawn.values()],
            gone=[*gone, *withdrawn],
            edition=before.edition,
            revision=Revision(app.MAINTAINER, change=given.change, reason=_reason(given)),
        )
    if record and not given.dry_run:
        # Last: an import that ended before finds the two sides alike, and takes nothing twice.
        now = {entry.id: entry for entry in await store.entries()}
        agreed_on = [
            _agreed(theirs[id_], now.get(id_), known.get(id_)) for id_ in theirs if id_ not in open_
        ]
        agreed_on += (known[id_] for id_ in open_ if id_ in known)
        originals = await _withdrawn_originals(store, agreed_on)
        try:
            await asyncio.to_thread(write_record, given.path, agreed_on, originals)
        except ExportRefused as error:
            print(summed_up(merges, dry_run=False))
            print(f"That is done, but its record is not: {error}; mend it and import again.")
            return 1
    print(summed_up(merges, dry_run=given.dry_run))
    return 1 if open_ else 0


def _tied(found: Merge, tied: Entry | None, ours: Entry | None) -> Merge:
    """The merge with the wordings that its entry takes over, which may be here already."""
    if tied is None or tied == found.entry:
        return found
    return Merge(found.id, Fate.SAME) if _same(tied, ours) else replace(found, entry=tied)


def _named(there: Entry | None, ours: Entry | None, history: Sequence[Version]) -> Entry | None:
    """What a file's entry was made from: the version that it names; None: it is not here.

    Who writes a file by hand names none, which is read as the first one.
    """
    if there is None or ours is None or there.version >= ours.version:
        return ours
    return next((each.entry for each in history if each.entry.version == there.version), None)


def _changed_too(found: Merge, theirs: Mapping[str, Entry], served: Mapping[str, Entry]) -> str:
    """A conflict with a file; both sides of it, and how to go on."""
    lines = list(told(found, served.get(found.id), served, "file"))
    fields = ", ".join(clash.field for clash in found.clashes)
    version, newest = theirs[found.id].version, served[found.id].version
    lines[0] = (
        f"{found.id}: {fields}: changed here too since version {version}; write version {newest}"
        " there to replace that, or export anew"
    )
    return "\n".join(lines)


def _same(theirs: Entry, other: Entry | None) -> bool:
    return other is not None and merge(theirs.id, other, theirs, other).fate is Fate.SAME


def _agreed(theirs: Entry, ours: Entry | None, base: Entry | None) -> Entry:
    """What both sides have of an entry now, with the number of the version that it is."""
    for known in (ours, base):
        if known and _same(theirs, known):
            return known
    if base:
        counted = {name: getattr(base, name) for name in COUNTED}
        return replace(theirs, **counted)
    return theirs


async def _withdrawn_originals(store: Store, entries: Sequence[Entry]) -> list[Entry]:
    """What some of these translate and is served no more, as it was last."""
    served = {entry.id for entry in await store.entries()}
    named = {each.translation_of for each in entries if each.translation_of} - served
    found = [await store.history(id_) for id_ in sorted(named - {each.id for each in entries})]
    return [versions[0].entry for versions in found if versions]


def _refuse_to_lose(folder: Path) -> None:
    found = read_record(folder)
    if found is None:
        return
    record = found.entries
    held = {entry.id: entry for entry in read(folder, may_be_empty=True)}
    changed = sorted(
        id_
        for id_ in held.keys() | record.keys()
        if merge(id_, record.get(id_), held.get(id_), record.get(id_)).fate is not Fate.SAME
    )
    if changed:
        text = "holds changes that were not imported; import them, or give --overwrite"
        raise ExportRefused(f"{folder}: {text}: {', '.join(changed)}")


def _refuse_unknown(given: argparse.Namespace, known: Iterable[str]) -> None:
    chosen = [*given.theirs, *given.ours]
    for id_ in chosen:
        if id_ not in known:
            raise ConfigError("--theirs, --ours", f"it never held an entry {id_!r}")
        if chosen.count(id_) > 1:
            raise ConfigError("--theirs, --ours", f"{id_!r} stands there twice")


def _chosen(given: argparse.Namespace, found: Merge, theirs: Entry | None) -> Merge:
    """The merge with a person's choice for an entry."""
    if found.fate is Fate.SAME:
        return found
    if found.id in given.ours:
        return Merge(found.id, Fate.KEPT, ours=tuple(clash.field for clash in found.clashes))
    if found.id in given.theirs:
        fields = (*found.theirs, *(clash.field for clash in found.clashes), *found.ours)
        return Merge(found.id, Fate.TAKEN, theirs, fields)
    return found


def _reason(given: argparse.Namespace) -> str:
    reason = given.reason or f"imported from {given.path.name}"
    return f"{reason}; another question: {given.apart}" if given.apart else reason
