"""What people say in a trial: the stories of the plan, played on a real homeserver."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.catalogue import say
from knowledge.entry import Entry
from stage.crash.check import Duty
from stage.crash.people import People
from stage.crash.plan import Plot, Story, Then
from stage.person import Person, Seen

BODY = "Gemeente Voorbeeld"
SOURCE = "https://example.org/paper"
SEND = "📤"
THANKS = "👍"
AT_ONCE = 8
"""How many stories go on side by side."""

MANY = 60
"""Lines of talk; more than the bot is given of one room at once, so that it has to ask for more."""

_TALKERS = 10

_CUT = "\0"


def _begins(name: str, **values: object) -> str:
    """A sentence of the bot's up to the first value that nobody outside it knows."""
    places = {"case": _CUT, "role": _CUT, "entry": _CUT, "version": _CUT}
    return say("en", name, **{**places, **values}).split(_CUT)[0]


@dataclass(slots=True)
class Traffic:
    """Plays stories.

    Attributes:
        people: Who is in them.
        entries: What the bot knows from the beginning.
        begun: How many stories of each plot were begun.
        given_up: Numbers of stories whose people went away without a reply.
        closing: Once set, no further story begins.
    """

    people: People
    entries: Sequence[Entry]
    begun: Counter[Plot] = field(default_factory=Counter)
    given_up: list[int] = field(default_factory=list)
    closing: bool = False

    async def talk(self, stories: Iterator[Story]) -> None:
        """Plays the stories, some at once, until ``closing``."""

        async def play_on() -> None:
            while not self.closing:
                story = next(stories)
                self.begun[story.plot] += 1
                try:
                    await self._play(story)
                except TimeoutError:
                    self.given_up.append(story.number)

        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(play_on())

    async def chat_away(self, number: int) -> None:
        """A question, then so much talk that it is far up when the bot comes back.

        Args:
            number: Of the first line.
        """
        room = self.people.communities[number % len(self.people.communities)]
        entry = self.entries[number % len(self.entries)]
        text = f"{entry.question.rstrip('?')} {number}?"
        asked = await self.people.say(self.people.citizens[0], room, text, addressed=True)
        self.people.owed("answer", number, room, asked, entry.answer)
        lines = iter(range(number + 1, number + MANY))

        async def talk() -> None:
            for line in lines:
                await self.people.say(
                    self.people.citizens[line % 4], room, f"And then we laughed {line}"
                )

        async with asyncio.TaskGroup() as group:
            for _ in range(_TALKERS):
                group.create_task(talk())

    async def last_word(self, number: int) -> None:
        """A question in each room that is there from the beginning, and its answer.

        Afterwards the bot has heard all that was said there before.

        Raises:
            TimeoutError: No answer came.
        """
        entry = self.entries[number % len(self.entries)]
        people = self.people
        rooms = [*people.communities, *list(people.direct)[:2], people.sealed]
        for place, room in enumerate(rooms):
            asker = people.direct.get(room, people.citizens[0])
            asker = people.esra if room == people.sealed else asker
            await self._known(number + place, asker, room, entry.question, entry.answer)

    async def _play(self, story: Story) -> None:
        citizen = self.people.citizens[story.who % len(self.people.citizens)]
        room = self.people.communities[story.where % len(self.people.communities)]
        chats = list(self.people.direct)
        chat = chats[story.where % min(2, len(chats))]
        entry = self.entries[story.entry % len(self.entries)]
        match story.plot:
            case Plot.CHATTER:
                text = f"We had coffee with {story.words} this morning {story.number}"
                await self.people.say(citizen, room, text)
            case Plot.KNOWN:
                await self._known_then(story, citizen, room, entry)
            case Plot.OVERHEARD:
                await self._known(
                    story.number, citizen, room, entry.question, entry.answer, addressed=False
                )
            case Plot.DIRECT:
                await self._known_then(story, self.people.direct[chat], chat, entry)
            case Plot.NEW_DIRECT:
                asker = self.people.citizens[story.who % 2]
                opened = await self.people.open_chat(asker)
                await self._known(story.number, asker, opened, entry.question, entry.answer)
            case Plot.SEALED:
                people = self.people
                await self._known(
                    story.number, people.esra, people.sealed, entry.question, entry.answer
                )
            case Plot.UNKNOWN:
                await self._unknown(story, citizen, room)
            case Plot.LEFT:
                await self._unknown(story, citizen, room, addressed=False)
            case Plot.PRIVATE:
                await self._unknown(story, self.people.direct[chat], chat)

    async def _known(
        self,
        number: int,
        citizen: Person,
        room: str,
        question: str,
        answer: str,
        *,
        addressed: bool = True,
    ) -> tuple[str, Duty, Seen]:
        """Gives the question's event, and the answer as it was owed and as it came."""
        after = self.people.seen(room)
        text = f"{question.rstrip('?')} {number}?"
        asked = await self.people.say(citizen, room, text, addressed=addressed)
        duty = self.people.owed("answer", number, room, asked, answer)
        return asked, duty, await self.people.until(duty, after)

    async def _known_then(self, story: Story, citizen: Person, room: str, entry: Entry) -> None:
        number = story.number
        asked, duty, answer = await self._known(number, citizen, room, entry.question, entry.answer)
        after = self.people.seen(room)
        if story.then is Then.MENDS:
            other = self.entries[(story.entry + 1) % len(self.entries)]
            text = f"{other.question.rstrip('?')} {number}?"
            await self.people.edit(citizen, room, asked, text)
            edit = self.people.owed("answer, edited", number, room, answer.id, other.answer)
            await self.people.until(edit, after)
        elif story.then is Then.WITHDRAWS:
            await self.people.take_back(citizen, room, asked)
            await self.people.until(self.people.owed_back(duty, answer), after)

    async def _unknown(
        self, story: Story, citizen: Person, room: str, *, addressed: bool = True
    ) -> None:
        people, desk, number = self.people, self.people.desk, story.number
        after, at_desk = people.seen(room), people.seen(desk)
        # No word that another question has too: the vetted ones become entries.
        text = f"{story.words.capitalize()} {number}?"
        asked = await people.say(citizen, room, text, addressed=addressed)
        told = _begins("handover" if addressed else "handover_waited")
        handover = people.owed("handover", number, room, asked, told)
        case = people.owed("card", number, desk, "", f"> {text}")
        card = await people.until(case, at_desk)
        told_at = await people.until(handover, after)
        if story.then is Then.WITHDRAWS:
            await people.take_back(citizen, room, asked)
            gone = people.owed("withdrawn", number, desk, card.id, _begins("withdrawn"))
            await people.until(people.owed_back(handover, told_at), after)
            await people.until(people.owed_back(case, card), at_desk)
            await people.until(gone, at_desk)
            return
        words = f"Bring paper {number} to the counter of {story.words}. {SOURCE}"
        people.shows(card.id, number, f"> {words}")
        base = await self._answered(story, card.id, words)
        carried = people.owed("carried", number, room, asked, words)
        people.owed("sent", number, desk, base, _begins("sent"))
        draft = people.owed("draft", number, desk, base, _begins("draft_title"))
        carried_as = await people.until(carried, after)
        await people.until(draft, at_desk)
        if story.then is Then.THANKS:
            people.shows(card.id, number, say("en", "status_confirmed"))
            await people.react(citizen, room, carried_as.id, THANKS)
            await people.until(people.owed("mirror", number, desk, base, THANKS), at_desk)
        elif story.then is Then.MENDS:
            words = f"Better bring paper {number} to the office of {story.words}. {SOURCE}"
            people.shows(card.id, number, f"> {words}")
            await self._mended(story, base, carried, carried_as, words)
        if story.vetted:
            await self._vetted(story, room, asked, card.id)
            if story.again:
                other = people.citizens[(story.who + 1) % len(people.citizens)]
                room = people.communities[story.where % len(people.communities)]
                await self._known(number, other, room, story.words, words)

    async def _answered(self, story: Story, card: str, words: str) -> str:
        """Claims and answers; gives the event that the bot's words at the desk hang on."""
        people, desk, number = self.people, self.people.desk, story.number
        at_desk = people.seen(desk)
        claim = await people.say(people.vera, desk, "!claim", thread=card)
        claimed = _begins("claimed", who=people.vera.user_id)
        await people.until(people.owed("claimed", number, desk, claim, claimed), at_desk)
        if not story.tapped:
            return await people.say(people.vera, desk, f"!answer {words}", thread=card)
        note = await people.say(people.vera, desk, words, thread=card)
        await people.until(people.owed("offer", number, desk, note, SEND), at_desk)
        await people.react(people.vera, desk, note, SEND)
        return note

    async def _mended(
        self, story: Story, base: str, carried: Duty, carried_as: Seen, words: str
    ) -> None:
        """The responder puts other words in the place of their answer."""
        people, desk, number, room = self.people, self.people.desk, story.number, carried.room
        after, at_desk = people.seen(room), people.seen(desk)
        command = words if story.tapped else f"!answer {words}"
        edit = await people.edit(people.vera, desk, base, command)
        edited = people.owed("carried, edited", number, room, carried_as.id, words)
        changed = people.owed("changed", number, room, carried.to, words)
        draft = people.owed("draft", number, desk, edit, _begins("draft_title"))
        await people.until(edited, after)
        await people.until(changed, after)
        await people.until(draft, at_desk)

    async def _vetted(self, story: Story, room: str, asked: str, card: str) -> None:
        people, desk, number = self.people, self.people.desk, story.number
        after, at_desk = people.seen(room), people.seen(desk)
        vet = await people.say(people.omar, desk, "!vet", thread=card)
        published = people.owed("published", number, desk, vet, _begins("published"))
        people.shows(card, number, f"Now: {say('en', 'status_vetted')}")
        right = people.owed("vetted", number, room, asked, say("en", "was_vetted", body=BODY))
        await people.until(published, at_desk)
        await people.until(right, after)
