"""What happens to a message at the desk: responders work on cases.

Plain words stay at the desk. What reaches the asker is a command, or a responder's own words after
their own tap on 📤. In the thread of a case a command is about that case; elsewhere at the desk,
and in a responder's direct chat with the bot, the case's number stands behind the command.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot import briefing, listing, recognition, replies
from bot.cases import Case, IllegalMove, Status
from bot.commands import Command, UnknownCommand, Verb, is_span, parse, parse_case
from bot.config import Responder
from bot.desk import Desk
from bot.messages import Kind, Message, Outgoing, Place, Priority, Style, key_for
from bot.outcome import Note, Outcome
from bot.ports import Clock, Store
from bot.questions import is_askers
from bot.reviewing import Reviewing
from bot.routing import Rooms
from bot.settling import Settling
from bot.telling import Telling
from bot.tying import Tying
from bot.vetting import Vetting
from bot.words import Words
from bot.working import Working

SEND = "📤"
"""One tap on it sends the words above to the asker."""

TAPS: Mapping[str, Verb] = {"🙋": Verb.CLAIM, "👋": Verb.RELEASE, "⏫": Verb.ESCALATE}
"""What a tap on a case's card stands for."""

VET_TAPS: Mapping[str, Verb] = {"✅": Verb.VET}
"""What a tap on a draft stands for."""

_ALONE = frozenset({Verb.CLAIM, Verb.RELEASE, Verb.TAKE})
"""What takes no words: a number behind it is a case's."""

_WORDS = frozenset({Verb.ANSWER, Verb.ASK_BACK, Verb.PREVIEW, Verb.REJECT, Verb.CLOSE})
"""What takes words that somebody reads: a number in front of them may be the case's."""

_SINCE = "🙋 "

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
        """Whether somebody who may act at the desk means, or mends, a command in a direct chat."""
        in_chat = message.place is Place.DIRECT and message.kind in (Kind.TEXT, Kind.EDIT)
        if not in_chat or message.sender not in self.rooms.roster:
            return False
        return parse(message.text) is not None and not is_askers(message.text)

    def misplaced(self, message: Message) -> bool:
        """Whether somebody who may act at the desk means a command in a community room.

        Nothing comes of it, and nobody there is told of the desk; but it is no question either.
        """
        if message.place is not Place.COMMUNITY or message.sender not in self.rooms.roster:
            return False
        command = parse(message.text)
        if isinstance(command, UnknownCommand):
            return bool(command.nearest) and not is_askers(message.text)
        return command is not None

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
            name = "unknown_command_near" if command.nearest else "unknown_command"
            words = replies.plain(lang, name, word=command.word, near=command.nearest)
            return self.desk.tell(message, words)
        if command and (told := await self._list(command, message)):
            return told
        if command and command.verb in (Verb.CONFIRM, Verb.WITHDRAW, Verb.HISTORY):
            return await self.reviewing.run(command, message)
        case, text, message = await self._case(command, message)
        if case and command and (told := await self._misread(command, message, case)):
            return told
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
        outcome = await self._run(verb, message, case, "")
        taken = outcome.case
        if verb is not Verb.CLAIM or taken is None or taken.claimed_at is None:
            return outcome
        # So that taking the tap back is known to be about this claim; see ``untapped``.
        since = Note(message.ref, case.id, message.sender, _since(taken))
        return replace(outcome, note=since)

    async def untapped(self, message: Message) -> Outcome | None:
        """All that taking back a tap changes that took a case; None: it was no such tap.

        The case is free again as by ``!release``, unless its responder did something with it.
        """
        note = await self.store.note(message.target)
        case = note and await self.store.case(note.case_id)
        if not note or not case or not note.text.startswith(_SINCE):
            return None
        if case.status is not Status.CLAIMED or not (
            message.sender == note.author == case.claimed_by
        ):
            return None
        if note.text == _since(case):
            return await self.working.release(message, case)
        words = replies.plain(self.desk.lang, "untapped_late", case=case.id)
        return self.desk.tell(message, words, case)

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

    async def _misread(self, command: Command, message: Message, case: Case) -> Outcome | None:
        """Refuses, in a case's thread, a number that may stand for a case: nobody has to guess."""
        verb, (number, rest) = command.verb, parse_case(command.text)
        outside = message.thread is None and message.reply_to is None
        if number is None or outside or message.place is not Place.DESK:
            return None
        words: Words
        if number == case.id:
            if verb not in _WORDS:
                return None
            words = replies.plain(self.desk.lang, "number_of_case", case=case.id, verb=verb)
            return self.desk.tell(message, words, case)
        # What it is there: the case to merge with, the entry to send, how many days.
        theirs = verb in (Verb.MERGE, Verb.NOTE) or (verb is Verb.SEND and not rest)
        if theirs or (verb is Verb.SNOOZE and is_span(command.text)):
            return None
        other = await self.store.case(number)
        open_there = other is not None and other.desk_thread is not None and not other.ended
        if not open_there and verb not in _ALONE:
            return None
        name = "number_of_other" if verb in _WORDS else "number_here"
        words = replies.plain(self.desk.lang, name, case=case.id, other=number, verb=verb)
        return self.desk.tell(message, words, case)

    async def words(self, verb: Verb, message: Message, case: Case) -> str:
        """The words that go with such a command about that case; empty: it is another one."""
        command = parse(message.text)
        if not isinstance(command, Command) or command.verb is not verb:
            return ""
        found, text, _ = await self._case(command, message)
        return text if found is None or found.id == case.id else ""

    async def _run(self, verb: Verb, message: Message, case: Case, text: str) -> Outcome:
        outcome = await self._ran(verb, message, case, text)
        return await self._tying.shown(outcome, again=verb is Verb.EDIT)

    @property
    def _tying(self) -> Tying:
        return Tying(self.clock, self.rooms, self.vetting.rivals)

    async def _ran(self, verb: Verb, message: Message, case: Case, text: str) -> Outcome:
        try:
            if verb is Verb.NOTE:
                return self._noted(message, case, text)
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

    def _noted(self, message: Message, case: Case, text: str) -> Outcome:
        """``!note``: in the case's thread it stands already; from elsewhere it comes there."""
        if message.place is Place.DESK and (message.thread or message.reply_to):
            return Outcome("talk", message.ref)
        if not text:
            return self.desk.tell(message, replies.plain(self.desk.lang, "note_empty"), case)
        words = briefing.noted(self.desk.name(message.sender), text, self.desk.lang)
        there = self.rooms.at_desk(message, "noted", words, case)
        told = self.desk.tell(
            message,
            replies.plain(self.desk.lang, "noted_there", case=case.id),
            case,
            reason="noted",
        )
        return replace(told, outgoing=(replace(there, original=message.ref), *told.outgoing))

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
            Verb.ASK_BACK: self._ask_back,
            Verb.SEND: telling.send,
            Verb.SNIPPET: telling.snippet,
        }

    async def _ask_back(self, message: Message, case: Case, text: str) -> Outcome:
        """``!askback``, which gives a case that nobody has to who asks, as ``!claim`` would."""
        free = case.status in (Status.OPEN, Status.SNOOZED)
        takes = text and free and case.claimed_by in (None, message.sender)
        if takes and (refusal := await self.working.refusal(message.sender, case)):
            return self.desk.tell(message, refusal, case)
        return await self.telling.ask_back(message, case, text)

    async def _list(self, command: Command, message: Message) -> Outcome | None:
        lang, now = self.desk.lang, self.clock().astimezone(self.rooms.zone)
        match command.verb:
            case Verb.HELP:
                return self.desk.tell(message, briefing.commands(lang))
            case Verb.QUEUE:
                cases = await self.store.open_cases()
                return self.desk.tell(message, listing.queue(cases, self.desk.name, now, lang))
            case Verb.MINE:
                cases = [
                    each
                    for each in await self.store.open_cases()
                    if message.sender in (each.claimed_by, each.answered_by)
                ]
                return self.desk.tell(message, listing.mine(cases, self.desk.name, now, lang))
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
        if parse(note.text) is not None:
            # They were edited since.
            return self.desk.tell(message, replies.plain(self.desk.lang, "not_sent_command"), case)
        try:
            told = await self.telling.answer(message, case, note.text, note.ref)
            return await self._tying.shown(told)
        except IllegalMove:
            return self.desk.refuse(message, case)


def _since(case: Case) -> str:
    """What is noted of a claim by a tap: when its responder last did something with the case."""
    return f"{_SINCE}{case.claimed_at and case.claimed_at.isoformat()}"
