"""What happens when the bot's rooms change.

It was removed, a room was replaced, it was invited, more people came into a direct chat.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot import replies
from bot.cards import Cards
from bot.cases import Case, Status
from bot.messages import (
    Kind,
    Message,
    MessageRef,
    Outgoing,
    Place,
    Priority,
    Style,
    key_for,
    key_in_crowd,
)
from bot.outcome import Outcome
from bot.ports import Clock, Store
from bot.routing import Rooms
from bot.words import Words


@dataclass(frozen=True, slots=True)
class Moving:
    """Handles what happens to rooms.

    Attributes:
        store: Knows the open cases.
        clock: Now.
        rooms: Told when a room moved.
        cards: Opens the threads at the desk anew.
    """

    store: Store
    clock: Clock
    rooms: Rooms
    cards: Cards

    async def handle(self, message: Message) -> Outcome:
        """All that a change of a room changes."""
        match message.kind:
            case Kind.GONE:
                return Outcome("gone", message.ref, gone=True)
            case Kind.CROWDED:
                return await self._crowded(message)
            case Kind.INVITED:
                words = replies.plain(self.rooms.desk_lang, "invited", server=message.text or "?")
                # The key knows the hour only, so that the outbox drops a second one.
                hour = f"{message.sent_at:%Y-%m-%dT%H}"
                once = replace(message, ref=MessageRef(message.ref.front, "invited", hour))
                told = (self._at_desk(once, "invited", words),)
                return Outcome("invitation refused", message.ref, outgoing=told)
            case _:
                return await self._moved(message)

    async def _crowded(self, message: Message) -> Outcome:
        """Says why the bot is silent there from now on, without a word of what was asked."""
        front, room = message.ref.front, message.ref.room
        here = [each for each in await self.store.open_cases() if each.asked.room == room]
        lang = self.rooms.speaks_to(here[-1].lang if here else "", room)
        words = replies.crowded(lang)
        told = Outgoing(
            # The key knows the room only, so that the outbox drops a second one.
            key=key_in_crowd(front, room),
            front=front,
            room=room,
            style=Style.NOTICE,
            text=words.text,
            html=words.html,
        )
        return Outcome("no longer private", message.ref, outgoing=(told,), free=True)

    async def _moved(self, message: Message) -> Outcome:
        old, new = message.ref.room, message.text
        lang = self.rooms.desk_lang
        if not new:
            words = replies.plain(lang, "not_moved", room=old)
            return self._told(message, "not followed", words)
        # Done again without harm, should writing the rest fail.
        self.rooms.move(old, new)
        if message.place is not Place.DESK:
            words = replies.plain(lang, "room_moved", room=old, new=new)
            return replace(self._told(message, "moved", words), moved_to=new)
        words = replies.plain(lang, "desk_moved", room=old, new=new)
        outcome = replace(self._told(message, "desk moved", words), moved_to=new)
        cases, cards = [], list(outcome.outgoing)
        for case in await self.store.open_cases():
            if case.status is Status.WAITING or await self._needs_no_card(case, new):
                continue
            moved, *shown = self._again(message, case)
            cases.append(moved)
            cards += shown
        return replace(outcome, cases=tuple(cases), outgoing=tuple(cards))

    async def _needs_no_card(self, case: Case, new: str) -> bool:
        """Whether the case's first message stands in the new desk, or will be said there."""
        copies = await self.store.copies(case.asked)
        card = next((each for each in copies if each.key == case.desk_thread), None)
        return card is not None and (card.room == new or card.attempted_at is None)

    def _again(self, message: Message, case: Case) -> tuple[Case, *tuple[Outgoing, ...]]:
        """The case with a new thread at the desk, and what opens it."""
        key = key_for(message.ref, f"briefing {case.id}")
        has = case.claimed_by if case.claimed_by in self.rooms.roster else None
        case, card = self.cards.opened(case, key, (has,) if has else None)
        # There may be hundreds, and people know of these: answers go first.
        card = replace(card, priority=Priority.NOTICE)
        if not case.has_answer or case.draft is None:
            return case, card
        shown = self.rooms.shown(message, case, self.rooms.day(self.clock()))
        return case, card, replace(shown, key=key_for(message.ref, f"draft {case.id}"))

    def _told(self, message: Message, reason: str, words: Words) -> Outcome:
        # Nobody at the desk is told of a room in which a citizen is alone with the bot.
        private = message.place is Place.DIRECT
        told = () if private else (self._at_desk(message, "moved", words),)
        return Outcome(reason, message.ref, outgoing=told)

    def _at_desk(self, message: Message, kind: str, words: Words) -> Outgoing:
        return self.rooms.outside(key_for(message.ref, kind), words)
