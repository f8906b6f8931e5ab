"""``loket entries export`` and ``import``: to files that git can hold and people can review.

An exported folder keeps how its entries were (``knowledge.record``), so that an import takes
what changed in the folder, leaves what changed here, and shows what changed on both sides.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from bot import app
from bot.cli import bindings, reading, versions
from bot.cli.merged import summed_up, told
from bot.cli.reading import Reading
from bot.errors import ConfigError
from bot.holding import Published
from bot.outcome import Revision
from bot.ports import Store
from bot.replies import VOLUNTEERS
from knowledge.conflicts import all_conflicts
from knowledge.entry import COUNTED, Entry, Severity, check, check_translations, unserved
from knowledge.errors import EntriesUnreadable, ExportRefused
from knowledge.files import read, write
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
    store: Store, given: argparse.Namespace, today: date, scopes: Collection[str]
) -> int:
    """Publishes what a file or folder holds, or shows what that would do.

    Gives 1 when a person has to choose between the folder and what is served.

    Raises:
        EntriesUnreadable: Something in it is wrong; nothing was taken over.
        HandleAgain: Somebody published one of these entries meanwhile; nothing was taken over.
    """
    record = await asyncio.to_thread(read_record, given.path) if given.path.is_dir() else None
    entries = await asyncio.to_thread(read, given.path, may_be_empty=record is not None)
    if record is None and (given.theirs or given.ours):
        text = "there is nothing to choose where no `loket entries export` made the folder"
        raise ConfigError("--theirs, --ours", text)
    async with reading.held_against(store) as before:
        if record is not None:
            return await _take_merged(store, given, entries, record, before, today, scopes)
        return await _take_as_it_is(store, given, entries, before, today, scopes)


async def _take_as_it_is(
    store: Store,
    given: argparse.Namespace,
    entries: list[Entry],
    before: Reading,
    today: date,
    scopes: Collection[str],
) -> int:
    served = before.served
    entries = await _brought_up(store, entries, served, given.path)
    refuse_errors(entries, served, given.path, today)
    numbered = {entry.id: entry.version for entry in entries}
    _, named = await bindings.bound(store, entries, numbered)
    for line in (*named, *_warnings(entries, served, today, scopes)):
        print(line)
    if given.dry_run:
        for entry in entries:
            ours = served.get(entry.id)
            for line in told(merge(entry.id, ours, entry, ours), ours, served):
                print(line)
        print("Nothing was taken over.")
        return 0
    revision = Revision(app.MAINTAINER, change=given.change, reason=_reason(given))
    return published(
        await store.publish(entries, ORIGIN, edition=before.edition, revision=revision)
    )


async def _take_merged(
    store: Store,
    given: argparse.Namespace,
    entries: list[Entry],
    record: Record,
    before: Reading,
    today: date,
    scopes: Collection[str],
) -> int:
    theirs, served = {entry.id: entry for entry in entries}, before.served
    known = record.entries
    _refuse_unknown(given, theirs.keys() | known.keys())
    merges = []
    begun: dict[str, Entry] = {}
    for id_ in sorted(theirs.keys() | known.keys()):
        ours, base, there = served.get(id_), known.get(id_), theirs.get(id_)
        if ours is None and (versions := await store.history(id_)):
            # Withdrawn here; where no record tells what was agreed on, its last version does.
            base = base or versions[0].entry
        elif ours is None:
            # Nothing was agreed on with this Loket, which never had it.
            if base and there and id_ not in given.ours:
                begun[id_] = base
            base = None
        merges.append(_chosen(given, merge(id_, base, there, ours), there))
    withdrawn = {
        id_: entry
        for id_, entry in record.withdrawn.items()
        if id_ not in theirs and not await store.history(id_)
    }
    new = [each.entry for each in merges if each.entry]
    refuse_errors(new, served, given.path, today, withdrawn.values())
    numbered = {entry.id: entry.version for entry in entries}
    new, named = await bindings.bound(store, new, numbered, begun | withdrawn)
    for line in (*named, *_warnings(new, served, today, scopes)):
        print(line)
    for each in merges:
        for line in told(each, served.get(each.id), served):
            print(line)
    open_ = [each.id for each in merges if each.fate in (Fate.CONFLICT, Fate.GONE)]
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
        # Last: an import that ended before finds the two sides alike, and takes nothing twice.
        now = {entry.id: entry for entry in await store.entries()}
        agreed = [
            _agreed(theirs[id_], now.get(id_), known.get(id_)) for id_ in theirs if id_ not in open_
        ]
        agreed += (known[id_] for id_ in open_ if id_ in known)
        originals = await _withdrawn_originals(store, agreed)
        try:
            await asyncio.to_thread(write_record, given.path, agreed, originals)
        except ExportRefused as error:
            print(summed_up(merges, dry_run=False))
            print(f"That is done, but its record is not: {error}; mend it and import again.")
            return 1
    print(summed_up(merges, dry_run=given.dry_run))
    return 1 if open_ else 0


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


async def _brought_up(
    store: Store, entries: list[Entry], served: Mapping[str, Entry], path: Path
) -> list[Entry]:
    """The entries of a file, with what changed here since the version that each of them names.

    Who writes a file by hand names none, which is read as the first one.

    Raises:
        EntriesUnreadable: Both sides changed the same; nothing was taken over.
    """
    taken, wrong = [], []
    for entry in entries:
        ours, base = served.get(entry.id), None
        if ours is not None and entry.version < ours.version:
            base = await _version(store, entry)
        unchanged = base is not None and merge(entry.id, base, entry, base).fate is Fate.SAME
        if ours is None or base is None or (entry.version == 1 and not unchanged):
            taken.append(entry)
            continue
        found = merge(entry.id, base, entry, ours)
        if found.fate is Fate.CONFLICT:
            fields = ", ".join(clash.field for clash in found.clashes)
            wrong.append(
                f"{path}: {entry.id}: {fields}: changed here too since version {entry.version};"
                f" write version {ours.version} there to replace that, or export anew"
            )
        elif found.entry is not None:
            taken.append(found.entry)
        for line in told(found, ours, served):
            print(line)
    if wrong:
        raise EntriesUnreadable([*wrong, "nothing was taken over"])
    return taken


async def _version(store: Store, entry: Entry) -> Entry | None:
    """The version that it names, as it was published."""
    versions = [each.entry for each in await store.history(entry.id)]
    return next((each for each in versions if each.version == entry.version), None)


def refuse_errors(
    entries: list[Entry],
    served: Mapping[str, Entry],
    path: Path | None,
    today: date,
    withdrawn: Iterable[Entry] = (),
) -> None:
    """Lets no entry through that may not be served, beside those that are.

    Args:
        entries: To be published.
        served: By id.
        path: Where they stand; None: in the command itself.
        today: The day of it.
        withdrawn: What they may translate though it is served no more.

    Raises:
        EntriesUnreadable: One may not; its text names all.
    """
    after = {**served, **{entry.id: entry for entry in entries}}
    new = {
        entry.id
        for entry in entries
        if entry.id not in served or served[entry.id].content_hash() != entry.content_hash()
    }
    problems = [each for entry in entries for each in check(entry, today)]
    together = check_translations([*withdrawn, *after.values()])
    # What is served though its original was withdrawn may be mended; it stays marked as old.
    orphans = {
        id_
        for id_ in new & served.keys()
        if (of := after[id_].translation_of) and of not in after
        if served[id_].translation_of == of
    }
    problems += (each for each in together if each.entry_id in new - orphans)
    wrong = [str(problem) for problem in problems if problem.severity is Severity.ERROR]
    before = {frozenset((one.id, other.id)) for one, other in _conflicts(served.values(), today)}
    for one, other in _conflicts(after.values(), today):
        pair = (one, other) if one.id in new else (other, one)
        if frozenset((one.id, other.id)) not in before:
            wrong.append(versions.conflict_told(pair[0], [pair[1]]))
    if wrong:
        place = f"{path}: " if path else ""
        raise EntriesUnreadable([*(f"{place}{each}" for each in wrong), "nothing was taken over"])


def _conflicts(entries: Iterable[Entry], today: date) -> list[tuple[Entry, Entry]]:
    return all_conflicts(each for each in entries if each.holds_on(today))


def published(done: Published) -> int:
    """Tells what was done; gives the exit status."""
    for id_ in done.replaced:
        print(
            f"warning: {id_}: replaces what was changed here since the last import;"
            f" `loket entries history {id_}` has it"
        )
    print(f"{done.new} new, {done.changed} changed, {done.unchanged} unchanged.")
    return 0


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
            raise ConfigError("--theirs, --ours", f"the folder never held an entry {id_!r}")
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


def _warnings(
    entries: list[Entry], served: Mapping[str, Entry], today: date, scopes: Collection[str]
) -> Iterator[str]:
    """What the maintainer should know of what is about to be published."""
    yield from map(str, unserved(entries, scopes))
    after = {**served, **{entry.id: entry for entry in entries}}
    others: dict[str, list[str]] = {}
    for one, other in all_conflicts(each for each in after.values() if each.holds_on(today)):
        others.setdefault(one.id, []).append(other.id)
        others.setdefault(other.id, []).append(one.id)
    for entry in entries:
        old = served.get(entry.id)
        if (
            old is not None
            and entry.vetted_by
            and entry.vetted_by == old.vetted_by
            and entry.answer != old.answer
        ):
            yield (
                f"warning: {entry.id}: vetted_by: the answer changed, and it still says that"
                f" {entry.vetted_by} vetted it; have it vetted again, or empty the field"
            )
        elif entry.vetted_by not in ("", VOLUNTEERS, old and old.vetted_by):
            yield (
                f"warning: {entry.id}: vetted_by: citizens will read that {entry.vetted_by} vetted"
                " it, and nobody did so here; empty the field unless you know who did"
            )
        if named := ", ".join(others.get(entry.id, ())):
            yield f"warning: {entry.id}: question: {named} answers it differently; merge them"


def _reason(given: argparse.Namespace) -> str:
    return given.reason or f"imported from {given.path.name}"
