"""What happens in a trial, from its seed: how each life of the bot ends, and what people say.

The same seed gives the same plan. What of it falls together in time is decided by the machine.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

AROUND = ("receive", "commit", "attempt", "send", "sent")
"""The calls of the ports that a life may end before or after."""

WITHIN_SEND = "within send"
"""A request is on its way; the homeserver may carry it out, and nobody hears of it."""

STEPS = (
    "before receive",
    "before token",
    "after token",
    "after receive",
    "before commit",
    "within commit",
    "after commit",
    "before attempt",
    "after attempt",
    "before send",
    WITHIN_SEND,
    "after send",
    "before sent",
    "after sent",
)
"""Every named step of the path, in its order.

The token is saved inside the transaction of ``receive``: both of its steps lie in there.
"""

RANDOM = "random"
"""Killed at a moment that is no step."""

_NAMED = 0.6
"""The share of lives that are to end at a named step."""

_PASSINGS = (1, 1, 2, 3, 5)
_LONGEST = 4.0
"""Seconds; a life that does not come to its step ends then at the latest."""

_SHORTEST, _MEDIUM = 0.02, 1.8
"""Seconds between which a life ends that is killed at a random moment."""


@dataclass(frozen=True, slots=True)
class Death:
    """How a life is to end.

    Attributes:
        step: One of ``STEPS``; empty: at a random moment.
        passing: How many times the step is come to, counting from 1.
        within: Seconds after which the life is ended from outside in any case; None: when told.
        delay: Seconds from the step to its end; for ``WITHIN_SEND``.
    """

    step: str = ""
    passing: int = 1
    within: float | None = None
    delay: float = 0.0


def deaths(seed: int) -> Iterator[Death]:
    """How the lives end, one after the other, without end; each step comes as often."""
    rng = random.Random(f"deaths {seed}")
    steps: list[str] = []
    while True:
        if rng.random() >= _NAMED:
            yield Death(within=rng.uniform(_SHORTEST, _MEDIUM))
            continue
        if not steps:
            steps = list(STEPS)
            rng.shuffle(steps)
        step = steps.pop()
        delay = rng.uniform(0.001, 0.04) if step == WITHIN_SEND else 0.0
        yield Death(step, rng.choice(_PASSINGS), _LONGEST, delay)


class Plot(StrEnum):
    """What a person is up to."""

    KNOWN = "known"
    """Asks in a community room what an entry answers."""
    OVERHEARD = "overheard"
    """The same, not put to the bot."""
    DIRECT = "direct"
    """The same, in a direct chat."""
    NEW_DIRECT = "new direct"
    """The same, in a direct chat opened for it, before the bot has come in."""
    SEALED = "encrypted"
    """The same, in an encrypted direct chat, with a client that insists on signed devices."""
    UNKNOWN = "unknown"
    """Asks what nobody knows; a responder answers."""
    PRIVATE = "private"
    """The same, in a direct chat."""
    LEFT = "left to the room"
    """Asks what nobody knows, not putting it to the bot; nobody in the room answers for a minute,
    so that the bot brings it to people."""
    CHATTER = "chatter"
    """Says something that needs no answer."""


_WEIGHTS = {
    Plot.KNOWN: 24,
    Plot.OVERHEARD: 8,
    Plot.DIRECT: 8,
    Plot.NEW_DIRECT: 3,
    Plot.SEALED: 14,
    Plot.UNKNOWN: 34,
    Plot.PRIVATE: 8,
    Plot.LEFT: 2,
    Plot.CHATTER: 15,
}


class Then(StrEnum):
    """What a person does once they have the reply."""

    NOTHING = "nothing"
    THANKS = "reacts to a person's answer"
    MENDS = "edits: the asker a question that an entry answered, the responder an answer"
    WITHDRAWS = "takes the question back, before anybody answers it"


_THEN = {Then.NOTHING: 55, Then.THANKS: 15, Then.MENDS: 20, Then.WITHDRAWS: 10}


@dataclass(frozen=True, slots=True)
class Story:
    """One person's business.

    Attributes:
        number: Unique; stands in every text of the story.
        plot: See ``Plot``.
        who, where, entry: Which citizen, which community room, which entry: any number, taken
            modulo how many there are.
        words: Made up, and in no other story.
        tapped: Whether the responder writes first and taps 📤, rather than ``!answer``.
        vetted: Whether an official vets the answer.
        again: Whether somebody asks the same again after that.
        then: See ``Then``.
    """

    number: int
    plot: Plot
    who: int
    where: int
    entry: int
    words: str
    tapped: bool
    vetted: bool
    again: bool
    then: Then


def stories(seed: int, *, long: bool) -> Iterator[Story]:
    """What people say, one story after the other, without end.

    Args:
        seed: Of the plan.
        long: Whether there is time for stories that take a minute or more.
    """
    rng = random.Random(f"stories {seed}")
    weights = {plot: n for plot, n in _WEIGHTS.items() if long or plot is not Plot.LEFT}
    used: set[str] = set()
    number = 1000
    while True:
        number += 1
        (plot,) = rng.choices(list(weights), list(weights.values()))
        (then,) = rng.choices(list(_THEN), list(_THEN.values()))
        yield Story(
            number=number,
            plot=plot,
            who=rng.randrange(1 << 16),
            where=rng.randrange(1 << 16),
            entry=rng.randrange(1 << 16),
            words=made_up(rng, used),
            tapped=rng.random() < 0.3,
            vetted=rng.random() < 0.4,
            again=rng.random() < 0.6,
            then=then,
        )


def made_up(rng: random.Random, used: set[str], count: int = 5) -> str:
    """Words of no language, none of them used before; they are added to ``used``."""
    words: list[str] = []
    while len(words) < count:
        word = "".join(rng.choice("bdfgklmnprstvz") + rng.choice("aeiou") for _ in range(4))
        if word not in used:
            used.add(word)
            words.append(word)
    return " ".join(words)
