"""Everybody who waits for a case's answer: its asker, and those who ask the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot import briefing, replies
from bot.cases import Case, Event, Status
from bot.messages import MessageRef, Outgoing, Priority, key_for
from bot.outcome import Follower, Given, Outcome
from bot.ports import Store
from bot.remarks import is_grateful
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
        apart: list[Follower] = []
        for each in await self.store.followers(case.id):
            here = (each.ref.front, each.ref.room) == (case.asked.front, case.asked.room)
            if here and each.root == case.root and not each.asked:
                told = _mentioning(told, each.person)
            else:
                apart.append(each)
        return (told, *self.apart(apart, cause, kind, speak))

    def apart(
        self, followers: Iterable[Follower], cause: MessageRef, kind: str, speak: Speak
    ) -> tuple[Outgoing, ...]:
        """The same for those who wait elsewhere: in one thread once, whoever waits there.

        Args:
            followers: They.
            cause, kind, speak: As in ``told``.
        """
        said: dict[tuple[str, ...], Outgoing] = {}
        # Who asked it comes first: it is their question that the message replies to.
        for each in sorted(followers, key=lambda each: not each.asked):
            # Outside threads everybody is told apart.
            place = (each.ref.front, each.ref.room, each.root, "" if each.root else each.person)
            if place in said:
                said[place] = _mentioning(said[place], each.person)
            else:
                said[place] = self.one(each, cause, kind, speak)
        return tuple(said.values())

    async def left_alone(
        self, done: Outcome, case: Case, cause: MessageRef, now: datetime
    ) -> Outcome:
        """What becomes of the others when the asker takes the question back.

        The oldest case that was merged into it is open again, at the desk, and all others wait
        for the answer of that one. Where there is none, who joined is told that no answer comes.

        Args:
            done: The outcome so far.
            case: The case that is gone.
            cause: The message because of which it is.
            now: When that case is open again.
        """
        followers = await self.store.followers(case.id)
        found = [await self.store.case_asked(each.ref) for each in followers if each.asked]
        merged = [each for each in found if each and each.status is Status.MERGED]
        if not merged:
            alone = self.apart(followers, cause, "left alone", replies.left_alone)
            return replace(done, outgoing=(*done.outgoing, *alone))
        oldest, *rest = sorted(merged, key=lambda each: (each.opened_at, each.id))
        moved = [
            replace(each, case_id=oldest.id)
            for each in followers
            if each.ref != oldest.asked and (each.asked or each.person != oldest.asker)
        ]
        waits = [*await self.store.followers(oldest.id), *moved]
        head = replace(oldest.freed(Event.SPLIT, now), merged_into=None)
        head = replace(head, demand=demand(head, waits))
        cases, gone = [head], list(followers)
        lang = self.rooms.desk_lang
        words = replies.plain(lang, "split", case=head.id, gone=case.id)
        alert = self.rooms.fitting(head)
        told = list(await added_elsewhere(self.store, self.rooms, head, head))
        told.append(self.rooms.in_thread(head, f"split {head.version}", words, alert))
        for each in rest:
            # Where cases were merged in a chain, the head of them all may stand in its midst.
            below = await self.store.followers(each.id)
            gone += [one for one in below if one.ref == head.asked]
            left = [one for one in below if one.ref != head.asked]
            cases.append(replace(each, merged_into=head.id, demand=demand(each, left)))
            words = replies.plain(lang, "merged", case=each.id, into=head.id)
            told.append(self.rooms.in_thread(each, f"merged anew {each.version}", words))
            told += await added_elsewhere(self.store, self.rooms, each, head)
        return replace(
            done,
            cases=(*done.cases, *cases),
            followers=(*done.followers, *moved),
            unfollowed=(*done.unfollowed, *gone),
            outgoing=(*done.outgoing, *told),
        )

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

    def asked_in(self, case: Case, lang: str) -> str:
        """The language of its question, for who is told of its answer in ``lang``.

        Empty where the bot speaks to its asker in that language too.
        """
        return "" if lang == self.rooms.speaks_to(case.lang, case.asked.room) else case.lang

    def as_answer(self, case: Case, told: Sequence[Outgoing]) -> tuple[Outgoing, ...]:
        """The same as copies of the case's answer: one tap on them says whether it helped."""
        if not case.answered_in:
            return tuple(told)
        answer = MessageRef(self.rooms.front, self.rooms.desk, case.answered_in)
        return tuple(replace(each, original=answer) for each in told)

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


async def line(store: Store, case: Case) -> tuple[Case, ...]:
    """The case, the one that it was merged into, and so on: the last is the one answered."""
    cases = [case]
    while (into := cases[-1].merged_into) is not None and (found := await store.case(into)):
        cases.append(found)
    return tuple(cases)


async def added_elsewhere(
    store: Store, rooms: Rooms, case: Case, into: Case
) -> tuple[Outgoing, ...]:
    """What an asker added where their case was merged into, for the thread where it counts now.

    Args:
        store: Knows what they wrote, and where that was shown.
        rooms: Where words go.
        case: Theirs.
        into: The case in whose thread it is shown; it may be the same.
    """
    name = "asker_adds" if case.id == into.id else "merged_adds"
    shown: list[Outgoing] = []
    for note in await store.notes(case.id):
        if note.author != case.asker or note.ref == case.asked or is_grateful(note.text):
            continue
        copies = await store.copies(note.ref)
        if not copies or copies[-1].thread in (case.desk_thread, into.desk_thread):
            continue
        words = briefing.written(name, note.text, rooms.desk_lang, case=case.id)
        said = rooms.in_thread(into, f"brought {into.version} {note.ref.event}", words)
        shown.append(replace(said, original=note.ref, priority=Priority.WORDS))
    return tuple(shown)


def demand(case: Case, followers: Iterable[Follower]) -> int:
    """How many others wait for the case's answer: each person counts once.

    Args:
        case: The case.
        followers: All of its followers.
    """
    return len({each.person for each in followers} - {case.asker})


def _mentioning(said: Outgoing, person: str) -> Outgoing:
    if person in said.mentions:
        return said
    return replace(said, mentions=(*said.mentions, person))
