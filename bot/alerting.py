"""Who is mentioned, and who is only shown: of several whom a case fits, those who can come to it.

Rules:

- A case goes to whom it fits; when they are there, and how much they have, only decides who of
  them is alerted. The others find it at the desk.
- Where nobody of them is there, or all have as many cases as they may, all are alerted: somebody
  has to know.
- What is about one person's own case always reaches that person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.cases import Status
from bot.hours import Agenda
from bot.messages import Outgoing
from bot.outcome import Outcome
from bot.ports import Clock, Store
from bot.routing import Rooms


@dataclass(frozen=True, slots=True)
class Alerting:
    """Leaves out those who can't come.

    Attributes:
        store, clock: The ports.
        rooms: Where the desk is, and who works there.
        agenda: When they are there.
        bound: How many cases one person may have; 0: any number.
    """

    store: Store
    clock: Clock
    rooms: Rooms
    agenda: Agenda
    bound: int

    async def narrowed(self, outcome: Outcome) -> Outcome:
        """The same outcome, which mentions at the desk only those of several who can come."""
        if not any(map(self._alerts_several, outcome.outgoing)):
            return outcome
        full = await self._full()
        outgoing = tuple(
            replace(each, mentions=self._able(each.mentions, full))
            if self._alerts_several(each)
            else each
            for each in outcome.outgoing
        )
        return replace(outcome, outgoing=outgoing)

    def _alerts_several(self, said: Outgoing) -> bool:
        at_desk = (said.front, said.room) == (self.rooms.front, self.rooms.desk)
        return at_desk and len(said.mentions) > 1

    async def _full(self) -> frozenset[str]:
        """Who has as many cases as they may."""
        if not self.bound:
            return frozenset()
        cases = await self.store.open_cases()
        has = Counter(each.claimed_by for each in cases if each.status is Status.CLAIMED)
        return frozenset(key for key, count in has.items() if key and count >= self.bound)

    def _able(self, people: Sequence[str], full: frozenset[str]) -> tuple[str, ...]:
        there = [each for each in people if self._is_there(each)] or people
        return tuple([each for each in there if each not in full] or there)

    def _is_there(self, person: str) -> bool:
        each = self.rooms.roster[person]
        return self.agenda.hours([(each.role, each.body)]).is_open(self.clock())
