"""How much waits, for whom, and how long things waited: numbers only."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from bot.cases import Status
from bot.messages import Priority


@dataclass(frozen=True, slots=True)
class Figures:
    """What a store holds at one moment.

    Attributes:
        inbox: Messages that wait to be handled, those put off for a while included.
        parked: Messages left alone until a person says so; not in ``inbox``.
        outbox: How many messages of each priority wait to be said.
        oldest_inbox: Since when the message of ``inbox`` that was written first waits, by its
            front's clock; None: none waits.
        oldest_outbox: Since when the oldest of ``outbox`` waits that should not have to, which is
            all but ``Priority.UPKEEP``; None: none waits.
        cases: How many cases neither vetted nor closed have each status.
        heard_at: When ``Store.receive`` was last called; None: never.
    """

    inbox: int
    parked: int
    outbox: Mapping[Priority, int]
    oldest_inbox: datetime | None
    oldest_outbox: datetime | None
    cases: Mapping[Status, int]
    heard_at: datetime | None


@dataclass(frozen=True, slots=True)
class Waits:
    """How long messages waited between being queued and being said.

    Attributes:
        count: How many messages.
        median, p90: In seconds; 0 when there were none. 90 % waited no longer than ``p90``.
    """

    count: int
    median: float
    p90: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Waits:
        """From the seconds that each message waited, in any order."""
        if not seconds:
            return cls(0, 0.0, 0.0)
        ordered = sorted(seconds)
        nearest_rank = math.ceil(0.9 * len(ordered)) - 1
        return cls(len(ordered), median(ordered), ordered[nearest_rank])
