"""The row about many rooms: how much is answered when people ask in all of them at once.

Synapse, both bots and the people's clients share this machine's cores; on a server of its own
Synapse leaves the bot more of them. So what counts is the ratio to the echo bot, whose every
message costs Synapse the same.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from knowledge.entry import Entry
from stage.bench.figures import Ratio, Row, percentile, ratio_of
from stage.bench.finding import Sizes, Tell
from stage.bench.place import desk_with, echo_bot, listening, loket, people, sample
from stage.homeserver import Account, Homeserver
from stage.person import Person, Seen

WITHIN = 120.0
"""Seconds in which a burst must be answered."""

QUIET = 0.1
"""Seconds between two questions asked alone."""

_ASKERS = 5


@dataclass(frozen=True, slots=True)
class _Room:
    """A room with one bot and one asker.

    Attributes:
        mention: Whether the asker must mention the bot for it to reply.
    """

    id: str
    asker: Person
    bot: Account
    mention: bool

    async def ask(self, entry: Entry) -> str:
        """Puts the entry's question; gives the event's id."""
        mention = [self.bot.user_id] if self.mention else []
        return await self.asker.say(self.id, entry.question, mention=mention)

    def reply(self, asked: str, entry: Entry, began: float) -> Callable[[Seen], bool]:
        """Tells the reply to that question."""

        def is_it(seen: Seen) -> bool:
            if seen.room != self.id or seen.sender != self.bot.user_id or seen.arrived < began:
                return False
            return seen.thread == asked if self.mention else seen.text == entry.question

        return is_it


@dataclass(slots=True)
class _Taken:
    """What one bot did, by number of rooms.

    Attributes:
        burst: Replies in a second.
        alone: Seconds for each question.
    """

    burst: dict[int, list[float]] = field(default_factory=dict)
    alone: dict[int, list[float]] = field(default_factory=dict)


async def rooms(sizes: Sizes, folder: Path, tell: Tell) -> Row:
    """Bursts and single questions, put to Loket and to an echo bot in turn."""
    async with AsyncExitStack() as stack:
        most = max(sizes.rooms)
        tell(f"rooms: starting Synapse, and making {2 * most} rooms")
        homeserver = await stack.enter_async_context(Homeserver())
        bot = await homeserver.register("loket")
        names = [f"asker{number}" for number in range(_ASKERS)]
        echo, vera, *askers = await stack.enter_async_context(
            people(homeserver, "echo", "vera", *names)
        )
        lokets, echoes = [], []
        for number, asker in enumerate(itertools.islice(itertools.cycle(askers), most)):
            community = await asker.create_room(f"Room {number}")
            lokets.append(_Room(community, asker, bot, True))
            echo_room = await asker.create_room(f"Echo {number}")
            await echo.join(echo_room)
            echoes.append(_Room(echo_room, asker, echo.account, False))
        desk = await desk_with(bot, vera)
        tell(f"rooms: starting the echo bot, and Loket in {most} rooms")
        await stack.enter_async_context(echo_bot(homeserver, echo.account))
        await stack.enter_async_context(
            loket(
                folder,
                homeserver,
                bot,
                desk=desk,
                community=[room.id for room in lokets],
                responders=[vera.user_id],
            )
        )
        async with listening(askers):
            taken = await _measured(sizes, lokets, echoes, tell)
    return _row(sizes, *taken)


async def _measured(
    sizes: Sizes, lokets: list[_Room], echoes: list[_Room], tell: Tell
) -> tuple[_Taken, _Taken]:
    ours, theirs = _Taken(), _Taken()
    entries = sample(sizes.burst)
    await _burst(lokets[:2], entries[:5])
    await _burst(echoes[:2], entries[:5])
    for count in sizes.rooms:
        tell(f"rooms: {count} at once, to both bots in turn")
        for taken, where in ((ours, lokets), (theirs, echoes)):
            taken.burst[count], taken.alone[count] = [], []
            for _ in range(sizes.bursts):
                taken.burst[count].append(await _burst(where[:count], entries))
        for number, entry in enumerate(sample(sizes.alone)):
            for taken, where in ((ours, lokets), (theirs, echoes)):
                taken.alone[count].append(await _alone(where[number % count], entry))
                await asyncio.sleep(QUIET)
    return ours, theirs


async def _burst(where: Sequence[_Room], entries: Sequence[Entry]) -> float:
    """Asks all at once; gives replies in a second, from the first question to the last reply."""
    began = asyncio.get_running_loop().time()

    async def ask(room: _Room, entry: Entry) -> float:
        asked = await room.ask(entry)
        reply = await room.asker.wait_for(room.reply(asked, entry, began), WITHIN, "a reply")
        return reply.arrived

    replies = await asyncio.gather(
        *(ask(room, entry) for room, entry in zip(itertools.cycle(where), entries, strict=False))
    )
    return len(replies) / (max(replies) - began)


async def _alone(room: _Room, entry: Entry) -> float:
    began = asyncio.get_running_loop().time()
    asked = await room.ask(entry)
    reply = await room.asker.wait_for(room.reply(asked, entry, began), WITHIN, "a reply")
    return reply.arrived - began


def _row(sizes: Sizes, ours: _Taken, theirs: _Taken) -> Row:
    ratios: list[Ratio] = []
    figures = {"questions_at_once": float(sizes.burst), "questions_alone": float(sizes.alone)}
    for count in sizes.rooms:
        where = f"{count} room{'s' if count > 1 else ''}"
        of = f"answers/s in a burst in {where}: Loket ÷ an echo bot"
        ratios.append(ratio_of(f"burst_{count}", ours.burst[count], theirs.burst[count], of))
        of = f"question to answer, alone, in {where}: Loket ÷ an echo bot"
        ratios.append(ratio_of(f"time_{count}", ours.alone[count], theirs.alone[count], of))
        for name, taken in (("loket", ours), ("echo", theirs)):
            per_s = sum(taken.burst[count]) / len(taken.burst[count])
            figures[f"{name}_{count}_rooms_per_s"] = per_s
            for percent in (50, 95):
                took = 1000 * percentile(taken.alone[count], percent)
                figures[f"{name}_{count}_rooms_p{percent}_ms"] = took
    return Row("rooms", tuple(ratios), figures)
