"""New cases whose question may be one that waits already: the desk is told, a person decides."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace

from bot import replies
from bot.cases import Case, Status
from bot.outcome import Outcome
from bot.ports import Alike, Store
from bot.routing import Rooms
from knowledge.errors import KnowledgeError

log = logging.getLogger(__name__)

PATIENCE = 2.0
"""Seconds, at most, that handing a case over waits for this."""


@dataclass(frozen=True, slots=True)
class Likening:
    """Proposes what to merge.

    Attributes:
        store, alike: The ports.
        rooms: Where the desk is.
        least: How near two questions must be, 0 to 1; 1: nothing is proposed.
    """

    store: Store
    alike: Alike
    rooms: Rooms
    least: float

    async def proposed(self, outcome: Outcome) -> Outcome:
        """The same outcome; a case that came to the desk just now says which one it is like."""
        case = outcome.case
        if case is None or self.least >= 1 or not _is_new_at_desk(case, outcome):
            return outcome
        others = {
            each.id: each.question
            for each in await self.store.open_cases()
            if each.id != case.id and each.desk_thread and each.question and not each.about_entry
        }
        try:
            async with asyncio.timeout(PATIENCE):
                near = await self.alike.alike(case.question, others)
        except (KnowledgeError, TimeoutError) as error:
            log.warning("not_compared", extra={"reason": type(error).__name__})
            return outcome
        if not near or near[0][1] < self.least:
            return outcome
        other, likeness = near[0]
        words = replies.plain(self.rooms.desk_lang, "alike", case=other, likeness=f"{likeness:.2f}")
        told = self.rooms.in_thread(case, f"alike {other}", words)
        return replace(outcome, outgoing=(*outcome.outgoing, told))

    async def warm_up(self) -> None:
        """Embeds what waits now, so that the first new case does not wait for that."""
        questions = {each.id: each.question for each in await self.store.open_cases()}
        if self.least < 1:
            await self.alike.alike("", questions)


def _is_new_at_desk(case: Case, outcome: Outcome) -> bool:
    opened = any(each.key == case.desk_thread for each in outcome.outgoing)
    return opened and case.status is Status.OPEN and bool(case.question) and not case.about_entry
