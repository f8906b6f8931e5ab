"""Searching off the event loop, one thread, many questions at a time.

A model embeds ten questions in little more time than one. Questions that come while a search
runs wait together and go as one batch into the next.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

from knowledge.errors import IndexUnavailable, KnowledgeError
from knowledge.ports import Hit, Question

MAX_BATCH = 32
"""How many questions go into one search: a flood must not hold up the first ones for long."""


class Finder(Protocol):
    """Searches for several questions; called from one thread only."""

    def find(self, questions: Sequence[Question], k: int) -> list[list[Hit]]:
        """At most k hits for each question, best first."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    question: Question
    k: int
    hits: asyncio.Future[list[Hit]]


class BatchedSearch:
    """Implements ``bot.ports.Search``; searches while ``run`` runs."""

    def __init__(self, finder: Finder) -> None:
        self._finder = finder
        self._waiting: list[_Waiting] = []
        self._arrived = asyncio.Event()
        self._ended = False

    async def find(self, question: Question, k: int) -> list[Hit]:
        """See ``Search.find``. Whoever is cancelled while waiting is not searched for."""
        if self._ended:
            raise _ended()
        waiting = _Waiting(question, k, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        self._arrived.set()
        return await waiting.hits

    async def run(self) -> None:
        """Searches for whoever waits, until cancelled; then a search under way is finished.

        An error of a search reaches those who wait for it, and the next batch is searched.
        """
        executor = ThreadPoolExecutor(1, thread_name_prefix="search")
        batch: list[_Waiting] = []
        try:
            while True:
                await self._arrived.wait()
                self._waiting = [each for each in self._waiting if not each.hits.done()]
                batch, self._waiting = self._waiting[:MAX_BATCH], self._waiting[MAX_BATCH:]
                if not self._waiting:
                    self._arrived.clear()
                if batch:
                    await self._search(executor, batch)
        finally:
            self._ended = True
            for each in [*batch, *self._waiting]:
                if not each.hits.done():
                    each.hits.set_exception(_ended())
            await asyncio.to_thread(executor.shutdown)

    async def _search(self, executor: ThreadPoolExecutor, batch: list[_Waiting]) -> None:
        loop = asyncio.get_running_loop()
        questions = [each.question for each in batch]
        most = max(each.k for each in batch)
        searching = loop.run_in_executor(executor, self._finder.find, questions, most)
        # Waited for without raising, so that whatever went wrong reaches those who wait.
        await asyncio.wait([searching])
        error = searching.exception()
        found = [[]] * len(batch) if error else searching.result()
        for each, hits in zip(batch, found, strict=True):
            if each.hits.done():
                continue
            if isinstance(error, KnowledgeError):
                each.hits.set_exception(error)
            elif error:
                # Whatever broke: people get the question, and it is not tried for ever.
                broken = IndexUnavailable(f"the search broke: {type(error).__name__}")
                broken.__cause__ = error
                each.hits.set_exception(broken)
            else:
                each.hits.set_result(hits[: each.k])


def _ended() -> IndexUnavailable:
    return IndexUnavailable("the search has ended; it runs again with the next start")
