"""A store and a front that end their process where they are told.

They pass every call on to the real ones, so that the bot does all that it does elsewhere.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from stage.crash.plan import AROUND, WITHIN_SEND, Death


class Fate:
    """Counts how often this life's step is come to, and ends the process there."""

    def __init__(self, death: Death) -> None:
        self._death = death
        self._left = death.passing

    def comes_to(self, step: str) -> None:
        """Does not return when the life ends here."""
        if self._is_due(step):
            _die()

    def begins_to_send(self) -> None:
        """The life may end a moment later."""
        if self._is_due(WITHIN_SEND):
            asyncio.get_running_loop().call_later(self._death.delay, _die)

    def _is_due(self, step: str) -> bool:
        if step != self._death.step:
            return False
        self._left -= 1
        return self._left == 0


class Mortal:
    """Passes everything on; before and after some calls the process may end.

    Args:
        real: A store or a front.
        fate: When.
    """

    def __init__(self, real: Any, fate: Fate) -> None:
        self._real = real
        self._fate = fate

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._real, name)
        if name not in AROUND:
            return found

        async def passed(*given: Any, **more: Any) -> Any:
            self._fate.comes_to(f"before {name}")
            if name == "send":
                self._fate.begins_to_send()
            result = await found(*given, **more)
            self._fate.comes_to(f"after {name}")
            return result

        return passed


def mortal(
    opens: Callable[..., AbstractAsyncContextManager[Any]], fate: Fate
) -> Callable[..., AbstractAsyncContextManager[Mortal]]:
    """A function of ``bot.app`` that opens something, which is mortal then."""

    @asynccontextmanager
    async def open_mortal(*given: Any) -> AsyncIterator[Mortal]:
        async with opens(*given) as real:
            yield Mortal(real, fate)

    return open_mortal


def inserting(insert: Callable[..., bool], fate: Fate) -> Callable[..., bool]:
    """``bot.store.rows.insert``, inside a transaction, before and after the rows that matter."""

    def insert_or_die(db: Any, table: str, *given: Any) -> bool:
        if table == "positions":
            fate.comes_to("before token")
        done = insert(db, table, *given)
        if table == "positions":
            fate.comes_to("after token")
        elif table == "outbox":
            fate.comes_to("within commit")
        return done

    return insert_or_die


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
