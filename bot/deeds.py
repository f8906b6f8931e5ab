"""What people did for others, in numbers: never what was said, and nobody against another.

Only what was done for others: nobody thanks themselves, an answer to one's own question is none,
and an approved answer is nobody's any more once somebody else changed what it says.

Written in the transaction in which it happens, once for each case, so that a restart, an edit or
the same message handled again counts nothing twice. What was one tap, or words of thanks, counts
as long as one such message stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.messages import MessageRef


class What(StrEnum):
    """What somebody did."""

    ANSWERED = "answered"
    """The asker got their own words."""
    SENT = "sent"
    """The asker got an entry from them."""
    VETTED = "vetted"
    """They approved somebody else's answer."""
    WAS_VETTED = "was vetted"
    """Somebody else approved theirs, in words that say what they wrote."""
    THANKED = "thanked"
    """Somebody else who waited for their answer thanked them."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One of those.

    Attributes:
        person: Random key of the responder.
        what: See ``What``.
        case_id: The case it was about.
        by: Random key of who thanked, so that each counts once; else empty.
        ref: The message that is all of it; None: it counts whatever is taken back.
    """

    person: str
    what: What
    case_id: int
    by: str = ""
    ref: MessageRef | None = None


Tally = Mapping[What, int]
"""How often; what never happened may be missing."""


@dataclass(frozen=True, slots=True)
class Track:
    """How good somebody's own answers were.

    Attributes:
        answered: How many cases they answered in their own words.
        vetted: How many of these answers somebody else approved.
    """

    answered: int
    vetted: int
