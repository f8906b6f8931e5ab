"""Entries that answer the same question for the same scope differently.

A narrower place's entry beside the national one is none: there it stands in for it. Nor is a
translation, nor another entry with the same answer, which is merely one too many.

Two entries answer the same question if they share a wording in one language, or if one names
the other as its original. Alike by sense alone is not enough to let one stand in for the other:
``ALIKE`` is for people to look at.
"""

from __future__ import annotations

from collections.abc import Iterable

from knowledge.entry import Entry, fold

ALIKE = 0.92
"""Cosine, without the common part, from which two wordings are taken for the same question.
Measured on the 275 sample entries with the model that comes with Loket: of 1,375 wordings no two
of different entries in one language reach it, the nearest 0.90 ("I cannot pay my tax bill. What
can I do?", "I cannot pay my student debt. What can I do?")."""

ALIKE_ACROSS = 0.60
"""Cosine from the middle of each language, from which the nearest entry in another language is
shown to a vetter as one that may answer the same question; docs/adr/0002 has the measurement."""


def same_question(one: Entry, other: Entry) -> bool:
    """Whether the two answer the same question, for whatever place."""
    if one.knowledge == other.knowledge:
        return True
    return not asked(one).isdisjoint(asked(other))


def asked(entry: Entry) -> set[tuple[str, str]]:
    """In which words the entry is asked for, folded; each with its language."""
    return {(entry.lang, fold(wording)) for wording in entry.wordings}


def compete(one: Entry, other: Entry) -> bool:
    """Whether the two may not both be served, if they are asked for in the same words."""
    return (
        one.id != other.id
        and one.lang == other.lang
        and one.scope == other.scope
        and fold(one.answer) != fold(other.answer)
    )


def conflicts(entry: Entry, others: Iterable[Entry]) -> list[Entry]:
    """Those of the others that share a wording with the entry and say something else; by id.

    Args:
        entry: To be published, or published.
        others: Published; those that hold no longer are the caller's to leave out.
    """
    words = asked(entry)
    found = [other for other in others if compete(entry, other) and words & asked(other)]
    return sorted(found, key=lambda other: other.id)


def all_conflicts(entries: Iterable[Entry]) -> list[tuple[Entry, Entry]]:
    """Each two that are in conflict, once, by their ids."""
    by_wording: dict[tuple[str, str, str], list[Entry]] = {}
    found: dict[tuple[str, str], tuple[Entry, Entry]] = {}
    for entry in sorted(entries, key=lambda entry: entry.id):
        for lang, wording in asked(entry):
            same = by_wording.setdefault((wording, lang, entry.scope), [])
            for other in same:
                if compete(entry, other):
                    found[other.id, entry.id] = (other, entry)
            same.append(entry)
    return [pair for _, pair in sorted(found.items())]
