"""What people write in rooms all day, the same in every run: mostly talk, some questions."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from stage.bench.place import sample
from stage.bench.questions import WHERE

Content = dict[str, Any]

KNOWN = 0.04
"""The share of messages that ask the bot something that an entry answers."""

UNKNOWN = 0.01
"""The share that ask what no entry answers: half of them ask the bot, half the room."""

REACTIONS = 0.03

NEWCOMERS = 0.02
"""The share of messages from somebody who has never written before."""

_TALK = (
    "I was at the town hall {} and it was quite busy",
    "my sister had the same thing {}",
    "that was solved {} with one phone call",
    "I will bring the papers {} then",
    "they changed the opening hours, I read that {}",
    "we have coffee in the community centre, also {}",
    "gisteren was het bij het loket erg rustig",
    "bij mij duurde het drie weken, {}",
    "ik heb daar goede ervaringen mee, {}",
    "nice weather today, see you all at the market",
    "my neighbour said the letter came {}",
    "thanks, that is good to know",
)
_ODD = (
    "Where can I borrow a cargo bike {}?",
    "Who repairs clocks {}?",
    "Where do I find somebody who tunes a piano {}?",
    "How do I become a beekeeper {}?",
)


@dataclass(frozen=True, slots=True)
class Written:
    """Something that somebody writes.

    Attributes:
        sender: A user id.
        kind: The type of the event.
        content: Its content.
        asks_bot: Whether the bot must reply.
    """

    sender: str
    kind: str
    content: Content
    asks_bot: bool = False


class Chatter:
    """Goes on for ever.

    Args:
        bot: The bot's user id, which people mention.
        seed: The same seed, the same messages.
    """

    def __init__(self, bot: str, seed: int = 1) -> None:
        self._bot = bot
        self._random = random.Random(seed)
        self._known = [entry.question for entry in sample(200)]
        self._people = 50

    def next(self, recent: Sequence[str] = ()) -> Written:
        """The next message.

        Args:
            recent: Event ids in that room that a reaction may be about; empty: no reaction.
        """
        chance = self._random.random()
        if chance < KNOWN:
            return self.question()
        if chance < KNOWN + UNKNOWN:
            asks_bot = chance < KNOWN + UNKNOWN / 2
            return self._said(self._filled(_ODD), asks_bot=asks_bot)
        if recent and chance < KNOWN + UNKNOWN + REACTIONS:
            about = self._random.choice(recent)
            relation = {"rel_type": "m.annotation", "event_id": about, "key": "👍"}
            return Written(self._somebody(), "m.reaction", {"m.relates_to": relation})
        return self.talk()

    def talk(self) -> Written:
        """A message that asks nothing."""
        return self._said(self._filled(_TALK))

    def question(self) -> Written:
        """A question to the bot that an entry answers."""
        return self._said(self._random.choice(self._known), asks_bot=True)

    def _filled(self, patterns: Sequence[str]) -> str:
        return self._random.choice(patterns).format(self._random.choice(WHERE["en"]))

    def _said(self, text: str, *, asks_bot: bool = False) -> Written:
        mentions = {"user_ids": [self._bot]} if asks_bot else {}
        content = {"msgtype": "m.text", "body": text, "m.mentions": mentions}
        return Written(self._somebody(), "m.room.message", content, asks_bot)

    def _somebody(self) -> str:
        if self._random.random() < NEWCOMERS:
            self._people += 1
            return f"@person{self._people}:scripted"
        return f"@person{self._random.randint(1, self._people)}:scripted"
