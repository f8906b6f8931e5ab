"""What may take long, done beside the hearing: what another server has to answer.

Hearing never waits for these, and none of them waits for another. A crash loses none of them:
invitations and replaced rooms are seen again at the next start, a session with a device that broke
at the next message in it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Protocol

LOOK = 1.0
"""Seconds between looks at what has become due."""

_AT_ONCE = 10
"""Tries of one chore under way. Anybody can invite the bot to rooms of servers that never answer,
and lead it from a chat of theirs to such rooms; the one must not keep the other waiting."""


class Chore(Protocol):
    """What is to be tried, now or later."""

    def due(self) -> Sequence[tuple[str, ...]]:
        """What is to be tried now, each by a name of its own."""

    async def attempt(self, name: tuple[str, ...]) -> None:
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
        self._in_hand: set[tuple[Chore, tuple[str, ...]]] = set()
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
                    due = [(chore, name) for chore in self._chores for name in chore.due()]
                    for each in due:
                        busy = sum(chore is each[0] for chore, _ in self._in_hand)
                        if each not in self._in_hand and busy < _AT_ONCE:
                            self._in_hand.add(each)
                            group.create_task(self._attempt(*each))
                    with suppress(TimeoutError):
                        async with asyncio.timeout(LOOK):
                            await self._woken.wait()
        except ExceptionGroup as failed:
            # One of them failed; the others ended because of it.
            raise failed.exceptions[0] from None

    async def _attempt(self, chore: Chore, name: tuple[str, ...]) -> None:
        try:
            await chore.attempt(name)
            await self._tell()
        finally:
            self._in_hand.discard((chore, name))
            self._woken.set()
