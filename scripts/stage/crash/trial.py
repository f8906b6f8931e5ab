"""One trial: people talk, the bot dies again and again, and in the end all is counted."""

from __future__ import annotations

import asyncio
import json
import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from knowledge.entry import Entry
from knowledge.files import write
from stage.bot import BotFailed, settings
from stage.crash.check import judge
from stage.crash.lives import Ended, Lives
from stage.crash.people import Book, People
from stage.crash.plan import RANDOM, Death, deaths, made_up, stories
from stage.crash.proxy import Proxy
from stage.crash.report import Report
from stage.crash.traffic import BODY, MANY, Traffic
from stage.homeserver import Homeserver

Tell = Callable[[str], None]

ENTRIES = 12
SETTLED_WITHIN = 240.0
"""Seconds for the bot, undisturbed, to say all that it owes."""

_RESTART_EVERY = 25
"""Kills between two times that the homeserver goes away."""

_SUPERVISOR = 0.3
"""Seconds until a bot that ended by itself is started again."""

_BROKEN = (70, 2)
"""Exit statuses that no network explains: an error that nobody caught, a wrong setting."""

_TOLD_EVERY = 10.0
_CHAT = 500_000
_LAST = 900_000
"""The numbers from which talk and the last questions count; no story comes to them."""

_LONG = 100
"""Kills from which on there is time for stories of more than a minute."""

_SURE = {"addressed": 1.2, "unaddressed": 1.2}
"""Between what an entry's own words reach with the light embedder, 1.5, and the 0.9 that the
surest of 1,000 questions with words of no entry reached among 250 entries."""

_LEFT = """
    SELECT (SELECT count(*) FROM inbox),
        (SELECT count(*) FROM outbox WHERE event IS NULL AND undeliverable IS NULL),
        (SELECT count(*) FROM outbox WHERE undeliverable NOT IN ('merged', 'taken back'))
"""
"""What was never said because later words say all of it, or because it was taken back, is nobody's
loss."""
_PUBLISHED = """
    SELECT count(DISTINCT id), count(*) FROM entry_versions WHERE origin = 'desk'
"""


class Trial:
    """See the module.

    Args:
        kills: How many.
        seed: Of the plan.
        folder: Where the bot's data and log go, and what the homeserver had in the end.
        tell: Told how far it is.
    """

    def __init__(self, kills: int, seed: int, folder: Path, tell: Tell) -> None:
        self._kills = kills
        self._folder = folder
        self._tell = tell
        self._rng = random.Random(f"trial {seed}")
        self._seed = seed
        self._report = Report(seed)
        self._homeserver: Homeserver
        self._proxy: Proxy
        self._people: People
        self._traffic: Traffic
        self._lives: Lives

    async def run(self) -> Report:
        """Runs it, from the first account to the last count.

        Raises:
            BotFailed: The bot ended in a way that no crash explains.
            HomeserverFailed: Synapse did not start.
        """
        async with AsyncExitStack() as stack:
            self._tell("starting a throwaway Matrix homeserver (Synapse), people and rooms")
            self._homeserver = await stack.enter_async_context(Homeserver())
            self._proxy = await stack.enter_async_context(Proxy(self._homeserver.url, self._seed))
            entries = known_entries(self._seed)
            write(entries, self._folder / "entries")
            self._people = await stack.enter_async_context(People.gathered(self._homeserver))
            self._traffic = Traffic(self._people, entries)
            self._lives = await stack.enter_async_context(
                Lives(self._settings(), self._people.bot, self._folder / "loket.log")
            )
            await self._living(self._people.welcomed())
            plan = stories(self._seed, long=self._kills >= _LONG)
            async with asyncio.TaskGroup() as group:
                talking = group.create_task(self._traffic.talk(plan))
                await self._kill_on()
                await self._living(self._settle(talking))
            await self._count()
        return self._report

    def _settings(self) -> Path:
        people = self._people
        return settings(
            self._folder,
            self._homeserver,
            people.bot,
            desk=people.desk,
            community=people.communities[0],
            responders=[
                {"id": people.vera.user_id, "role": "volunteer"},
                {"id": people.omar.user_id, "role": "official", "body": BODY, "may_vet": True},
            ],
            rooms={"community": [{"room": room} for room in people.communities]},
            entries=str(self._folder / "entries"),
            answering={"confidence": _SURE, "patience": 1},
            matrix={"homeserver": self._proxy.url},
            # A few people ask more here in an hour than anybody may.
            budgets={"person": 0, "room": 0},
        )

    async def _living(self, work: Any) -> None:
        """Does something while one bot lives undisturbed, which is ended in order then."""
        async with asyncio.TaskGroup() as group:
            life = group.create_task(self._lives.live(Death()))
            working = group.create_task(work)
            await asyncio.wait((life, working), return_when=asyncio.FIRST_COMPLETED)
            if life.done():
                working.cancel()
                text = f"the bot ended undisturbed\n{self._lives.last_words()}"
                raise BotFailed(text)
            self._lives.end(in_order=True)
            if (await life).status != 0:
                raise BotFailed(f"the bot did not end in order\n{self._lives.last_words()}")

    async def _kill_on(self) -> None:
        began = told = time.monotonic()
        self._proxy.calm = False
        plan = deaths(self._seed)
        every = min(_RESTART_EVERY, max(1, self._kills // 2))
        outages = self._outages()
        async with asyncio.TaskGroup() as group:
            kills = 0
            while kills < self._kills:
                if (kills + 1) % every == 0 and sum(self._report.restarts.values()) < (
                    (kills + 1) // every
                ):
                    ended, step = await next(outages)(group), ""
                else:
                    death = next(plan)
                    ended, step = await self._lives.live(death), death.step
                kills += await self._noted(ended, step)
                if time.monotonic() - told > _TOLD_EVERY:
                    told = time.monotonic()
                    self._tell(self._state(kills, told - began))
        self._report.seconds = time.monotonic() - began
        self._proxy.calm = True

    async def _noted(self, ended: Ended, step: str) -> bool:
        """Counts how a life ended; gives whether it was killed."""
        if ended.how != "itself":
            self._report.kills[step if ended.how == "step" else RANDOM] += 1
            return True
        words = self._lives.last_words()
        if ended.status in _BROKEN or ended.status < 0:
            raise BotFailed(f"the bot ended by itself with status {ended.status}\n{words}")
        self._report.ended_itself[_without_address(words)] += 1
        await asyncio.sleep(_SUPERVISOR)
        return False

    def _outages(self) -> Iterator[Callable[[asyncio.TaskGroup], Any]]:
        while True:
            yield self._outlives
            yield self._dies_meanwhile

    async def _outlives(self, group: asyncio.TaskGroup) -> Ended:
        """A life that sees the homeserver go in order and come back; then much is said."""
        self._report.restarts["stopped, the bot living on"] += 1
        life = group.create_task(self._lives.live(Death()))
        await asyncio.sleep(self._rng.uniform(0.5, 1.5))
        await self._homeserver.restart()
        await asyncio.wait((life,), timeout=self._rng.uniform(0.1, 2.5))
        if not life.done():
            self._lives.end()
        ended = await life
        await self._traffic.chat_away(_CHAT + MANY * self._report.restarts.total())
        return ended

    async def _dies_meanwhile(self, group: asyncio.TaskGroup) -> Ended:
        """A life that ends while the homeserver, killed, is away; it comes back beside others."""
        self._report.restarts["killed, the bot too"] += 1
        life = group.create_task(self._lives.live(Death(within=self._rng.uniform(0.8, 1.6))))
        await asyncio.sleep(self._rng.uniform(0.3, 0.8))
        await self._homeserver.kill()
        ended = await life
        group.create_task(self._homeserver.start())
        return ended

    async def _settle(self, talking: asyncio.Task[None]) -> None:
        """Lets the people finish and the bot say all that it owes."""
        self._tell("no more kills; the bot works off what is left")
        self._traffic.closing = True
        try:
            async with asyncio.timeout(SETTLED_WITHIN):
                await asyncio.wait((talking,))
                await self._traffic.last_word(_LAST)
                while any(self._look(_LEFT)[:2]):  # noqa: ASYNC110 - a database rings no bell
                    await asyncio.sleep(0.2)
        except TimeoutError:
            talking.cancel()
            self._tell("the bot did not come to rest")
        else:
            self._report.settled = True

    async def _count(self) -> None:
        self._tell("reading the homeserver's timelines")
        report, people = self._report, self._people
        timelines = await people.timelines()
        report.inbox, report.outbox, report.undeliverable = self._look(_LEFT)
        report.vetted, report.versions = self._look(_PUBLISHED)
        report.faults.update({str(fault): n for fault, n in self._proxy.faults.items()})
        report.stories.update({str(plot): n for plot, n in self._traffic.begun.items()})
        report.given_up = len(self._traffic.given_up)
        report.unread = len(people.unread())
        report.verdict = judge(
            people.book.duties,
            people.book.said,
            timelines,
            people.bot.user_id,
            people.book.taken_back,
            people.book.cards,
        )
        _keep(self._folder, people.book, timelines)

    def _look(self, query: str) -> tuple[int, ...]:
        database = self._folder / "data" / "loket.db"
        db = sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=5)
        try:
            return tuple(db.execute(query).fetchone())
        finally:
            db.close()

    def _state(self, kills: int, seconds: float) -> str:
        book = self._people.book
        return (
            f"{kills} of {self._kills} kills, {seconds / max(1, kills):.2f} s each; "
            f"{self._traffic.begun.total()} stories, {len(book.duties)} replies owed so far, "
            f"{sum(self._proxy.faults.values())} faults, "
            f"{sum(self._report.restarts.values())} times without homeserver"
        )


def known_entries(seed: int) -> list[Entry]:
    """What the bot knows from the beginning: entries that share no words."""
    rng = random.Random(f"entries {seed}")
    used: set[str] = set()
    entries = []
    for number in range(ENTRIES):
        question, answer = made_up(rng, used, 6), made_up(rng, used, 8)
        entries.append(
            Entry(
                f"known-{number}",
                "en",
                "trial",
                f"{question.capitalize()}?",
                f"{answer.capitalize()}.",
                source=f"https://example.org/{number}",
                body=BODY,
                checked=date.today(),
            )
        )
    return entries


def _keep(folder: Path, book: Book, timelines: dict[str, list[Any]]) -> None:
    duties = [asdict(duty) for duty in book.duties]
    (folder / "duties.json").write_text(json.dumps(duties, indent=1, ensure_ascii=False))
    (folder / "timelines.json").write_text(json.dumps(timelines, indent=1, ensure_ascii=False))


def _without_address(words: str) -> str:
    return " ".join("…" if "://" in word else word for word in words.split())
