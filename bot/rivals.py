"""What else answers the question of an entry that is to be published, and says something else."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.drafts import distinct
from bot.ports import Clock, Search, Store
from bot.routing import Rooms
from knowledge.calibrate import ENOUGH
from knowledge.conflicts import ALIKE, ALIKE_ACROSS, asked, compete, conflicts, same_question
from knowledge.entry import NATIONAL, Entry
from knowledge.errors import KnowledgeError
from knowledge.ports import Question

log = logging.getLogger(__name__)

NEAREST = 8
"""How many hits are looked at for each wording."""

NEAREST_ACROSS = 24
"""The same in other languages, of which there may be several."""

SHOWN = 3
"""How many of one language and place a vetter is shown at most."""


@dataclass(frozen=True, slots=True)
class Rivals:
    """The entries that stand against one.

    Attributes:
        same: Hold for the same place: the two may not both be served.
        wider: Hold for the whole country, while the entry holds for a narrower place: there it
            is to stand in for them.
        narrower: Hold for narrower places, while the entry holds for the whole country: there they
            are to stand in for it.
        across: In other languages, for that place or the whole country, or, where the entry holds
            for that itself, for narrower places; not known to be the same knowledge. The nearest
            of each language and place, which may answer the same question.
        uncompared: Languages with entries for such places that can't be compared with its own.
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

        By that ``bot.decision`` knows that they answer one question; as ``drafts.tied``. Of those
        of which it knows that already none is added.
        """
        untied = [each for each in self.elsewhere if not same_question(entry, each)]
        wordings = (*entry.wordings, *(each.question for each in untied))
        return replace(entry, alternatives=distinct(wordings)[1:]) if untied else entry

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
        return await self.among(entry, await self._current())

    async def among(self, entry: Entry, current: Sequence[Entry]) -> Rivals:
        """The same among these entries only, which hold today."""
        alike, searched = await self._alike(entry, current)
        foreign = _foreign(entry, current)
        near = await self._across(entry) if searched and foreign else {}
        found = Rivals(
            same=_against(entry, current, alike),
            wider=(),
            across=_nearest(foreign, near or {}),
            uncompared=_uncompared(entry, current, foreign),
            searched=searched and near is not None,
        )
        there = _elsewhere(entry, current, alike)
        if entry.scope == NATIONAL:
            return replace(found, narrower=there)
        return replace(found, wider=there)

    async def elsewhere(self, entry: Entry) -> tuple[Entry, ...]:
        """Those only that hold for a wider or narrower place."""
        current = await self._current()
        if not any(each.lang == entry.lang and each.scope != entry.scope for each in current):
            return ()
        alike, _ = await self._alike(entry, current)
        return _elsewhere(entry, current, alike)

    async def _current(self) -> list[Entry]:
        today = self.rooms.day(self.clock())
        return [each for each in await self.store.entries() if each.holds_on(today)]

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

    async def _across(self, entry: Entry) -> dict[str, float] | None:
        """How near entries in other languages are, by id; None: search is broken."""
        near: dict[str, float] = {}
        try:
            for wording in entry.wordings:
                question = Question(wording, entry.lang, across=True)
                for hit in await self.search.find(question, NEAREST_ACROSS):
                    near[hit.entry_id] = max(hit.dense, near.get(hit.entry_id, -1.0))
        except KnowledgeError as error:
            log.warning("rivals_unsearched", extra={"reason": str(error)})
            return None
        return near


def _foreign(entry: Entry, current: Sequence[Entry]) -> dict[str, Entry]:
    """What holds for its places in languages in which it is not known there already; by id.

    For what stands in for a national entry stands that one, since by that the two are bound too.
    """
    known = {each.lang for each in current if each.knowledge == entry.knowledge} | {entry.lang}
    places = (entry.scope, NATIONAL)
    found = {each.id: each for each in current if each.lang not in known and each.scope in places}
    if entry.scope != NATIONAL:
        return found
    spoken: dict[tuple[str, str], set[str]] = {}
    heads: dict[str | tuple[str, str], Entry] = {}
    for each in current:
        spoken.setdefault((each.knowledge, each.scope), set()).add(each.lang)
        if each.scope == NATIONAL:
            heads.setdefault(each.knowledge, each)
            for wording in asked(each):
                heads.setdefault(wording, each)
    for each in current:
        # What is in its own language too was held against it in that one.
        if each.scope == NATIONAL or spoken[each.knowledge, each.scope] & known:
            continue
        keys: list[str | tuple[str, str]] = [each.knowledge, *sorted(asked(each))]
        head = next((heads[key] for key in keys if key in heads), each)
        if head.lang not in known and head.knowledge != entry.knowledge:
            found[each.id] = head
    return found


def _nearest(foreign: Mapping[str, Entry], near: Mapping[str, float]) -> tuple[Entry, ...]:
    best: dict[str, float] = {}
    for entry_id, each in foreign.items():
        best[each.id] = max(near.get(entry_id, -1.0), best.get(each.id, -1.0))
    alike = {each.id: each for each in foreign.values() if best[each.id] >= ALIKE_ACROSS}
    ranked = sorted(alike.values(), key=lambda each: (each.lang, -best[each.id], each.id))
    count = Counter[tuple[str, str]]()
    found: list[Entry] = []
    for each in ranked:
        count[each.lang, each.scope] += 1
        if count[each.lang, each.scope] <= SHOWN:
            found.append(each)
    return tuple(found)


def _uncompared(
    entry: Entry, current: Sequence[Entry], foreign: Mapping[str, Entry]
) -> tuple[str, ...]:
    counts = Counter(each.lang for each in current for _ in each.wordings)
    langs = sorted({each.lang for each in foreign.values()})
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
