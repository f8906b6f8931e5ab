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
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum


class Place(StrEnum):
    """The kind of room in which a message stands."""

    COMMUNITY = "community"
    DESK = "desk"
    DIRECT = "direct"


class Kind(StrEnum):
    """What happened; what ``Message.text`` and ``Message.reply_to`` then hold."""

    TEXT = "text"
    REACTION = "reaction"
    """The key; the event reacted to."""
    EDIT = "edit"
    """The new words; the event edited, which the same person wrote."""
    REDACTION = "redaction"
    """Nothing; the event that was taken back, by its author or by a moderator."""
    FILE = "file"
    """Nothing: a picture, a voice message, a file. The bot can't read those."""
    UNREADABLE = "unreadable"
    """The encrypted event as JSON; the front may be able to read it later."""
    GONE = "gone"
    """Nothing: the bot is no longer in the room."""
    MOVED = "moved"
    """The id of the room that takes this one's place."""
    INVITED = "invited"
    """The server of who invited: an invitation that the bot may not accept by itself."""
    CROWDED = "crowded"
    """Nothing: more people came into a direct chat, where the bot is silent from now on."""
    SAID = "said"
    """The key of what the bot itself said as that event. A person may answer it before the bot
    knows in any other way that it was said."""


class Style(StrEnum):
    """How the bot says something.

    A notice alerts nobody and is never answered by another bot: for automatic replies. A text
    alerts: for people's words, and for what a person must not miss. A redaction takes back
    something the bot said.
    """

    NOTICE = "notice"
    TEXT = "text"
    REACTION = "reaction"
    REDACTION = "redaction"


class Priority(IntEnum):
    """What goes first when the homeserver lets the bot say little."""

    WORDS = 0
    """Answers, people's words, and what takes words back."""
    NOTICE = 1
    REACTION = 2
    UPKEEP = 3
    """What only the clock brings: reminders, and cards that nobody's move has changed."""


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
        sent_at: By the front's clock; aware, UTC. Of an edit: when the message edited was sent.
        thread: The event id of the thread's root; None outside threads.
        reply_to: The event id it answers, given only when the person chose to reply to that
            message; for a reaction the event reacted to.
        addressed: Whether it speaks to the bot: mentions it, replies to it or starts with
            ``!ask``. In a direct chat always.
        hidden: How many signs that can't be seen were left out of the text.
        failures: How often handling it failed so far.
        waits: How often its keys were waited for so far.
        received_at: When the store got it, by the bot's own clock; None before.
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
    hidden: int = 0
    failures: int = 0
    waits: int = 0
    received_at: datetime | None = field(default=None, compare=False)

    @property
    def root(self) -> str:
        """The event id under which a reply belongs: the thread's root, or this message."""
        return self.thread or self.ref.event

    @property
    def target(self) -> MessageRef:
        """What an edit, a redaction or a reaction is about; else the message itself."""
        return MessageRef(self.ref.front, self.ref.room, self.reply_to or self.ref.event)


@dataclass(frozen=True, slots=True)
class Shows:
    """That a message shows something as it stands, for people to approve.

    Attributes:
        what: Such as ``case 12`` for its draft, or ``entry bsn``.
        state: How it stands: a hash, or a version.
    """

    what: str
    state: str


@dataclass(frozen=True, slots=True)
class Shown:
    """That something was shown.

    Attributes:
        at: The message that shows it.
        state: See ``Shows``.
        said_at: Since when it stands there, by the bot's own clock.
    """

    at: MessageRef
    state: str
    said_at: datetime


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
        reply_to: The event id that it answers; for a reaction the event reacted to; for a
            redaction the event taken back. Or the key of an earlier outgoing message.
        mentions: The persons alerted, as keys; as the front's user ids once ``Store.unsent``
            has handed it out.
        priority: See ``Priority``.
        replaces: The key of an earlier outgoing message whose words these replace, by an edit;
            its event's id once ``Store.unsent`` has handed it out.
        original: The message whose words it carries. Who edits, takes back or reacts to the
            one means the other too.
        if_there: Whether it is said only if one of those whom it alerts is in the room, and alerts
            only those who are.
        attempted_at: When the bot first began to say it without knowing the end; set by
            ``Store.unsent``.
        shows: What people may approve because of it; found by ``Store.shown``.
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
    priority: Priority = Priority.NOTICE
    replaces: str | None = None
    original: MessageRef | None = None
    if_there: bool = False
    attempted_at: datetime | None = None
    shows: tuple[Shows, ...] = ()


def key_for(ref: MessageRef, kind: str, revision: int = 0) -> str:
    """The key of what is said about a message: the same question, kind and revision, the same key.

    Args:
        ref: The message that is answered.
        kind: A word for what is said, for example ``answer`` or ``handover``.
        revision: Counts up when the same thing is said anew.

    Returns:
        40 characters, letters and digits, beginning with ``loket``.
    """
    return _key(ref.front, ref.room, ref.event, kind, str(revision))


def key_in_crowd(front: str, room: str) -> str:
    """The key of the one thing that is said in a direct chat that more people came into."""
    return key_for(MessageRef(front, room, ""), "crowded")


def key_after(key: str, kind: str) -> str:
    """The key of what is said about something the bot said, for example that it is taken back."""
    return _key(key, kind)


def _key(*parts: str) -> str:
    return "loket" + hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:35]
