"""The entries near a question, and what the desk calls them: a number never means another one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Near:
    """An entry that was near a question, as the desk is shown it.

    Attributes:
        entry_id, lang, question: Of the entry.
        score: The hit's.
        source: Where its answer comes from; a web address or a name.
        held_until: Its last day, as 2026-12-31, where that is past; else empty.
        answer: What it says, where it may not be served any more; else empty.
        fits: Whether that was the answer to the question as long as it held; else people are
            shown its beginning only.
        doubted: Whether it was under review.
        body: Who decides about it, as the entry says.
        number: What ``!send`` calls it, in this case for ever; 0: its place in the list.
    """

    entry_id: str
    lang: str
    question: str
    score: float
    source: str
    held_until: str = ""
    answer: str = ""
    fits: bool = True
    doubted: bool = False
    body: str = ""
    number: int = 0


def numbers(near: Iterable[Near]) -> dict[int, Near]:
    """These by the number that the card shows."""
    return {each.number or place: each for place, each in enumerate(near, 1)}


def numbered(
    near: Iterable[Near], before: Mapping[int, Near], last: int
) -> tuple[tuple[Near, ...], int]:
    """What is near now, with its numbers, and the last number that was given.

    Args:
        near: The entries, best first.
        before: What was near before, by number.
        last: The last number that was given till then.
    """
    known = {each.entry_id: number for number, each in before.items()}
    last, found = max(last, *known.values(), 0), []
    for each in near:
        number = known.get(each.entry_id)
        if number is None:
            number = last = last + 1
        found.append(replace(each, number=number))
    return tuple(found), last
