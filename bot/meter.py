"""What is counted and timed while the bot runs, without a word on who counts.

Rule: whatever reaches a meter is a number or a member of a closed set. No id, no text, and no
word that somebody made up at run time, so that neither a person nor a flood shows in it.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from bot.messages import Kind, Place


class Ending(StrEnum):
    """How the handling of a message, or of a wait, ended: ``Outcome.reason`` in few words."""

    ANSWERED = "answered"
    """The bot gave an entry."""
    TO_PEOPLE = "to_people"
    """The desk has it from now on."""
    LEFT_TO_ROOM = "left_to_room"
    """The room may answer first."""
    NO_QUESTION = "no_question"
    """Talk, greetings, reactions: nothing to do."""
    IN_CASE = "in_case"
    """Asker or peers went on in the thread of a case."""
    PEOPLE_ANSWERED = "people_answered"
    """A responder's words went to the asker."""
    VETTED = "vetted"
    """An answer became an entry."""
    AT_DESK = "at_desk"
    """Any other work of a responder."""
    FOLLOWED = "followed"
    """Somebody edited, took back or reacted; the other side shows it where it can."""
    PARKED = "parked"
    """It broke its handling too often, can't be read or can't be said: people are told."""
    OTHER = "other"
    """A reason that the table below does not know."""


_ENDINGS = {
    "answered": Ending.ANSWERED,
    "left to the room": Ending.LEFT_TO_ROOM,
    "no question": Ending.NO_QUESTION,
    "small talk": Ending.NO_QUESTION,
    "people, how": Ending.NO_QUESTION,
    "how": Ending.NO_QUESTION,
    "command elsewhere": Ending.NO_QUESTION,
    "reaction": Ending.NO_QUESTION,
    "talk": Ending.NO_QUESTION,
    "file": Ending.NO_QUESTION,
    "gone": Ending.NO_QUESTION,
    "no longer private": Ending.NO_QUESTION,
    "asker adds": Ending.IN_CASE,
    "expectation slipped": Ending.IN_CASE,
    "asker adds too much": Ending.IN_CASE,
    "asker thanks": Ending.IN_CASE,
    "asker has read it": Ending.IN_CASE,
    "who joined adds": Ending.IN_CASE,
    "parted": Ending.IN_CASE,
    "sent before": Ending.IN_CASE,
    "a peer answered": Ending.IN_CASE,
    "peers talk": Ending.IN_CASE,
    "vetted": Ending.VETTED,
    "claimed": Ending.AT_DESK,
    "released": Ending.AT_DESK,
    "closed": Ending.AT_DESK,
    "closed unanswered": Ending.AT_DESK,
    "offered to send": Ending.AT_DESK,
    "invitation refused": Ending.AT_DESK,
    "asked back": Ending.AT_DESK,
    "entry sent": Ending.PEOPLE_ANSWERED,
    "escalated": Ending.AT_DESK,
    "merged": Ending.AT_DESK,
    "merged into entry": Ending.VETTED,
    "snoozed": Ending.AT_DESK,
    "transferred": Ending.AT_DESK,
    "woken": Ending.AT_DESK,
    "widened": Ending.AT_DESK,
    "brought up again": Ending.AT_DESK,
    "note changed": Ending.FOLLOWED,
    "nobody more to ask": Ending.AT_DESK,
    "reminded": Ending.AT_DESK,
    "lapsed": Ending.AT_DESK,
    "edited": Ending.AT_DESK,
    "edit refused": Ending.AT_DESK,
    "edit wrong": Ending.AT_DESK,
    "vet refused": Ending.AT_DESK,
    "vet incomplete": Ending.AT_DESK,
    "rejected": Ending.AT_DESK,
    "noted": Ending.AT_DESK,
    "shown": Ending.AT_DESK,
    "told": Ending.AT_DESK,
    "record": Ending.AT_DESK,
    "weekly note": Ending.AT_DESK,
    "proposed to vet": Ending.AT_DESK,
    "answer changed": Ending.FOLLOWED,
    "answer taken back": Ending.FOLLOWED,
    "answered anew": Ending.FOLLOWED,
    "edit of somebody else": Ending.FOLLOWED,
    "edit of what is past": Ending.FOLLOWED,
    "edited late": Ending.FOLLOWED,
    "edited, the same words": Ending.FOLLOWED,
    "question changed": Ending.FOLLOWED,
    "question back changed": Ending.FOLLOWED,
    "reaction shown": Ending.FOLLOWED,
    "read": Ending.FOLLOWED,
    "same answer": Ending.FOLLOWED,
    "taken back": Ending.FOLLOWED,
    "taken back late": Ending.FOLLOWED,
    "asks it too": Ending.FOLLOWED,
    "confirmed": Ending.FOLLOWED,
    "reopened": Ending.FOLLOWED,
    "withdrawn": Ending.FOLLOWED,
    "told of a change": Ending.FOLLOWED,
    "changed where it stands": Ending.FOLLOWED,
    "marked where it stands": Ending.FOLLOWED,
    "told of an old translation": Ending.FOLLOWED,
    "asked about an entry": Ending.AT_DESK,
    "asked to renew a translation": Ending.AT_DESK,
    "flag": Ending.FOLLOWED,
    "flag changed": Ending.FOLLOWED,
    "flag ended": Ending.FOLLOWED,
    "flag taken back": Ending.FOLLOWED,
    "flagged": Ending.TO_PEOPLE,
    "flagged again": Ending.FOLLOWED,
    "flagged too": Ending.FOLLOWED,
    "counted": Ending.FOLLOWED,
    "words changed": Ending.FOLLOWED,
    "parked": Ending.PARKED,
    "undelivered": Ending.PARKED,
    "unreadable": Ending.PARKED,
    "unreadable for good": Ending.PARKED,
}


def ending(reason: str) -> Ending:
    """The closed set's word for an ``Outcome.reason``, whatever that says."""
    if reason.startswith("to people"):
        return Ending.TO_PEOPLE
    if reason.startswith("nothing to do"):
        return Ending.NO_QUESTION
    if reason.startswith("answered by"):
        return Ending.PEOPLE_ANSWERED
    return _ENDINGS.get(reason, Ending.OTHER)


class Sending(StrEnum):
    """What came of one try to say something."""

    SENT = "sent"
    LATER = "later"
    """The other side is away, or does not tell."""
    LIMITED = "limited"
    """The other side asks for patience."""
    REFUSED = "refused"
    """It will never be said."""
    BROKE = "broke"
    """A mistake in Loket; tried again a few times."""


class SyncError(StrEnum):
    """Why the front heard nothing."""

    AWAY = "away"
    LIMITED = "limited"
    REFUSED = "refused"


class Meter:
    """Takes note; never fails, never waits. By itself it counts nothing."""

    def heard(self, place: Place, kind: Kind) -> None:
        """A message came in."""

    def handled(self, how: Ending) -> None:
        """A message, or a wait, was dealt with and its outcome committed."""

    def handling(self, seconds: float) -> None:
        """So long did one message take, from the inbox to the commit."""

    def failed(self) -> None:
        """Handling a message broke; it is tried again."""

    def answered(self, seconds: float) -> None:
        """An answer stands in the room, so long after its question was written."""

    def sending(self, how: Sending, seconds: float) -> None:
        """One try to say something, and how long it took."""

    def held_up(self, seconds: float) -> None:
        """Nothing will be said for so long, as the other side asked."""

    def synced(self) -> None:
        """The front's other side answered just now."""

    def not_synced(self, why: SyncError) -> None:
        """It did not."""

    def searched(self, seconds: float, *, worked: bool) -> None:
        """One search, for one batch of questions."""

    def index(self, entries: Callable[[], int]) -> None:
        """From now on this tells how many entries the index in memory holds."""


class NoMeter(Meter):
    """For the console, for commands that end, and for tests."""
