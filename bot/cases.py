"""A case: a question that needs people, from the room's patience to its end.

The table below is the whole life of a case; what is not in it can't happen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from bot.messages import MessageRef
from knowledge.entry import NATIONAL


class Status(StrEnum):
    """Where a case stands."""

    WAITING = "waiting"
    """The room may answer first."""
    OPEN = "open"
    """At the desk; nobody has it."""
    CLAIMED = "claimed"
    """A responder works on it."""
    ANSWERED = "answered"
    """The asker has a responder's answer; it may be vetted."""
    VETTED = "vetted"
    """The answer became an entry."""
    CLOSED = "closed"
    """Ended without an entry."""


class Event(StrEnum):
    """What can happen to a case."""

    PEER_ANSWERS = "peer answers"
    BECOME_KNOWN = "become known"
    HAND_OVER = "hand over"
    WITHDRAW = "withdraw"
    """The asker takes the question back."""
    CLAIM = "claim"
    RELEASE = "release"
    ANSWER = "answer"
    VET = "vet"
    REJECT = "reject"
    TAKE_BACK = "take back"
    """The responder takes the answer back."""
    CLOSE = "close"


TRANSITIONS: dict[tuple[Status, Event], Status] = {
    (Status.WAITING, Event.PEER_ANSWERS): Status.CLOSED,
    (Status.WAITING, Event.BECOME_KNOWN): Status.CLOSED,
    (Status.WAITING, Event.HAND_OVER): Status.OPEN,
    (Status.WAITING, Event.WITHDRAW): Status.CLOSED,
    (Status.OPEN, Event.CLAIM): Status.CLAIMED,
    (Status.OPEN, Event.BECOME_KNOWN): Status.CLOSED,
    (Status.OPEN, Event.WITHDRAW): Status.CLOSED,
    (Status.OPEN, Event.CLOSE): Status.CLOSED,
    (Status.CLAIMED, Event.RELEASE): Status.OPEN,
    (Status.CLAIMED, Event.ANSWER): Status.ANSWERED,
    (Status.CLAIMED, Event.WITHDRAW): Status.CLOSED,
    (Status.CLAIMED, Event.CLOSE): Status.CLOSED,
    (Status.ANSWERED, Event.ANSWER): Status.ANSWERED,
    (Status.ANSWERED, Event.VET): Status.VETTED,
    (Status.ANSWERED, Event.REJECT): Status.CLAIMED,
    (Status.ANSWERED, Event.TAKE_BACK): Status.CLAIMED,
    (Status.ANSWERED, Event.WITHDRAW): Status.CLOSED,
    (Status.ANSWERED, Event.CLOSE): Status.CLOSED,
}


class IllegalMove(Exception):
    """The case can't do that now; the person is told in words."""

    def __init__(self, status: Status, event: Event) -> None:
        super().__init__(f"a case that is {status} can't: {event}")
        self.status = status
        self.event = event


@dataclass(frozen=True, slots=True)
class Draft:
    """What an answered case would say as an entry; a vetter may change every field.

    Attributes:
        question: In general form; begins as the asker's words.
        answer: Begins as the responder's words.
        topic, lang, source, body, scope, valid_until: As in ``Entry``.
    """

    question: str
    answer: str
    topic: str
    lang: str
    source: str
    body: str
    scope: str
    valid_until: date


@dataclass(frozen=True, slots=True)
class Case:
    """A question that needs people.

    Attributes:
        id: Counts up from 1; what responders call it.
        asked: The asker's message.
        root: The event id of the asker's thread.
        direct: Whether it was asked in a direct chat.
        asker: A random key for the person; known to the bot only.
        question: The asker's words.
        lang: ISO 639 code of the question.
        topic: A guess, from the nearest entry; empty when nothing is near.
        scope: The place the asker's room is about, as in ``Entry``.
        opened_at: When the question came.
        due_at: When the desk gets it unless the room answers first; None once it did.
        status: See ``Status``.
        claimed_by: Key of the responder who works on it.
        answered_by: Key of the responder whose answer the asker has.
        answered_in: The event id at the desk in which that answer stands.
        told: That answer, word for word; empty before.
        draft: The entry it would become; from the first answer on.
        desk_thread: Key of the outgoing message that opened the thread at the desk.
        hidden: How many signs that can't be seen were left out of the question.
        version: Counts commits; 0: not yet stored. The store refuses a stale one.
    """

    id: int
    asked: MessageRef
    root: str
    direct: bool
    asker: str
    question: str
    lang: str
    topic: str
    opened_at: datetime
    scope: str = NATIONAL
    due_at: datetime | None = None
    status: Status = Status.OPEN
    claimed_by: str | None = None
    answered_by: str | None = None
    answered_in: str | None = None
    told: str = ""
    draft: Draft | None = None
    desk_thread: str | None = None
    hidden: int = 0
    version: int = 0

    def after(self, event: Event) -> Case:
        """The case with its next status.

        Raises:
            IllegalMove: ``TRANSITIONS`` does not hold the pair; tell the person.
        """
        try:
            return replace(self, status=TRANSITIONS[self.status, event])
        except KeyError:
            raise IllegalMove(self.status, event) from None

    def reworded(self, old: str, new: str, *, after: str | None = None) -> Case:
        """The case, and its draft, once the asker changed or took back a part of the question.

        Args:
            old: The part as it stood.
            new: How it reads now; empty: it is gone.
            after: What was asked, when the part was added to it; None: the part is what was
                asked.
        """
        draft = self.draft
        if draft is not None:
            draft = replace(draft, question=_reworded(draft.question, old, new, after))
        question = _reworded(self.question, old, new, after)
        return replace(self, question=question, draft=draft)


def _reworded(text: str, old: str, new: str, after: str | None) -> str:
    # Each part has lines of its own; a "yes" must not be sought in the middle of another part.
    if after is None:
        asked = text == old or text.startswith(f"{old}\n")
        return new + text[len(old) :] if asked else text
    if not old:
        return text
    start = len(after) if text.startswith(after) else 0
    at = f"{text}\n".rfind(f"\n{old}\n", start)
    if at < 0:
        return text
    return text[:at] + (f"\n{new}" if new else "") + text[at + 1 + len(old) :]
