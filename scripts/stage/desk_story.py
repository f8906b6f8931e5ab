"""A case at the desk, with everybody who asks it: asked back, joined, merged, answered, vetted.

Each scene takes what the scenes before it left and gives what the next ones need, so that a
further scene goes in by one line in ``_scenes``.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from stage.person import Seen
from stage.story import BODY, WITHIN, Story, StoryFailed, mentions

QUESTION = "Where can I get a spare bin for baby nappies?"
ANSWER = (
    "At the recycling station on Werfweg, on any weekday. Bring proof of your address. The bin is "
    "free for families with a child under three."
)


@dataclass(slots=True)
class DeskStory(Story):
    """Plays the story once; of an edited card it shows what is new in it."""

    cards: dict[str, str] = field(default_factory=dict)

    async def _scenes(self) -> None:
        asked, card = await self._asked_and_joined()
        await self._asked_back(asked, card)
        own = await self._asked_again_and_merged()
        await self._answered(asked, own, card)
        await self._vetted(asked, own, card)

    async def _asked_and_joined(self) -> tuple[str, Seen]:
        self.transcript.scene("A question that needs people, and a neighbour who asks it too")
        asked = await self._ask("Bilal", f"Loket: {QUESTION}", mention=True)
        handover = await self._bot_says("Bilal", self.stage.community, thread=asked)
        self._expect(handover, "Tap ➕", "how others join")
        await self._tap("Anna", self.stage.community, handover.id, "➕")
        card = await self._bot_says("Vera", self.stage.desk, containing="Case 1:")
        await self._card_shows(card, "1 other asks this too")
        return asked, card

    async def _asked_back(self, asked: str, card: Seen) -> None:
        self.transcript.scene("At the desk: a volunteer takes it, and asks back")
        await self._tap("Vera", self.stage.desk, card.id, "🙋")
        await self._bot_says("Vera", self.stage.desk, thread=card.id, containing="has taken case")
        await self._at_desk("Vera", "!askback In which part of the town do you live?", card)
        back = await self._bot_says(
            "Bilal", self.stage.community, thread=asked, containing="asks you first"
        )
        self._expect(back, "In which part of the town", "the volunteer's question")
        reply = "In the harbour, near the old shipyard."
        event = await self.stage.people["Bilal"].say(self.stage.community, reply, thread=asked)
        self.transcript.event("Bilal", "welcome", "text", reply, event, seconds=None)
        await self._bot_says("Vera", self.stage.desk, thread=card.id, containing=reply)

    async def _asked_again_and_merged(self) -> str:
        self.transcript.scene("Somebody asks the same in another language: two cases become one")
        question = "Loket: bij wie kan ik een extra container voor luiers krijgen?"
        own = await self._ask("Carla", question, mention=True)
        await self._bot_says("Carla", self.stage.community, thread=own)
        other = await self._bot_says("Vera", self.stage.desk, containing="Case 2:")
        await self._at_desk("Vera", "!merge 1", other)
        await self._bot_says("Carla", self.stage.community, thread=own, containing="hetzelfde")
        await self._at_desk("Vera", "!queue", other)
        await self._bot_says("Vera", self.stage.desk, containing="2 more ask it")
        return own

    async def _answered(self, asked: str, own: str, card: Seen) -> None:
        self.transcript.scene("The answer goes to all three of them")
        await self._at_desk("Vera", f"!answer {ANSWER}", card)
        answer = await self._bot_says(
            "Bilal", self.stage.community, thread=asked, containing="A volunteer answers"
        )
        people = self.stage.accounts
        if {people["Bilal"].user_id, people["Anna"].user_id} != set(mentions(answer)):
            raise StoryFailed("not both who wait in that thread were mentioned")
        copy = await self._bot_says(
            "Carla", self.stage.community, thread=own, containing="Een vrijwilliger"
        )
        self._expect(copy, ANSWER[:40], "the same answer")
        await self._tap("Bilal", self.stage.community, answer.id, "👍")
        await self._card_shows(card, "answered and it helped")

    async def _vetted(self, asked: str, own: str, card: Seen) -> None:
        self.transcript.scene("At the desk: an official vets")
        await self._bot_says("Omar", self.stage.desk, thread=card.id, containing="As an entry")
        await self._at_desk(
            "Omar", f"!edit question: {QUESTION}\ntopic: waste\nsource: {BODY}", card
        )
        await self._bot_says("Omar", self.stage.desk, thread=card.id, containing="topic: waste")
        await self._at_desk("Omar", "!vet", card)
        await self._bot_says("Omar", self.stage.desk, thread=card.id, containing="Published as")
        words = await self._bot_says(
            "Bilal", self.stage.community, thread=asked, containing="has vetted this answer"
        )
        self._expect(words, BODY, "the body that vetted it")
        await self._bot_says("Carla", self.stage.community, thread=own, containing=BODY)

    async def _card_shows(self, card: Seen, words: str) -> None:
        """Waits for the edit by which a card shows the words."""
        began = time.monotonic()
        seen = await self.stage.people["Vera"].wait_for(
            lambda seen: seen.replaces == card.id and words in seen.text,
            WITHIN,
            f"the card of the case with {words!r}",
        )
        seconds = time.monotonic() - began
        before = self.cards.get(card.id, card.text).splitlines()
        now = self.cards[card.id] = str(seen.content["m.new_content"]["body"])
        new = "\n".join(line for line in now.splitlines() if line not in before)
        self.transcript.event("Loket", "desk", "edit", new, seen.id, seconds=seconds)
