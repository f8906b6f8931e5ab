"""What happens to a message at the desk: responders work on cases.

Plain words stay at the desk. What reaches the asker is a command, or a responder's own words after
their own tap on 📤. In the thread of a case a command is about that case; elsewhere at the desk,
and in a responder's direct chat with the bot, the case's number stands behind the command.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot import briefing, recognition, replies
from bot.cases import Case, IllegalMove, Status
from bot.commands import Command, UnknownCommand, Verb, parse, parse_case
from bot.config import Responder
from bot.desk import Desk
from bot.messages import Kind, Message, Outgoing, Place, Priority, Style, key_for
from bot.outcome import Note, Outcome
from bot.ports import Clock, Store
from bot.reviewing import Reviewing
from bot.routing import Rooms
from bot.settling import Settling
from bot.telling import Telling
from bot.vetting import Vetting
from bot.working import Working

SEND = "📤"
"""One tap on it sends the words above to the asker."""

TAPS: Mapping[str, Verb] = {"🙋": Verb.CLAIM, "👋": Verb.RELEASE, "⏫": Verb.ESCALATE}
"""What a tap on a case's card stands for."""

VET_TAPS: Mapping[str, Verb] = {"✅": Verb.VET}
"""What a tap on a draft stands for."""

_Run = Callable[[Message, Case, str], Awaitable[Outcome]]


@dataclass(frozen=True, slots=True)
class Escalation:
    """Handles what responders write.

    Attributes:
        store, clock: The ports.
        rooms: Where words go, and who may act at the desk.
        desk: Speaks to responders.
        working, telling, vetting: What they can do with a case.
        reviewing: What they can do with an entry.
    """

    store: Store
    clock: Clock
    rooms: Rooms
    desk: Desk
    working: Working
    telling: Telling
    vetting: Vetting
    reviewing: Reviewing

    def commands(self, message: Message) -> bool:
        """Whether somebody who may act at the desk gives, or mends, a command in a direct chat."""
        in_chat = message.place is Place.DIRECT and message.kind in (Kind.TEXT, Kind.EDIT)
        if not in_chat or message.sender not in self.rooms.roster:
            return False
        return isinstance(parse(message.text), Command)

    async def handle(self, message: Message) -> Outcome:
        """All that a responder's message changes."""
        command = parse(message.text)
        responder = self.rooms.roster.get(message.sender)
        lang = self.desk.lang
        if responder is None:
            if command is None:
                return Outcome("talk", message.ref)
            return self.desk.tell(message, replies.plain(lang, "only_responders"))
        if isinstance(command, UnknownCommand):
            words = replies.plain(lang, "unknown_command", word=command.word)
            return self.desk.tell(message, words)
        if command and (told := await self._list(command, message)):
            return told
        if command and command.verb in (Verb.CONFIRM, Verb.WITHDRAW, Verb.HISTORY):
            return await self.reviewing.run(command, message)
        case, text, message = await self._case(command, message)
        if command is None:
            return self._plain_words(message, case) if case else Outcome("talk", message.ref)
        if case is None:
            return self.desk.tell(message, replies.plain(lang, "no_case", verb=command.verb))
        return await self._run(command.verb, message, case, text)

    async def tapped(self, message: Message) -> Outcome | None:
        """All that a responder's tap at the desk changes; None: it is no command."""
        emoji = message.text.rstrip("\ufe0f")
        if emoji == SEND:
            return await self._send_tapped(message)
        if message.sender not in self.rooms.roster:
            return None
        at = message.target
        case = await self.store.case_in_thread(at.front, at.room, at.event)
        verb = TAPS.get(emoji)
        if case is None and emoji in VET_TAPS:
            original = await self.store.original(at.front, at.room, at.event)
            case = await self.store.case_asked(original) if original else None
            verb = VET_TAPS[emoji]
            if case is None:
                return await self.reviewing.tapped(message)
        if case is None or verb is None:
            return None
        return await self._run(verb, message, case, "")

    async def _case(
        self, command: Command | None, message: Message
    ) -> tuple[Case | None, str, Message]:
        """The case that a message is about, and the words that go with the command.

        And the message; out of its thread, when that is not the case's.
        """
        text = command.text if command else message.text
        root = message.thread or message.reply_to
        if root is not None and message.place is Place.DESK:
            found = await self.store.case_in_thread(self.rooms.front, self.rooms.desk, root)
            if found is not None:
                return found, text, message
        if command is None:
            return None, text, message
        number, rest = parse_case(text)
        found = await self.store.case(number) if number is not None else None
        # The room may still answer one that waits there: the desk does not know of it.
        if found is None or found.desk_thread is None:
            return None, rest, message
        return found, rest, replace(message, thread=None, reply_to=None)

    async def words(self, verb: Verb, message: Message, case: Case) -> str:
        """The words that go with such a command about that case; empty: it is another one."""
        command = parse(message.text)
        if not isinstance(command, Command) or command.verb is not verb:
            return ""
        found, text, _ = await self._case(command, message)
        return text if found is None or found.id == case.id else ""

    async def _run(self, verb: Verb, message: Message, case: Case, text: str) -> Outcome:
        try:
            if verb is Verb.NOTE:
                return Outcome("talk", message.ref)
            if verb is Verb.PREVIEW:
                return self.telling.preview(message, case, text)
            if case.about_entry:
                settling = Settling(self.desk, self.working.audience, self.reviewing)
                if settled := await settling.run(verb, message, case, text):
                    return settled
            if verb in (Verb.EDIT, Verb.VET, Verb.REJECT):
                return await self.vetting.run(Command(verb, text), message, case)
            return await self._verbs()[verb](message, case, text)
        except IllegalMove:
            return self.desk.refuse(message, case)

    def _verbs(self) -> Mapping[Verb, _Run]:
        working, telling = self.working, self.telling
        return {
            Verb.CLAIM: working.claim,
            Verb.RELEASE: working.release,
            Verb.ASSIGN: working.assign,
            Verb.TAKE: working.take,
            Verb.SNOOZE: working.snooze,
            Verb.ESCALATE: working.escalate,
            Verb.TRANSFER: working.transfer,
            Verb.MERGE: working.merge,
            Verb.CLOSE: working.close,
            Verb.ANSWER: telling.answer,
            Verb.ASK_BACK: telling.ask_back,
            Verb.SEND: telling.send,
            Verb.SNIPPET: telling.snippet,
        }

    async def _list(self, command: Command, message: Message) -> Outcome | None:
        lang, now = self.desk.lang, self.clock()
        match command.verb:
            case Verb.HELP:
                return self.desk.tell(message, briefing.commands(lang))
            case Verb.QUEUE:
                cases = await self.store.open_cases()
                return self.desk.tell(message, briefing.queue(cases, self.desk.name, now, lang))
            case Verb.MINE:
                cases = [
                    each
                    for each in await self.store.open_cases()
                    if message.sender in (each.claimed_by, each.answered_by)
                ]
                return self.desk.tell(message, briefing.mine(cases, self.desk.name, now, lang))
            case Verb.RECORD:
                return await self._record(message)
            case _:
                return None

    async def _record(self, message: Message) -> Outcome:
        """What the writer did; told where they asked, and nobody else's."""
        ever = datetime.min.replace(tzinfo=UTC)
        did = await self.store.deeds(ever, datetime.max.replace(tzinfo=UTC), message.sender)
        took = await self.store.first_answers_of(message.sender)
        private = message.place is Place.DIRECT
        words = recognition.record(did, took, self.desk.lang, private=private)
        return self.desk.tell(message, words, reason="record")

    def _plain_words(self, message: Message, case: Case) -> Outcome:
        working = case.status is Status.CLAIMED or case.has_answer
        if not working or case.claimed_by != message.sender:
            return Outcome("talk", message.ref)
        offer = Outgoing(
            key=key_for(message.ref, "offer"),
            front=self.rooms.front,
            room=self.rooms.desk,
            style=Style.REACTION,
            text=SEND,
            reply_to=message.ref.event,
            priority=Priority.REACTION,
            original=message.ref,
        )
        note = Note(message.ref, case.id, message.sender, message.text)
        busy = replace(case, claimed_at=self.clock(), reminded_at=None)
        return Outcome("offered to send", message.ref, busy, note=note, outgoing=(offer,))

    async def _send_tapped(self, message: Message) -> Outcome:
        note = await self.store.note(message.target)
        case = note and await self.store.case(note.case_id)
        responder: Responder | None = self.rooms.roster.get(message.sender)
        if not note or not case or responder is None or note.author != message.sender:
            return Outcome("reaction", message.ref)
        if case.has_answer and case.answered_in == note.ref.event:
            # The tap was taken back and given again; the asker has these words.
            return Outcome("sent before", message.ref)
        try:
            return await self.telling.answer(message, case, note.text, note.ref)
        except IllegalMove:
            return self.desk.refuse(message, case)
