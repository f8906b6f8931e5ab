"""The row about saying little: more to say at once than Synapse's own limits allow."""

from __future__ import annotations

import asyncio
import itertools
import statistics
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from knowledge.entry import Entry
from stage.bench.figures import Ratio, Row
from stage.bench.finding import Sizes, Tell
from stage.bench.place import (
    BURST,
    PER_S,
    answers,
    desk_with,
    limit,
    listening,
    loket,
    people,
    sample,
)
from stage.homeserver import Homeserver
from stage.person import Person, Seen

WITHIN = 20.0
_EMOJI = "👍👎🙏👏🎉😀😊😂😢😮🤔👀💯💪"
"""As many as the bot shows on the other side."""


@dataclass(frozen=True, slots=True)
class _Expected:
    """Something that the bot must say.

    Attributes:
        priority: ``answer``, ``notice``, ``reaction``; ``first``: a notice that the limits still
            let through at once.
        who: Who sees it.
        shows: Tells it.
        asked: When it was asked for, in seconds of ``time.monotonic``.
        line: What it must keep its order in; empty: nothing.
    """

    priority: str
    who: Person
    shows: Callable[[Seen], bool]
    asked: float
    line: str = ""


async def queue(sizes: Sizes, folder: Path, tell: Tell) -> Row:
    """Answers, notices and reactions are due at once under the limits that Synapse comes with."""
    async with AsyncExitStack() as stack:
        tell("queue: starting Synapse with its own limits, and Loket")
        homeserver = await stack.enter_async_context(Homeserver(limits="default"))
        anna, vera = await stack.enter_async_context(people(homeserver, "anna", "vera"))
        bot = await homeserver.register("loket")
        admin = await homeserver.register("admin", admin=True)
        for account in (bot, anna.account, vera.account):
            await limit(homeserver, admin, account, lifted=True)
        desk = await desk_with(bot, vera)
        community = await anna.create_room("Welcome")
        await stack.enter_async_context(
            loket(
                folder,
                homeserver,
                bot,
                desk=desk,
                community=community,
                responders=[vera.user_id],
            )
        )
        crowd = _Crowd(anna, vera, bot.user_id, community, desk)
        async with listening([anna, vera]):
            entries = await crowd.sure(sample(2 * sizes.queued))
            carried, words = await crowd.carried()
            # What the bot said so far counts for nothing.
            await limit(homeserver, admin, bot, lifted=False)
            expected = await crowd.write(sizes.queued, entries, carried, words)
            bound = max(0.0, (len(expected) - BURST) / PER_S)
            tell(f"queue: {len(expected)} things to say, which takes {bound:.0f} s at the best")
            arrived = await asyncio.gather(*(_arrival(each, 2 * bound + 60) for each in expected))
    return _row(expected, arrived, bound)


@dataclass(frozen=True, slots=True)
class _Crowd:
    """An asker, a responder, and where they are."""

    anna: Person
    vera: Person
    bot: str
    community: str
    desk: str

    async def sure(self, entries: list[Entry]) -> list[Entry]:
        """Those whose question the bot answers, so that it is known what it will say."""
        found = []
        for entry in entries[: len(entries) // 2]:
            asked = await self._ask(entry.question)
            reply = await self.anna.wait_for(self._reply_to(asked), WITHIN, "an answer")
            if answers(entry, reply.text):
                found.append(entry)
        return found

    async def carried(self) -> tuple[str, str]:
        """A responder's answer: its copy's event id, which can be reacted to, and its own."""
        await self.anna.say(self.community, "!people Who repairs a church clock?")
        card = await self.vera.wait_for(
            lambda seen: seen.sender == self.bot and "church clock" in seen.text, WITHIN, "the case"
        )
        words = await self.vera.say(self.desk, "!answer Ask at the tower.", thread=card.id)
        copy = await self.anna.wait_for(
            lambda seen: seen.sender == self.bot and "at the tower" in seen.text, WITHIN, "the copy"
        )
        await self.vera.wait_for(
            lambda seen: seen.sender == self.bot and seen.text.startswith("As an entry"),
            WITHIN,
            "the draft",
        )
        return copy.id, words

    async def write(
        self, count: int, entries: list[Entry], carried: str, words: str
    ) -> list[_Expected]:
        """So much that the bot has that many things to say; the urgent ones come last.

        The first ones only use up what the limits let through at once.
        """
        reactions = min(len(_EMOJI), (count - BURST) // 3)
        notices = (count - BURST) // 3
        expected = [await self._expected("first", "hello") for _ in range(BURST)]
        for emoji in _EMOJI[:reactions]:
            asked = time.monotonic()
            await self.anna.react(self.community, carried, emoji)
            expected.append(_Expected("reaction", self.vera, self._mirror(words, emoji), asked))
        expected += [await self._expected("notice", "hello") for _ in range(notices)]
        root = ""
        for number, entry in zip(
            range(count - BURST - reactions - notices), itertools.cycle(entries), strict=False
        ):
            # Two questions in each thread.
            each = await self._expected("answer", entry.question, root)
            root = each.line if number % 2 == 0 else ""
            expected.append(each)
        return expected

    async def _expected(self, priority: str, text: str, root: str = "") -> _Expected:
        began = time.monotonic()
        asked = await self._ask(text, root)
        return _Expected(priority, self.anna, self._reply_to(asked), began, root or asked)

    async def _ask(self, text: str, root: str = "") -> str:
        return await self.anna.say(self.community, text, thread=root or None, mention=[self.bot])

    def _reply_to(self, asked: str) -> Callable[[Seen], bool]:
        def is_it(seen: Seen) -> bool:
            about = seen.content.get("m.relates_to", {}).get("m.in_reply_to", {})
            return seen.sender == self.bot and about.get("event_id") == asked

        return is_it

    def _mirror(self, words: str, emoji: str) -> Callable[[Seen], bool]:
        wanted = {"event_id": words, "key": emoji}

        def is_it(seen: Seen) -> bool:
            about = seen.content.get("m.relates_to", {})
            return seen.sender == self.bot and wanted.items() <= about.items()

        return is_it


async def _arrival(expected: _Expected, within: float) -> float | None:
    """When it was seen; None: it was not."""
    try:
        return (await expected.who.wait_for(expected.shows, within)).arrived
    except TimeoutError:
        return None


def _row(expected: list[_Expected], arrived: list[float | None], bound: float) -> Row:
    waits: dict[str, list[float]] = {"answer": [], "notice": [], "reaction": [], "first": []}
    lines: dict[str, list[float]] = {}
    for each, at in zip(expected, arrived, strict=True):
        if at is not None:
            waits[each.priority].append(at - each.asked)
            if each.line:
                lines.setdefault(each.line, []).append(at)
    said = sum(map(len, waits.values()))
    took = max(at for at in arrived if at is not None) - min(each.asked for each in expected)
    several = [line for line in lines.values() if len(line) > 1]
    in_order = sum(line == sorted(line) for line in several)
    middle = {name: statistics.median(each) for name, each in waits.items()}
    of = f"said ÷ to be said, under Synapse's own limits ({PER_S}/s after {BURST})"
    ratios = (
        Ratio("said", said / len(expected), of, 1, "1"),
        Ratio("order", in_order / len(several), "threads in order ÷ all with two", 1, "1"),
        Ratio("time", took / bound, "time to say all ÷ what the limits allow", 1, "at most 1.1"),
        Ratio(
            "answers_first",
            middle["answer"] / middle["notice"],
            "median wait of an answer ÷ of a notice",
            1,
            "less than 1",
        ),
        Ratio(
            "reactions_last",
            middle["notice"] / middle["reaction"],
            "median wait of a notice ÷ of a reaction",
            1,
            "less than 1",
        ),
    )
    figures = {"to_be_said": float(len(expected)), "took_s": took, "limits_allow_s": bound}
    for name, each in waits.items():
        figures |= {f"{name}_count": float(len(each)), f"{name}_median_s": middle[name]}
        figures[f"{name}_longest_s"] = max(each)
    return Row("queue", ratios, figures)
