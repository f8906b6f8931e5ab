"""What may take long, done beside the hearing: what another server has to answer.

Hearing never waits for these, and none of them waits for another. A crash loses none of them:
invitations and replaced rooms are seen again at the next start, a session with a device that broke
at the next message in it.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Protocol

LOOK = 1.0
"""Seconds between looks at what has become due."""

_AT_ONCE = 10
"""Tries of one chore under way. Anybody can invite the bot to rooms of servers that never answer,
and lead it from a chat of theirs to such rooms; the one must not keep the other waiting."""

_OF_ONE = 2
"""Of them on account of one person, who must not keep the others waiting either."""


Name = tuple[str, ...]
"""What a chore calls one thing that is to be tried."""


class Chore(Protocol):
    """What is to be tried, now or later."""

    def due(self) -> Sequence[Name]:
        """What is to be tried now, each by a name of its own."""

    def whose(self, name: Name) -> str | None:
        """On whose account that is due; None: on the bot's own."""

    async def attempt(self, name: Name) -> None:
        """Tries that one, unless it is done already; what fails is due again later.

        Raises:
            LoggedOut: The access token is no longer good.
        """


class Beside:
    """Does chores while ``run`` runs.

    Args:
        chores: What may be due.
        tell: Called after each try, for its news.
    """

    def __init__(self, chores: Sequence[Chore], tell: Callable[[], Awaitable[None]]) -> None:
        self._chores = chores
        self._tell = tell
        self._in_hand: dict[tuple[Chore, Name], str | None] = {}
        self._begun_at: dict[Chore, dict[str | None, int]] = {}
        self._looks = 0
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Something may be due: looks at once."""
        self._woken.set()

    async def run(self) -> None:
        """Until cancelled.

        Raises:
            LoggedOut: The access token is no longer good.
        """
        try:
            async with asyncio.TaskGroup() as group:
                while True:
                    self._woken.clear()
                    for chore in self._chores:
                        for name, whose in self._next(chore):
                            self._in_hand[chore, name] = whose
                            group.create_task(self._attempt(chore, name))
                    with suppress(TimeoutError):
                        async with asyncio.timeout(LOOK):
                            await self._woken.wait()
        except ExceptionGroup as failed:
            # One of them failed; the others ended because of it.
            raise failed.exceptions[0] from None

    def _next(self, chore: Chore) -> list[tuple[Name, str | None]]:
        """What is begun now: who has fewer places comes first, then who waits longer for one."""
        busy = [whose for (each, _), whose in self._in_hand.items() if each is chore]
        turns, begun_at = Counter(busy), self._begun_at.get(chore, {})
        waiting: list[tuple[int, int, Name, str | None]] = []
        for name in chore.due():
            if (chore, name) not in self._in_hand:
                whose = chore.whose(name)
                turn = 0 if whose is None else turns[whose]
                waiting.append((turn, begun_at.get(whose, 0), name, whose))
                turns[whose] += 1
        waiting.sort(key=lambda each: each[:2])  # Stable: in order otherwise.
        begun = [(name, whose) for turn, _, name, whose in waiting if turn < _OF_ONE]
        begun = begun[: max(0, _AT_ONCE - len(busy))]
        self._looks += 1
        # Who waits for nothing any more is forgotten.
        begun_at = {whose: at for whose, at in begun_at.items() if whose in turns}
        for _, whose in begun:
            if whose is not None:
                begun_at[whose] = self._looks
        self._begun_at[chore] = begun_at
        return begun

    async def _attempt(self, chore: Chore, name: Name) -> None:
        try:
            await chore.attempt(name)
            await self._tell()
        finally:
            del self._in_hand[chore, name]
            self._woken.set()
