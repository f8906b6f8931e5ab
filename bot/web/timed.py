"""A search that is counted and timed as whoever asks sees it, waiting for others included."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

from bot.meter import Meter
from bot.ports import Search
from knowledge.errors import KnowledgeError
from knowledge.ports import Hit, Question


@dataclass(frozen=True, slots=True)
class TimedSearch:
    """Implements ``bot.ports.Search`` around another."""

    search: Search
    meter: Meter

    async def find(self, question: Question, k: int) -> list[Hit]:
        """See ``Search.find``."""
        began = perf_counter()
        try:
            hits = await self.search.find(question, k)
        except KnowledgeError:
            self.meter.searched(perf_counter() - began, worked=False)
            raise
        self.meter.searched(perf_counter() - began, worked=True)
        return hits
