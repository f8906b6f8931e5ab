"""What runs all the time: hear, handle, say, look at the clock.

Each loop moves rows one step along the path (see docs/ARCHITECTURE.md), so that a crash
between any two steps leaves the row where it was. Told to end, they hear nothing more, finish
what is in hand and say what is queued; what that leaves over waits for the next start.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import groupby
from time import perf_counter

from bot.errors import (
    HandleAgain,
    LoggedOut,
    StoreUnavailable,
    TryLater,
    Unreadable,
)
from bot.messages import Kind, Message, MessageRef, Outgoing, Style
from bot.meter import Meter, NoMeter, ending
from bot.outcome import Outcome
from bot.ports import LONGEST_PUT_OFF, ChatClient, Clock, Store
from bot.reception import Reception
from bot.saying import AT_ONCE as SAID_AT_ONCE
from bot.saying import Saying, jitter, pause_after, set_or_after
from bot.ticking import Ticking

log = logging.getLogger(__name__)

AT_ONCE = 64
"""How many messages are taken in hand in one look."""

ROOMS_AT_ONCE = 256
"""In how many rooms messages are in hand at the same time."""

TRIES = 5
"""How often a message is handled when somebody else changed its case first."""

FIRST_PAUSE = 0.05
"""Seconds between the first two of those; doubled each time."""

SOON = 2.0
"""Seconds, at most, after which it is handled again when somebody was first each time."""

PATIENCE = 30.0
"""Seconds, at most, for what the other side can't do now, when it does not say how long."""

PARK_AFTER = 8
"""How often handling a message may fail; with the pauses between, that takes four minutes."""

ASK_AFTER = 4
"""How often keys are waited for before the sender is asked to repeat: half a minute."""

KEYS_FOR = 200
"""How often keys are waited for at all: a week, with ``LONGEST_PAUSE_FOR_KEYS``."""

LONGEST_PAUSE_FOR_KEYS = LONGEST_PUT_OFF.total_seconds()
"""Seconds."""

LOOK = 1.0
"""Seconds between looks at the clock and at what was put off."""

INDEX_PAUSE = 20.0
"""Seconds after which an index that could not be built is tried again."""


@dataclass(slots=True)
class Loops:
    """Runs one bot on one front.

    Attributes:
        store, chat, clock: The ports.
        reception: Handles every message.
        published: Called after entries were published, before the next message is handled,
            so that the next question finds them; tells whether it does, and is called again
            later when not.
        meter: Counts and times.
        shutdown: Seconds that the rest may take once told to finish.
    """

    store: Store
    chat: ChatClient
    reception: Reception
    published: Callable[[], Awaitable[bool]]
    clock: Clock
    meter: Meter = field(default_factory=NoMeter)
    shutdown: float = 10.0
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _left_over: set[MessageRef] = field(default_factory=set)
    _in_hand: set[str] = field(default_factory=set)
    _publishing: set[MessageRef] = field(default_factory=set)
    _indexed: asyncio.Event = field(default_factory=asyncio.Event)
    _ending: asyncio.Event = field(default_factory=asyncio.Event)
    _index_at: datetime | None = None
    _ticking: Ticking = field(init=False)
    _saying: Saying = field(init=False)

    def __post_init__(self) -> None:
        self._indexed.set()
        ports = (self.store, self.chat, self.clock, self.meter)
        self._saying = Saying(*ports, self._undelivered, LOOK, self._is_for_desk)
        self._ticking = Ticking(self.store, self.reception, self.clock, self._commit)

    def finish(self) -> None:
        """Has ``run`` hear nothing more, finish what is in hand, say what is queued, and return."""
        self._ending.set()
        self._arrived.set()

    async def run(self) -> None:
        """Runs until cancelled, told to ``finish``, or until the front has nobody left to hear.

        Raises:
            LoggedOut: The front's account is gone.
            StoreUnavailable: The database can't be used.
        """
        self._left_over = await self._perhaps_in_hand()
        async with asyncio.TaskGroup() as group:
            working = [
                group.create_task(self._handle()),
                group.create_task(self._watch_the_clock()),
            ]
            saying = group.create_task(self._saying.run())
            position = await self.store.position(self.chat.front)
            hearing = group.create_task(self.chat.run(position, self._receive))
            told = group.create_task(self._ending.wait())
            await asyncio.wait([hearing, told], return_when=asyncio.FIRST_COMPLETED)
            if self._ending.is_set():
                # What it was receiving ends whole in the store, or comes again.
                hearing.cancel()
                await self._finish(working, saying)
            for task in (told, saying, *working):
                task.cancel()

    async def _perhaps_in_hand(self) -> set[MessageRef]:
        """What an earlier life may have ended over: the first that waits in each room.

        The others there were not begun. What is put off was not in hand either, or it would be
        due: to count it would have it parked in place of what stands behind it.
        """
        first: dict[str, MessageRef] = {}
        for each in await self.store.unhandled(self.clock(), sys.maxsize):
            if each.kind is not Kind.UNREADABLE:
                first.setdefault(each.ref.room, each.ref)
        return set(first.values())

    async def _finish(
        self, working: Sequence[asyncio.Task[None]], saying: asyncio.Task[None]
    ) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self.shutdown):
                await asyncio.wait(working)
                self._saying.last()
                await asyncio.wait([saying])
        left = len(await self.store.unsent(SAID_AT_ONCE))
        log.info("finished", extra={"not_said": left})

    async def idle(self) -> None:
        """Returns once everything heard is handled and everything to say is said."""
        # The store is the only one who knows, and it has no event for "nothing left".
        while await self._busy():  # noqa: ASYNC110
            await asyncio.sleep(0.02)

    async def _busy(self) -> bool:
        return bool(await self.store.unhandled(self.clock(), 1) or await self.store.unsent(1))

    async def _receive(self, messages: Sequence[Message], position: str) -> None:
        await self.store.receive(self.chat.front, messages, position)
        for message in messages:
            if message.kind is Kind.SAID:
                self._saying.said(message.text)
                self._saying.wake()  # What hangs on it can be said now.
            else:
                self.meter.heard(message.place, message.kind)
                self._arrived.set()

    async def _handle(self) -> None:
        """Handles each room's messages in order; a slow room holds up no other."""
        async with asyncio.TaskGroup() as rooms:
            while not self._ending.is_set():
                self._arrived.clear()
                waiting: list[Message] = []
                if len(self._in_hand) < ROOMS_AT_ONCE:
                    in_hand = tuple(self._in_hand)
                    waiting = await self.store.unhandled(self.clock(), AT_ONCE, in_hand)
                if not waiting:
                    await set_or_after(self._arrived, LOOK)
                    continue
                waiting.sort(key=lambda message: message.ref.room)  # Stable: in order in a room.
                for room, messages in groupby(waiting, key=lambda message: message.ref.room):
                    self._in_hand.add(room)
                    rooms.create_task(self._handle_room(room, list(messages)))

    async def _handle_room(self, room: str, messages: Sequence[Message]) -> None:
        try:
            await self._handle_in_order(messages)
        finally:
            self._in_hand.discard(room)
            self._arrived.set()  # There may be more in that room.

    async def _handle_in_order(self, messages: Sequence[Message]) -> None:
        """Handles one room's messages; none while what was published is not indexed."""
        for message in messages:
            await self._indexed.wait()
            if self._ending.is_set():
                return
            try:
                outcome = await self._handle_one(message)
            except (LoggedOut, StoreUnavailable):
                raise
            except Unreadable:
                await self._wait_for_keys(message)
            except HandleAgain:
                await self._wait(message, SOON)
            except TryLater as error:
                log.warning("not_handled_yet", extra={"reason": str(error)})
                await self._wait(message, error.retry_after or PATIENCE)
            except Exception as error:  # The one top: the row stays, the others go on.
                await self._put_off(message, error)
            else:
                if outcome.entry is not None:
                    await self._index()
            finally:
                self._publishes_nothing(message)

    async def _handle_one(self, message: Message) -> Outcome:
        if message.ref in self._left_over:
            # From an earlier life, which it may have ended: that counts as well.
            self._left_over.discard(message.ref)
            failures = await self.store.put_off(message.ref, self.clock())
            if failures >= PARK_AFTER:
                return await self._park(replace(message, failures=failures), "killed the bot")
        began = perf_counter()
        await self.chat.attend(message, done=False)
        for attempt in range(TRIES):
            try:
                outcome = await self.reception.handle(message)
                if outcome.given:  # Before it can be said, which may be at once.
                    self._saying.answers(outcome.given.key, message.sent_at)
                if outcome.entry is not None:  # From now on the others wait for the index.
                    self._publishing.add(message.ref)
                    self._indexed.clear()
                await self._commit(outcome)
            except HandleAgain:
                if attempt == TRIES - 1:
                    raise
                # If another entry was published meanwhile, this one is held against that too.
                self._publishes_nothing(message)
                await self._indexed.wait()
                await asyncio.sleep(FIRST_PAUSE * 2.0**attempt * jitter())
            else:
                break
        self.meter.handling(perf_counter() - began)
        await self.chat.attend(message, done=True)
        return outcome

    def _publishes_nothing(self, message: Message) -> None:
        self._publishing.discard(message.ref)
        if not self._publishing:
            self._indexed.set()

    def _is_for_desk(self, outgoing: Outgoing) -> bool:
        """Whether these are words for people at the desk, who would not know what they miss."""
        rooms = self.reception.rooms
        there = (outgoing.front, outgoing.room) == (rooms.front, rooms.desk)
        return there and outgoing.style in (Style.TEXT, Style.NOTICE)

    async def _undelivered(self, outgoing: Outgoing, reason: str) -> None:
        outcome = await self.reception.undelivered(outgoing, reason)
        if outcome is not None:
            await self._commit(outcome)

    async def _wait_for_keys(self, message: Message) -> None:
        pause = min(LONGEST_PAUSE_FOR_KEYS, 2.0 ** (message.waits + 1))
        until = self.clock() + timedelta(seconds=pause)
        waits = await self.store.wait(message.ref, until, for_keys=True)
        if waits == ASK_AFTER:
            await self._commit(self.reception.ask_again(message))
        elif waits > KEYS_FOR:
            await self._commit(Outcome("unreadable for good", message.ref))

    async def _wait(self, message: Message, seconds: float) -> None:
        """It is not the message's fault: that never leads to its being parked."""
        pause = min(LONGEST_PUT_OFF, timedelta(seconds=seconds * jitter()))
        await self.store.wait(message.ref, self.clock() + pause)

    async def _park(self, message: Message, error: str) -> Outcome:
        log.error("parked", extra={"error": error, "failures": message.failures})
        try:
            return await self._commit(await self.reception.failed(message, error))
        except (HandleAgain, LoggedOut, StoreUnavailable):
            raise
        except Exception as again:  # The top here: it is kept, if nothing else.
            log.error("parked_silently", extra={"error": type(again).__name__})
            return await self._commit(Outcome("parked", message.ref, parked=True))

    async def _commit(self, outcome: Outcome) -> Outcome:
        await self.store.commit(outcome)
        log.info("handled", extra={"reason": outcome.reason})
        self.meter.handled(ending(outcome.reason))
        if outcome.outgoing:
            self._saying.wake()
        return outcome

    async def _put_off(self, message: Message, error: Exception) -> None:
        self.meter.failed()
        name, failures = type(error).__name__, message.failures + 1
        if failures >= PARK_AFTER:
            try:
                await self._park(replace(message, failures=failures), name)
            except HandleAgain:
                await self._wait(message, SOON)
            return
        pause = pause_after(failures, error)
        await self.store.put_off(message.ref, self.clock() + pause)

    async def _index(self) -> None:
        """Has what was published indexed, or sees to it later; ``None`` stands for that."""
        if await self.published():
            self._index_at = None
        else:
            self._index_at = self.clock() + timedelta(seconds=INDEX_PAUSE)

    async def _watch_the_clock(self) -> None:
        while not self._ending.is_set():
            now = self.clock()
            if self._index_at is not None and self._index_at < now:
                await self._index()
            await self._ticking.look(now)
            await set_or_after(self._ending, LOOK)
