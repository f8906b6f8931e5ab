"""The people of a trial: what they say, and what the bot owes for it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from bot.catalogue import say
from knowledge.entry import Entry
from stage.crash.check import Duty, Event
from stage.crash.plan import Plot, Story, Then
from stage.homeserver import Account, Homeserver
from stage.person import Person, Seen

BODY = "Gemeente Voorbeeld"
SEND = "📤"
THANKS = "👍"
PATIENCE = 180.0
"""Seconds after which a person goes away without the reply; it is owed all the same."""

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
class Book:
    """What was said, and what is owed for it.

    Attributes:
        duties: What the bot has to say.
        said: The ids of what people said.
        stories: How many of each plot were begun.
        taken_back: Events of the bot's that it has to take back, and what each was.
        given_up: Numbers of stories whose people went away without a reply.
    """

    duties: list[Duty] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    stories: Counter[Plot] = field(default_factory=Counter)
    taken_back: dict[str, Duty] = field(default_factory=dict)
    given_up: list[int] = field(default_factory=list)


@dataclass(slots=True)
class People:
    """Four citizens, a volunteer and an official, in their rooms. Made by ``People.gathered``.

    Attributes:
        bot: Its account.
        citizens: The first two have a direct chat with the bot.
        vera, omar: A volunteer; an official who may vet. Both are at the desk.
        desk: Its room id.
        communities: Room ids.
        direct: Room id → who has that chat with the bot.
        entries: What the bot knows from the beginning.
        book: See ``Book``.
        closing: Once set, no further story begins.
    """

    bot: Account
    citizens: Sequence[Person]
    vera: Person
    omar: Person
    desk: str
    communities: Sequence[str]
    entries: Sequence[Entry]
    direct: dict[str, Person] = field(default_factory=dict)
    book: Book = field(default_factory=Book)
    closing: bool = False

    @staticmethod
    @asynccontextmanager
    async def gathered(homeserver: Homeserver, entries: Sequence[Entry]) -> AsyncIterator[People]:
        """Makes the accounts and the rooms, and sees what happens there from then on."""
        async with AsyncExitStack() as stack:
            everybody: list[Person] = []
            for name in ("vera", "omar", "anna", "bilal", "carla", "dewi"):
                account = await homeserver.register(name, name.title())
                person = Person(homeserver.url, account, patient=True)
                everybody.append(await stack.enter_async_context(person))
            vera, omar, *citizens = everybody
            bot = await homeserver.register("loket", "Loket")
            desk = await vera.create_room(
                "Desk", invite=[bot.user_id, omar.user_id], preset="private_chat"
            )
            await omar.join(desk)
            communities = [await vera.create_room(name) for name in ("Welcome", "Neighbours")]
            for citizen in citizens:
                for room in communities:
                    await citizen.join(room)
            people = People(bot, citizens, vera, omar, desk, communities, entries)
            for citizen in citizens[:2]:
                people.direct[await citizen.direct_chat(bot.user_id)] = citizen
            async with asyncio.TaskGroup() as group:
                listening = [group.create_task(person.listen()) for person in (vera, *citizens[:2])]
                try:
                    yield people
                finally:
                    for task in listening:
                        task.cancel()

    async def welcomed(self) -> None:
        """Returns once the bot is in every room."""
        for room in (self.desk, *self.communities, *self.direct):
            await self._eyes(room).wait_for(
                lambda seen, room=room: (  # type: ignore[misc]
                    seen.room == room
                    and seen.kind == "m.room.member"
                    and seen.event.get("state_key") == self.bot.user_id
                    and seen.content.get("membership") == "join"
                ),
                60,
                "the bot's coming",
            )

    async def talk(self, stories: Iterator[Story]) -> None:
        """Plays the stories, some at once, until ``closing``."""

        async def play_on() -> None:
            while not self.closing:
                story = next(stories)
                self.book.stories[story.plot] += 1
                try:
                    await self._play(story)
                except TimeoutError:
                    self.book.given_up.append(story.number)

        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(play_on())

    async def chat_away(self, number: int) -> None:
        """A question, then so much talk that it is far up when the bot comes back.

        Args:
            number: Of the first line.
        """
        room = self.communities[number % len(self.communities)]
        entry = self.entries[number % len(self.entries)]
        text = f"{entry.question.rstrip('?')} {number}?"
        asked = await self._says(self.citizens[0], room, text, addressed=True)
        self._owes("answer", number, room, asked, entry.answer)
        lines = iter(range(number + 1, number + MANY))

        async def talk() -> None:
            for line in lines:
                await self._says(self.citizens[line % 4], room, f"And then we laughed {line}")

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
        for place, room in enumerate([*self.communities, *list(self.direct)[:2]]):
            asker = self.direct.get(room, self.citizens[0])
            await self._known(number + place, asker, room, entry.question, entry.answer)

    async def timelines(self) -> dict[str, list[Event]]:
        """Every room's whole timeline, as the homeserver has it."""
        rooms = (self.desk, *self.communities, *self.direct)
        return {room: list(await self._eyes(room).timeline(room)) for room in rooms}

    async def _play(self, story: Story) -> None:
        citizen = self.citizens[story.who % len(self.citizens)]
        room = self.communities[story.where % len(self.communities)]
        chats = list(self.direct)
        chat = chats[story.where % min(2, len(chats))]
        entry = self.entries[story.entry % len(self.entries)]
        match story.plot:
            case Plot.CHATTER:
                text = f"We had coffee with {story.words} this morning {story.number}"
                await self._says(citizen, room, text)
            case Plot.KNOWN:
                await self._known_then(story, citizen, room, entry)
            case Plot.OVERHEARD:
                await self._known(
                    story.number, citizen, room, entry.question, entry.answer, addressed=False
                )
            case Plot.DIRECT:
                await self._known_then(story, self.direct[chat], chat, entry)
            case Plot.NEW_DIRECT:
                asker = self.citizens[story.who % 2]
                opened = await asker.direct_chat(self.bot.user_id)
                self.direct[opened] = asker
                await self._known(story.number, asker, opened, entry.question, entry.answer)
            case Plot.UNKNOWN:
                await self._unknown(story, citizen, room)
            case Plot.LEFT:
                await self._unknown(story, citizen, room, addressed=False)
            case Plot.PRIVATE:
                await self._unknown(story, self.direct[chat], chat)

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
        after = self._seen(room)
        text = f"{question.rstrip('?')} {number}?"
        asked = await self._says(citizen, room, text, addressed=addressed)
        duty = self._owes("answer", number, room, asked, answer)
        return asked, duty, await self._until(duty, after)

    async def _known_then(self, story: Story, citizen: Person, room: str, entry: Entry) -> None:
        number = story.number
        asked, duty, answer = await self._known(number, citizen, room, entry.question, entry.answer)
        after = self._seen(room)
        if story.then is Then.MENDS:
            other = self.entries[(story.entry + 1) % len(self.entries)]
            text = f"{other.question.rstrip('?')} {number}?"
            mention = [] if room in self.direct else [self.bot.user_id]
            self.book.said.append(await citizen.edit(room, asked, text, mention=mention))
            edit = self._owes("answer, edited", number, room, answer.id, other.answer)
            await self._until(edit, after)
        elif story.then is Then.WITHDRAWS:
            self.book.said.append(await citizen.redact(room, asked))
            await self._until(self._owes_back("answer", duty, answer), after)

    async def _unknown(
        self, story: Story, citizen: Person, room: str, *, addressed: bool = True
    ) -> None:
        after, at_desk = self._seen(room), self._seen(self.desk)
        number = story.number
        question = f"Where do I get {story.words}"
        text = f"{question} {number}?"
        asked = await self._says(citizen, room, text, addressed=addressed)
        told = _begins("handover" if addressed else "handover_waited")
        handover = self._owes("handover", number, room, asked, told)
        case = self._owes("card", number, self.desk, "", f"> {text}")
        card = await self._until(case, at_desk)
        told_at = await self._until(handover, after)
        if story.then is Then.WITHDRAWS:
            self.book.said.append(await citizen.redact(room, asked))
            gone = self._owes("withdrawn", number, self.desk, card.id, _begins("withdrawn"))
            await self._until(self._owes_back("handover", handover, told_at), after)
            await self._until(self._owes_back("card", case, card), at_desk)
            await self._until(gone, at_desk)
            return

        words = f"Bring paper {number} to the counter of {story.words}."
        base = await self._answer(story, card.id, words, at_desk)
        carried = self._owes("carried", number, room, asked, words)
        self._owes("sent", number, self.desk, base, _begins("sent"))
        draft = self._owes("draft", number, self.desk, base, _begins("draft_title"))
        carried_as = await self._until(carried, after)
        await self._until(draft, at_desk)
        if story.then is Then.THANKS:
            self.book.said.append(await citizen.react(room, carried_as.id, THANKS))
            await self._until(self._owes("mirror", number, self.desk, base, THANKS), at_desk)
        elif story.then is Then.MENDS:
            words = f"Better bring paper {number} to the office of {story.words}."
            command = words if story.tapped else f"!answer {words}"
            edit = await self.vera.edit(self.desk, base, command)
            self.book.said.append(edit)
            edited = self._owes("carried, edited", number, room, carried_as.id, words)
            changed = self._owes("changed", number, room, asked, words)
            draft = self._owes("draft", number, self.desk, edit, _begins("draft_title"))
            await self._until(edited, after)
            await self._until(changed, after)
            await self._until(draft, at_desk)
        if not story.vetted:
            return

        vet = await self._says(self.omar, self.desk, "!vet", thread=card.id)
        published = self._owes("published", number, self.desk, vet, _begins("published"))
        vetted = self._owes("vetted", number, room, asked, say("en", "was_vetted", body=BODY))
        await self._until(published, at_desk)
        await self._until(vetted, after)
        if story.again:
            other = self.citizens[(story.who + 1) % len(self.citizens)]
            room = self.communities[story.where % len(self.communities)]
            await self._known(number, other, room, question, words)

    async def _answer(self, story: Story, card: str, words: str, at_desk: int) -> str:
        """Claims and answers; gives the event that the bot's words at the desk hang on."""
        number = story.number
        claim = await self._says(self.vera, self.desk, "!claim", thread=card)
        claimed = _begins("claimed", who=self.vera.user_id)
        await self._until(self._owes("claimed", number, self.desk, claim, claimed), at_desk)
        if not story.tapped:
            return await self._says(self.vera, self.desk, f"!answer {words}", thread=card)
        note = await self._says(self.vera, self.desk, words, thread=card)
        await self._until(self._owes("offer", number, self.desk, note, SEND), at_desk)
        self.book.said.append(await self.vera.react(self.desk, note, SEND))
        return note

    async def _says(
        self,
        person: Person,
        room: str,
        text: str,
        *,
        thread: str | None = None,
        addressed: bool = False,
    ) -> str:
        mention = [self.bot.user_id] if addressed and room not in self.direct else []
        event = await person.say(room, text, thread=thread, mention=mention)
        self.book.said.append(event)
        return event

    def _owes(self, what: str, number: int, room: str, to: str, text: str) -> Duty:
        duty = Duty(what, number, room, to, text)
        self.book.duties.append(duty)
        return duty

    def _owes_back(self, what: str, duty: Duty, event: Seen) -> Duty:
        self.book.taken_back[event.id] = duty
        return self._owes(f"{what}, taken back", duty.about, duty.room, event.id, "")

    async def _until(self, duty: Duty, after: int) -> Seen:
        def is_it(seen: Seen) -> bool:
            return seen.sender == self.bot.user_id and duty.met_by(seen.room, seen.event)

        what = f"{duty.what} {duty.about}"
        return await self._eyes(duty.room).wait_for(is_it, PATIENCE, what, after)

    def _eyes(self, room: str) -> Person:
        """Who sees a room all the time."""
        return self.direct.get(room, self.vera)

    def _seen(self, room: str) -> int:
        return len(self._eyes(room).seen)
