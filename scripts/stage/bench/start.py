"""The row about coming back: many joined rooms, and a week in which the bot was away."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from stage.bench.chatter import Chatter, Written
from stage.bench.figures import Ratio, Row
from stage.bench.finding import Sizes, Tell
from stage.bench.place import desk_with, loket, people
from stage.bench.scripted import Event, ScriptedHomeserver
from stage.bot import BotProcess
from stage.homeserver import Homeserver
from stage.person import Person, Seen

RECEIVED_WITHIN = 60.0
"""Seconds from the start of the process in which all that was missed must be in the database."""

HANDLED_WITHIN = 600.0
"""Seconds from there in which all of it must be handled, and whoever asked must have a reply."""

DIRECT = 5
"""Messages missed in each direct room."""

_DESK = "!desk:scripted"
_WITHIN = 1800.0
_PEOPLE = 10
"""Who write on Synapse."""


@dataclass(frozen=True, slots=True)
class _Start:
    """One start.

    Attributes:
        received: Seconds from the start of the process until all was in the database; 0: not
            known.
        answered: Seconds until whoever asked had a reply.
        handled: Seconds until all was handled; 0: not known.
        peak: Memory in bytes.
        requests: Of the bot, by kind; empty: not known.
    """

    received: float
    answered: float
    handled: float
    peak: int
    requests: Mapping[str, int]


async def start(sizes: Sizes, folder: Path, tell: Tell) -> Row:
    """The same backlog on the scripted homeserver and, smaller, on Synapse too."""
    many, missed = sizes.joined, sizes.missed
    tell(f"start: {many} direct rooms and {_open_rooms(many)} others on a scripted homeserver")
    empty, big = await _scripted(folder / "many", many, missed)
    few, missed_few = sizes.joined_real, min(missed, 150)
    tell(f"start: {few} direct rooms on a scripted homeserver, to compare it with Synapse")
    _, small = await _scripted(folder / "few", few, missed_few)
    tell(f"start: {few} direct rooms on Synapse")
    real = await _real(folder / "real", few, missed_few)
    messages = many * DIRECT + _open_rooms(many) * missed
    ratios = [
        Ratio(
            "received",
            big.received / RECEIVED_WITHIN,
            f"start until {messages:,} missed messages are kept ÷ {RECEIVED_WITHIN:.0f} s",
            1,
            "at most 1",
        ),
        Ratio(
            "handled",
            big.handled / HANDLED_WITHIN,
            f"start until they are handled ÷ {HANDLED_WITHIN:.0f} s",
            1,
            "at most 1",
        ),
    ]
    if big.peak:
        of = "peak memory with ÷ without the backlog"
        ratios.append(Ratio("memory", big.peak / empty.peak, of, 1, "at most 1.25"))
    of = "scripted ÷ real: start until all are answered, the same small backlog"
    ratios.append(Ratio("honest", small.answered / real.answered, of, 1))
    figures = {
        "direct_rooms": float(many),
        "messages": float(messages),
        "start_without_backlog_s": empty.answered,
        "received_s": big.received,
        "answered_s": big.answered,
        "handled_s": big.handled,
        "peak_mb": big.peak / 2**20,
        "peak_without_backlog_mb": empty.peak / 2**20,
        "requests_until_received": float(sum(big.requests.values())),
    }
    figures |= {f"requests_{name}": float(count) for name, count in big.requests.items()}
    figures |= {
        "small_direct_rooms": float(few),
        "small_scripted_answered_s": small.answered,
        "small_synapse_answered_s": real.answered,
        "small_synapse_peak_mb": real.peak / 2**20,
    }
    return Row("start", tuple(ratios), figures)


def _open_rooms(direct: int) -> int:
    return max(1, direct // 50)


def _backlog(
    bot: str, direct: Sequence[str], communities: Sequence[str], missed: int
) -> dict[str, list[Written]]:
    """What was written while the bot was away."""
    chatter = Chatter(bot)
    written: dict[str, list[Written]] = {}
    for room in direct:
        first, second = chatter.question(), chatter.question()
        sender = first.sender

        def said(text: str, sender: str = sender) -> Written:
            content = {"msgtype": "m.text", "body": text, "m.mentions": {}}
            return Written(sender, "m.room.message", content, asks_bot=True)

        written[room] = [said("hello"), first, said("thanks"), second, said("bye")]
    for room in communities:
        written[room] = [chatter.next() for _ in range(missed - 1)] + [chatter.talk()]
    return written


async def _scripted(folder: Path, many: int, missed: int) -> tuple[_Start, _Start]:
    """The start without and with the backlog."""
    direct = [f"!direct{number}:scripted" for number in range(many)]
    communities = [f"!room{number}:scripted" for number in range(_open_rooms(many))]
    members = dict.fromkeys(direct, 2) | dict.fromkeys([_DESK, *communities], 100)
    async with AsyncExitStack() as stack:
        homeserver = await stack.enter_async_context(ScriptedHomeserver(members))
        bot = await stack.enter_async_context(
            loket(
                folder / "bot",
                homeserver,
                homeserver.account,
                desk=_DESK,
                community=communities,
                responders=["@vera:scripted"],
            )
        )
        # Once to begin, once more with nothing missed, then with the backlog.
        await bot.stop()
        homeserver.requests.clear()
        began = time.perf_counter()
        await bot.start()
        await homeserver.until(lambda: homeserver.requests["sync"] > 1, 60, "listen")
        quiet = time.perf_counter() - began
        empty = _Start(quiet, quiet, quiet, bot.memory(), {})
        await bot.stop()
        written = _backlog(homeserver.account.user_id, direct, communities, missed)
        return empty, await _after(homeserver, bot, written)


async def _after(
    homeserver: ScriptedHomeserver, bot: BotProcess, written: Mapping[str, Sequence[Written]]
) -> _Start:
    """Starts the bot after that was written, and waits until all of it is done."""
    batch: dict[str, list[Event]] = {}
    asked: set[str] = set()
    for room, each in written.items():
        batch[room] = []
        for one in each:
            event = homeserver.event(one.sender, one.content, one.kind)
            batch[room].append(event)
            if one.asks_bot:
                asked.add(event["event_id"])
    ends = {(room, "main"): events[-1]["event_id"] for room, events in batch.items()}
    position = await homeserver.put(batch)
    homeserver.requests.clear()
    began = time.perf_counter()
    await bot.start()
    await homeserver.until(lambda: homeserver.heard >= position, _WITHIN, "receive")
    received = time.perf_counter() - began
    requests = dict(homeserver.requests)
    await homeserver.until(lambda: asked <= homeserver.answered, _WITHIN, "answer")
    answered = time.perf_counter() - began
    await homeserver.until(lambda: ends.items() <= homeserver.read.items(), _WITHIN, "handle all")
    handled = time.perf_counter() - began
    return _Start(received, answered, handled, bot.memory(), requests)


async def _real(folder: Path, many: int, missed: int) -> _Start:
    """The start with the backlog."""
    async with AsyncExitStack() as stack:
        homeserver = await stack.enter_async_context(Homeserver())
        account = await homeserver.register("loket", "Loket")
        names = [f"person{number}" for number in range(_PEOPLE)]
        citizens = await stack.enter_async_context(people(homeserver, *names))
        bot_itself = await stack.enter_async_context(Person(homeserver.url, account))
        direct = {}
        for person in itertools.islice(itertools.cycle(citizens), many):
            room = await person.direct_chat(account.user_id)
            await bot_itself.join(room)
            direct[room] = person
        first = citizens[0]
        desk = await desk_with(account, first)
        communities = [await first.create_room(f"Room {n}") for n in range(_open_rooms(many))]
        bot = await stack.enter_async_context(
            loket(
                folder / "bot",
                homeserver,
                account,
                desk=desk,
                community=communities,
                responders=[first.user_id],
            )
        )
        # It listens from here on; what comes now it has not missed.
        marker = await first.say(communities[0], "hello", mention=[account.user_id])
        await first.wait_for(lambda seen: seen.thread == marker, 60, "a reply")
        await bot.stop()
        asked: dict[str, set[str]] = defaultdict(set)
        for room, each in _backlog(account.user_id, list(direct), communities, missed).items():
            person = direct.get(room, first)
            for one in each:
                event = await person.send(room, one.kind, one.content)
                if one.asks_bot:
                    asked[person.user_id].add(event)
        began = time.perf_counter()
        await bot.start()
        await asyncio.gather(*(_all_answered(person, asked[person.user_id]) for person in citizens))
        answered = time.perf_counter() - began
        return _Start(0.0, answered, 0.0, bot.memory(), {})


async def _all_answered(person: Person, asked: set[str]) -> None:
    left = set(asked)

    def last(seen: Seen) -> bool:
        if seen.sender != person.user_id and seen.thread is not None:
            left.discard(seen.thread)
        return not left

    if asked:
        await person.wait_for(last, 600, "a reply to everything")
