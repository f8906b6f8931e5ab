"""What is done when the clock is looked at: cases, promises, what was published, the work done.

Each step is whole by itself, and one that is broken holds up no other: it is left alone for a
while.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.cases import Case, Status
from bot.errors import HandleAgain, LoggedOut, StoreUnavailable
from bot.gathering import FEW
from bot.outcome import Outcome
from bot.ports import Clock, Store
from bot.reception import Reception
from bot.saying import pause_after

log = logging.getLogger(__name__)

AFTERCARE = 5.0
"""Seconds between looks at what was published."""

AFTERCARE_PAUSE = 60.0
"""Seconds until the next one when one has failed."""

WORK_DONE = 0
"""Stands among the numbers of cases, which begin at 1, for what the desk is told of its work."""


@dataclass(slots=True)
class Ticking:
    """Looks at the clock for one bot.

    Attributes:
        store, clock: The ports.
        reception: Knows what is due.
        commit: Writes what that changes.
    """

    store: Store
    reception: Reception
    clock: Clock
    commit: Callable[[Outcome], Awaitable[Outcome]]
    _failures: dict[int, int] = field(default_factory=dict)
    _not_before: dict[int, datetime] = field(default_factory=dict)
    _aftercare_at: datetime | None = None

    async def look(self, now: datetime) -> None:
        """Does all that is due.

        Raises:
            LoggedOut: The front's account is gone.
            StoreUnavailable: The database can't be used.
        """
        await self._end_the_waits(now)
        for case in await self.store.cases_slipped(now):
            if self._not_before.get(case.id, now) <= now:
                await self._end_the_wait(case, self.reception.slipped)
        # A clock set back must not put it off for longer.
        due = self._aftercare_at or now
        if not timedelta() < due - now <= timedelta(seconds=AFTERCARE_PAUSE):
            await self._look_after(now)
        await self._recognize()

    async def _look_after(self, now: datetime) -> None:
        """Does what comes after publishing; each step is whole, so that the next look goes on."""
        pause = AFTERCARE
        try:
            for outcome in await self.reception.looked_after():
                with suppress(HandleAgain):
                    await self.commit(outcome)
        except (LoggedOut, StoreUnavailable):
            raise
        except Exception as error:  # The top here: cases and messages go on.
            log.error("not_looked_after", extra={"error": type(error).__name__})
            pause = AFTERCARE_PAUSE
        self._aftercare_at = now + timedelta(seconds=pause)

    async def _recognize(self) -> None:
        now = self.clock()
        if self._not_before.get(WORK_DONE, now) > now:
            return
        try:
            for outcome in await self.reception.recognizing.look():
                await self.commit(outcome)
        except (LoggedOut, StoreUnavailable):
            raise
        except Exception as error:  # The top here: cases are looked at all the same.
            failures = self._failures[WORK_DONE] = self._failures.get(WORK_DONE, 0) + 1
            self._not_before[WORK_DONE] = now + pause_after(failures, error)
            log.error("work_not_told", extra={"error": type(error).__name__})

    async def _end_the_waits(self, now: datetime) -> None:
        """Each case by itself, but many at once together."""
        due = await self.store.cases_due(now)
        due = [case for case in due if self._not_before.get(case.id, now) <= now]
        many = [case for case in due if case.status is not Status.WAITING]
        if len(many) > FEW:
            try:
                for outcome in await self.reception.due_together(many):
                    with suppress(HandleAgain):
                        await self.commit(outcome)
            except (LoggedOut, StoreUnavailable):
                raise
            except Exception as error:  # The top here: one of them is broken, the others go on.
                log.error("not_looked_at_together", extra={"error": type(error).__name__})
            else:
                due = [case for case in due if case.status is Status.WAITING]
        for case in due:
            await self._end_the_wait(case, self.reception.due)

    async def _end_the_wait(self, case: Case, end: Callable[[Case], Awaitable[Outcome]]) -> None:
        try:
            await self.commit(await end(case))
        except HandleAgain:
            return
        except (LoggedOut, StoreUnavailable):
            raise
        except Exception as error:  # The top here: the case stays, the others go on.
            failures = self._failures[case.id] = self._failures.get(case.id, 0) + 1
            self._not_before[case.id] = self.clock() + pause_after(failures, error)
        else:
            self._not_before.pop(case.id, None)
            self._failures.pop(case.id, None)
