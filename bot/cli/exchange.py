"""``loket entries export`` and ``import``: to files that git can hold and people can review.

An exported folder keeps how its entries were (``knowledge.record``), so that an import takes
what changed in the folder, leaves what changed here, and shows what changed on both sides.
"""

from __future__ import annotations

import argparse
import asyncio
import difflib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from bot import app
from bot.cli import bindings, versions
from bot.errors import ConfigError
from bot.holding import Published
from bot.outcome import Revision
from bot.ports import Store
from bot.replies import VOLUNTEERS
from knowledge.change import in_use, proposed
from knowledge.conflicts import all_conflicts
from knowledge.entry import Entry, Severity, check, check_translations, unserved
from knowledge.errors import EntriesUnreadable, ExportRefused
from knowledge.files import read, write
from knowledge.merging import Clash, Fate, Merge, merge
from knowledge.record import read_record, write_record

ORIGIN = "import"


async def export(store: Store, path: Path, *, overwrite: bool) -> int:
    """Writes all that is served.

    Raises:
        ExportRefused: The folder holds changes that were not imported, or can't be written.
    """
    entries = await store.entries()

    def work() -> None:
        ours = path.is_dir() and read_record(path) is not None
        if ours and not overwrite:
            _refuse_to_lose(path)
        write(entries, path, all_known=ours)
        if path.is_dir():
            write_record(path, entries)

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
    entries = await asyncio.to_thread(read, given.path)
    record = await asyncio.to_thread(read_record, given.path) if given.path.is_dir() else None
    if record is not None:
        return await _take_merged(store, given, entries, record, today, scopes)
    if given.theirs or given.ours:
        text = "there is nothing to choose where no `loket entries export` made the folder"
        raise ConfigError("--theirs, --ours", text)
    served = {entry.id: entry for entry in await store.entries()}
    entries = await _brought_up(store, entries, served, given.path)
    refuse_errors(entries, served, given.path, today)
    numbered = {entry.id: entry.version for entry in entries}
    _, named = await bindings.bound(store, entries, numbered)
    for line in (*named, *_warnings(entries, served, today, scopes)):
        print(line)
    if given.dry_run:
        for entry in entries:
            ours = served.get(entry.id)
            for line in _told(merge(entry.id, ours, entry, ours), ours, served):
                print(line)
        print("Nothing was taken over.")
        return 0
    revision = Revision(app.MAINTAINER, change=given.change, reason=_reason(given))
    return published(await store.publish(entries, ORIGIN, revision=revision))


async def _take_merged(
    store: Store,
    given: argparse.Namespace,
    entries: list[Entry],
    record: dict[str, Entry],
    today: date,
    scopes: Collection[str],
) -> int:
    theirs = {entry.id: entry for entry in entries}
    served = {entry.id: entry for entry in await store.entries()}
    _refuse_unknown(given, theirs.keys() | record.keys())
    merges = []
    read_versions: dict[str, int] = {}
    for id_ in sorted(theirs.keys() | record.keys()):
        ours, base = served.get(id_), record.get(id_)
        if ours is None and (versions := await store.history(id_)):
            # Withdrawn here; where no record tells what was agreed on, its last version does.
            read_versions[id_] = versions[0].entry.version
            base = base or versions[0].entry
        elif ours is not None:
            read_versions[id_] = ours.version
        merges.append(_chosen(given, merge(id_, base, theirs.get(id_), ours), theirs.get(id_)))
    new = [each.entry for each in merges if each.entry]
    refuse_errors(new, served, given.path, today)
    numbered = {entry.id: entry.version for entry in entries}
    new, named = await bindings.bound(store, new, numbered)
    for line in (*named, *_warnings(new, served, today, scopes)):
        print(line)
    for each in merges:
        for line in _told(each, served.get(each.id), served):
            print(line)
    open_ = [each.id for each in merges if each.fate in (Fate.CONFLICT, Fate.GONE)]
    gone = [each.id for each in merges if each.id in given.theirs and each.id not in theirs]
    if not given.dry_run:
        revision = Revision(app.MAINTAINER, change=given.change, reason=_reason(given))
        over = [replace(entry, version=read_versions.get(entry.id, 0)) for entry in new]
        await store.merge(over, ORIGIN, revision=revision)
        await store.withdraw(gone, revision=revision)
        # Last: an import that ended before finds the two sides alike, and takes nothing twice.
        agreed = {id_: theirs[id_] for id_ in theirs if id_ not in open_}
        agreed |= {id_: record[id_] for id_ in open_ if id_ in record}
        await asyncio.to_thread(write_record, given.path, agreed.values())
    print(_summed_up(merges, dry_run=given.dry_run))
    return 1 if open_ else 0


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
        for line in _told(found, ours, served):
            print(line)
    if wrong:
        raise EntriesUnreadable([*wrong, "nothing was taken over"])
    return taken


async def _version(store: Store, entry: Entry) -> Entry | None:
    """The version that it names, as it was published."""
    versions = [each.entry for each in await store.history(entry.id)]
    return next((each for each in versions if each.version == entry.version), None)


def refuse_errors(
    entries: list[Entry], served: Mapping[str, Entry], path: Path | None, today: date
) -> None:
    """Lets no entry through that may not be served, beside those that are.

    Args:
        entries: To be published.
        served: By id.
        path: Where they stand; None: in the command itself.
        today: The day of it.

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
    problems += (each for each in check_translations(after.values()) if each.entry_id in new)
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
    record = read_record(folder)
    if record is None:
        return
    held = {entry.id: entry for entry in read(folder)}
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
    entries: list[Entry], served: dict[str, Entry], today: date, scopes: Collection[str]
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


def _told(found: Merge, ours: Entry | None, served: Mapping[str, Entry]) -> Iterator[str]:
    words = in_use(served.values(), found.id)
    match found.fate:
        case Fate.SAME:
            return
        case Fate.NEW:
            yield f"{found.id}: new"
        case Fate.TAKEN if found.entry is None:
            yield f"{found.id}: withdrawn, as it is in the folder no longer"
        case Fate.TAKEN:
            size = f" ({proposed(ours, found.entry, words)})" if ours and found.entry else ""
            what = ", ".join(found.theirs) or "it is served again"
            yield f"{found.id}: changed in the folder: {what}{size}"
        case Fate.KEPT:
            what = ", ".join(found.ours) or "it is as it is here"
            yield f"{found.id}: kept: {what}"
        case Fate.MERGED:
            theirs, here = ", ".join(found.theirs), ", ".join(found.ours)
            yield f"{found.id}: merged: {theirs} from the folder, {here} as changed here"
        case Fate.GONE:
            yield (
                f"{found.id}: left out of the folder, and still served;"
                f" --theirs {found.id} withdraws it, --ours {found.id} keeps it"
            )
        case Fate.CONFLICT:
            fields = ", ".join(clash.field for clash in found.clashes)
            yield f"{found.id}: conflict, nothing of it was taken: {fields}"
            for clash in found.clashes:
                yield from _shown(clash)
            yield f"  choose: --theirs {found.id} (the folder) or --ours {found.id} (as served)"


def _shown(clash: Clash) -> Iterator[str]:
    for side, value in (("in the folder", clash.theirs), ("here", clash.ours)):
        yield f"  {clash.field}, {side}:"
        lines = list(difflib.ndiff(_lines(clash.base), _lines(value)))
        yield from (f"    {line.rstrip()}" for line in lines if not line.startswith("?"))


def _lines(value: object) -> list[str]:
    if value is None or value == "":
        return []
    if isinstance(value, tuple):
        return [str(each) for each in value]
    return value.isoformat().splitlines() if isinstance(value, date) else str(value).splitlines()


def _summed_up(merges: list[Merge], *, dry_run: bool) -> str:
    count = Counter(each.fate for each in merges)
    always = (Fate.NEW, Fate.TAKEN, Fate.SAME)
    told = [f"{count[fate]} {fate}" for fate in always]
    told += [f"{count[fate]} {fate}" for fate in Fate if fate not in always and count[fate]]
    return f"{', '.join(told)}.{' Nothing was taken over.' if dry_run else ''}"


def _reason(given: argparse.Namespace) -> str:
    return given.reason or f"imported from {given.path.name}"
