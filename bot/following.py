"""What people do afterwards: edit, take back. Both sides of a relayed message follow.

Rules:

- Whoever changes or takes back their own words means their copies too.
- A question edited while nobody works on it is looked at anew; after that the case gets a note.
- What an edit alone would not tell anybody, a new message tells.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from bot import briefing, replies
from bot.answering import Answering
from bot.audience import Audience
from bot.cases import TRANSITIONS, Case, Event, Status
from bot.commands import Command, Verb, parse
from bot.deeds import Deed, What
from bot.escalation import Escalation
from bot.messages import (
    Kind,
    Message,
    MessageRef,
    Outgoing,
    Place,
    Priority,
    key_after,
    key_for,
)
from bot.outcome import Note, Outcome
from bot.ports import Clock, Store
from bot.questions import wants_people
from bot.reacting import Reacting
from bot.routing import Rooms, edit_of, taken_back
from bot.words import Words
from knowledge.change import same_words


@dataclass(frozen=True, slots=True)
class Following:
    """Handles edits and redactions, and has reactions handled.

    Attributes:
        store, clock: The ports.
        rooms: Where words go.
        answering, escalation: Handle a message that an edit made into another one.
        audience: Who waits for a case's answer.
        reacting: Handles reactions.
    """

    store: Store
    clock: Clock
    rooms: Rooms
    answering: Answering
    escalation: Escalation
    audience: Audience
    reacting: Reacting

    async def handle(self, message: Message) -> Outcome:
        """All that an edit, a redaction or a reaction changes."""
        at_desk = message.place is Place.DESK
        match message.kind:
            case Kind.EDIT if at_desk:
                return await self._desk_edited(message)
            case Kind.EDIT:
                return await self._edited(message)
            case Kind.REDACTION if at_desk:
                return await self._desk_took_back(message)
            case Kind.REDACTION:
                return await self._took_back(message)
            case _:
                return await self.reacting.handle(message)

    def _fresh(self, message: Message) -> bool:
        window = timedelta(minutes=self.answering.settings.edit_minutes)
        return self.clock() - message.sent_at <= window

    async def _edited(self, message: Message) -> Outcome:
        ref = message.target
        note = await self.store.note(ref)
        case = note and await self.store.case(note.case_id)
        if note and case:
            if note.author != message.sender:
                return Outcome("edit of somebody else", message.ref)
            return await self._question_edited(message, case, note)
        if not self._fresh(message):
            return Outcome("edited late", message.ref)
        found = await self.store.given(key_for(ref, "answer"))
        if found:
            if found[0].asker != message.sender:
                return Outcome("edit of somebody else", message.ref)
            return await self.answering.answered_anew(message, found[0])
        anew = replace(message, ref=ref, kind=Kind.TEXT, reply_to=None)
        return replace(await self.answering.handle(anew), handled=message.ref)

    async def _question_edited(self, message: Message, case: Case, note: Note) -> Outcome:
        if case.ended:
            return Outcome("edited late", message.ref)
        wanted, before = wants_people(note.text)
        wants, text = wants_people(message.text)
        if text == before and (wanted or not wants):
            return Outcome("edited, the same words", message.ref)
        people = wanted or wants
        changed = await self._reworded(case, note, text or before)
        changed = replace(changed, hidden=case.hidden + message.hidden)
        note = replace(note, text=f"{replies.PEOPLE} {text or before}" if people else text)
        if case.status in (Status.WAITING, Status.OPEN):
            outcome = await self.answering.asked_anew(message, changed, people=people)
            if outcome.reason == "answered anew" or case.asked == note.ref:
                return replace(outcome, note=note)
            # The card shows all of it anew; in the thread stands what was added before.
            added = self._changed(message, changed)
            return replace(outcome, note=note, outgoing=(*outcome.outgoing, added))
        told = self._changed(message, changed)
        draft = await self._draft_anew(message, changed) if changed.draft != case.draft else ()
        return Outcome("question changed", message.ref, changed, note=note, outgoing=(*draft, told))

    async def _took_back(self, message: Message) -> Outcome:
        ref = message.target
        done = Outcome("taken back", message.ref, taken_back=(ref,))
        if undone := await self.reacting.taken_back(ref, done):
            return undone
        if case := await self.store.case_asked(ref):
            return await self._question_taken_back(message, case)
        if note := await self.store.note(ref):
            return await self._addition_taken_back(message, note)
        if await self.store.given(key_for(ref, "answer")):
            return replace(done, outgoing=(_redaction(ref, "answer"),))
        return done

    async def _addition_taken_back(self, message: Message, note: Note) -> Outcome:
        done = Outcome("taken back", message.ref, taken_back=(note.ref,))
        case = await self.store.case(note.case_id)
        if case is None:
            return done
        changed = await self._reworded(case, note, "")
        if changed == case:
            return done
        outgoing: tuple[Outgoing, ...] = ()
        if case.desk_thread is not None:
            outgoing = await self._draft_anew(message, changed)
        into, anew = await self._wording_gone(message, case, changed)
        return replace(done, case=changed, cases=into, outgoing=(*outgoing, *anew))

    async def _reworded(self, case: Case, note: Note, text: str) -> Case:
        """The case with other words in place of these of the asker's."""
        _, before = wants_people(note.text)
        if note.ref == case.asked:
            return case.reworded(before, text)
        asked = await self.store.note(case.asked)
        _, after = wants_people(asked.text if asked else "")
        return case.reworded(before, text, after=after)

    async def _draft_anew(self, message: Message, case: Case) -> tuple[Outgoing, ...]:
        """Takes back what else shows the asker's words at the desk; shows the draft as it is."""
        copies = await self.store.copies(case.asked)
        gone = tuple(_taken_back(each) for each in copies if each.key != case.desk_thread)
        if case.draft is None or not case.has_answer:
            return gone
        return (*gone, self.rooms.shown(message, case, self.rooms.day(self.clock())))

    async def _question_taken_back(self, message: Message, case: Case) -> Outcome:
        ref = case.asked
        outgoing: list[Outgoing] = []
        if await self.store.given(key_for(ref, "answer")):
            outgoing.append(_redaction(ref, "answer"))
        if case.desk_thread is not None:
            outgoing.append(_redaction(ref, "handover"))
        ended = (case.status, Event.WITHDRAW) not in TRANSITIONS
        gone = case if ended else case.after(Event.WITHDRAW)
        gone = replace(gone, question="", draft=None, earlier=())
        done = Outcome("withdrawn", message.ref, gone, taken_back=(ref,))
        if case.merged_into is not None:
            done = await self._left(done, message, case, gone)
        elif not ended:
            split, told = await self.audience.left_alone(case, message.ref, self.clock())
            done = replace(done, cases=split)
            outgoing += told
        if case.desk_thread is not None and not ended:
            words = replies.plain(self.rooms.desk_lang, "withdrawn", case=case.id)
            at_desk = self.rooms.at_desk(
                message, "withdrawn", words, case, alert=self.rooms.working_on(case)
            )
            outgoing.append(at_desk)
        return replace(done, outgoing=(*outgoing, *done.outgoing))

    async def _left(self, done: Outcome, message: Message, case: Case, gone: Case) -> Outcome:
        """Who took back a merged question waits no longer, and is not quoted in a draft."""
        left = tuple(each for each in await self.store.following(case.asked) if each.asked)
        into = await self.store.case(left[0].case_id) if left else None
        if into is None:
            return done
        into = replace(into, demand=max(0, into.demand - len(left)))
        done = replace(done, unfollowed=left)
        if into.draft is None or not into.has_answer:
            return replace(done, cases=(into,))
        wordings = case.swapped(gone, into.draft)
        if wordings == into.draft.alternatives:
            return replace(done, cases=(into,))
        into = replace(into, draft=replace(into.draft, alternatives=wordings))
        return replace(done, cases=(into,), outgoing=await self._draft_anew(message, into))

    async def _wording_gone(
        self, message: Message, case: Case, changed: Case
    ) -> tuple[tuple[Case, ...], tuple[Outgoing, ...]]:
        """Takes a merged asker's words out of the draft of the case that theirs went into."""
        into = await self.store.case(case.merged_into) if case.merged_into else None
        while into is not None and into.merged_into:
            into = await self.store.case(into.merged_into)
        if into is None or into.draft is None or not into.has_answer:
            return (), ()
        left = case.swapped(changed, into.draft)
        if left == into.draft.alternatives:
            return (), ()
        into = replace(into, draft=replace(into.draft, alternatives=left))
        return (into,), await self._draft_anew(message, into)

    async def _desk_edited(self, message: Message) -> Outcome:
        ref = message.target
        note = await self.store.note(ref)
        if note and note.author == message.sender:
            note = replace(note, text=message.text)
        copies = await self.store.copies(ref)
        if copies:
            text = note.text if note else _answer_in(message.text)
            return await self._answer_edited(message, copies, text, note)
        if note:
            return Outcome("words changed", message.ref, note=note)
        if not self._fresh(message):
            return Outcome("edited late", message.ref)
        # A command mistyped and mended. What was said about the first try keeps its key.
        anew = replace(message, ref=ref, kind=Kind.TEXT, reply_to=None)
        outcome = await self.escalation.handle(anew)
        said = tuple(
            replace(each, key=key_after(each.key, message.ref.event)) for each in outcome.outgoing
        )
        return replace(outcome, handled=message.ref, outgoing=said)

    async def _answer_edited(
        self, message: Message, copies: list[Outgoing], text: str, note: Note | None
    ) -> Outcome:
        ref, lang = message.target, self.rooms.desk_lang
        case = await self._case_of(copies[0])
        current = case is not None and case.answered_in == ref.event
        if case is None or not current or not text or message.sender != case.answered_by:
            return Outcome("edit of what is past", message.ref, note=note)
        if not case.has_answer:
            words = replies.plain(lang, "answer_stays", case=case.id)
            return self._desk_told(message, case, words, "edited late")
        responder = self.rooms.roster[message.sender]
        # The last copy in each thread: a change that was told is one too.
        latest = {(copy.room, copy.thread or ""): copy for copy in copies}
        spoken = await self.audience.languages(case)
        outgoing = [
            _urgent(
                edit_of(
                    copy,
                    key_after(copy.key, f"edited {message.ref.event}"),
                    replies.carried(text, responder, spoken.get(where, lang)),
                )
            )
            for where, copy in latest.items()
        ]
        begun = any(copy.attempted_at is not None for copy in latest.values())
        if begun and not same_words(case.told, text):
            news = await self.audience.told(
                case,
                message.ref,
                "changed",
                lambda lang: replies.answer_changed(text, responder, lang),
            )
            outgoing += (replace(each, original=ref) for each in news)
        changed = replace(case.remembered(), told=text)
        if case.draft and not case.draft.rewrites:
            changed = replace(changed, draft=replace(case.draft, answer=text, menders=()))
            outgoing.append(self.rooms.shown(message, changed, self.rooms.day(self.clock())))
        return Outcome("answer changed", message.ref, changed, note=note, outgoing=tuple(outgoing))

    async def _desk_took_back(self, message: Message) -> Outcome:
        ref = message.target
        done = Outcome("taken back", message.ref, taken_back=(ref,))
        if undone := await self.reacting.taken_back(ref, done):
            return undone
        copies = await self.store.copies(ref)
        case = await self._case_of(copies[0]) if copies else None
        if case is None or case.answered_in != ref.event:
            return done
        lang = self.rooms.desk_lang
        if not case.has_answer:
            words = replies.plain(lang, "answer_stays", case=case.id)
            return self._desk_told(message, case, words, "taken back late")
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

    async def _case_of(self, copy: Outgoing) -> Case | None:
        if copy.thread is None:
            return None
        return await self.store.case_in_thread(copy.front, copy.room, copy.thread)

    def _changed(self, message: Message, case: Case) -> Outgoing:
        words = briefing.asker_changed(message.text, self.rooms.desk_lang, message.hidden)
        told = self.rooms.at_desk(
            message, "changed", words, case, alert=self.rooms.working_on(case)
        )
        return replace(told, original=message.target, priority=Priority.WORDS)

    def _desk_told(self, message: Message, case: Case, words: Words, reason: str) -> Outcome:
        told = self.rooms.at_desk(message, "told", words, case)
        return Outcome(reason, message.ref, outgoing=(told,))


def _answer_in(text: str) -> str:
    command = parse(text)
    good = isinstance(command, Command) and command.verb is Verb.ANSWER
    return command.text if good and isinstance(command, Command) else ""


def _urgent(said: Outgoing) -> Outgoing:
    """What people must not go on reading as it was goes first."""
    return replace(said, priority=Priority.WORDS)


def _taken_back(said: Outgoing) -> Outgoing:
    """Takes back something that the bot said, or cancels it."""
    return _urgent(taken_back(said.key, said.front, said.room))


def _redaction(asked: MessageRef, kind: str) -> Outgoing:
    """Takes back what the bot said about a question."""
    return _urgent(taken_back(key_for(asked, kind), asked.front, asked.room))
