"""All that one message changes, written in one transaction or not at all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.aftercare import Flag, Renewal, Review, Tally
from bot.cases import Case
from bot.deeds import Deed
from bot.messages import Message, MessageRef, Outgoing
from knowledge.change import Change
from knowledge.entry import Entry


@dataclass(frozen=True, slots=True)
class Given:
    """That somebody was given an entry: who got which version where.

    Attributes:
        asker: Random key of the person; empty: they took the question back since.
        entry_id: The entry.
        version: Its version at that time.
        key: Key of the outgoing message that carries it.
        lang: ISO 639 code of the language they asked in; empty: not known.
        withdrawn: Whether it tells them that the entry holds no more.
        news: Key of the message that tells them of the change; None: they asked, or another
            answer of theirs has the news.
        stale: Whether it tells them that it is an old translation.
    """

    asker: str
    entry_id: str
    version: int
    key: str
    lang: str = ""
    withdrawn: bool = False
    news: str | None = None
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Outdated:
    """An answer that stands in a room and holds no more as it stands.

    Attributes:
        given: Who got what.
        said: The message as it was first said; its text is gone.
        entry_id: What holds there: the entry, or the one that stands in for it there.
        version: Its version now.
        untold: Who is told there; nobody who has a later such answer, or has been told.
        stands: Where it stands.
        room: The id of the room in which people are told: that one, or the last of those that took
            its place.
    """

    given: Given
    said: Outgoing
    entry_id: str
    version: int
    untold: tuple[str, ...]
    stands: MessageRef
    room: str


@dataclass(frozen=True, slots=True)
class Doubtful:
    """An answer of which people have to hear that it may be old, or that it holds after all.

    Attributes:
        given: Who got what; ``given.stale`` is what they were told.
        said: The message as it was first said, with those it alerted; its text is gone.
        untold: Who is told there; nobody who has a later such answer, or knows.
    """

    given: Given
    said: Outgoing
    untold: tuple[str, ...] = ()


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
class Follower:
    """Somebody else who waits for a case's answer.

    Attributes:
        case_id: The case.
        person: Random key of the person.
        ref: Their own question, or the reaction by which they joined one.
        root: The event id of the thread in which they are told; empty: outside threads.
        lang: ISO 639 code of the language in which they are told.
        asked: Whether they asked it themselves, in a case that was merged into this one.
    """

    case_id: int
    person: str
    ref: MessageRef
    root: str
    lang: str
    asked: bool = False


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
class Revision:
    """Why an entry has a new version, and by whom.

    Attributes:
        author, vetter: Who wrote and who approved it, in words that anybody may read, such as
            "volunteer", "official of UWV" or "maintainer"; never a user id. Empty: not told.
        change: How much it changes; None: as ``knowledge.change`` proposes.
        reason: Why, in a person's words; empty: not told.
        author_person, vetter_person: Random keys of these persons; None: nobody the bot knows.
        wrote: Random keys of all whose words somebody else vetted with this version.
    """

    author: str = ""
    vetter: str = ""
    change: Change | None = None
    reason: str = ""
    author_person: str | None = None
    vetter_person: str | None = None
    wrote: tuple[str, ...] = ()


CONFIRMED = "confirmed"
"""``Revision.reason`` of a version by which somebody said that the entry still holds."""


def tying(entry: Entry) -> Revision:
    """Why what stands in for that entry has another version: it says what it did."""
    return Revision(change=Change.MINOR, reason=f"stands in for {entry.id}")


UNTOLD = Revision()
"""Nobody said why, or who it was."""


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
        revision: Why it has that version, and by whom; or why ``withdrawn`` are served no more.
        given: The entry that an outgoing message carries; of ``entry``, the version it gets.
        also_given: The same of further outgoing messages.
        edition: What ``entry`` was held against, as ``Store.edition`` names it; empty: nothing.
        over: The version of ``entry`` that was read; None: it follows whichever there is.
        tied: Entries for narrower places that answer the question of ``entry`` there, as they are
            from now on: by their original they name its knowledge.
        apart: Ids of entries of which was said that they answer another question than ``entry``.
        withdrawn: Ids of entries that are served no more.
        review: About which entry a message asks.
        renewal: Which old translation it asks to renew.
        flag: That somebody said of an entry that it is wrong.
        tally: What the desk is shown of how many were told of a change.
        note: Words to keep.
        reaction: A reaction that is shown on the other side from now on.
        followers: Who waits for a case's answer too from now on; once each.
        unfollowed: Who does no longer.
        promise: Until when the asker was told to expect an answer.
        deeds: What somebody did for others; each counts once.
        undone: What they took back of that.
        outgoing: What to say, in this order.
        taken_back: Messages whose words must vanish: from the inbox, from the notes, and
            wherever the bot carried them.
        read: What ``handled`` says, which could not be read before: it is not done, it is kept
            as that and handled again.
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
    revision: Revision = UNTOLD
    given: Given | None = None
    also_given: tuple[Given, ...] = ()
    edition: str = ""
    over: int | None = None
    tied: tuple[Entry, ...] = ()
    apart: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    review: Review | None = None
    renewal: Renewal | None = None
    flag: Flag | None = None
    tally: Tally | None = None
    note: Note | None = None
    reaction: Reaction | None = None
    followers: tuple[Follower, ...] = ()
    unfollowed: tuple[Follower, ...] = ()
    promise: Promise | None = None
    deeds: tuple[Deed, ...] = ()
    undone: tuple[Deed, ...] = ()
    outgoing: tuple[Outgoing, ...] = ()
    taken_back: tuple[MessageRef, ...] = ()
    read: Message | None = None
    parked: bool = False
    gone: bool = False
    moved_to: str | None = None
    free: bool = False


def brought_back(old: Entry, revision: Revision) -> Outcome:
    """Publishes what an old version said as the next one; no version is ever changed."""
    reason = f"brought back version {old.version}"
    if revision.reason:
        reason += f": {revision.reason}"
    return Outcome("brought back", entry=old, revision=replace(revision, reason=reason))
