"""What people wrote and what the bot says, the same for every front.

Rules:

- A message's ``sender`` is the front's user id only between the front and
  ``Store.receive``. From there on it is a random key that stands for a person, and becomes an
  id again only in ``Store.unsent``, for mentions.
- An outgoing message's key follows from what it answers, its kind and its revision. Saying
  the same thing twice gives the same key, and the second is dropped, by the store and by the
  front's server.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Place(StrEnum):
    """The kind of room in which a message stands."""

    COMMUNITY = "community"
    DESK = "desk"
    DIRECT = "direct"


class Kind(StrEnum):
    """What a person did."""

    TEXT = "text"
    REACTION = "reaction"


class Style(StrEnum):
    """How the bot says something.

    A notice alerts nobody and is never answered by another bot: for automatic replies. A text
    alerts: for people's words, and for what a person must not miss.
    """

    NOTICE = "notice"
    TEXT = "text"
    REACTION = "reaction"


@dataclass(frozen=True, slots=True)
class MessageRef:
    """Where a message stands: the front, the room's id and the event's id there."""

    front: str
    room: str
    event: str


@dataclass(frozen=True, slots=True)
class Message:
    """What a person wrote in a room, or the reaction they gave.

    Attributes:
        ref: Where it stands; unique.
        place: The kind of room.
        sender: See the rules above.
        kind: Text or reaction.
        text: Without reply fallback and without the bot's own name in front; for a reaction
            the key ("📤").
        sent_at: By the front's clock; aware, UTC.
        thread: The event id of the thread's root; None outside threads.
        reply_to: The event id it answers, given only when the person chose to reply to that
            message; for a reaction the event reacted to.
        addressed: Whether it speaks to the bot: mentions it, replies to it or starts with
            ``!ask``. In a direct chat always.
    """

    ref: MessageRef
    place: Place
    sender: str
    kind: Kind
    text: str
    sent_at: datetime
    thread: str | None = None
    reply_to: str | None = None
    addressed: bool = False

    @property
    def root(self) -> str:
        """The event id under which a reply belongs: the thread's root, or this message."""
        return self.thread or self.ref.event


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Something the bot is about to say.

    Attributes:
        key: From ``key_for``; the transaction id at a Matrix server.
        front: Which front says it.
        room: The room's id there.
        style: See ``Style``.
        text: The whole answer in plain text; for a reaction its key ("📤").
        html: The same for clients that show HTML; empty: the plain text is enough.
        thread: The event id of the thread's root, or the key of an earlier outgoing message
            whose event is the root; None: outside any thread.
        reply_to: The event id that it answers; for a reaction the event reacted to.
        mentions: The persons alerted, as keys; as the front's user ids once ``Store.unsent``
            has handed it out.
    """

    key: str
    front: str
    room: str
    style: Style
    text: str
    html: str = ""
    thread: str | None = None
    reply_to: str | None = None
    mentions: tuple[str, ...] = ()


def key_for(ref: MessageRef, kind: str, revision: int = 0) -> str:
    """The key of what is said about a message: the same question, kind and revision, the same key.

    Args:
        ref: The message that is answered.
        kind: A word for what is said, for example ``answer`` or ``handover``.
        revision: Counts up when the same thing is said anew.

    Returns:
        40 characters, letters and digits, beginning with ``loket``.
    """
    text = "\x1f".join((ref.front, ref.room, ref.event, kind, str(revision)))
    return "loket" + hashlib.sha256(text.encode()).hexdigest()[:35]
