"""Everybody who waits for a case's answer: its asker, and those who ask the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot import replies
from bot.cases import Case, Event
from bot.messages import MessageRef, Outgoing, key_for
from bot.outcome import Follower, Given
from bot.ports import Store
from bot.routing import Rooms, to_asker, to_follower
from bot.words import Words
from knowledge.entry import NATIONAL, Entry

Speak = Callable[[str], Words]
"""The words in a language."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Tells all of them the same.

    Attributes:
        store: Knows who joined.
        rooms: Which languages are spoken where.
    """

    store: Store
    rooms: Rooms

    async def told(
        self, case: Case, cause: MessageRef, kind: str, speak: Speak
    ) -> tuple[Outgoing, ...]:
        """What the asker must not miss, which comes first, and the same for all others.

        Who joined in the asker's own thread reads the asker's copy, and is mentioned there.

        Args:
            case: The case.
            cause: The message because of which it is said.
            kind: As in ``key_for``.
            speak: What is said.
        """
        lang = self.rooms.speaks_to(case.lang, case.asked.room)
        told = to_asker(case, cause, kind, speak(lang))
        apart: list[Outgoing] = []
        for each in await self.store.followers(case.id):
            here = (each.ref.front, each.ref.room) == (case.asked.front, case.asked.room)
            if here and each.root == case.root and not each.asked:
                if each.person not in told.mentions:
                    told = replace(told, mentions=(*told.mentions, each.person))
            else:
                apart.append(self.one(each, cause, kind, speak))
        return (told, *apart)

    async def left_alone(
        self, case: Case, cause: MessageRef, now: datetime
    ) -> tuple[tuple[Case, ...], list[Outgoing]]:
        """What becomes of the others when the asker takes the question back.

        Who asked it in a case of their own has that case back, at the desk; who joined is told.

        Args:
            case: The case that is gone.
            cause: The message because of which it is.
            now: When they have their cases back.

        Returns:
            The cases that are open again, and what is said.
        """
        split: list[Case] = []
        told: list[Outgoing] = []
        lang = self.rooms.desk_lang
        for each in await self.store.followers(case.id):
            own = await self.store.case_asked(each.ref) if each.asked else None
            if own is not None and own.merged_into is not None:
                own = replace(own.freed(Event.SPLIT, now), merged_into=None)
                split.append(own)
                words = replies.plain(lang, "split", case=own.id, gone=case.id)
                alert = self.rooms.fitting(own)
                told.append(self.rooms.in_thread(own, f"split {own.version}", words, alert))
            elif not each.asked:
                told.append(self.one(each, cause, "left alone", replies.left_alone))
        return tuple(split), told

    async def given(self, case: Case, entry: Entry, told: Sequence[Outgoing]) -> tuple[Given, ...]:
        """That all of them are given an entry by what ``told`` gave, each in their language."""
        first, *others = told
        spoken = await self.languages(case)
        mine = Given(case.asker, entry.id, entry.version, first.key, case.lang)
        each_of = []
        for each in others:
            lang = spoken.get((each.room, each.thread or ""), "")
            each_of.append(Given(each.mentions[0], entry.id, entry.version, each.key, lang))
        return (mine, *each_of)

    async def elsewhere(self, case: Case, entry: Entry) -> tuple[str, ...]:
        """The places of those who wait for the answer, and for whom an entry does not hold."""
        rooms = [case.asked.room, *(each.ref.room for each in await self.store.followers(case.id))]
        places = {self.rooms.community(room).scope for room in rooms}
        return () if entry.scope == NATIONAL else tuple(sorted(places - {entry.scope}))

    def there(
        self, entry: Entry, told: Sequence[Outgoing], given: Sequence[Given]
    ) -> tuple[tuple[Outgoing, ...], tuple[Given, ...]]:
        """What is told and given, but where the entry does not hold."""
        here = [
            each
            for each in told
            if entry.scope in (NATIONAL, self.rooms.community(each.room).scope)
        ]
        keys = {each.key for each in here}
        return tuple(here), tuple(each for each in given if each.key in keys)

    async def languages(self, case: Case) -> dict[tuple[str, str], str]:
        """In which language the bot speaks where: (room, root of the thread) → language."""
        spoken = {
            (each.ref.room, each.root): self.rooms.speaks_to(each.lang, each.ref.room)
            for each in await self.store.followers(case.id)
        }
        lang = self.rooms.speaks_to(case.lang, case.asked.room)
        return {**spoken, (case.asked.room, case.root): lang}

    def one(self, follower: Follower, cause: MessageRef, kind: str, speak: Speak) -> Outgoing:
        """The same for one of those who joined."""
        lang = self.rooms.speaks_to(follower.lang, follower.ref.room)
        key = key_for(cause, f"{kind} {follower.person} {follower.ref.event}")
        return to_follower(follower, key, speak(lang))
