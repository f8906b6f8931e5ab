"""The row about what stays: memory, speed and database after very many messages."""

from __future__ import annotations

import statistics
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from stage.bench.chatter import Chatter
from stage.bench.figures import Ratio, Row
from stage.bench.finding import Sizes, Tell
from stage.bench.place import loket
from stage.bench.scripted import Event, ScriptedHomeserver
from stage.bot import BotProcess

ROOMS = 8
BATCH = 200
"""Messages that come with one answer of ``/sync``; the next come when all are handled."""

FIRST = 1_000
"""Messages after which memory counts as what the bot needs."""

WITHIN = 120.0
"""Seconds in which a batch must be handled."""

_DESK = "!desk:scripted"


@dataclass(frozen=True, slots=True)
class _Mark:
    """What was seen after so many messages."""

    messages: int
    memory: int
    database: int


async def memory(sizes: Sizes, folder: Path, tell: Tell) -> Row:
    """A day's talk in some rooms, over and over, on a scripted homeserver."""
    rooms = [f"!room{number}:scripted" for number in range(ROOMS)]
    async with ScriptedHomeserver(dict.fromkeys([_DESK, *rooms], 100)) as homeserver:
        tell("memory: starting Loket on a scripted homeserver")
        async with loket(
            folder,
            homeserver,
            homeserver.account,
            desk=_DESK,
            community=rooms,
            responders=["@vera:scripted"],
        ) as bot:
            database = folder / "data" / "loket.db"
            marks: list[_Mark] = [_mark(0, bot, database)]
            seconds: list[float] = []
            chatter = Chatter(homeserver.account.user_id)
            messages = 0
            for count in _marks(sizes.messages):
                while messages < count:
                    began = time.perf_counter()
                    await _one_batch(homeserver, chatter, rooms)
                    seconds.append(time.perf_counter() - began)
                    messages += BATCH
                    if messages % 5_000 == 0:
                        tell(f"memory: {messages} messages of {sizes.messages}")
                marks.append(_mark(messages, bot, database))
            said, requests = homeserver.sent, homeserver.requests.total()
    return _row(marks, seconds, said, requests)


def _marks(messages: int) -> Iterator[int]:
    yield from (count for count in (FIRST, 10_000) if count < messages)
    yield messages


async def _one_batch(homeserver: ScriptedHomeserver, chatter: Chatter, rooms: list[str]) -> None:
    events: dict[str, list[Event]] = defaultdict(list)
    asked = set()
    for number in range(BATCH):
        room = rooms[number % len(rooms)]
        recent = [event["event_id"] for event in events[room] if event["type"] != "m.reaction"]
        # The last one in each room is talk: its receipt tells that all before it is handled.
        last = number >= BATCH - len(rooms)
        written = chatter.talk() if last else chatter.next(recent[-5:])
        event = homeserver.event(written.sender, written.content, written.kind)
        events[room].append(event)
        if written.asks_bot:
            asked.add(event["event_id"])
    await homeserver.put(events)
    ends = {(room, "main"): each[-1]["event_id"] for room, each in events.items()}
    await homeserver.until(
        lambda: asked <= homeserver.answered and ends.items() <= homeserver.read.items(),
        WITHIN,
        f"handle {BATCH} messages",
    )
    homeserver.forget()


def _mark(messages: int, bot: BotProcess, database: Path) -> _Mark:
    size = 0
    for file in (database, database.with_name(f"{database.name}-wal")):
        with suppress(FileNotFoundError):
            size += file.stat().st_size
    return _Mark(messages, bot.memory("VmRSS"), size)


def _row(marks: list[_Mark], seconds: list[float], said: int, requests: int) -> Row:
    start, first, last = marks[0], marks[1], marks[-1]
    figures = {"messages": float(last.messages), "said": float(said)}
    for mark in marks:
        figures[f"after_{mark.messages}_mb"] = mark.memory / 2**20
    # Medians, because others may use this machine too.
    third = len(seconds) // 3
    speed, speed_then = [
        BATCH / statistics.median(each) for each in (seconds[:third], seconds[-third:])
    ]
    figures["messages_per_s"] = last.messages / sum(seconds)
    figures["messages_per_s_first_third"] = speed
    figures["messages_per_s_last_third"] = speed_then
    figures["database_start_mb"] = start.database / 2**20
    figures["database_end_mb"] = last.database / 2**20
    grown = (last.database - first.database) / (last.messages - first.messages)
    figures["database_bytes_per_message"] = grown
    figures["requests_per_message"] = requests / last.messages
    of = f"after {last.messages:,} messages ÷ after {first.messages:,}"
    ratios = []
    if first.memory:
        ratio = last.memory / first.memory
        ratios.append(Ratio("memory", ratio, f"memory {of}", 1, "at most 1.1"))
    of = "messages/s in the last third ÷ in the first"
    ratios.append(Ratio("speed", speed_then / speed, of, 1, "at least 0.8"))
    return Row("memory", tuple(ratios), figures)
