"""All that one message changes, written in one transaction or not at all."""

from __future__ import annotations

from dataclasses import dataclass

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
    """A responder's plain words in a case's thread, kept so that one tap can send them.

    Attributes:
        ref: Where the words stand at the desk.
        case_id: The case of that thread.
        author: Random key of the responder.
        text: The words.
    """

    ref: MessageRef
    case_id: int
    author: str
    text: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What handling one message, or one look at the clock, changes.

    Attributes:
        reason: One word or two for the log: why it ended this way.
        handled: The message that is done; None when the clock was the cause.
        case: The case as it is from now on; ``version`` is the one that was read.
        entry: An entry to publish, or its next version.
        given: The entry that an outgoing message carries.
        note: A responder's words to keep.
        outgoing: What to say, in this order.
    """

    reason: str
    handled: MessageRef | None = None
    case: Case | None = None
    entry: Entry | None = None
    given: Given | None = None
    note: Note | None = None
    outgoing: tuple[Outgoing, ...] = ()
