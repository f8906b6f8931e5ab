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
from bot.adding import Adding
from bot.amending import Amending, urgent
from bot.answering import Answering
from bot.audience import Audience, demand, line
from bot.cases import TRANSITIONS, Case, Event, Status
from bot.deeds import Deed, What
from bot.escalation import Escalation
from bot.messages import (
    Kind,
    Message,
    MessageRef,
    Outgoing,
    Place,
    Priority,
    key_for,
)
from bot.outcome import Note, Outcome, Promise
from bot.ports import Clock, Store
from bot.questions import wants_people
from bot.reacting import Reacting
from bot.remarks import is_read
from bot.routing import Rooms, taken_back
from bot.whose import answer_of


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
        at_desk = message.place is Place.DESK or await self._to_desk(message)
        match message.kind:
            case Kind.EDIT if at_desk:
                return await self._amending.edited(message, fresh=self._fresh(message))
            case Kind.EDIT:
                return await self._edited(message)
            case Kind.REDACTION if at_desk:
                return await self._amending.took_back(message)
            case Kind.REDACTION:
                return await self._took_back(message)
            case _:
                return await self.reacting.handle(message)

    @property
    def _amending(self) -> Amending:
        here = (self.store, self.clock, self.rooms)
        return Amending(*here, self.escalation, self.audience, self.reacting)

    async def _to_desk(self, message: Message) -> bool:
        """Whether what is edited or taken back in a direct chat was for the desk."""
        if message.kind is Kind.EDIT:
            asked = await self.store.case_asked(message.target)
            return asked is None and self.escalation.commands(message)
        gone = message.kind is Kind.REDACTION and message.place is Place.DIRECT
        return gone and await answer_of(self.store, message.target) is not None

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
        if self.escalation.commands(anew):
            return await self._amending.mended(message, anew)
        return replace(await self.answering.handle(anew), handled=message.ref)

    async def _question_edited(self, message: Message, case: Case, note: Note) -> Outcome:
        *_, into = await line(self.store, case)
        if heard := await self._no_thanks(message, case, into, note):
            return heard
        if into.ended:
            return Outcome("edited late", message.ref)
        wanted, before = wants_people(note.text)
        wants, text = wants_people(message.text)
        if text == before and (wanted or not wants):
            return Outcome("edited, the same words", message.ref)
        people = wanted or wants
        changed = await self._reworded(case, note, text or before)
        changed = replace(changed, hidden=case.hidden + message.hidden)
        note = replace(note, text=f"{replies.PEOPLE} {text or before}" if people else text)
        if into.id != case.id:
            cases, draft = await self._wording_gone(message, case, changed)
            told = self._changed(message, into, case)
            said = (*draft, told)
            return Outcome(
                "question changed", message.ref, changed, cases, note=note, outgoing=said
            )
        # Whom an answer did not help has no use for one that may be the same.
        anew = case.status is Status.WAITING or (case.status is Status.OPEN and not case.told)
        if anew:
            outcome = await self.answering.asked_anew(message, changed, people=people)
            if outcome.reason == "answered anew" or case.asked == note.ref:
                return replace(outcome, note=note)
            # The card shows all of it anew; in the thread stands what was added before.
            added = self._changed(message, changed)
            return replace(outcome, note=note, outgoing=(*outcome.outgoing, added))
        told = self._changed(message, changed)
        draft = await self._draft_anew(message, changed) if changed.draft != case.draft else ()
        return Outcome("question changed", message.ref, changed, note=note, outgoing=(*draft, told))

    async def _no_thanks(
        self, message: Message, case: Case, into: Case, note: Note
    ) -> Outcome | None:
        """What was thanks for an answer is something else now: as if it were written now."""
        if not into.answered or not is_read(note.text) or is_read(message.text):
            return None
        adding = Adding(self.store, self.clock, self.rooms)
        anew = replace(message, kind=Kind.TEXT, reply_to=None, thread=case.root or None)
        heard = await adding.heard(anew, case, addressed=False, people=False)
        by = into.answered_by if into.answered_in else into.claimed_by
        undone = (Deed(by, What.THANKED, into.id, message.sender, note.ref),) if by else ()
        said = replace(note, text=message.text)
        return heard and replace(heard, handled=message.ref, note=said, undone=undone)

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
        elif not ended and not case.has_answer:
            # Who waited and has the answer already keeps it.
            done = await self.audience.left_alone(done, case, message.ref, self.clock())
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
        _, *above = await line(self.store, case)
        fewer: list[Case] = []
        for each in above:
            waits = [one for one in await self.store.followers(each.id) if one not in left]
            fewer.append(replace(each, demand=demand(each, waits)))
        done = replace(done, cases=tuple(fewer), unfollowed=left, promise=Promise(case.id, None))
        into = fewer[-1] if fewer else None
        if into is None or into.draft is None or not into.has_answer:
            return done
        wordings = case.swapped(gone, into.draft)
        if wordings == into.draft.alternatives:
            return done
        into = replace(into, draft=replace(into.draft, alternatives=wordings))
        cases = (*fewer[:-1], into)
        return replace(done, cases=cases, outgoing=await self._draft_anew(message, into))

    async def _wording_gone(
        self, message: Message, case: Case, changed: Case
    ) -> tuple[tuple[Case, ...], tuple[Outgoing, ...]]:
        """Takes a merged asker's words out of the draft of the case that theirs went into."""
        *_, into = await line(self.store, case)
        if into.id == case.id or into.draft is None or not into.has_answer:
            return (), ()
        left = case.swapped(changed, into.draft)
        if left == into.draft.alternatives:
            return (), ()
        into = replace(into, draft=replace(into.draft, alternatives=left))
        return (into,), await self._draft_anew(message, into)

    def _changed(self, message: Message, case: Case, merged: Case | None = None) -> Outgoing:
        name, number = "asker_changed", case.id
        if merged is not None:
            name, number = "merged_changed", merged.id
        lang, hidden = self.rooms.desk_lang, message.hidden
        words = briefing.written(name, message.text, lang, hidden, case=number)
        told = self.rooms.at_desk(
            message, "changed", words, case, alert=self.rooms.working_on(case)
        )
        return replace(told, original=message.target, priority=Priority.WORDS)


def _taken_back(said: Outgoing) -> Outgoing:
    """Takes back something that the bot said, or cancels it."""
    return urgent(taken_back(said.key, said.front, said.room))


def _redaction(asked: MessageRef, kind: str) -> Outgoing:
    """Takes back what the bot said about a question."""
    return urgent(taken_back(key_for(asked, kind), asked.front, asked.room))
