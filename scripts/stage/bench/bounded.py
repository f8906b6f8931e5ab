"""The half of the row about a full desk that is under the limits Synapse comes with.

Anna writes the questions. Before the bot's first start each becomes a case in its database, with
the message that opens its thread, by the functions of the bot and its store; while the limits are
still lifted the bot says these cards. From then on nobody is spared the limits but the people.
A responder works at a person's pace: first at a quiet desk, and then while two of five cases
become overdue at once, for which their times are set back in the database beside the bot.
"""

from __future__ import annotations

import asyncio
import itertools
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.app import now
from bot.cards import Cards
from bot.cases import Case, Status
from bot.config import Responder, Role
from bot.messages import MessageRef, Priority
from bot.outcome import Outcome, Promise
from bot.routing import Rooms
from bot.store.sqlite import SqliteStore
from stage.bench.figures import Ratio, percentile
from stage.bench.finding import Sizes, Tell
from stage.bench.place import BURST, PER_S, desk_with, limit, listening, loket, people
from stage.bench.questions import WHERE
from stage.homeserver import Homeserver
from stage.person import Person, Seen

GOAL = 1.0
"""Seconds that 95 of 100 may take at most."""

WITHIN = 300.0
_FRONT = "matrix"
_SCRIPT = (
    *("!queue", "!claim", "!answer", "!mine", "!note"),
    *("!claim", "!snooze", "!queue", "!claim", "!release"),
)
"""A responder's moves; each ``!claim`` is of a new case."""

_BEHIND = {"!answer": " Ask the clockmaker.", "!note": " They called back.", "!snooze": " 2d"}
_MINUTE = 60.0


@dataclass(slots=True)
class _Measured:
    """Seconds until each kind of thing that a move leads to, and what was sent.

    Attributes:
        seconds: Until a reply at the desk, the edited card, the answer at the asker's.
        moves: How many were made.
        began, ended: In seconds of ``time.monotonic``.
        at: The same beginning as the store tells time.
    """

    seconds: dict[str, list[float]] = field(default_factory=dict)
    moves: int = 0
    began: float = field(default_factory=time.monotonic)
    ended: float = 0.0
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def all(self) -> list[float]:
        return [each for kind in self.seconds.values() for each in kind]


async def bounded(
    sizes: Sizes, folder: Path, tell: Tell
) -> tuple[tuple[Ratio, ...], dict[str, float]]:
    """Moves at a person's pace at a full desk, without and with much that is overdue."""
    async with AsyncExitStack() as stack:
        tell("desk: starting Synapse with its own limits")
        homeserver = await stack.enter_async_context(Homeserver(limits="default"))
        anna, vera, wim = await stack.enter_async_context(people(homeserver, "anna", "vera", "wim"))
        bot = await homeserver.register("loket")
        admin = await homeserver.register("admin", admin=True)
        for account in (bot, anna.account, vera.account):
            await limit(homeserver, admin, account, lifted=True)
        desk = await desk_with(bot, vera)
        community = await anna.create_room("Welcome")
        asked = [await anna.say(community, text) for text in _questions(sizes.open_cases)]
        seeds = _Seeds(folder / "data" / "loket.db", desk, community, (vera.user_id, wim.user_id))
        await seeds.sow(anna, asked)
        tell(f"desk: starting Loket with {len(asked)} open cases, which brings their cards")
        process = await stack.enter_async_context(
            loket(
                folder,
                homeserver,
                bot,
                desk=desk,
                community=community,
                responders=[vera.user_id, wim.user_id],
                # One person has very many here, and all questions are alike.
                desk_work={"alike": 1, "open_per_person": 0},
            )
        )
        worker = _Worker(anna, vera, bot.user_id, desk)
        async with listening([anna, vera]):
            await worker.sees_cards(len(asked))
            # What the bot said so far counts for nothing, nor what it learned of the limits.
            await limit(homeserver, admin, bot, lifted=False)
            await process.stop()
            await process.start()
            tell(f"desk: {sizes.human_moves} moves, one every {sizes.pace:.0f} s")
            quiet = _Measured()
            await worker.works(sizes, quiet)
            flood = _Measured()
            overdue = await seeds.set_back(2 * len(asked) // 5, sorted(worker.cards)[-1])
            tell(f"desk: as many again, while {overdue} cases are overdue")
            await worker.works(sizes, flood)
            await worker.hears_news(flood.began)
            flood.ended = time.monotonic()
        waits = _waits(seeds.database, flood.at)
        left = _left(seeds.database)
    return _told(worker, quiet, flood, overdue, waits, left)


def _questions(count: int) -> Iterator[str]:
    places = itertools.cycle(WHERE["en"])
    return (
        f"Who repairs clocks {place}? ({number})"
        for number, place in zip(range(1, count + 1), places, strict=False)
    )


@dataclass(frozen=True, slots=True)
class _Seeds:
    """Puts cases into the bot's database as the bot does.

    Attributes:
        database: The bot's.
        desk, community: The rooms.
        responders: Who works there; the second has what is overdue.
    """

    database: Path
    desk: str
    community: str
    responders: tuple[str, str]

    async def sow(self, anna: Person, asked: Sequence[str]) -> None:
        """One open case for each question, with its card still to be said."""
        store = await SqliteStore.open(self.database, clock=now)
        keys = await store.enroll(_FRONT, [anna.user_id, *self.responders])
        roster = {keys[each]: Responder(each, Role.VOLUNTEER) for each in self.responders}
        cards = Cards(Rooms(_FRONT, self.desk, "en", roster, {}))
        for event, question in zip(asked, _questions(len(asked)), strict=True):
            case = Case(
                id=await store.next_case_id(),
                asked=MessageRef(_FRONT, self.community, event),
                root=event,
                direct=False,
                asker=keys[anna.user_id],
                question=question,
                lang="en",
                topic="",
                opened_at=now(),
                why="why_people",
                handed_at=now(),
            )
            case, card = cards.opened(case)
            await store.commit(Outcome("sown", case=case, outgoing=(card,)))
        await store.close()

    async def set_back(self, count: int, last: int) -> int:
        """Has that many of the last cases overdue from now on, and gives how many.

        Two of five were taken long ago, two of five a day ago and reminded of, and of the others
        the asker was told to expect an answer by now.
        """
        store = await SqliteStore.open(self.database, clock=now)
        keys = await store.enroll(_FRONT, self.responders)
        wim, at = keys[self.responders[1]], now()
        long_ago = at - timedelta(days=3)
        done = 0
        for place, number in enumerate(range(last - count + 1, last + 1)):
            case = await store.case(number)
            if case is None or case.status is not Status.OPEN:
                continue
            done += 1
            if place % 5 == 4:
                promise = Promise(case.id, at)
                await store.commit(Outcome("set back", case=case, promise=promise))
                continue
            reminded = at - timedelta(days=2) if place % 5 > 1 else None
            case = replace(
                case,
                status=Status.CLAIMED,
                claimed_by=wim,
                claimed_at=long_ago,
                reminded_at=reminded,
            )
            # All at the same time, once the last one is written.
            soon = at + timedelta(seconds=1 + count / 50)
            await store.commit(Outcome("set back", case=replace(case, look_at=soon)))
        await store.close()
        return done


@dataclass(slots=True)
class _Worker:
    """A responder at a person's pace, and an asker.

    Attributes:
        anna, vera: They.
        bot: Its user id.
        desk: The room.
        cards: The events that open the cases' threads, by number.
    """

    anna: Person
    vera: Person
    bot: str
    desk: str
    cards: dict[int, str] = field(default_factory=dict)
    _next: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _script: Iterator[str] = field(default_factory=lambda: itertools.cycle(_SCRIPT))
    _case: int = 0

    async def sees_cards(self, count: int) -> None:
        """All cards are at the desk."""

        def card(seen: Seen) -> bool:
            if seen.sender == self.bot and seen.thread is None and seen.text.startswith("Case "):
                self.cards[int(seen.text.split()[1].rstrip(":"))] = seen.id
            return len(self.cards) == count

        await self.vera.wait_for(card, WITHIN, f"{count} cards")

    async def works(self, sizes: Sizes, measured: _Measured) -> None:
        """Makes the next moves."""
        began = time.monotonic()
        for number in range(sizes.human_moves):
            await asyncio.sleep(max(0.0, began + number * sizes.pace - time.monotonic()))
            await self._move(next(self._script), measured)
            measured.moves += 1
        await asyncio.sleep(sizes.pace)
        measured.ended = time.monotonic()

    async def hears_news(self, since: float) -> None:
        """Something was told at the desk about many cases at once."""
        await self.vera.wait_for(
            lambda each: each.arrived >= since and self._is_news(each), WITHIN, "news of many cases"
        )

    def news(self, measured: _Measured) -> list[Seen]:
        """What was told then about many cases at once, or outside their threads in another way."""
        return [each for each in self.said(measured.began, measured.ended) if self._is_news(each)]

    def _is_news(self, seen: Seen) -> bool:
        by_bot = seen.sender == self.bot and seen.kind == "m.room.message"
        return by_bot and seen.room == self.desk and seen.thread is None and seen.replaces is None

    async def _move(self, move: str, measured: _Measured) -> None:
        listed = move in ("!queue", "!mine")
        if move == "!claim":
            self._case = next(self._next)
        card = None if listed else self.cards[self._case]
        seen, seen_there = len(self.vera.seen), len(self.anna.seen)
        began = time.monotonic()
        command = await self.vera.say(self.desk, move + _BEHIND.get(move, ""), thread=card)
        if move == "!note":
            return  # It stays there, and nothing is to be said.
        waits = {"reply": self._seen(self.vera, seen, lambda each: _answers(each, command))}
        if card is not None:
            waits["card"] = self._seen(self.vera, seen, lambda each: each.replaces == card)
        if move == "!answer":
            words = _BEHIND["!answer"].strip()
            waits["answer"] = self._seen(
                self.anna, seen_there, lambda each: words in each.text and each.replaces is None
            )
        for name, arrived in zip(waits, await asyncio.gather(*waits.values()), strict=True):
            measured.seconds.setdefault(name, []).append(arrived - began)

    async def _seen(self, who: Person, after: int, shows: Callable[[Seen], bool]) -> float:
        found = await who.wait_for(
            lambda each: each.sender == self.bot and shows(each), WITHIN, "what it does", after
        )
        return found.arrived

    def said(self, since: float, until: float) -> list[Seen]:
        """What the bot said then, anywhere."""
        return [
            each
            for who in (self.anna, self.vera)
            for each in who.seen
            if each.sender == self.bot and since <= each.arrived <= until
        ]


def _answers(seen: Seen, command: str) -> bool:
    about = seen.content.get("m.relates_to", {}).get("m.in_reply_to", {})
    return bool(about.get("event_id") == command)


def _waits(database: Path, since: datetime) -> dict[Priority, list[float]]:
    """How long what was queued since then lay in the bot's outbox, by priority."""
    waits: dict[Priority, list[float]] = {}
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as db:
        for priority, queued, sent in db.execute(
            "SELECT priority, queued_at, sent_at FROM outbox"
            " WHERE sent_at IS NOT NULL AND queued_at >= ?",
            (since.isoformat(timespec="microseconds"),),
        ):
            waited = datetime.fromisoformat(sent) - datetime.fromisoformat(queued)
            waits.setdefault(Priority(priority), []).append(waited.total_seconds())
    return waits


def _left(database: Path) -> int:
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as db:
        sql = "SELECT count(*) FROM outbox WHERE event IS NULL AND undeliverable IS NULL"
        return int(db.execute(sql).fetchone()[0])


def _busiest_minute(said: Sequence[Seen]) -> int:
    times = sorted(each.arrived for each in said)
    return max(
        (sum(start <= each < start + _MINUTE for each in times) for start in times), default=0
    )


def _told(
    worker: _Worker,
    quiet: _Measured,
    flood: _Measured,
    overdue: int,
    waits: dict[Priority, list[float]],
    left: int,
) -> tuple[tuple[Ratio, ...], dict[str, float]]:
    ratios, figures = [], {}
    where = f"with {len(worker.cards)} open cases on Synapse under its own limits"
    for name, measured in (("quiet", quiet), ("overdue", flood)):
        also = f", {overdue} of them overdue at once" if measured is flood else ""
        of = f"p95 of what a person's move leads to, {where}{also} ÷ {GOAL:.0f} s"
        goal = "less than 1"
        ratios.append(Ratio(f"{name}_p95", percentile(measured.all, 95) / GOAL, of, 1, goal))
        said = worker.said(measured.began, measured.ended)
        allowed = BURST + PER_S * min(_MINUTE, measured.ended - measured.began)
        of = f"events in the busiest minute, {where}{also} ÷ what these allow"
        most = _busiest_minute(said)
        ratios.append(Ratio(f"{name}_said", most / allowed, of, 1, "at most 1"))
        for kind, seconds in measured.seconds.items():
            figures[f"{name}_{kind}_p50_ms"] = 1000 * statistics.median(seconds)
            figures[f"{name}_{kind}_longest_ms"] = 1000 * max(seconds)
        figures[f"{name}_p50_ms"] = 1000 * statistics.median(measured.all)
        figures[f"{name}_p95_ms"] = 1000 * percentile(measured.all, 95)
        figures[f"{name}_moves"] = float(measured.moves)
        figures[f"{name}_events"] = float(len(said))
        figures[f"{name}_minutes"] = (measured.ended - measured.began) / _MINUTE
        figures[f"{name}_busiest_minute"] = float(most)
    figures["quiet_events_per_move"] = figures["quiet_events"] / quiet.moves
    figures["overdue_cases"] = float(overdue)
    figures["overdue_told_in_messages"] = float(len(worker.news(flood)))
    figures["overdue_left_to_say"] = float(left)
    for priority, each in sorted(waits.items()):
        figures[f"overdue_queued_{priority.name.lower()}_p50_ms"] = 1000 * statistics.median(each)
        figures[f"overdue_queued_{priority.name.lower()}_longest_s"] = max(each)
    return tuple(ratios), figures
