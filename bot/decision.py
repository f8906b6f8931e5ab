"""From hits to what the bot does: answer when sure, else bring the question to people.

Rules:

- An entry counts only where its scope holds, while it is published and until its last day.
- Sure means: the confidence in the best hit reaches a bound (``knowledge.calibrate``), and it
  leads the next *different* entry at all. Translations of one entry are not different.
- An entry past its last day that is the nearest of all is no answer, and nothing that is less near
  is one in its place: people get the question, and see what held until then.
- What nobody asked the bot is held to a stricter bound, and to the room's topics.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from knowledge.calibrate import confidence, lead
from knowledge.entry import NATIONAL, Entry
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
    """The hits that may be served in a place on a day, in their order."""
    served = {
        entry.id: entry
        for entry in entries
        if entry.scope in (NATIONAL, scope) and entry.holds_on(today)
    }
    return [Candidate(hit, served[hit.entry_id]) for hit in hits if hit.entry_id in served]


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
    if topics and best.entry.topic not in topics:
        return Escalate(Why.OTHER_TOPIC, near)
    return Answer(best)
