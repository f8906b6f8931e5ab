"""What else answers the question of an entry that is to be published, and says something else."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.drafts import distinct
from bot.ports import Clock, Search, Store
from bot.routing import Rooms
from knowledge.conflicts import ALIKE, compete, conflicts
from knowledge.entry import NATIONAL, Entry
from knowledge.errors import KnowledgeError
from knowledge.ports import Question

log = logging.getLogger(__name__)

NEAREST = 8
"""How many hits are looked at for each wording."""


@dataclass(frozen=True, slots=True)
class Rivals:
    """The entries that stand against one.

    Attributes:
        same: Hold for the same place: the two may not both be served.
        wider: Hold for the whole country, while the entry holds for a narrower place: there it
            is to stand in for them.
        narrower: Hold for narrower places, while the entry holds for the whole country: there they
            are to stand in for it.
        searched: Whether they were sought by sense too; else search is broken, and only exact
            wordings were compared.
    """

    same: tuple[Entry, ...]
    wider: tuple[Entry, ...]
    narrower: tuple[Entry, ...] = ()
    searched: bool = True

    def tied(self, entry: Entry) -> Entry:
        """The entry with a wording of each that it stands in for, or that does so for it.

        By that ``bot.decision`` knows that they answer one question.
        """
        asked = (*entry.wordings, *(each.question for each in (*self.wider, *self.narrower)))
        return replace(entry, alternatives=distinct(asked)[1:])


@dataclass(frozen=True, slots=True)
class FindRivals:
    """Finds them among what is served and holds today.

    Attributes:
        store, search, clock: The ports.
        rooms: Which day it is there.
    """

    store: Store
    search: Search
    clock: Clock
    rooms: Rooms

    async def of(self, entry: Entry) -> Rivals:
        """What shares a wording with the entry, or has one that means the same."""
        today = self.rooms.day(self.clock())
        current = [each for each in await self.store.entries() if each.holds_on(today)]
        alike, searched = await self._alike(entry, current)
        same = _against(entry, current, alike)
        if entry.scope != NATIONAL:
            wider = _against(replace(entry, scope=NATIONAL), current, alike)
            return Rivals(same, wider, searched=searched)
        narrower: list[Entry] = []
        for scope in sorted({each.scope for each in current} - {NATIONAL}):
            narrower += _against(replace(entry, scope=scope), current, alike)
        return Rivals(same, (), tuple(narrower), searched)

    async def _alike(self, entry: Entry, current: Sequence[Entry]) -> tuple[list[Entry], bool]:
        ids: set[str] = set()
        try:
            for wording in entry.wordings:
                hits = await self.search.find(Question(wording, entry.lang), NEAREST)
                ids |= {hit.entry_id for hit in hits if hit.dense >= ALIKE}
        except KnowledgeError as error:
            log.warning("rivals_unsearched", extra={"reason": str(error)})
            return [], False
        return [each for each in current if each.id in ids], True


def _against(entry: Entry, current: Sequence[Entry], alike: Sequence[Entry]) -> tuple[Entry, ...]:
    found = {each.id: each for each in conflicts(entry, current)}
    found |= {each.id: each for each in alike if compete(entry, each)}
    return tuple(found[entry_id] for entry_id in sorted(found))
