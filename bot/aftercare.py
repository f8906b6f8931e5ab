"""What is kept of an entry's life after it was published: who was told of a change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of those who got an old answer were told of a change, so far.

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
class Review:
    """That people were asked whether an entry still holds.

    Attributes:
        key: Of the message at the desk that asks.
        entry_id: The entry.
        valid_until: Its last day then.
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
