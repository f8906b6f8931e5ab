"""All that one message changes, written in one transaction or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.cases import Case
from bot.messages import MessageRef, Outgoing
from knowledge.entry import Entry


@dataclass(frozen=True, slots=True)
class Given:
    """That somebody was given an entry: who got which version where.

    Attributes:
        asker: Random key of the person.
        entry_id: The entry.
        version: Its version at that time.
        key: Key of the outgoing message that carries it.
    """

    asker: str
    entry_id: str
    version: int
    key: str


@dataclass(frozen=True, slots=True)
class Note:
    """Words that belong to a case, kept as they stand in a room.

    A responder's plain words in the case's thread, so that one tap can send them; or what the
    asker added to the question, so that it can be changed or taken back.

    Attributes:
        ref: Where the words stand.
        case_id: The case.
        author: Random key of who wrote them.
        text: The words.
    """

    ref: MessageRef
    case_id: int
    author: str
    text: str


@dataclass(frozen=True, slots=True)
class Reaction:
    """A person's reaction to one side of a relayed message, shown on the other side.

    Attributes:
        ref: Where the reaction stands.
        target: The message on the other side that shows it.
        emoji: Its key.
        mirror: Key of the bot's own reaction there, shared by all who gave the same one.
    """

    ref: MessageRef
    target: MessageRef
    emoji: str
    mirror: str


@dataclass(frozen=True, slots=True)
class Promise:
    """Until when an asker was told to expect an answer.

    Attributes:
        case_id: Their case.
        until: Aware, UTC; None: nothing more is to be told about it.
    """

    case_id: int
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What handling one message, or one look at the clock, changes.

    Attributes:
        reason: One word or two for the log: why it ended this way.
        handled: The message that is done; None when the clock was the cause.
        case: The case as it is from now on; ``version`` is the one that was read.
        cases: Further cases as they are from now on.
        entry: An entry to publish, or its next version.
        given: The entry that an outgoing message carries.
        note: Words to keep.
        reaction: A reaction that is shown on the other side from now on.
        promise: Until when the asker was told to expect an answer.
        outgoing: What to say, in this order.
        taken_back: Messages whose words must vanish: from the inbox, from the notes, and
            wherever the bot carried them.
        parked: ``handled`` is not done: it is kept, and left alone until a person says so.
        gone: The room of ``handled`` is lost: what waits there for the bot, or for being said,
            is dropped.
        moved_to: The id of the room that takes the place of the one of ``handled``.
        free: What is said counts for nobody's budget.
    """

    reason: str
    handled: MessageRef | None = None
    case: Case | None = None
    cases: tuple[Case, ...] = ()
    entry: Entry | None = None
    given: Given | None = None
    note: Note | None = None
    reaction: Reaction | None = None
    promise: Promise | None = None
    outgoing: tuple[Outgoing, ...] = ()
    taken_back: tuple[MessageRef, ...] = ()
    parked: bool = False
    gone: bool = False
    moved_to: str | None = None
    free: bool = False
