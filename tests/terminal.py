"""A terminal for tests: a pipe to type into, and a screen that can be waited for."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable

DEADLINE = 5.0
"""Seconds."""


class Terminal(io.TextIOWrapper):
    """The reading end of a pipe that says it is a terminal."""

    def isatty(self) -> bool:
        return True


class Screen(io.StringIO):
    """What is shown; a terminal itself."""

    def __init__(self) -> None:
        super().__init__()
        self._written = asyncio.Event()

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self._written.set()
        return super().write(text)

    async def until(self, holds: Callable[[str], bool]) -> None:
        """Waits until it holds for all that is shown; a timeout tells what that is."""
        try:
            async with asyncio.timeout(DEADLINE):
                while not holds(self.getvalue()):
                    self._written.clear()
                    await self._written.wait()
        except TimeoutError:
            raise AssertionError(f"the screen shows {self.getvalue()[-500:]!r}") from None

    async def until_it_ends_with(self, text: str) -> None:
        """Waits until that is the last thing shown."""
        await self.until(lambda shown: shown.endswith(text))
