"""What responders do afterwards with what they wrote: edit, take back. The asker's copy follows.

Rules:

- A command that was mistyped and is mended does what it would have done.
- An answer, or a question back, changes where the asker reads it, and is told where they read it
  before; what is vetted, or past, stays.
- An edit is read as a command first: what is none for the asker never reaches them, and whoever
  wrote an edit that changes nothing is told so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot import briefing, replies
from bot.audience import Audience
from bot.cases import Case, Event, Status
from bot.commands import Command, Verb, parse, parse_case
from bot.deeds import Deed, What
from bot.escalation import Escalation
from bot.messages import Kind, Message, Outgoing, Priority, key_after, key_for
from bot.outcome import Note, Outcome
from bot.ports import Clock, Store
from bot.reacting import Reacting
from bot.routing import Rooms, edit_of, to_asker
from bot.whose import answer_of, said_for
from bot.words import Words
from knowledge.change import same_words


@dataclass(frozen=True, slots=True)
class Amending:
    """Handles edits and redactions of what is said at the desk, or to it in a direct chat.

    Attributes:
        store, clock: The ports.
        rooms: Where words go.
        escalation: Handles commands.
        audience: Who waits for a case's answer.
        reacting: Handles reactions.
    """

    store: Store
    clock: Clock
    rooms: Rooms
    escalation: Escalation
    audience: Audience
    reacting: Reacting

    async def edited(self, message: Message, *, fresh: bool) -> Outcome:
        """All that an edit changes; a command mended late is none any more.

        Args:
            message: The edit.
            fresh: Whether what it edits was said just before.
        """
        ref = message.target
        note = await self.store.note(ref)
        if note and note.author == message.sender:
            note = replace(note, text=message.text)
        copies = await self.store.copies(ref)
        if copies and copies[0].key == key_for(ref, "asks back"):
            return await self._ask_back_edited(message, copies[-1])
        if copies and copies[0].key == key_for(ref, "noted"):
            return await self._note_edited(message, copies[0])
        if copies:
            return await self._answer_edited(message, copies, note)
        if note:
            changed = Outcome("words changed", message.ref, note=note)
            if note.author != message.sender or parse(message.text) is None:
                return changed
            words = replies.plain(self.rooms.desk_lang, "edit_not_done")
            return replace(self.escalation.desk.tell(message, words), note=note)
        if not fresh:
            return Outcome("edited late", message.ref)
        return await self.mended(message, replace(message, ref=ref, kind=Kind.TEXT, reply_to=None))

    async def mended(self, message: Message, anew: Message) -> Outcome:
        """A command mistyped and mended. What was said about the first try keeps its key."""
        outcome = await self.escalation.handle(anew)
        said = tuple(
            replace(each, key=key_after(each.key, message.ref.event)) for each in outcome.outgoing
        )
        return replace(outcome, handled=message.ref, outgoing=said)

    async def _answer_edited(
        self, message: Message, copies: list[Outgoing], note: Note | None
    ) -> Outcome:
        ref, lang = message.target, self.rooms.desk_lang
        past = Outcome("edit of what is past", message.ref, note=note)
        case = await answer_of(self.store, ref)
        if case is None or message.sender != case.answered_by:
            return past
        if not case.has_answer:
            words = replies.plain(lang, "answer_stays", case=case.id)
            return self._told(message, case, words, "edited late")
        plain = note is not None and parse(note.text) is None
        text = note.text if note and plain else ""
        text = text or await self.escalation.words(Verb.ANSWER, message, case)
        if not text:
            return replace(self._stays(message, case), note=note)
        responder = self.rooms.roster[message.sender]
        # The last copy for each asker and thread: a change that was told is one too.
        latest = {(copy.room, copy.thread or "", copy.reply_to): copy for copy in copies}
        spoken = await self.audience.languages(case)
        outgoing = [
            urgent(
                edit_of(
                    copy,
                    key_after(copy.key, f"edited {message.ref.event}"),
                    replies.carried(
                        text,
                        responder,
                        spoken.get((room, root), lang),
                        self.audience.asked_in(case, spoken.get((room, root), lang)),
                    ),
                )
            )
            for (room, root, _), copy in latest.items()
        ]
        begun = any(copy.attempted_at is not None for copy in latest.values())
        if begun and not same_words(case.told, text):
            news = await self.audience.told(
                case,
                message.ref,
                "changed",
                lambda lang: replies.answer_changed(
                    text, responder, lang, self.audience.asked_in(case, lang)
                ),
            )
            outgoing += (replace(each, original=ref) for each in news)
        changed = replace(case.remembered(), told=text)
        if case.draft and not case.draft.rewrites:
            changed = replace(changed, draft=replace(case.draft, answer=text, menders=()))
            outgoing.append(self.rooms.shown(message, changed, self.rooms.day(self.clock())))
        return Outcome("answer changed", message.ref, changed, note=note, outgoing=tuple(outgoing))

    async def _ask_back_edited(self, message: Message, copy: Outgoing) -> Outcome:
        """A question to the asker reads otherwise; ``copy`` is the last that they have of it."""
        case = await said_for(self.store, copy)
        if case is None:
            return Outcome("edit of what is past", message.ref)
        text = await self.escalation.words(Verb.ASK_BACK, message, case)
        if not text:
            return self._stays(message, case)
        if case.status is not Status.CLAIMED or case.claimed_by != message.sender:
            words = replies.plain(self.rooms.desk_lang, "ask_stays", case=case.id)
            return self._told(message, case, words, "edited late")
        responder = self.rooms.roster[message.sender]
        lang = self.rooms.speaks_to(case.lang, case.asked.room)
        key = key_after(copy.key, f"edited {message.ref.event}")
        outgoing = [urgent(edit_of(copy, key, replies.asks_back(text, responder, lang)))]
        if copy.attempted_at is not None:
            words = replies.ask_changed(text, responder, lang)
            news = to_asker(case, message.ref, "asks anew", words)
            outgoing.append(replace(news, original=message.target))
        return Outcome("question back changed", message.ref, case, outgoing=tuple(outgoing))

    async def _note_edited(self, message: Message, copy: Outgoing) -> Outcome:
        """A note written elsewhere reads otherwise in the case's thread."""
        desk, command = self.escalation.desk, parse(message.text)
        number, text = None, ""
        if isinstance(command, Command) and command.verb is Verb.NOTE:
            number, text = parse_case(command.text)
        case = await self.store.case(number) if number is not None else None
        if case is None or not text or case.desk_thread != copy.thread:
            return desk.tell(message, replies.plain(desk.lang, "edit_note_stays"))
        key = key_after(copy.key, f"edited {message.ref.event}")
        words = briefing.noted(desk.name(message.sender), text, desk.lang)
        return Outcome("note changed", message.ref, outgoing=(edit_of(copy, key, words),))

    async def took_back(self, message: Message) -> Outcome:
        """All that a redaction changes."""
        ref = message.target
        done = Outcome("taken back", message.ref, taken_back=(ref,))
        if undone := await self.reacting.taken_back(ref, done):
            return undone
        if untapped := await self.escalation.untapped(message):
            return replace(untapped, taken_back=(ref,))
        case = await answer_of(self.store, ref)
        if case is None:
            return done
        lang = self.rooms.desk_lang
        if not case.has_answer:
            words = replies.plain(lang, "answer_stays", case=case.id)
            return self._told(message, case, words, "taken back late")
        back = case.remembered().after(Event.TAKE_BACK)
        back = replace(back, told="", answered_in=None, draft=None)
        news = await self.audience.told(case, message.ref, "taken back", replies.answer_taken_back)
        told = self.rooms.at_desk(
            message, "told", replies.plain(lang, "took_back", case=case.id), case
        )
        not_done = (Deed(case.answered_by or "", What.ANSWERED, case.id),)
        return replace(
            done, reason="answer taken back", case=back, undone=not_done, outgoing=(*news, told)
        )

    def _stays(self, message: Message, case: Case) -> Outcome:
        """The edit holds no words for the asker of that case."""
        desk = self.escalation.desk
        return desk.tell(message, replies.plain(desk.lang, "edit_stays", case=case.id), case)

    def _told(self, message: Message, case: Case, words: Words, reason: str) -> Outcome:
        told = self.rooms.at_desk(message, "told", words, case)
        return Outcome(reason, message.ref, outgoing=(told,))


def urgent(said: Outgoing) -> Outgoing:
    """What people must not go on reading as it was goes first."""
    return replace(said, priority=Priority.WORDS)
