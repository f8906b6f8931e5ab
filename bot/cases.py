"""A case: a question that needs people, from the room's patience to its end.

The table below is the whole life of a case; what is not in it can't happen.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot import privacy
from bot.authorship import Draft, Rewrite, authors, said_before, written
from bot.messages import MessageRef
from bot.near import Near, numbered, numbers
from knowledge.entry import NATIONAL


class Status(StrEnum):
    """Where a case stands."""

    WAITING = "waiting"
    """The room may answer first."""
    OPEN = "open"
    """At the desk; nobody has it."""
    CLAIMED = "claimed"
    """A responder works on it."""
    SNOOZED = "snoozed"
    """Left alone until a day that a responder named."""
    ANSWERED = "answered"
    """The asker has a responder's answer; it may be vetted."""
    CONFIRMED = "confirmed"
    """The asker says that the answer helped; it may be vetted."""
    VETTED = "vetted"
    """The asker has an entry: the answer became one, or was one."""
    MERGED = "merged"
    """Another case is the same question; its answer goes to this asker too."""
    WITHDRAWN = "withdrawn"
    """The asker took the question back."""
    CLOSED = "closed"
    """Ended without an entry."""


ENDED = frozenset({Status.VETTED, Status.MERGED, Status.WITHDRAWN, Status.CLOSED})
"""Nothing is left to do, unless the asker says that this did not help."""

AT_WORK = frozenset({Status.OPEN, Status.CLAIMED, Status.SNOOZED})
"""At the desk, and the asker has no answer yet."""


class Event(StrEnum):
    """What can happen to a case."""

    PEER_ANSWERS = "peer answers"
    BECOME_KNOWN = "become known"
    HAND_OVER = "hand over"
    WITHDRAW = "withdraw"
    """The asker takes the question back."""
    CLAIM = "claim"
    RELEASE = "release"
    ASSIGN = "assign"
    """A responder gives it to another one."""
    TAKE_OVER = "take over"
    """A responder takes it from one who has left it lying."""
    LAPSE = "lapse"
    """Its responder has left it lying for too long."""
    ASK_BACK = "ask back"
    ANSWER = "answer"
    SEND_ENTRY = "send entry"
    """The answer is an entry that there is already."""
    CONFIRM = "confirm"
    """The asker says that it helped."""
    REOPEN = "reopen"
    """The asker says that it did not."""
    VET = "vet"
    REJECT = "reject"
    TAKE_BACK = "take back"
    """The responder takes the answer back."""
    SNOOZE = "snooze"
    WAKE = "wake"
    """The day has come, and nobody has it."""
    RESUME = "resume"
    """The day has come; who had it has it again."""
    MERGE = "merge"
    SPLIT = "split"
    """The case that it was merged into is gone."""
    ESCALATE = "escalate"
    """Officials have to look at it."""
    TRANSFER = "transfer"
    """Another body decides about it."""
    CLOSE = "close"


class AskedBack(StrEnum):
    """Whether somebody at the desk asked the asker something."""

    NO = ""
    WAITS = "waits"
    """They have not replied."""
    REPLIED = "replied"


def _moves(events: dict[Event, Status], *statuses: Status) -> dict[tuple[Status, Event], Status]:
    return {(status, event): after for status in statuses for event, after in events.items()}


TRANSITIONS: dict[tuple[Status, Event], Status] = {
    (Status.WAITING, Event.PEER_ANSWERS): Status.CLOSED,
    (Status.WAITING, Event.HAND_OVER): Status.OPEN,
    **_moves({Event.BECOME_KNOWN: Status.CLOSED}, Status.WAITING, Status.OPEN),
    # Before there is an answer.
    **_moves(
        {
            Event.CLAIM: Status.CLAIMED,
            Event.ASSIGN: Status.CLAIMED,
            Event.SEND_ENTRY: Status.VETTED,
            Event.SNOOZE: Status.SNOOZED,
            Event.MERGE: Status.MERGED,
            Event.ESCALATE: Status.OPEN,
            Event.TRANSFER: Status.OPEN,
        },
        Status.OPEN,
        Status.SNOOZED,
    ),
    (Status.SNOOZED, Event.WAKE): Status.OPEN,
    (Status.SNOOZED, Event.RESUME): Status.CLAIMED,
    **_moves(
        {
            Event.RELEASE: Status.OPEN,
            Event.ASSIGN: Status.CLAIMED,
            Event.TAKE_OVER: Status.CLAIMED,
            Event.LAPSE: Status.OPEN,
            Event.ASK_BACK: Status.CLAIMED,
            Event.ANSWER: Status.ANSWERED,
            Event.SEND_ENTRY: Status.VETTED,
            Event.SNOOZE: Status.SNOOZED,
            Event.MERGE: Status.MERGED,
            Event.ESCALATE: Status.OPEN,
            Event.TRANSFER: Status.OPEN,
        },
        Status.CLAIMED,
    ),
    # Once the asker has an answer.
    **_moves(
        {
            Event.ANSWER: Status.ANSWERED,
            Event.REOPEN: Status.CLAIMED,
            Event.VET: Status.VETTED,
            Event.REJECT: Status.CLAIMED,
            Event.TAKE_BACK: Status.CLAIMED,
        },
        Status.ANSWERED,
        Status.CONFIRMED,
    ),
    (Status.ANSWERED, Event.CONFIRM): Status.CONFIRMED,
    (Status.VETTED, Event.REOPEN): Status.OPEN,
    (Status.CLOSED, Event.REOPEN): Status.OPEN,
    (Status.VETTED, Event.CLOSE): Status.CLOSED,
    (Status.MERGED, Event.SPLIT): Status.OPEN,
    # At any time.
    **_moves(
        {Event.CLOSE: Status.CLOSED},
        Status.OPEN,
        Status.CLAIMED,
        Status.SNOOZED,
        Status.ANSWERED,
        Status.CONFIRMED,
    ),
    **_moves({Event.WITHDRAW: Status.WITHDRAWN}, *(each for each in Status if each not in ENDED)),
}


class IllegalMove(Exception):
    """The case can't do that now; the person is told in words."""

    def __init__(self, status: Status, event: Event) -> None:
        super().__init__(f"a case that is {status} can't: {event}")
        self.status = status
        self.event = event


FLAG = "why_wrong"
"""``Case.why`` of a case that is about an entry; see ``bot.flagging``."""


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
        told: That answer, word for word; empty before, and where it ended without one.
        draft: The entry it would become; from the first answer on.
        earlier: What it was answered with, or its draft said, before that; see ``remembered``.
        desk_thread: Key of the outgoing message that opened the thread at the desk.
        hidden: How many signs that can't be seen were left out of the question.
        why: The name of the catalogue's sentence that says why the bot did not answer.
        near: The entries nearest to the question, best first; see ``numbers``.
        patient: Whether the room had its time to answer first.
        body: The body that has to answer it; empty: not known.
        officials: Whether it waits for officials rather than for anybody.
        handed_at: When the desk got it, or it was free again.
        claimed_at: When its responder took it, or last did something with it.
        snoozed_until: When it comes back, while it is snoozed.
        answer_by: By when the asker was told to expect an answer; None: no time was told.
        reached: How many steps have brought it to more people; see ``bot.watching``.
        reminded_at: When its responder was reminded of it, since ``claimed_at``; None: not yet.
        look_at: When the clock has to look at it next; None: never.
        merged_into: The case that is the same question.
        demand: How many others asked or joined the question.
        numbered: How many entries were near it so far; see ``with_near``.
        asked_back: See ``AskedBack``; of no account once there is an answer.
        card: What the first message of its thread shows, as a hash.
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
    earlier: tuple[Rewrite, ...] = ()
    desk_thread: str | None = None
    hidden: int = 0
    why: str = ""
    near: tuple[Near, ...] = ()
    patient: bool = False
    body: str = ""
    officials: bool = False
    handed_at: datetime | None = None
    claimed_at: datetime | None = None
    snoozed_until: datetime | None = None
    answer_by: datetime | None = None
    reached: int = 0
    reminded_at: datetime | None = None
    look_at: datetime | None = None
    merged_into: int | None = None
    demand: int = 0
    numbered: int = 0
    asked_back: AskedBack = AskedBack.NO
    card: str = ""
    version: int = 0

    @property
    def about_entry(self) -> bool:
        """Whether it is no question, but that somebody said that an entry is wrong."""
        return self.why == FLAG

    @property
    def ended(self) -> bool:
        """Whether nothing is left to do."""
        return self.status in ENDED

    @property
    def has_answer(self) -> bool:
        """Whether the asker has an answer that is not vetted yet."""
        return self.status in (Status.ANSWERED, Status.CONFIRMED)

    @property
    def answered(self) -> bool:
        """Whether the asker has an answer from the desk, vetted or not, also once it has ended."""
        return self.has_answer or (
            self.status in (Status.VETTED, Status.CLOSED) and bool(self.told)
        )

    @property
    def numbers(self) -> dict[int, Near]:
        """The entries near it by the number that the card shows."""
        return numbers(self.near)

    @property
    def writers(self) -> frozenset[str]:
        """The keys of all whose words the draft has, whoever sent them last."""
        if self.draft is None:
            return frozenset()
        before = said_before(self.draft.answer, self.earlier)
        return frozenset(filter(None, (self.answered_by, *authors(self.draft), *before)))

    def remembered(self) -> Case:
        """The case as it is, knowing whose words it had, before it gets others."""
        if self.draft is None or self.answered_by is None:
            return self
        had = written(self.draft, self.told, self.answered_by)
        return replace(self, earlier=tuple(dict.fromkeys((*self.earlier, *had))))

    def with_near(self, near: Iterable[Near]) -> Case:
        """The case with other entries near it; no number that was shown means another one."""
        found, last = numbered(near, self.numbers, self.numbered)
        return replace(self, near=found, numbered=last)

    def after(self, event: Event) -> Case:
        """The case with its next status.

        Raises:
            IllegalMove: ``TRANSITIONS`` does not hold the pair; tell the person.
        """
        try:
            return replace(self, status=TRANSITIONS[self.status, event])
        except KeyError:
            raise IllegalMove(self.status, event) from None

    def freed(self, event: Event, now: datetime) -> Case:
        """The case after an event by which nobody has it any more, from now on.

        Raises:
            IllegalMove: As ``after``.
        """
        return replace(
            self.after(event),
            claimed_by=None,
            claimed_at=None,
            snoozed_until=None,
            reminded_at=None,
            handed_at=now,
            reached=0,
        )

    def reworded(self, old: str, new: str, *, after: str | None = None) -> Case:
        """The case, and its draft, once the asker changed or took back a part of the question.

        Args:
            old: The part as it stood.
            new: How it reads now; empty: it is gone.
            after: What was asked, when the part was added to it; None: the part is what was
                asked.
        """
        question = _reworded(self.question, old, new, after)
        draft = self.draft
        if draft is not None:
            parts = (None if part is None else self._general(part) for part in (old, new, after))
            general = _reworded(draft.question, *parts)  # type: ignore[arg-type]
            changed = replace(self, question=question)
            draft = replace(draft, question=general, alternatives=self.swapped(changed, draft))
        return replace(self, question=question, draft=draft)

    @property
    def wording(self) -> str:
        """The question as one of an entry's wordings; empty: it is none."""
        return privacy.wording(self.question, self.lang)

    def swapped(self, changed: Case, draft: Draft) -> tuple[str, ...]:
        """The draft's alternatives with what the question reads now in place of what it did."""
        old, new = self.wording, changed.wording
        found = (new if each == old else each for each in draft.alternatives)
        return tuple(each for each in found if each)

    def _general(self, text: str) -> str:
        return privacy.general(text, self.lang)


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
