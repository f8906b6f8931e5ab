"""The row about a full desk: how soon the list of cases and a case's card are there."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from stage.bench.bounded import bounded
from stage.bench.figures import Ratio, Row, percentile, ratio_of
from stage.bench.finding import Sizes, Tell
from stage.bench.place import loket
from stage.bench.questions import WHERE
from stage.bench.scripted import Event, ScriptedHomeserver

GOAL = 1.0
"""Seconds that 95 of 100 may take at most."""

BUDGET = 2
"""Events that a move of a case may cost at the desk: what is told in its thread, and its card."""

AT_ONCE = 50
"""Questions that come with one answer of ``/sync``."""

WITHIN = 300.0
_DESK, _HALL, _VERA = "!desk:scripted", "!hall:scripted", "@vera:scripted"


@dataclass(frozen=True, slots=True)
class _Taken:
    """Seconds of each turn, and the events that the bot sent for each move."""

    queue: list[float] = field(default_factory=list)
    card: list[float] = field(default_factory=list)
    events: list[int] = field(default_factory=list)


async def desk(sizes: Sizes, folder: Path, tell: Tell) -> Row:
    """The same commands with one open case and with very many, on a scripted homeserver.

    And then on a real one under its own limits, at a person's pace; see ``stage.bench.bounded``.
    """
    async with ScriptedHomeserver({_DESK: 3, _HALL: 100}) as homeserver:
        tell("desk: starting Loket on a scripted homeserver")
        async with loket(
            folder,
            homeserver,
            homeserver.account,
            desk=_DESK,
            community=_HALL,
            responders=[_VERA],
            # All questions here are alike; what is told of that is no part of a move.
            desk_work={"alike": 1},
        ):
            card = await _asked(homeserver, 0, 1)
            one = await _measured(homeserver, card, sizes.moves)
            tell(f"desk: {sizes.open_cases - 1} more questions for people")
            began = time.perf_counter()
            for first in range(1, sizes.open_cases, AT_ONCE):
                await _asked(homeserver, first, min(first + AT_ONCE, sizes.open_cases))
            opened = (sizes.open_cases - 1) / (time.perf_counter() - began)
            tell(f"desk: {sizes.open_cases} open cases")
            many = await _measured(homeserver, card, sizes.moves)
    row = _row(one, many, sizes.open_cases, opened)
    ratios, figures = await bounded(sizes, folder / "bounded", tell)
    return Row("desk", (*row.ratios, *ratios), row.figures | figures)


async def _asked(homeserver: ScriptedHomeserver, first: int, end: int) -> str:
    """Questions for people, each of somebody else; gives the last card once all are there."""
    where = itertools.cycle(WHERE["en"])
    events = [
        _says(
            homeserver, f"@asker{number}:scripted", f"!people Who repairs clocks {at}? ({number})"
        )
        for number, at in zip(range(first, end), where, strict=False)
    ]
    before = homeserver.sent
    await homeserver.put({_HALL: events})
    # For each of them what the asker is told, and the card.
    await homeserver.until(
        lambda: homeserver.sent >= before + 2 * len(events), WITHIN, "bring all questions to people"
    )
    cards = [
        each for each in homeserver.told if each["content"].get("body", "").startswith("Case ")
    ]
    return str(cards[-1]["event_id"])


async def _measured(homeserver: ScriptedHomeserver, card: str, moves: int) -> _Taken:
    taken = _Taken()
    for _ in range(moves):
        queue = _says(homeserver, _VERA, "!queue")
        taken.queue.append(await _until(homeserver, queue, partial(_answers, queue)))
        for move in ("!claim", "!release"):
            before = homeserver.sent
            command = _says(homeserver, _VERA, move, thread=card)
            seconds = await _until(homeserver, command, lambda each: _edits(each, card))
            taken.card.append(seconds)
            await homeserver.until(
                partial(_answered, homeserver, command),
                WITHIN,
                "tell of the move",
            )
            # What a move costs is known once something after it is answered.
            after = _says(homeserver, _VERA, "!mine")
            await _until(homeserver, after, partial(_answers, after))
            taken.events.append(homeserver.sent - before - 1)
    return taken


async def _until(
    homeserver: ScriptedHomeserver, event: Event, shows: Callable[[Event], bool]
) -> float:
    """Seconds from an event at the desk until the bot says what it leads to."""
    seen = len(homeserver.told)
    began = time.perf_counter()
    await homeserver.put({_DESK: [event]})
    await homeserver.until(
        lambda: any(map(shows, homeserver.told[seen:])), WITHIN, f"do {event['content']['body']}"
    )
    return time.perf_counter() - began


def _says(homeserver: ScriptedHomeserver, who: str, text: str, thread: str = "") -> Event:
    content: Event = {"msgtype": "m.text", "body": text, "m.mentions": {}}
    if thread:
        content["m.relates_to"] = {
            "rel_type": "m.thread",
            "event_id": thread,
            "is_falling_back": True,
            "m.in_reply_to": {"event_id": thread},
        }
    return homeserver.event(who, content)


def _answered(homeserver: ScriptedHomeserver, to: Event) -> bool:
    return any(_answers(to, each) for each in homeserver.told)


def _answers(to: Event, event: Event) -> bool:
    relation = event["content"].get("m.relates_to", {})
    return bool(relation.get("m.in_reply_to", {}).get("event_id") == to["event_id"])


def _edits(event: Event, card: str) -> bool:
    relation = event["content"].get("m.relates_to", {})
    return bool(relation.get("rel_type") == "m.replace" and relation["event_id"] == card)


def _row(one: _Taken, many: _Taken, count: int, opened: float) -> Row:
    ratios, figures = [], {}
    for name, what, few, lots in (
        ("queue", "!queue → the list", one.queue, many.queue),
        ("card", "a claim or release → the edited card", one.card, many.card),
    ):
        p95 = percentile(lots, 95)
        of = f"p95 of {what}, {count} open cases ÷ {GOAL:.0f} s"
        ratios.append(Ratio(f"{name}_p95", p95 / GOAL, of, 1, "less than 1"))
        ratios.append(ratio_of(name, lots, few, f"{what}: with {count} open cases ÷ with 1"))
        for cases, taken in ((1, few), (count, lots)):
            figures[f"{name}_with_{cases}_p50_ms"] = 1000 * percentile(taken, 50)
            figures[f"{name}_with_{cases}_p95_ms"] = 1000 * percentile(taken, 95)
    most = max(one.events + many.events)
    of = f"events at the desk for one move, at most ÷ {BUDGET}"
    ratios.append(Ratio("events", most / BUDGET, of, 1, "at most 1"))
    figures["events_per_move"] = sum(many.events) / len(many.events)
    figures["cases_opened_per_s"] = opened
    return Row("desk", tuple(ratios), figures)
