"""The people of a trial and their rooms; what they say is noted, and what the bot owes for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from stage.crash.check import Duty, Event
from stage.homeserver import Account, Homeserver
from stage.person import Person, Seen
from stage.strict import StrictPerson

PATIENCE = 120.0
"""Seconds after which a person goes away without the reply; it is owed all the same."""


@dataclass(slots=True)
class Book:
    """What was said, and what is owed for it.

    Attributes:
        duties: What the bot has to say.
        said: The ids of what people said.
        taken_back: Events of the bot's that it has to take back, and what each was.
        cards: Cards of cases → what their last edit has to show.
    """

    duties: list[Duty] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    taken_back: dict[str, Duty] = field(default_factory=dict)
    cards: dict[str, Duty] = field(default_factory=dict)


@dataclass(slots=True)
class People:
    """Five citizens, a volunteer and an official, in their rooms. Made by ``People.gathered``.

    Attributes:
        bot: Its account.
        citizens: The first two have a direct chat with the bot.
        esra: A citizen with a strict client; her direct chat with the bot is encrypted.
        vera, omar: A volunteer; an official who may vet. Both are at the desk.
        desk: Its room id.
        communities: Room ids.
        sealed: The room id of the encrypted chat.
        direct: Room id → who has that chat with the bot; ``sealed`` is not among them.
        book: See ``Book``.
    """

    bot: Account
    citizens: Sequence[Person]
    esra: StrictPerson
    vera: Person
    omar: Person
    desk: str
    communities: Sequence[str]
    sealed: str
    direct: dict[str, Person] = field(default_factory=dict)
    book: Book = field(default_factory=Book)

    @staticmethod
    @asynccontextmanager
    async def gathered(homeserver: Homeserver) -> AsyncIterator[People]:
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
            account = await homeserver.register("esra", "Esra")
            strict = StrictPerson(homeserver.url, account, patient=True)
            esra = await stack.enter_async_context(strict)
            sealed = await esra.direct_chat(bot.user_id)
            people = People(bot, citizens, esra, vera, omar, desk, communities, sealed)
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
        for room in self._rooms():
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

    async def timelines(self) -> dict[str, list[Event]]:
        """Every room's whole timeline, as the homeserver has it."""
        return {room: list(await self._eyes(room).timeline(room)) for room in self._rooms()}

    def unread(self) -> list[str]:
        """The ids of what the bot said in the encrypted chat and its reader could never read."""
        said = [seen for seen in self.esra.seen if seen.sender == self.bot.user_id]
        read = {seen.id for seen in said if seen.failure is None}
        return [seen.id for seen in said if seen.id not in read]

    async def open_chat(self, citizen: Person) -> str:
        """A citizen who sees everything opens a further direct chat with the bot."""
        room = await citizen.direct_chat(self.bot.user_id)
        self.direct[room] = citizen
        return room

    async def say(
        self,
        person: Person,
        room: str,
        text: str,
        *,
        thread: str | None = None,
        addressed: bool = False,
    ) -> str:
        """Somebody says something; gives the event's id, as the next three do."""
        mention = self._mention(room) if addressed else []
        return self._noted(await person.say(room, text, thread=thread, mention=mention))

    async def edit(self, person: Person, room: str, event: str, text: str) -> str:
        """Somebody edits what they said."""
        mention = [] if room == self.desk else self._mention(room)
        return self._noted(await person.edit(room, event, text, mention=mention))

    async def react(self, person: Person, room: str, event: str, key: str) -> str:
        """Somebody reacts."""
        return self._noted(await person.react(room, event, key))

    async def take_back(self, person: Person, room: str, event: str) -> str:
        """Somebody takes back what they said."""
        return self._noted(await person.redact(room, event))

    def owed(self, what: str, number: int, room: str, to: str, text: str) -> Duty:
        """Notes what the bot has to say; see ``Duty``."""
        duty = Duty(what, number, room, to, text)
        self.book.duties.append(duty)
        return duty

    def owed_back(self, duty: Duty, event: Seen) -> Duty:
        """Notes that the bot has to take back what it said as that event."""
        self.book.taken_back[event.id] = duty
        return self.owed(f"{duty.what}, taken back", duty.about, duty.room, event.id, "")

    def shows(self, card: str, number: int, text: str) -> None:
        """Notes what a case's card has to show in the end; again: instead of that."""
        self.book.cards[card] = Duty("card, current", number, self.desk, card, text)

    async def until(self, duty: Duty, after: int) -> Seen:
        """Waits until the bot has said it.

        Args:
            duty: What.
            after: How many events had been seen of the room before; see ``seen``.

        Raises:
            TimeoutError: It did not within ``PATIENCE``.
        """

        def is_it(seen: Seen) -> bool:
            said = seen.sender == self.bot.user_id and seen.failure is None
            return said and duty.met_by(seen.room, seen.event)

        what = f"{duty.what} {duty.about}"
        return await self._eyes(duty.room).wait_for(is_it, PATIENCE, what, after)

    def seen(self, room: str) -> int:
        """How many events who sees that room has seen so far."""
        return len(self._eyes(room).seen)

    def _rooms(self) -> tuple[str, ...]:
        return (self.desk, *self.communities, *self.direct, self.sealed)

    def _eyes(self, room: str) -> Person:
        return self.esra if room == self.sealed else self.direct.get(room, self.vera)

    def _mention(self, room: str) -> list[str]:
        return [self.bot.user_id] if room in self.communities else []

    def _noted(self, event: str) -> str:
        self.book.said.append(event)
        return event
