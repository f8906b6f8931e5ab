"""What the clock does to what was published: one look at everything that comes after."""

from __future__ import annotations

from dataclasses import dataclass

from bot.correcting import Correcting
from bot.flagging import Flagging
from bot.outcome import Outcome
from bot.reviewing import Reviewing


@dataclass(frozen=True, slots=True)
class Afterwards:
    """Looks after entries.

    Attributes:
        correcting: Tells who got an answer that it has changed.
        flagging: Handles what somebody says is wrong.
        reviewing: Asks whether an entry still holds.
    """

    correcting: Correcting
    reviewing: Reviewing
    flagging: Flagging

    async def look(self) -> list[Outcome]:
        """All that is to be done now; each outcome is whole by itself."""
        told = await self.correcting.look()
        return [*told, *await self.reviewing.look(), *await self.flagging.look()]
