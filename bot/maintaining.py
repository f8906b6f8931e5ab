"""What maintainers do to cases from the command line, by the same rules as at the desk."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot import briefing, replies
from bot.cards import Cards
from bot.cases import AT_WORK, Case, IllegalMove
from bot.errors import LoketError
from bot.messages import Kind, Message, MessageRef, Place
from bot.outcome import Outcome
from bot.ports import Clock
from bot.routing import Rooms
from bot.working import Working

FRONT = "command line"
"""Where a maintainer's message would stand; no front hears anything there."""


def looked_at_soon(case: Case, now: datetime) -> Case:
    """The running bot reckons for itself when to look at the case again."""
    return replace(case, look_at=None if case.ended else now)


@dataclass(frozen=True, slots=True)
class Maintaining:
    """Ends or frees a case; whoever waits for it and whoever had it is told.

    Every method gives all that changes, to be committed by the caller.

    Raises:
        LoketError: The case can't do that now; the text says why. True of every method.

    Attributes:
        clock: Now.
        rooms: Where the desk is.
        working: Knows what ending and freeing are.
        cards: Keeps the card at the desk current.
    """

    clock: Clock
    rooms: Rooms
    working: Working
    cards: Cards

    async def close(self, case: Case, reason: str) -> Outcome:
        """The case ends; unanswered, the asker reads the reason."""
        if case.status in AT_WORK and not reason:
            raise LoketError("the asker waits and reads why no answer comes: give a reason")
        return await self._done(case, self.working.close, reason)

    async def release(self, case: Case) -> Outcome:
        """Nobody has the case any more."""
        return await self._done(case, self.working.release, "")

    async def _done(
        self, case: Case, act: Callable[[Message, Case, str], Awaitable[Outcome]], text: str
    ) -> Outcome:
        # As from whoever has the case: a maintainer is nobody at the desk.
        message = Message(
            ref=MessageRef(FRONT, "", f"{case.id} {case.version}"),
            place=Place.DESK,
            sender=case.claimed_by or "",
            kind=Kind.TEXT,
            text=text,
            sent_at=self.clock(),
        )
        try:
            outcome = await act(message, case, text)
        except IllegalMove:
            raise LoketError(briefing.illegal(case, "en").text) from None
        changed = outcome.case
        if changed is None:
            raise LoketError(" ".join(each.text for each in outcome.outgoing))
        words = replies.plain(self.rooms.desk_lang, "by_maintainer")
        who = self.rooms.in_thread(
            case, f"by a maintainer {case.version}", words, self.rooms.working_on(case)
        )
        changed = looked_at_soon(changed, self.clock())
        outcome = replace(outcome, handled=None, case=changed, outgoing=(*outcome.outgoing, who))
        return self.cards.current(outcome)
