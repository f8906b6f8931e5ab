"""From hits to what the bot does: answer when sure, else bring the question to people.

Rules:

- An entry counts only where its scope holds, while it is published and until its last day.
- Where a narrower place's entry answers the same question as the national one, it stands in for
  it, in that place only: the better score of the two is its own.
- Sure means: the confidence in the best hit reaches a bound (``knowledge.calibrate``), and it
  leads the next *different* entry at all. Translations of one entry are not different.
- An entry past its last day that is the nearest of all is no answer, and nothing that is less near
  is one in its place: people get the question, and see what held until then.
- What nobody asked the bot is held to a stricter bound, and to the room's topics.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from knowledge.calibrate import confidence, lead
from knowledge.conflicts import same_question
from knowledge.entry import NATIONAL, Entry, fold
from knowledge.ports import Hit

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
    """

    why: Why
    near: tuple[Candidate, ...] = ()
    old: Candidate | None = None

    @property
    def nearest(self) -> tuple[Candidate, ...]:
        """All of them, best first."""
        return (self.old, *self.near) if self.old else self.near


def candidates(
    hits: Iterable[Hit], entries: Iterable[Entry], *, scope: str, today: date
) -> list[Candidate]:
    """The hits that may be served in a place on a day, best first; see the rules above."""
    served = {
        entry.id: entry
        for entry in entries
        if entry.scope in (NATIONAL, scope) and entry.holds_on(today)
    }
    found = [Candidate(hit, served[hit.entry_id]) for hit in hits if hit.entry_id in served]
    return _narrowest(found)


def _narrowest(found: list[Candidate]) -> list[Candidate]:
    """What was found without the national entries that a narrower one stands in for."""
    here = [each for each in found if each.entry.scope != NATIONAL]
    nation = [each for each in found if each.entry.scope == NATIONAL]
    replaced: dict[str, set[str]] = {}
    for each in here:
        same = {other.entry.knowledge for other in nation if same_question(each.entry, other.entry)}
        replaced[each.entry.id] = same
    gone = set().union(*replaced.values())
    if not gone:
        return found
    kept = [each for each in nation if each.entry.knowledge not in gone]
    for each in here:
        rivals = [other.hit for other in nation if other.entry.knowledge in replaced[each.entry.id]]
        best = max([each.hit, *rivals], key=lambda hit: hit.score)
        hit = replace(each.hit, score=best.score, dense=best.dense, lexical=best.lexical)
        kept.append(Candidate(hit, each.entry))
    return sorted(kept, key=lambda each: (-each.hit.score, each.hit.entry_id))


def past(
    hits: Iterable[Hit], entries: Iterable[Entry], *, scope: str, today: date
) -> Candidate | None:
    """The best hit of a place, where its entry is past its last day; None: that one holds."""
    there = {each.id: each for each in entries if each.scope in (NATIONAL, scope) and each.source}
    best = next((hit for hit in hits if hit.entry_id in there), None)
    if best is None or there[best.entry_id].holds_on(today):
        return None
    return Candidate(best, there[best.entry_id])


def is_sure(hits: Sequence[Hit], bound: float) -> bool:
    """Whether the best of these hits, best first, is certain enough to be posted."""
    return confidence(hits) >= bound and lead(hits) >= CLOSE


def decide(
    found: Sequence[Candidate],
    bound: float,
    *,
    topics: Sequence[str] = (),
    old: Candidate | None = None,
) -> Answer | Escalate:
    """What the bot does with what was found.

    Args:
        found: Best first.
        bound: The confidence to reach.
        topics: The only topics to answer; empty: all.
        old: What is nearer, but past its last day.
    """
    if old and (not found or found[0].entry.knowledge != old.entry.knowledge):
        sure = is_sure([old.hit, *(each.hit for each in found)], bound)
        return Escalate(Why.EXPIRED if sure else Why.FAR, tuple(found), old)
    if not found:
        return Escalate(Why.NOTHING)
    best, near = found[0], tuple(found)
    hits = [each.hit for each in found]
    if not is_sure(hits, bound):
        return Escalate(Why.CLOSE_CALL if lead(hits) < CLOSE else Why.FAR, near)
    if topics and fold(best.entry.topic) not in map(fold, topics):
        return Escalate(Why.OTHER_TOPIC, near)
    return Answer(best)
