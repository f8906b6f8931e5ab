"""The row about what people do afterwards: how soon edits, redactions and reactions show."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from knowledge.entry import Entry
from stage.bench.figures import Ratio, Row, percentile, ratio_of
from stage.bench.finding import Sizes, Tell
from stage.bench.place import answers, desk_with, echo_bot, listening, loket, people, sample
from stage.bench.questions import WHERE
from stage.homeserver import Account, Homeserver
from stage.person import Person, Seen

GOAL = 1.0
"""Seconds that 95 of 100 may take at most, on a homeserver without limits."""

WITHIN = 20.0
QUIET = 0.2
"""Seconds between two steps, so that what a bot does after one slows none."""

_KINDS = {
    "edited_question": "an asker's edit → the bot's edited answer",
    "redacted_question": "an asker's redaction → the answer gone",
    "edited_answer": "a responder's edit → the copy edited",
    "reaction": "an asker's reaction → shown at the desk",
}
_EMOJI = ("👍", "❤️", "🙏", "👏", "🎉")


@dataclass(slots=True)
class _Place:
    """Who is where, and what was measured: seconds by kind, and of the echo bot."""

    anna: Person
    vera: Person
    community: str
    desk: str
    loket: Account
    echo_room: str
    echo: Account
    taken: dict[str, list[float]] = field(default_factory=lambda: {kind: [] for kind in _KINDS})
    echoed: list[float] = field(default_factory=list)


async def follow(sizes: Sizes, folder: Path, tell: Tell) -> Row:
    """What an asker and a responder change is waited for on the other side."""
    async with AsyncExitStack() as stack:
        tell("follow: starting Synapse, the echo bot, and Loket")
        homeserver = await stack.enter_async_context(Homeserver())
        anna, vera, echo = await stack.enter_async_context(
            people(homeserver, "anna", "vera", "echo")
        )
        bot = await homeserver.register("loket")
        desk = await desk_with(bot, vera)
        community, echo_room = await anna.create_room("Welcome"), await anna.create_room("Echo")
        await echo.join(echo_room)
        place = _Place(anna, vera, community, desk, bot, echo_room, echo.account)
        await stack.enter_async_context(echo_bot(homeserver, echo.account))
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
        async with listening([anna, vera]):
            await _measure(place, sizes.follow, tell)
    return _row(place)


async def _measure(place: _Place, count: int, tell: Tell) -> None:
    entries = sample(2 * count)
    turns = zip(itertools.cycle(WHERE["en"]), itertools.cycle(_EMOJI), range(count), strict=False)
    for where, emoji, number in turns:
        if number % 10 == 0:
            tell(f"follow: turn {number + 1} of {count}")
        await _question_followed(place, entries[number], entries[number + count])
        await _answer_followed(place, f"Who repairs a church clock {where}?", number, emoji)
        began = time.monotonic()
        text = f"turn {number}"
        await place.anna.say(place.echo_room, text)
        place.echoed.append(
            await _seen(
                place.anna,
                lambda seen, text=text: seen.sender == place.echo.user_id and seen.text == text,
                began,
            )
        )


async def _question_followed(place: _Place, first: Entry, second: Entry) -> None:
    """A question that an entry answers is edited into another such one, and taken back."""
    anna, mention = place.anna, [place.loket.user_id]
    asked = await anna.say(place.community, first.question, mention=mention)
    reply = await anna.wait_for(lambda seen: _ours(place, seen) and seen.thread == asked, WITHIN)
    if not answers(first, reply.text):
        return
    await asyncio.sleep(QUIET)
    await _timed(
        place,
        "edited_question",
        lambda: anna.edit(place.community, asked, second.question),
        anna,
        lambda seen: seen.replaces == reply.id,
    )
    await _timed(
        place,
        "redacted_question",
        lambda: anna.redact(place.community, asked),
        anna,
        lambda seen: seen.redacts == reply.id,
    )


async def _answer_followed(place: _Place, question: str, number: int, emoji: str) -> None:
    """A responder's answer is edited, and the asker reacts to it."""
    anna, vera = place.anna, place.vera
    question = f"{question} ({number})"
    await anna.say(place.community, f"!people {question}")
    card = await vera.wait_for(
        lambda seen: _ours(place, seen) and seen.thread is None and f"({number})" in seen.text,
        WITHIN,
        "the case",
    )
    words = await vera.say(place.desk, f"!answer At stall {number}.", thread=card.id)
    carried = await anna.wait_for(
        lambda seen: _ours(place, seen) and f"At stall {number}." in seen.text, WITHIN, "the answer"
    )
    await asyncio.sleep(QUIET)
    await _timed(
        place,
        "edited_answer",
        lambda: vera.edit(place.desk, words, f"!answer At booth {number}."),
        anna,
        lambda seen: seen.replaces == carried.id and f"At booth {number}." in seen.text,
    )
    await _timed(
        place,
        "reaction",
        lambda: anna.react(place.community, carried.id, emoji),
        vera,
        lambda seen: seen.kind == "m.reaction" and _ours(place, seen) and _about(seen) == words,
    )


async def _timed(
    place: _Place,
    kind: str,
    act: Callable[[], Awaitable[str]],
    other: Person,
    shows: Callable[[Seen], bool],
) -> None:
    began = time.monotonic()
    await act()
    place.taken[kind].append(await _seen(other, shows, began))
    await asyncio.sleep(QUIET)


async def _seen(who: Person, shows: Callable[[Seen], bool], began: float) -> float:
    """Seconds until somebody sees it."""
    return (await who.wait_for(shows, WITHIN, "what follows")).arrived - began


def _ours(place: _Place, seen: Seen) -> bool:
    return seen.sender == place.loket.user_id


def _about(seen: Seen) -> str | None:
    about = seen.content.get("m.relates_to", {}).get("event_id")
    return str(about) if about else None


def _row(place: _Place) -> Row:
    ratios, figures = [], {}
    for kind, what in _KINDS.items():
        taken = place.taken[kind]
        p95 = percentile(taken, 95)
        of = f"p95 of {what} ÷ {GOAL:.0f} s"
        ratios.append(Ratio(f"{kind}_p95", p95 / GOAL, of, 1, "less than 1"))
        of = f"{what} ÷ an echo bot's reply"
        ratios.append(ratio_of(kind, taken, place.echoed[: len(taken)], of))
        figures[f"{kind}_p50_ms"] = 1000 * percentile(taken, 50)
        figures[f"{kind}_p95_ms"] = 1000 * p95
    figures["turns"] = float(len(place.echoed))
    figures["echo_p50_ms"] = 1000 * percentile(place.echoed, 50)
    return Row("follow", tuple(ratios), figures)
