"""What is to be said of an entry's answer before anybody relies on it: is it under review, or old?

An entry that somebody said is wrong is under review, and so is each translation of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.cases import Case
from bot.decision import Escalate
from bot.near import Near
from bot.ports import Store
from knowledge.entry import Entry
from knowledge.review import end

NEAR_MISSES = 3
"""How many entries near a question the desk is shown."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What stands beside an answer.

    Attributes:
        doubted: Somebody said that it is wrong, and nobody has settled that yet.
        stale: It is a translation, and its original has changed its advice since.
    """

    doubted: bool
    stale: bool


@dataclass(frozen=True, slots=True)
class Doubts:
    """Tells what is in doubt.

    Attributes:
        store: Knows what was said.
        pauses: Whether what is under review is given to nobody.
    """

    store: Store
    pauses: bool

    async def marks(self, entry: Entry) -> Marks:
        """What is to be said of the entry."""
        stale = bool(await self.store.stale([entry.id]))
        return Marks(await self._doubted(entry), stale)

    async def paused(self, entry: Entry) -> bool:
        """Whether the entry is given to nobody now."""
        return self.pauses and await self._doubted(entry)

    async def held(self) -> list[str]:
        """The ids of what is given to nobody now; nor is any translation of it."""
        if not self.pauses:
            return []
        return sorted({each.entry_id for each in await self.store.flags()})

    async def _doubted(self, entry: Entry) -> bool:
        return bool(await self.store.flags([*{entry.id, entry.knowledge}]))


async def with_near(store: Store, case: Case, verdict: Escalate) -> Case:
    """The case with what the desk is shown of why the bot did not answer."""
    shown = verdict.nearest[:NEAR_MISSES]
    ids = [id for each in shown for id in (each.entry.id, each.entry.knowledge)]
    flagged = {flag.entry_id for flag in await store.flags(ids)} if ids else set()
    until = await _held_until(store, verdict.old.entry) if verdict.old else ""
    near = tuple(
        Near(
            entry_id=each.entry.id,
            lang=each.entry.lang,
            question=each.entry.question,
            score=each.hit.score,
            source=each.entry.source,
            body=each.entry.body,
            held_until=until if each is verdict.old else "",
            answer=each.entry.answer if each is verdict.old else "",
            fits=each is not verdict.old or verdict.fits,
            doubted=not flagged.isdisjoint((each.entry.id, each.entry.knowledge)),
        )
        for each in shown
    )
    return replace(case, why=f"why_{verdict.why.name.lower()}").with_near(near)


async def _held_until(store: Store, entry: Entry) -> str:
    """The day on which an entry ended, or its original before it."""
    published = {each.id: each for each in await store.entries([entry.knowledge])}
    return str(end(entry, published.get(entry.translation_of or "")) or "")
