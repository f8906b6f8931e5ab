"""What happens to a message at the desk: responders work on cases.

Plain words stay at the desk. What reaches the asker is ``!answer``, or a responder's own words
after their own tap on 📤.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot import replies
from bot.cases import Case, Event, IllegalMove, Status
from bot.commands import Command, UnknownCommand, Verb, parse
from bot.config import Responder
from bot.messages import Message, MessageRef, Outgoing, Priority, Style, key_for
from bot.outcome import Note, Outcome
from bot.ports import Clock, Store
from bot.routing import Rooms, to_asker
from bot.vetting import Vetting, first_draft
from bot.words import Words

SEND = "📤"
"""One tap on it sends the words above to the asker."""


@dataclass(frozen=True, slots=True)
class Escalation:
    """Handles what responders write.

    Attributes:
        store, clock: The ports.
        rooms: Where words go, and who may act at the desk.
        vetting: What vetters can do.
    """

    store: Store
    clock: Clock
    rooms: Rooms
    vetting: Vetting

    @property
    def _lang(self) -> str:
        return self.rooms.desk_lang

    async def handle(self, message: Message) -> Outcome:
        """All that a message at the desk changes."""
        command = parse(message.text)
        responder = self.rooms.roster.get(message.sender)
        if responder is None:
            if command is None:
                return Outcome("talk", message.ref)
            return self._say(message, replies.plain(self._lang, "only_responders"))
        if isinstance(command, UnknownCommand):
            words = replies.plain(self._lang, "unknown_command", word=command.word)
            return self._say(message, words)
        if command and command.verb is Verb.HELP:
            return self._say(message, replies.commands(self._lang))
        if command and command.verb is Verb.QUEUE:
            cases = await self.store.open_cases()
            return self._say(message, replies.queue(cases, self.clock(), self._lang))
        root = message.thread or message.reply_to
        case = root and await self.store.case_in_thread(self.rooms.front, self.rooms.desk, root)
        if not case:
            if command is None:
                return Outcome("talk", message.ref)
            return self._say(message, replies.plain(self._lang, "no_case"))
        if command is None:
            return self._plain_words(message, case)
        try:
            return self._run(command, message, case, responder)
        except IllegalMove:
            return self._say(message, replies.illegal(case, self._lang), case)

    def _run(self, command: Command, message: Message, case: Case, responder: Responder) -> Outcome:
        match command.verb:
            case Verb.CLAIM:
                return self._claim(message, case)
            case Verb.RELEASE:
                return self._release(message, case)
            case Verb.ANSWER:
                return self._answer(message, case, responder, command.text)
            case Verb.CLOSE:
                return self._close(message, case)
            case _:
                return self.vetting.run(command, message, case)

    def _claim(self, message: Message, case: Case) -> Outcome:
        if case.status is Status.CLAIMED:
            return self._say(message, self._who_has(case), case)
        taken = replace(case.after(Event.CLAIM), claimed_by=message.sender)
        who = self.rooms.roster[message.sender].id
        words = replies.plain(self._lang, "claimed", who=who, case=case.id)
        return self._say(message, words, case, "claimed", taken)

    def _release(self, message: Message, case: Case) -> Outcome:
        free = replace(case.after(Event.RELEASE), claimed_by=None)
        if case.claimed_by != message.sender:
            return self._say(message, self._who_has(case), case)
        words = replies.plain(self._lang, "released", case=case.id)
        return self._say(message, words, case, "released", free)

    def _close(self, message: Message, case: Case) -> Outcome:
        closed = case.after(Event.CLOSE)
        if case.status is Status.ANSWERED:
            words = replies.plain(self._lang, "closed", case=case.id)
            return self._say(message, words, case, "closed", closed)
        told = replies.closed_to_asker(self._askers_language(case))
        words = replies.plain(self._lang, "closed_told", case=case.id)
        outcome = self._say(message, words, case, "closed unanswered", closed)
        farewell = to_asker(case, message.ref, "closed", told)
        return replace(outcome, outgoing=(farewell, *outcome.outgoing))

    def _answer(
        self,
        message: Message,
        case: Case,
        responder: Responder,
        text: str,
        words_at: MessageRef | None = None,
    ) -> Outcome:
        """Sends an answer; ``words_at`` is where its words stand when not in the message."""
        original = words_at or message.ref
        if not text:
            return self._say(message, replies.plain(self._lang, "answer_empty"), case)
        if case.status is Status.OPEN:
            case = replace(case.after(Event.CLAIM), claimed_by=message.sender)
        answered = case.after(Event.ANSWER)
        if case.claimed_by != message.sender:
            return self._say(message, self._who_has(case), case)
        draft = first_draft(case, responder, text, self.clock().date())
        answered = replace(
            answered,
            answered_by=message.sender,
            answered_in=original.event,
            told=text,
            draft=draft,
        )
        words = replies.carried(text, responder, self._askers_language(case))
        told = replies.sent(case, responder, self._lang)
        shown = replies.draft(draft, self._lang)
        return Outcome(
            f"answered by {responder.role}",
            message.ref,
            answered,
            outgoing=(
                replace(to_asker(case, message.ref, "carried", words), original=original),
                self.rooms.at_desk(message, "sent", told, case),
                self.rooms.shown(message, shown, case),
            ),
        )

    def _plain_words(self, message: Message, case: Case) -> Outcome:
        working = case.status in (Status.CLAIMED, Status.ANSWERED)
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
        return Outcome("offered to send", message.ref, note=note, outgoing=(offer,))

    async def tapped(self, message: Message) -> Outcome:
        """All that a responder's tap on ``SEND`` changes."""
        note = await self.store.note(message.target)
        case = note and await self.store.case(note.case_id)
        responder = self.rooms.roster.get(message.sender)
        if not note or not case or responder is None or note.author != message.sender:
            return Outcome("reaction", message.ref)
        if case.status is Status.ANSWERED and case.answered_in == note.ref.event:
            # The tap was taken back and given again; the asker has these words.
            return Outcome("sent before", message.ref)
        try:
            return self._answer(message, case, responder, note.text, note.ref)
        except IllegalMove:
            return self._say(message, replies.illegal(case, self._lang))

    def _who_has(self, case: Case) -> Words:
        responder = self.rooms.roster.get(case.claimed_by or "")
        who = responder.id if responder else "?"
        return replies.plain(self._lang, "has_it", who=who, case=case.id)

    def _askers_language(self, case: Case) -> str:
        return self.rooms.speaks_to(case.lang, case.asked.room)

    def _say(
        self,
        message: Message,
        words: Words,
        case: Case | None = None,
        reason: str = "told",
        changed: Case | None = None,
    ) -> Outcome:
        said = self.rooms.at_desk(message, "told", words, case)
        return Outcome(reason, message.ref, changed, outgoing=(said,))
