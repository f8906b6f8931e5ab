"""A case at the desk, with everybody who asks it: asked back, joined, merged, answered, vetted.

Then what becomes of the answer: another takes its place, it is confirmed, it is past its last day.
For that the bot starts again with its clock put ahead; the homeserver and the people stay.

Each scene takes what the scenes before it left and gives what the next ones need, so that a
further scene goes in by one line in ``_scenes``.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from datetime import timedelta

from stage.person import Seen
from stage.story import BODY, WITHIN, Story, StoryFailed, mentions

QUESTION = "Where can I get a spare bin for baby nappies?"
ANSWER = (
    "At the recycling station on Werfweg, on any weekday. Bring proof of your address. The bin is "
    "free for families with a child under three."
)
MOVED = (
    "At the counter of the town hall, on any weekday: the recycling station has none any more. "
    "Bring proof of your address. The bin is free for families with a child under three."
)

SIX_WEEKS = timedelta(weeks=6)
NEARLY_A_YEAR_MORE = SIX_WEEKS + timedelta(days=340)
"""Within ``desk.review_days`` of the last day of what is vetted after six weeks."""
TWO_YEARS_MORE = SIX_WEEKS + timedelta(days=2 * 365 + 10)
"""Past that of what is confirmed then: a confirmed entry holds for as long again."""


@dataclass(slots=True)
class DeskStory(Story):
    """Plays the story once; of an edited card it shows what is new in it."""

    cards: dict[str, str] = field(default_factory=dict)

    async def _scenes(self) -> None:
        asked, card = await self._asked_and_joined()
        await self._asked_back(asked, card)
        own = await self._asked_again_and_merged()
        await self._answered(asked, own, card)
        given = await self._vetted(asked, own, card)
        entry = await self._vetted_against_another()
        await self._told_of_the_change(given)
        await self._still_holds(entry)
        await self._holds_no_longer(entry)

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

    async def _vetted(self, asked: str, own: str, card: Seen) -> tuple[Seen, Seen]:
        self.transcript.scene("At the desk: an official vets")
        await self._bot_says("Omar", self.stage.desk, thread=card.id, containing="As an entry")
        await self._at_desk(
            "Omar", f"!edit question: {QUESTION}\ntopic: waste\nsource: {BODY}\nbody: {BODY}", card
        )
        await self._bot_says("Omar", self.stage.desk, thread=card.id, containing="topic: waste")
        await self._at_desk("Omar", "!vet", card)
        await self._bot_says("Omar", self.stage.desk, thread=card.id, containing="Published as")
        words = await self._bot_says(
            "Bilal", self.stage.community, thread=asked, containing="has vetted this answer"
        )
        self._expect(words, BODY, "the body that vetted it")
        copy = await self._bot_says("Carla", self.stage.community, thread=own, containing=BODY)
        return words, copy

    async def _vetted_against_another(self) -> str:
        self.transcript.scene("The clock is put ahead by six weeks: two answers to one question")
        await self.stage.bot.restart(SIX_WEEKS)
        asked = await self._ask("Anna", f"!people {QUESTION} They had none left at Werfweg.")
        await self._bot_says("Anna", self.stage.community, thread=asked)
        card = await self._bot_says("Vera", self.stage.desk, containing="Case 3:")
        await self._tap("Vera", self.stage.desk, card.id, "🙋")
        await self._bot_says("Vera", self.stage.desk, thread=card.id, containing="has taken case")
        await self._at_desk("Vera", f"!answer {MOVED}", card)
        await self._bot_says(
            "Anna", self.stage.community, thread=asked, containing="A volunteer answers"
        )
        await self._bot_says("Omar", self.stage.desk, thread=card.id, containing="As an entry")
        fields = f"question: {QUESTION}\nalternatives:\nsource: {BODY}\nbody: {BODY}"
        await self._at_desk("Omar", f"!edit {fields}", card)
        await self._bot_says("Omar", self.stage.desk, thread=card.id, containing=f"> {QUESTION}\n")
        await self._at_desk("Omar", "!vet", card)
        refusal = await self._bot_says(
            "Omar", self.stage.desk, thread=card.id, containing="Not published"
        )
        self._expect(refusal, ANSWER[:40], "what the other entry says")
        way = re.search(r"!vet supersede (desk-1-\w+)", refusal.text)
        if way is None:
            raise StoryFailed(f"expected the way to replace the other entry in: {refusal.text!r}")
        await self._at_desk("Omar", way[0], card)
        await self._bot_says("Omar", self.stage.desk, thread=card.id, containing="version 2")
        await self._bot_says(
            "Anna", self.stage.community, thread=asked, containing="has vetted this answer"
        )
        return way[1]

    async def _told_of_the_change(self, given: tuple[Seen, Seen]) -> None:
        self.transcript.scene("Everybody who got the old answer is told")
        people = self.stage.accounts
        for waiting, had, news in (
            (("Bilal", "Anna"), given[0], "The answer above has changed"),
            (("Carla",), given[1], "Het antwoord hierboven is veranderd"),
        ):
            who = waiting[0]
            edit, now, seconds = await self._edited(who, had, MOVED[:40])
            self.transcript.event("Loket", "welcome", "edit", now, edit.id, seconds=seconds)
            told = await self._bot_says(
                who, self.stage.community, thread=had.thread, containing=news
            )
            self._expect(told, MOVED[:40], "the new answer")
            if not {people[each].user_id for each in waiting} <= set(mentions(told)):
                raise StoryFailed(f"not all of {', '.join(waiting)} were mentioned")
        await self._bot_says("Vera", self.stage.desk, containing="says something else since")

    async def _still_holds(self, entry: str) -> None:
        self.transcript.scene("The clock is put ahead by eleven months more: does it still hold?")
        await self.stage.bot.restart(NEARLY_A_YEAR_MORE)
        asks = await self._bot_says("Omar", self.stage.desk, containing="Its last day is")
        if mentions(asks) != [self.stage.accounts["Omar"].user_id]:
            raise StoryFailed("not the officials of the entry's body were asked")
        await self._tap("Omar", self.stage.desk, asks.id, "✅")
        await self._bot_says("Omar", self.stage.desk, thread=asks.id, containing=f"{entry} is conf")

    async def _holds_no_longer(self, entry: str) -> None:
        self.transcript.scene(
            "The clock is put ahead by thirteen months more, and nobody has looked again"
        )
        await self.stage.bot.restart(TWO_YEARS_MORE)
        asks = await self._bot_says("Omar", self.stage.desk, containing="Its last day was")
        asked = await self._ask("Anna", f"Loket: {QUESTION}", mention=True)
        await self._bot_says("Anna", self.stage.community, thread=asked, containing="case 4")
        card = await self._bot_says("Vera", self.stage.desk, containing="Case 4:")
        self._expect(card, "past its last day", "why the bot did not answer")
        self._expect(card, MOVED[:40], "what held before")
        await self._tap("Omar", self.stage.desk, asks.id, "✅")
        await self._bot_says("Omar", self.stage.desk, thread=asks.id, containing=f"{entry} is conf")
        await self._at_desk("Vera", "!send 1", card)
        await self._bot_says("Vera", self.stage.desk, thread=card.id, containing="word for word")
        answer = await self._bot_says(
            "Anna", self.stage.community, thread=asked, containing=MOVED[:40]
        )
        self._expect(answer, BODY, "the body that vetted it")

    async def _card_shows(self, card: Seen, words: str) -> None:
        """Waits for the edit by which a card shows the words, and tells what is new in it."""
        edit, now, seconds = await self._edited("Vera", card, words)
        before = self.cards.get(card.id, card.text).splitlines()
        self.cards[card.id] = now
        new = "\n".join(line for line in now.splitlines() if line not in before)
        self.transcript.event("Loket", "desk", "edit", new, edit.id, seconds=seconds)

    async def _edited(self, who: str, said: Seen, words: str) -> tuple[Seen, str, float]:
        """Waits for the edit by which what the bot said shows the words, as somebody sees it.

        Returns:
            The edit, what is read now, and the seconds waited.
        """
        began = time.monotonic()
        seen = await self.stage.people[who].wait_for(
            lambda seen: seen.replaces == said.id and words in seen.text,
            WITHIN,
            f"an edit to show {words!r}",
        )
        return seen, str(seen.content["m.new_content"]["body"]), time.monotonic() - began
