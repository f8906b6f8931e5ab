"""Says what waits to be said: urgent first, in order within a thread, once.

What fails is left alone for a while, with what stands behind it in its thread; the others go on,
unless several fail in a row: then the homeserver is away, and all wait.
What another life of the bot may have said is looked for before it is said.
What can wait leaves people their part of what the homeserver lets the bot say.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.allowance import Allowance
from bot.errors import LoggedOut, StoreUnavailable, TryLater, Undeliverable
from bot.messages import Outgoing, Priority
from bot.meter import Meter
from bot.ports import ChatClient, Clock, Store

log = logging.getLogger(__name__)

AT_ONCE = 64
"""How many are said in one round."""

TRIES = 5
"""How often something that breaks the front is tried."""

LONGEST_PAUSE = 600.0
"""Seconds after which something that failed is tried again at the latest."""

AWAY_AFTER = 3
"""How many different ones must fail in a row before the homeserver is taken to be away. One or
two may be at fault themselves: a room that is too large, a server that is gone."""

SURE_FOR = timedelta(hours=1)
"""How long the homeserver is trusted to know what it was sent; Synapse promises a day."""

FORGOTTEN_AFTER = timedelta(days=1)
"""How long after a question an answer that was never said is still timed."""


@dataclass(slots=True)
class Saying:
    """Says what one bot has to say on one front.

    Attributes:
        store, chat, clock, meter: The ports.
        undelivered: Told what will never be said, and why.
        look: Seconds between looks at what failed before.
        keeps: What must be said in the end; refused, it is tried again slowly.
    """

    store: Store
    chat: ChatClient
    clock: Clock
    meter: Meter
    undelivered: Callable[[Outgoing, str], Awaitable[None]]
    look: float
    keeps: Callable[[Outgoing], bool]
    _failures: dict[str, int] = field(default_factory=dict)
    _begun: set[str] = field(default_factory=set)
    _not_until: dict[str, datetime] = field(default_factory=dict)
    _refused_until: dict[str, datetime] = field(default_factory=dict)
    _asked: dict[str, datetime] = field(default_factory=dict)
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _failed_in_row: set[str] = field(default_factory=set)
    _allowance: Allowance = field(default_factory=Allowance)
    _last: bool = False

    def wake(self) -> None:
        """There is something new to say, or something that waited can be said now."""
        self._news.set()

    def last(self) -> None:
        """Nothing more comes: ``run`` comes back once all is said."""
        self._last = True
        self.wake()

    def answers(self, key: str, asked: datetime) -> None:
        """What has this key answers a question of that time."""
        self._asked[key] = asked

    async def run(self) -> None:
        """Says what waits, until cancelled, or until all is said once ``last`` was called.

        Raises:
            LoggedOut: The front's account is gone.
            StoreUnavailable: The database can't be used.
        """
        pauses = 0
        while True:
            self._news.clear()
            ready = await self._ready()
            if not ready:
                if self._last:
                    return
                await set_or_after(self._news, self.look)
                continue
            try:
                for outgoing in ready:
                    await self._say_one(outgoing)
                    self._failed_in_row.clear()
                    pauses = 0
            except TryLater as error:
                if error.retry_after is None:
                    self._failed_in_row.add(outgoing.key)
                    if len(self._failed_in_row) < AWAY_AFTER:
                        # The rest of its thread is among what was ready: looks anew, at once.
                        continue
                pauses += 1
                pause = error.retry_after or min(30.0, 0.5 * 2.0**pauses) * jitter()
                log.warning("not_said_yet", extra={"reason": str(error), "again_in_s": pause})
                if error.retry_after is not None:
                    self._allowance.refused(self.clock())
                self.meter.held_up(error.retry_after or 0.0)
                await asyncio.sleep(pause)

    async def _ready(self) -> list[Outgoing]:
        """What can be said now, but for what failed lately and what stands behind it."""
        now = self.clock()
        aside = [key for key, until in self._not_until.items() if _is_ahead(until, now)]
        alone = [key for key, until in self._refused_until.items() if _is_ahead(until, now)]
        ready = await self.store.unsent(AT_ONCE, aside, alone)
        if not ready and not aside and not alone:
            # What was taken back before it was said leaves these behind.
            for kept in (self._failures, self._not_until, self._refused_until, self._begun):
                kept.clear()
            self._failed_in_row.clear()
            old = [key for key, asked in self._asked.items() if now - asked > FORGOTTEN_AFTER]
            for key in old:
                del self._asked[key]
        return self._leaving_room(ready, now)

    def _leaving_room(self, ready: list[Outgoing], now: datetime) -> list[Outgoing]:
        """Without what can wait, while people wait or would not find enough left."""
        # The most urgent threads come first: what can wait is at the end, unless people's words
        # stand behind it in its thread.
        people = len(ready)
        while people and ready[people - 1].priority is Priority.UPKEEP:
            people -= 1
        return ready[: people or self._allowance.for_upkeep(now)]

    async def _say_one(self, outgoing: Outgoing) -> None:
        try:
            # While others were said it may have been edited or taken back.
            fresh = await self.store.attempt(outgoing.key)
            if fresh is None:
                self._forget(outgoing.key)
                return
            event = await self._said_before(fresh)
            if event is None:
                self._begun.add(outgoing.key)
                event = await self.chat.send(fresh)
        except Undeliverable as error:
            await self._undeliverable(outgoing, str(error))
        except (LoggedOut, StoreUnavailable):
            raise
        except TryLater as error:
            if error.retry_after is None:
                # It may be this one alone that fails: the others go first next time.
                self._leave_alone(outgoing, error)
            raise
        except Exception as error:  # The top here: one message must not silence all others.
            self._leave_alone(outgoing, error)
            if self._failures[outgoing.key] < TRIES:
                raise TryLater(type(error).__name__) from error
            await self._undeliverable(outgoing, type(error).__name__)
        else:
            self._allowance.said(self.clock())
            await self.store.sent(outgoing.key, event)
            self.said(outgoing.key)

    async def _said_before(self, outgoing: Outgoing) -> str | None:
        """What another life, or this one long ago, began to say is looked for first."""
        if outgoing.attempted_at is None:
            return None
        # From the first time on: later ones may not have come as far as the homeserver.
        long_ago = self.clock() - outgoing.attempted_at >= SURE_FOR
        if outgoing.key in self._begun and not long_ago:
            return None
        return await self.chat.said_before(outgoing)

    async def _undeliverable(self, outgoing: Outgoing, reason: str) -> None:
        if self.keeps(outgoing):
            log.error("refused_for_now", extra={"key": outgoing.key, "reason": reason})
            self._forget(outgoing.key)
            self._refused_until[outgoing.key] = self.clock() + timedelta(seconds=LONGEST_PAUSE)
            return
        log.error("undeliverable", extra={"key": outgoing.key, "reason": reason})
        await self.store.undeliverable(outgoing.key, reason)
        self._forget(outgoing.key)
        await self.undelivered(outgoing, reason)

    def _leave_alone(self, outgoing: Outgoing, error: Exception) -> None:
        failures = self._failures[outgoing.key] = self._failures.get(outgoing.key, 0) + 1
        pause = pause_after(failures, error)
        self._not_until[outgoing.key] = self.clock() + pause

    def said(self, key: str) -> None:
        """Notes that it was said, whichever tells first: the answer to sending it, or its echo."""
        if asked := self._asked.get(key):
            self.meter.answered((self.clock() - asked).total_seconds())
        self._forget(key)

    def _forget(self, key: str) -> None:
        for kept in (self._failures, self._not_until, self._refused_until, self._asked):
            kept.pop(key, None)
        self._begun.discard(key)


def pause_after(failures: int, error: Exception) -> timedelta:
    """How long something that failed so often is left alone; logs it."""
    pause = min(LONGEST_PAUSE, 2.0**failures)
    fields = {"error": type(error).__name__, "failures": failures, "again_in_s": pause}
    log.error("failed", extra=fields)
    log.debug("failed_at", exc_info=error)
    return timedelta(seconds=pause)


def _is_ahead(until: datetime, now: datetime) -> bool:
    """Whether a pause lasts; too long a one was made before the clock was set back."""
    return timedelta() < until - now <= timedelta(seconds=LONGEST_PAUSE)


async def set_or_after(event: asyncio.Event, seconds: float) -> None:
    """Waits until the event is set, at most that long."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return


def jitter() -> float:
    """Half to all, so that many clients don't come back in step."""
    return 0.5 + random.random() / 2
