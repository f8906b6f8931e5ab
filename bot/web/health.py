"""Whether the bot can do its work now: hear, find, and keep.

Each part is tried, not assumed, and the result is kept for a few seconds, so that whoever asks
often costs the bot little.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from enum import StrEnum

from bot.errors import StoreUnavailable
from bot.ports import Search, Store
from knowledge.errors import KnowledgeError
from knowledge.ports import Question

SYNC_WITHIN = 90.0
"""Seconds without an answer to a sync that still count as hearing: three long polls."""

PATIENCE = 5.0
"""Seconds that one try may take."""

KEPT = 5.0
"""Seconds for which the result of a try holds."""


class Part(StrEnum):
    """What must work."""

    SYNC = "sync"
    INDEX = "index"
    STORE = "store"


class Health:
    """Tries the parts.

    Attributes:
        search: The search that serves askers, once there is one; without what counts it.
    """

    def __init__(
        self,
        store: Store,
        since_sync: Callable[[], float | None],
        *,
        patience: float = PATIENCE,
        kept: float = KEPT,
    ) -> None:
        """Prepares.

        Args:
            store: The bot's.
            since_sync: Seconds since the last answer to a sync; None: there was none.
            patience: See ``PATIENCE``.
            kept: See ``KEPT``.
        """
        self.search: Search | None = None
        self._store = store
        self._since_sync = since_sync
        self._patience = patience
        self._holds_for = kept
        self._kept: dict[Part, tuple[float, bool]] = {}
        self._one_at_a_time = asyncio.Lock()

    async def parts(self) -> dict[Part, bool]:
        """Each part, and whether it works."""
        since = self._since_sync()
        async with self._one_at_a_time:
            return {
                Part.SYNC: since is not None and since < SYNC_WITHIN,
                Part.INDEX: await self._tried(Part.INDEX, self._search_works)
                if self.search
                else False,
                Part.STORE: await self._tried(Part.STORE, self._store_works),
            }

    async def _tried(self, part: Part, works: Callable[[], Awaitable[bool]]) -> bool:
        now = asyncio.get_running_loop().time()
        at, result = self._kept.get(part, (now - self._holds_for, False))
        if now - at < self._holds_for:
            return result
        try:
            async with asyncio.timeout(self._patience):
                result = await works()
        except TimeoutError:
            result = False
        self._kept[part] = (asyncio.get_running_loop().time(), result)
        return result

    async def _search_works(self) -> bool:
        assert self.search is not None  # Looked at before.
        try:
            return bool(await self.search.find(Question("Goedemorgen", "nl"), 1))
        except KnowledgeError:
            return False

    async def _store_works(self) -> bool:
        try:
            await self._store.position("")
        except StoreUnavailable:
            return False
        return True
