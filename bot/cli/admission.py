"""What a maintainer may publish with ``add`` and ``import``, and what to know of it first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from bot import drafts
from bot.cli import versions
from bot.holding import Version
from bot.replies import VOLUNTEERS
from knowledge.conflicts import all_conflicts, asked
from knowledge.entry import Entry, Severity, check, check_translations, unserved
from knowledge.errors import EntriesUnreadable

_SENSE = ("lang", "question", "answer", "body", "scope", "translation_of")
"""What somebody vets: who changes one of these has another entry than the one that was vetted."""


def gone(there: Entry, last: Version, *, recorded: bool, chosen: bool) -> list[str]:
    """Why what was withdrawn here does not come back so; empty: it may.

    Args:
        there: As the file or folder has it.
        last: Its last version here.
        recorded: Whether an export made the folder, which asks a person by itself.
        chosen: Whether a person chose to take it.
    """
    id_, number, end = there.id, last.entry.version, last.withdrawal
    if recorded and not asked(there).isdisjoint(asked(last.entry)):
        return []
    if recorded and not chosen and there.content_hash() == last.entry.content_hash():
        return []
    when = f" on {end.at:%Y-%m-%d}" if end else ""
    why = f", by {end.by or '-'}: {end.reason or '-'}" if end else ""
    text = f"{id_}: was withdrawn here{when}{why};"
    if asked(there).isdisjoint(asked(last.entry)):
        return [f"{text} its id is never used for another question: choose another one"]
    return [
        f"{text} `loket entries restore {id_} {number} --reason …` brings it back,"
        f" --ours {id_} leaves it withdrawn"
    ]


def as_vetted(
    entry: Entry, there: Entry, ours: Entry | None, base: Entry | None
) -> tuple[Entry, list[str]]:
    """The entry as it may say that it was vetted, and a warning if that is less than it did.

    Args:
        entry: About to be published.
        there: As the file or folder has it.
        ours: As it is served; None: it is not.
        base: As the two sides had it when they agreed last; None: they never did.
    """
    old = ours or base
    if old is None or entry.vetted_by in ("", VOLUNTEERS):
        return entry, []
    changed = [name for name in _SENSE if getattr(entry, name) != getattr(old, name)]
    if not changed:
        return entry, []
    what, body = " and ".join(changed), entry.vetted_by
    before = base or old
    if (there.vetted_by, there.checked) != (before.vetted_by, before.checked):
        if entry.vetted_by != old.vetted_by:
            return entry, []
        return entry, [
            f"warning: {entry.id}: vetted_by: {what} changed, and it still says that {body}"
            " vetted it; have it vetted again, or empty the field"
        ]
    return replace(entry, vetted_by=""), [
        f"warning: {entry.id}: vetted_by: {what} changed, and nothing there says that {body}"
        " vetted that: emptied; have it vetted again, or write in checked when they did"
    ]


def unvouched(entry: Entry, before: Iterable[Entry]) -> list[str]:
    """What is wrong with saying that a body vetted it, where none of these versions does."""
    if entry.vetted_by in ("", VOLUNTEERS) or any(
        each.vetted_by == entry.vetted_by
        and all(getattr(each, name) == getattr(entry, name) for name in ("question", "answer"))
        for each in before
    ):
        return []
    return [
        f"{entry.id}: vetted_by: citizens would read that {entry.vetted_by} vetted it, and nobody"
        " did so here; empty the field, or give --trust-vetting if you know who did"
    ]


def endless(entries: Iterable[Entry], known: Mapping[str, Entry], today: date) -> dict[str, str]:
    """What is wrong with the last days that these have anew, by id; as at the desk.

    Args:
        entries: About to be published.
        known: As they were, here or when both sides agreed; what they had then may stay.
        today: The day of it.
    """
    found = {}
    for entry in entries:
        until, before = entry.valid_until, known.get(entry.id)
        if before and before.valid_until == until:
            continue
        if until is None:
            text = "valid_until: is empty; give the day by which somebody looks at it again"
            found[entry.id] = f"{entry.id}: {text}"
        elif until > today and (wrong := drafts.wrong_end(until, today)):
            found[entry.id] = f"{entry.id}: {wrong}"
    return found


def nowhere(
    entries: Iterable[Entry], known: Mapping[str, Entry], scopes: Collection[str]
) -> list[str]:
    """What nobody would be given, since no room is about its place; what has that already stays."""
    moved = [each for each in entries if each.id not in known or known[each.id].scope != each.scope]
    return [
        f"{each.entry_id}: {each.field}: {each.text}; give --unserved to publish it all the same"
        for each in unserved(moved, scopes)
    ]


def refuse(
    entries: list[Entry],
    served: Mapping[str, Entry],
    path: Path | None,
    today: date,
    withdrawn: Iterable[Entry] = (),
    wrong: Sequence[str] = (),
) -> None:
    """Lets no entry through that may not be served, beside those that are.

    Args:
        entries: To be published.
        served: By id.
        path: Where they stand; None: in the command itself.
        today: The day of it.
        withdrawn: What they may translate though it is served no more.
        wrong: What else is wrong with them.

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
    wrong = list(wrong)
    wrong += [str(problem) for problem in problems if problem.severity is Severity.ERROR]
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


def warnings(
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
        if entry.vetted_by not in ("", VOLUNTEERS, old and old.vetted_by):
            yield (
                f"warning: {entry.id}: vetted_by: citizens will read that {entry.vetted_by} vetted"
                " it, and nobody did so here; empty the field unless you know who did"
            )
        if named := ", ".join(others.get(entry.id, ())):
            yield f"warning: {entry.id}: question: {named} answers it differently; merge them"
