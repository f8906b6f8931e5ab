"""Cases whose question may be one that waits already: the desk is told, a person decides.

Looked at when a case comes to the desk, and when its asker changes the question before anybody
has answered it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from bot import replies
from bot.cases import AT_WORK, Case, Status
from bot.outcome import Outcome
from bot.ports import Alike, Store
from bot.routing import Rooms
from knowledge.errors import KnowledgeError
from knowledge.ports import Question

log = logging.getLogger(__name__)

PATIENCE = 2.0
"""Seconds, at most, that handing a case over waits for this."""


@dataclass(frozen=True, slots=True)
class Likening:
    """Proposes what to merge.

    Attributes:
        store, alike: The ports.
        rooms: Where the desk is.
        least: How near two questions in one language must be, 0 to 1; 1: nothing is proposed.
        across: How near two in different languages must be, in the same way.
    """

    store: Store
    alike: Alike
    rooms: Rooms
    least: float
    across: float

    async def proposed(self, outcome: Outcome) -> Outcome:
        """The same outcome; a case whose question is new to the desk says which one it is like."""
        case = outcome.case
        if case is None or self._never or not await self._asks_anew(case, outcome):
            return outcome
        others = {
            each.id: each
            for each in await self.store.open_cases()
            if each.id != case.id and each.desk_thread and each.question and not each.about_entry
        }
        asked = {id: Question(each.question, each.lang) for id, each in others.items()}
        try:
            async with asyncio.timeout(PATIENCE):
                near = await self.alike.alike(Question(case.question, case.lang), asked)
        except (KnowledgeError, TimeoutError) as error:
            log.warning("not_compared", extra={"reason": type(error).__name__})
            return outcome
        nearest = self._nearest(near, {id for id, each in others.items() if each.lang == case.lang})
        if nearest is None:
            return outcome
        name, other, likeness = nearest
        words = replies.plain(self.rooms.desk_lang, name, case=other, likeness=f"{likeness:.2f}")
        told = self.rooms.in_thread(case, f"alike {other}", words)
        return replace(outcome, outgoing=(*outcome.outgoing, told))

    async def warm_up(self) -> None:
        """Embeds what waits now, so that the first new case does not wait for that."""
        cases = await self.store.open_cases()
        questions = {each.id: Question(each.question, each.lang) for each in cases}
        if not self._never:
            await self.alike.alike(Question(""), questions)

    def _nearest(
        self, near: Sequence[tuple[int, float]], same: Collection[int]
    ) -> tuple[str, int, float] | None:
        """The nearest that is near enough, and how that is told.

        First those in the case's own language: across languages all is less sure.

        Args:
            near: The nearest first.
            same: Which of them are in the case's language.
        """
        for other, likeness in near:
            if other in same and self.least < 1 and likeness >= self.least:
                return "alike", other, likeness
        for other, likeness in near:
            if other not in same and self.across < 1 and likeness >= self.across:
                return "alike_across", other, likeness
        return None

    async def _asks_anew(self, case: Case, outcome: Outcome) -> bool:
        if not case.question or case.about_entry:
            return False
        if any(each.key == case.desk_thread for each in outcome.outgoing):
            return case.status is Status.OPEN
        if case.desk_thread is None or case.status not in AT_WORK:
            return False
        before = await self.store.case(case.id)
        return before is not None and before.question != case.question

    @property
    def _never(self) -> bool:
        return self.least >= 1 and self.across >= 1
