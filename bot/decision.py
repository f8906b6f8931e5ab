"""From hits to what the bot does: answer when sure, else bring the question to people.

Rules:

- An entry counts only where its scope holds, while it is published and until its last day.
- Where a narrower place's entry answers the same question as the national one, in whatever
  language, it stands in for it and its translations, in that place only: the better score of the
  two is its own, also where it was not found itself. Past its last day nothing stands in for it.
- Of several that stand in for one, only the nearest takes its score, and what is equally near; the
  others keep their own.
- A translation holds no longer than its original; see ``knowledge.review``.
- Sure means: the confidence in the best hit reaches a bound (``knowledge.calibrate``), and it
  leads the next *different* entry at all. Translations of one entry are not different.
- An entry past its last day that is the nearest of all is no answer, and nothing that is less near
  is one in its place: people get the question, and see what held until then.
- What nobody asked the bot is held to a stricter bound, and to the room's topics.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from knowledge.calibrate import confidence, lead
from knowledge.conflicts import asked
from knowledge.entry import NATIONAL, Entry, fold
from knowledge.ports import Hit
from knowledge.review import holds

CLOSE = 0.005
"""The lead below which two different entries count as equally near."""


class Why(StrEnum):
    """Why people get the question."""

    OFF = "answering is off"
    BROKEN = "search is broken"
    NOTHING = "nothing found"
    FAR = "not sure enough"
    CLOSE_CALL = "two entries are equally near"
    OTHER_TOPIC = "not a topic of this room"
    EXPIRED = "what fits best is past its last day"
    STALE = "what fits is an old translation"
    FLAGGED = "somebody said that it is wrong"
    PEOPLE = "the asker wants people"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A hit with the published entry that it stands for."""

    hit: Hit
    entry: Entry


@dataclass(frozen=True, slots=True)
class Answer:
    """The bot is sure."""

    best: Candidate


@dataclass(frozen=True, slots=True)
class Escalate:
    """People get the question, with what was near.

    Attributes:
        why: The reason.
        near: What may be served, best first.
        old: What is nearer than all of them, but past its last day.
        fits: Whether ``old`` is so near that it was the answer till then.
    """

    why: Why
    near: tuple[Candidate, ...] = ()
    old: Candidate | None = None
    fits: bool = False

    @property
    def nearest(self) -> tuple[Candidate, ...]:
        """All of them, best first."""
        return (self.old, *self.near) if self.old else self.near


def candidates(
    hits: Iterable[Hit], entries: Iterable[Entry], *, scope: str, today: date
) -> list[Candidate]:
    """The hits that may be served in a place on a day, best first; see the rules above.

    Args:
        hits: Best first.
        entries: What they stand for, with all that has to do with it: ``Store.kindred``.
        scope: The place.
        today: The day there.
    """
    published = {each.id: each for each in entries}
    found = _there(hits, published.values(), scope)
    return [each for each in found if holds(each.entry, published, today)]


def past(
    hits: Iterable[Hit], entries: Iterable[Entry], *, scope: str, today: date
) -> Candidate | None:
    """The best hit of a place, where its entry is past its last day; None: that one holds.

    The arguments are those of ``candidates``.
    """
    published = {each.id: each for each in entries}
    best = next(iter(_there(hits, published.values(), scope)), None)
    return None if best is None or holds(best.entry, published, today) else best


def stand_ins(entries: Iterable[Entry], scope: str) -> dict[str, list[Entry]]:
    """What stands in for national entries in a place, past its last day or not.

    Args:
        entries: The national ones, with all that has to do with them there: ``Store.kindred``.
        scope: The place.

    Returns:
        The id of a national entry → the place's own, in order.
    """
    there = [each for each in entries if each.source and each.scope in (NATIONAL, scope)]
    instead = _stand_ins(there)
    return {
        each.id: [own for own in there if _stands_in(own, instead[each.knowledge])]
        for each in there
        if each.scope == NATIONAL and each.knowledge in instead
    }


def _there(hits: Iterable[Hit], entries: Iterable[Entry], scope: str) -> list[Candidate]:
    """The hits of a place, best first, with what stands in for the national ones among them."""
    there = {each.id: each for each in entries if each.source and each.scope in (NATIONAL, scope)}
    found = [Candidate(hit, there[hit.entry_id]) for hit in hits if hit.entry_id in there]
    instead = _stand_ins(there.values())
    own = {each.entry.id: each.hit for each in found}
    near: dict[str, Hit] = {}
    kept: list[Candidate] = []
    for each in found:
        entry, hit = each.entry, each.hit
        if entry.scope != NATIONAL or entry.knowledge not in instead:
            kept.append(each)
            continue
        for knowledge in _nearest(instead[entry.knowledge], found):
            near[knowledge] = max(near.get(knowledge, hit), hit, key=_score)
    if not near:
        return found
    kept = [each for each in kept if not _stands_in(each.entry, near)]
    for entry in there.values():
        if _stands_in(entry, near):
            best = max(near[entry.knowledge], own.get(entry.id, near[entry.knowledge]), key=_score)
            wording = own[entry.id].wording if entry.id in own else 0
            kept.append(
                Candidate(
                    replace(best, entry_id=entry.id, knowledge=entry.knowledge, wording=wording),
                    entry,
                )
            )
    return sorted(kept, key=lambda each: (-each.hit.score, each.hit.entry_id))


def _nearest(instead: Collection[str], found: Iterable[Candidate]) -> set[str]:
    """Which of the knowledge of a place is nearest; several where that can't be told."""
    scores = dict.fromkeys(instead, 0.0)
    for each in found:
        if each.entry.scope != NATIONAL and each.entry.knowledge in scores:
            scores[each.entry.knowledge] = max(scores[each.entry.knowledge], each.hit.score)
    best = max(scores.values())
    return {knowledge for knowledge, score in scores.items() if score > best - CLOSE}


def _stand_ins(entries: Collection[Entry]) -> dict[str, set[str]]:
    """Which knowledge of the place stands in for which of the whole country."""
    here = [each for each in entries if each.scope != NATIONAL]
    if not here:
        return {}
    by_wording: dict[tuple[str, str], set[str]] = {}
    for each in here:
        for wording in asked(each):
            by_wording.setdefault(wording, set()).add(each.knowledge)
    found = {each.knowledge: {each.knowledge} for each in here}  # One may name the other.
    for each in entries:
        if each.scope == NATIONAL:
            for wording in asked(each) & by_wording.keys():
                found.setdefault(each.knowledge, set()).update(by_wording[wording])
    return found


def _stands_in(entry: Entry, near: Collection[str]) -> bool:
    return entry.scope != NATIONAL and entry.knowledge in near


def _score(hit: Hit) -> float:
    return hit.score


def is_sure(hits: Sequence[Hit], bound: float) -> bool:
    """Whether the best of these hits, best first, is certain enough to be posted."""
    return confidence(hits) >= bound and lead(hits) >= CLOSE


def decide(
    found: Sequence[Candidate],
    bound: float,
    *,
    topics: Sequence[str] = (),
    old: Candidate | None = None,
    enough: float | None = None,
) -> Answer | Escalate:
    """What the bot does with what was found.

    Args:
        found: Best first.
        bound: The confidence to reach.
        topics: The only topics to answer; empty: all.
        old: What is nearer, but past its last day.
        enough: The confidence from which that was the answer till then; None: ``bound``.
    """
    if old and (not found or found[0].entry.knowledge != old.entry.knowledge):
        hits = [old.hit, *(each.hit for each in found)]
        fits = is_sure(hits, bound if enough is None else enough)
        return Escalate(Why.EXPIRED if fits else Why.FAR, tuple(found), old, fits)
    if not found:
        return Escalate(Why.NOTHING)
    best, near = found[0], tuple(found)
    hits = [each.hit for each in found]
    if not is_sure(hits, bound):
        return Escalate(Why.CLOSE_CALL if lead(hits) < CLOSE else Why.FAR, near)
    if topics and fold(best.entry.topic) not in map(fold, topics):
        return Escalate(Why.OTHER_TOPIC, near)
    return Answer(best)
