"""What else answers the question of an entry that is to be published, and says something else."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.drafts import distinct
from bot.ports import Clock, Search, Store
from bot.routing import Rooms
from knowledge.calibrate import ENOUGH
from knowledge.conflicts import ALIKE, ALIKE_ACROSS, compete, conflicts
from knowledge.entry import NATIONAL, Entry
from knowledge.errors import KnowledgeError
from knowledge.ports import Question

log = logging.getLogger(__name__)

NEAREST = 8
"""How many hits are looked at for each wording."""

NEAREST_ACROSS = 24
"""The same in other languages, of which there may be several."""


@dataclass(frozen=True, slots=True)
class Rivals:
    """The entries that stand against one.

    Attributes:
        same: Hold for the same place: the two may not both be served.
        wider: Hold for the whole country, while the entry holds for a narrower place: there it
            is to stand in for them.
        narrower: Hold for narrower places, while the entry holds for the whole country: there they
            are to stand in for it.
        across: In other languages, for that place or the whole country, and not known to be the
            same knowledge: the nearest in each language, which may answer the same question.
        uncompared: Languages with entries for that place that can't be compared with its own.
        searched: Whether they were sought by sense too; else search is broken, and only exact
            wordings were compared.
    """

    same: tuple[Entry, ...]
    wider: tuple[Entry, ...]
    narrower: tuple[Entry, ...] = ()
    across: tuple[Entry, ...] = ()
    uncompared: tuple[str, ...] = ()
    searched: bool = True

    def tied(self, entry: Entry) -> Entry:
        """The entry with a wording of each that it stands in for, or that does so for it.

        By that ``bot.decision`` knows that they answer one question; as ``drafts.tied``.
        """
        asked = (*entry.wordings, *(each.question for each in self.elsewhere))
        return replace(entry, alternatives=distinct(asked)[1:])

    @property
    def elsewhere(self) -> tuple[Entry, ...]:
        """Those that hold for a wider or narrower place."""
        return (*self.wider, *self.narrower)


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
        foreign = _foreign(entry, current)
        found = Rivals(
            same=_against(entry, current, alike),
            wider=(),
            across=await self._across(entry, foreign) if searched and foreign else (),
            uncompared=_uncompared(entry, current, foreign),
            searched=searched,
        )
        there = _elsewhere(entry, current, alike)
        if entry.scope == NATIONAL:
            return replace(found, narrower=there)
        return replace(found, wider=there)

    async def elsewhere(self, entry: Entry) -> tuple[Entry, ...]:
        """Those only that hold for a wider or narrower place."""
        today = self.rooms.day(self.clock())
        current = [each for each in await self.store.entries() if each.holds_on(today)]
        if not any(each.lang == entry.lang and each.scope != entry.scope for each in current):
            return ()
        alike, _ = await self._alike(entry, current)
        return _elsewhere(entry, current, alike)

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

    async def _across(self, entry: Entry, foreign: Sequence[Entry]) -> tuple[Entry, ...]:
        near: dict[str, float] = {}
        try:
            for wording in entry.wordings:
                asked = Question(wording, entry.lang, across=True)
                for hit in await self.search.find(asked, NEAREST_ACROSS):
                    near[hit.entry_id] = max(hit.dense, near.get(hit.entry_id, -1.0))
        except KnowledgeError as error:
            log.warning("rivals_unsearched", extra={"reason": str(error)})
            return ()
        nearest: dict[str, Entry] = {}
        for each in sorted(foreign, key=lambda each: (-near.get(each.id, -1.0), each.id)):
            if near.get(each.id, -1.0) >= ALIKE_ACROSS:
                nearest.setdefault(each.lang, each)
        return tuple(nearest[lang] for lang in sorted(nearest))


def _foreign(entry: Entry, current: Sequence[Entry]) -> list[Entry]:
    """What holds for its place in languages in which it is not known already."""
    known = {each.lang for each in current if each.knowledge == entry.knowledge} | {entry.lang}
    places = (entry.scope, NATIONAL)
    return [each for each in current if each.lang not in known and each.scope in places]


def _uncompared(
    entry: Entry, current: Sequence[Entry], foreign: Sequence[Entry]
) -> tuple[str, ...]:
    counts = Counter(each.lang for each in current for _ in each.wordings)
    langs = sorted({each.lang for each in foreign})
    return tuple(each for each in langs if min(counts[each], counts[entry.lang]) < ENOUGH)


def _elsewhere(entry: Entry, current: Sequence[Entry], alike: Sequence[Entry]) -> tuple[Entry, ...]:
    """What holds for the whole country; of an entry that does itself, what holds in one place."""
    scopes = {NATIONAL}
    if entry.scope == NATIONAL:
        scopes = {each.scope for each in current} - {NATIONAL}
    found: list[Entry] = []
    for scope in sorted(scopes):
        found += _against(replace(entry, scope=scope), current, alike)
    return tuple(found)


def _against(entry: Entry, current: Sequence[Entry], alike: Sequence[Entry]) -> tuple[Entry, ...]:
    found = {each.id: each for each in conflicts(entry, current)}
    found |= {each.id: each for each in alike if compete(entry, each)}
    return tuple(found[entry_id] for entry_id in sorted(found))
