"""The part of the store that holds the entries; the port's docstrings say what each promises."""

from __future__ import annotations

from collections.abc import Sequence

from bot.holding import Published, Version
from bot.outcome import UNTOLD, Revision
from bot.ports import Clock
from bot.store import published
from bot.store.connection import Connection
from knowledge.entry import Entry


class Holding:
    """As the port; a part of ``SqliteStore``."""

    _connection: Connection
    _clock: Clock

    async def entries(self, ids: Sequence[str] = ()) -> list[Entry]:
        return await self._connection.read(lambda db: published.served(db, ids))

    async def translations(self, knowledge: str) -> list[Entry]:
        return await self._connection.read(lambda db: published.translations(db, knowledge))

    async def kindred(self, ids: Sequence[str], scope: str) -> list[Entry]:
        return await self._connection.read(lambda db: published.kindred(db, ids, scope))

    async def publish(
        self,
        entries: Sequence[Entry],
        origin: str,
        *,
        complete: bool = False,
        edition: str = "",
        revision: Revision = UNTOLD,
    ) -> Published:
        now = self._clock()
        return await self._connection.write(
            lambda db: published.publish(
                *(db, entries, origin, now), complete=complete, edition=edition, revision=revision
            )
        )

    async def merge(
        self,
        entries: Sequence[Entry],
        origin: str,
        *,
        begun: Sequence[Entry] = (),
        gone: Sequence[str] = (),
        edition: str = "",
        revision: Revision = UNTOLD,
    ) -> None:
        now = self._clock()
        await self._connection.write(
            lambda db: published.merge(db, entries, origin, now, begun, gone, edition, revision)
        )

    async def history(self, entry_id: str) -> list[Version]:
        return await self._connection.read(lambda db: published.history(db, entry_id))

    async def withdraw(self, ids: Sequence[str], *, revision: Revision = UNTOLD) -> int:
        now = self._clock()
        return await self._connection.write(lambda db: published.withdraw(db, ids, now, revision))
