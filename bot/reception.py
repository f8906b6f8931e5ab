"""Which use case a message goes to, and what becomes of what can't be handled.

Everything heard passes here; where something is broken, people get it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from bot import replies
from bot.afterwards import Afterwards
from bot.alerting import Alerting
from bot.answering import Answering
from bot.budgets import Budgets
from bot.cards import Cards
from bot.cases import Case, Status
from bot.errors import Unreadable
from bot.escalation import Escalation
from bot.following import Following
from bot.gathering import gathered, unhurried
from bot.likening import Likening
from bot.messages import Kind, Message, MessageRef, Outgoing, Place, Style, key_for
from bot.moving import Moving
from bot.outcome import Outcome
from bot.ports import Clock, Store
from bot.questions import asks_how
from bot.recognizing import Recognizing
from bot.routing import Rooms, notice
from bot.watching import Watching
from bot.whose import said_for
from bot.words import Words

Read = Callable[[Message], Awaitable[Message | None]]
"""As ``ChatClient.read``."""


@dataclass(frozen=True, slots=True)
class Reception:
    """Handles every message.

    Attributes:
        store, clock, read: The ports.
        rooms: Where words go.
        answering, escalation, following: The use cases.
        budgets: How much is done for whom.
        moving: What happens to rooms.
        cards: Keeps the cards at the desk current.
        watching: Looks at cases when their time has come.
        afterwards: Looks after what was published.
        recognizing: Tells the desk of the work done there.
        likening: Tells which cases may be one.
    """

    store: Store
    clock: Clock
    read: Read
    rooms: Rooms
    answering: Answering
    escalation: Escalation
    following: Following
    budgets: Budgets
    moving: Moving
    cards: Cards
    watching: Watching
    afterwards: Afterwards
    recognizing: Recognizing
    likening: Likening
    alerting: Alerting

    async def handle(self, message: Message) -> Outcome:
        """All that a message changes.

        Raises:
            Unreadable: Its keys are not there yet; try again later.
        """
        return await self._seen_to(await self.likening.proposed(await self._handled(message)))

    async def _seen_to(self, outcome: Outcome) -> Outcome:
        outcome = self.cards.current(self.watching.scheduled(outcome))
        return await self.alerting.narrowed(outcome)

    async def _handled(self, message: Message) -> Outcome:
        match message.kind:
            case Kind.UNREADABLE:
                clear = await self.read(message)
                if clear is None:
                    raise Unreadable("no key for it yet")
                clear = replace(clear, ref=message.ref, sender=message.sender)
                if clear.kind is Kind.EDIT:
                    # What it edits may be waiting: first that gets these words.
                    return Outcome("read", message.ref, read=clear)
                return await self._handled(clear)
            case Kind.TEXT if message.place is Place.DESK or self.escalation.commands(message):
                return await self.escalation.handle(message)
            case Kind.TEXT if self.escalation.misplaced(message):
                return Outcome("command elsewhere", message.ref)
            case Kind.TEXT if message.addressed and asks_how(message.text, alone=_alone(message)):
                return await self.budgets.within(message, await self._how(message))
            case Kind.TEXT:
                flagged = await self.afterwards.flagging.handle(message)
                outcome = flagged or await self.answering.handle(message)
                return await self.budgets.within(message, outcome)
            case Kind.REACTION if message.place is Place.DESK:
                tapped = await self.escalation.tapped(message)
                return tapped or await self.following.handle(message)
            case Kind.REACTION if flagged := await self.afterwards.flagging.handle(message):
                return await self.budgets.within(message, flagged)
            case Kind.EDIT:
                edited = await self.afterwards.flagging.edited(message)
                edited = edited or await self.following.handle(message)
                if self.escalation.commands(message):
                    return edited
                return await self.budgets.within(message, edited)
            case Kind.REDACTION if gone := await self.afterwards.flagging.taken_back(message):
                return gone
            case Kind.REDACTION | Kind.REACTION:
                return await self.following.handle(message)
            case Kind.FILE:
                return self._file(message)
            case Kind.GONE | Kind.MOVED | Kind.INVITED | Kind.CROWDED:
                return await self.moving.handle(message)
            case _:
                return Outcome(f"nothing to do: {message.kind}", message.ref)

    async def due(self, case: Case) -> Outcome:
        """All that a look at a case changes whose time has come."""
        looked = await self._seen_to(await self.likening.proposed(await self.watching.look(case)))
        # A question that the room did not answer is somebody's, and new to the desk.
        return looked if case.status is Status.WAITING else unhurried(looked)

    async def due_together(self, cases: Sequence[Case]) -> list[Outcome]:
        """The same of many cases at once; see ``bot.gathering``."""
        return gathered([await self.due(each) for each in cases], self.rooms)

    async def slipped(self, case: Case) -> Outcome:
        """The asker waits longer than they were told."""
        return unhurried(await self._seen_to(await self.answering.promising.slipped(case)))

    async def looked_after(self) -> list[Outcome]:
        """All that a look at what was published changes; each is committed by itself."""
        return [await self._seen_to(each) for each in await self.afterwards.look()]

    async def failed(self, message: Message, error: str) -> Outcome:
        """A message broke its handling each time: it is parked, or people get it unsearched.

        Args:
            message: With the number of its failures.
            error: The kind of the last one.
        """
        if message.kind is Kind.TEXT and message.place is not Place.DESK and message.addressed:
            outcome = await self.answering.failed(message)
            return await self._seen_to(await self.budgets.within(message, outcome))
        lang = self.rooms.desk_lang
        words = replies.plain(lang, "parked", tries=message.failures, error=error)
        told = self._at_desk(message.ref, "parked", words)
        return Outcome("parked", message.ref, outgoing=(told,), parked=True)

    def ask_again(self, message: Message) -> Outcome:
        """Asks, once a day, for what could not be decrypted; the message itself is kept."""
        words = replies.unreadable(self._language(message))
        return Outcome("unreadable", outgoing=(self._once_a_day(message, "unreadable", words),))

    async def undelivered(self, outgoing: Outgoing, reason: str) -> Outcome | None:
        """Tells the desk that an asker does not get what they should; None: nobody misses it."""
        quiet = outgoing.style in (Style.REACTION, Style.REDACTION)
        at_desk = (outgoing.front, outgoing.room) == (self.rooms.front, self.rooms.desk)
        if quiet or at_desk or outgoing.thread is None:
            return None
        case = await said_for(self.store, outgoing)
        if case is None or case.desk_thread is None:
            return None
        lang = self.rooms.desk_lang
        words = replies.plain(lang, "undelivered", case=case.id, reason=reason)
        ref = MessageRef(outgoing.front, outgoing.room, outgoing.key)
        told = replace(self._at_desk(ref, "undelivered", words), thread=case.desk_thread)
        return Outcome("undelivered", outgoing=(told,))

    async def _how(self, message: Message) -> Outcome:
        """Says what the bot does to whoever calls for help, or gives a command there is not."""
        room = self.rooms.community(message.ref.room)
        lang = await self.answering.language.detect(message.text, room.languages)
        words = replies.introduction(self.rooms.speaks_to(lang, message.ref.room))
        told = notice(message.ref, message.root, "hello", words)
        return Outcome("how", message.ref, outgoing=(told,))

    def _file(self, message: Message) -> Outcome:
        if message.place is Place.DESK or not message.addressed:
            return Outcome("file", message.ref)
        words = replies.no_files(self._language(message))
        told = self._once_a_day(message, "file", words)
        return Outcome("file", message.ref, outgoing=(told,))

    def _once_a_day(self, message: Message, kind: str, words: Words) -> Outgoing:
        # The key knows the day and the person, so that the outbox drops a second one.
        day = f"{message.sender} {self.rooms.day(self.clock())}"
        told = notice(message.ref, message.thread or message.ref.event, kind, words)
        room = MessageRef(message.ref.front, message.ref.room, day)
        return replace(told, key=key_for(room, kind))

    def _language(self, message: Message) -> str:
        if message.place is Place.DESK:
            return self.rooms.desk_lang
        return self.rooms.speaks_to("", message.ref.room)

    def _at_desk(self, ref: MessageRef, kind: str, words: Words) -> Outgoing:
        return self.rooms.outside(key_for(ref, kind), words)


def _alone(message: Message) -> bool:
    """Whether a message goes on with nothing that was said before."""
    return message.thread is None and message.reply_to is None
