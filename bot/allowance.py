"""How much the homeserver lets the bot say, as far as the bot can tell; see ``Saying``.

Rules:

- Synapse's own bounds are taken to hold: so many events at once, and then so many a second.
- What can wait uses them up to a part only. The rest is put by for people, whose words are said
  whatever is left.
- Who could say much more than that without being asked for patience is not bounded so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

AT_ONCE, A_SECOND = 10, 0.2
"""What Synapse allows an account unless it is told otherwise (``rc_message``)."""

PUT_BY = 6
"""How many of those at once are people's: three moves at the desk, with their cards."""

UNBOUNDED = 25
"""Who said so many at once, with none refused, has other bounds or none."""

FREELY = 4
"""How many of what can wait are said in a row at most: somebody may write meanwhile."""


@dataclass(slots=True)
class Allowance:
    """Keeps count of what was said."""

    _spent: float = 0.0
    _at: datetime | None = None
    _unbounded: bool = False

    def said(self, now: datetime) -> None:
        """One more event was said."""
        self._spent = self._left_of(now) + 1
        self._at = now
        if self._spent >= UNBOUNDED:
            self._unbounded = True

    def refused(self, now: datetime) -> None:
        """The homeserver asks for patience: the bounds hold, and are used up."""
        self._spent, self._at, self._unbounded = float(AT_ONCE), now, False

    def for_upkeep(self, now: datetime) -> int:
        """How many of what can wait may be said now."""
        if self._unbounded:
            return FREELY
        return min(FREELY, max(0, int(AT_ONCE - PUT_BY - self._left_of(now))))

    def _left_of(self, now: datetime) -> float:
        """What still counts of what was said before."""
        past = now - (self._at or now)
        # A clock set back makes nothing older.
        return max(0.0, self._spent - A_SECOND * max(past, timedelta()).total_seconds())
