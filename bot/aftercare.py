"""What is kept of an entry's life after it was published: who was told, what ended it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.messages import key_after

Where = tuple[str, str, str]
"""The id of a room, the entry that was given there, and in which language somebody asked."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of the people who got an old answer were told of a change, so far.

    Attributes:
        entry_id: The entry that changed.
        version: The version they were told of.
        withdrawn: Whether they were told that it holds no more.
        told: How many have it.
        unreachable: How many can't be told.
        waiting: How many are being told.
    """

    entry_id: str
    version: int
    withdrawn: bool
    told: int
    unreachable: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Got:
    """That an entry was given in a room.

    Attributes:
        room: The id of the room.
        leads_to: That of the last room of those that took its place; or the same.
        entry_id: The entry.
        lang: As ``Given.lang``.
    """

    room: str
    leads_to: str
    entry_id: str
    lang: str

    @property
    def where(self) -> Where:
        """The room, the entry and the language."""
        return (self.room, self.entry_id, self.lang)


@dataclass(frozen=True, slots=True)
class Instead:
    """That another entry holds for who was given one in a room.

    Attributes:
        room, given, lang: The room, the entry that was given there, and to whom; as in ``Got``.
        entry_id, version: What holds there.
    """

    room: str
    given: str
    lang: str
    entry_id: str
    version: int


@dataclass(frozen=True, slots=True)
class Review:
    """That people were asked whether an entry still holds.

    Attributes:
        key: Of the message at the desk that asks.
        entry_id: The entry.
        valid_until: When it was due then; see ``knowledge.review.due_on``.
    """

    key: str
    entry_id: str
    valid_until: date


@dataclass(frozen=True, slots=True)
class Renewal:
    """That a published translation is older than what it translates.

    Attributes:
        entry_id: The translation.
        original_id: Its original.
        state: The original's version that changed its advice last; negative: it was withdrawn.
    """

    entry_id: str
    original_id: str
    state: int


@dataclass(frozen=True, slots=True)
class Flag:
    """That somebody said of an entry that it is wrong.

    Attributes:
        case_id: The case that it opened.
        entry_id: The entry.
        version: Its version then.
    """

    case_id: int
    entry_id: str
    version: int


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """That an entry was served no more.

    Attributes:
        at: Aware, UTC.
        by: Who withdrew it, as ``Revision.vetter``; empty: not told.
        reason: Why, in a person's words; empty: not told.
        person: Random key of that person; None: nobody the bot knows.
    """

    at: datetime
    by: str = ""
    reason: str = ""
    person: str | None = None


def correction(said: str, entry_id: str, version: int, *, withdrawn: bool) -> tuple[str, str]:
    """The keys of the edit that corrects an answer and of the news of it.

    Args:
        said: Key of the answer as it was first said.
        entry_id, version: The entry and its version that is told.
        withdrawn: Whether it is told that the entry holds no more.
    """
    kind = f"{entry_id} {version} {'withdrawn' if withdrawn else 'holds'}"
    return key_after(said, f"corrected {kind}"), key_after(said, f"news {kind}")
