"""What reaches the asker from the desk: an answer, a question back, an entry.

A responder's words reach the asker by a command, or by their own tap on 📤 under their own words.
Whatever else is written at the desk stays there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot import briefing, drafts, replies
from bot.audience import Audience
from bot.cases import AskedBack, Case, Event, Status
from bot.decision import stand_ins
from bot.deeds import Deed, What
from bot.desk import Desk
from bot.doubts import Doubts
from bot.flagging import entry_of
from bot.messages import Message, MessageRef
from bot.outcome import Outcome
from bot.ports import Clock, Store
from bot.routing import Rooms, to_asker
from bot.words import Words, page
from knowledge.entry import NATIONAL, Entry
from knowledge.review import holds


@dataclass(frozen=True, slots=True)
class Telling:
    """Handles the commands that say something to the asker.

    Attributes:
        store, clock: The ports.
        rooms: Where words go, and who may act at the desk.
        desk: Speaks to responders.
        audience: Who waits for a case's answer.
        snippets: Texts that responders use again and again: name → language → text.
        doubts: Which entries are in doubt.
    """

    store: Store
    clock: Clock
    rooms: Rooms
    desk: Desk
    audience: Audience
    snippets: Mapping[str, Mapping[str, str]]
    doubts: Doubts

    async def answer(
        self, message: Message, case: Case, text: str, words_at: MessageRef | None = None
    ) -> Outcome:
        """``!answer`` and words, or words that were tapped.

        Args:
            message: The command, or the tap.
            case: The case.
            text: The words.
            words_at: Where the words stand when not in the message.

        Raises:
            IllegalMove: The case can't be answered now; tell the person.
        """
        original = words_at or message.ref
        if not text:
            return self.desk.tell(message, replies.plain(self.desk.lang, "answer_empty"), case)
        if not self.rooms.may_take(message.sender, case):
            return self._for_officials(message, case)
        case = self._taken(message, case)
        answered = case.after(Event.ANSWER)
        if case.claimed_by != message.sender:
            return self.desk.tell(message, self.desk.who_has(case), case)
        responder = self.rooms.roster[message.sender]
        merged = await self.store.cases_merged(case.id)
        today = self.rooms.day(self.clock())
        draft = drafts.first(case, responder, text, today, merged)
        if wrong := await entry_of(self.store, case):
            draft = drafts.correction(wrong, responder, text, today, merged)
        answered = replace(
            answered.remembered(),
            answered_by=message.sender,
            answered_in=original.event,
            told=text,
            draft=draft,
            asked_back=AskedBack.NO,
        )

        def words(lang: str) -> Words:
            return replies.carried(text, responder, lang, self.audience.asked_in(case, lang))

        carried = await self.audience.told(case, message.ref, "carried", words)
        shown = self.rooms.shown(message, answered, self.rooms.day(self.clock()))
        outcome = self.desk.done(
            message,
            briefing.sent(case, responder, self.desk.lang),
            answered,
            reason=f"answered by {responder.role}",
            first=tuple(replace(each, original=original) for each in carried),
            then=(shown,),
        )
        return replace(outcome, deeds=_helped(message, What.ANSWERED, case))

    async def ask_back(self, message: Message, case: Case, text: str) -> Outcome:
        """``!askback`` and words: a question to the asker; what they write comes into the thread.

        Raises:
            IllegalMove: The asker has an answer already; tell the person.
        """
        if not text:
            return self.desk.tell(message, replies.plain(self.desk.lang, "ask_empty"), case)
        if not self.rooms.may_take(message.sender, case):
            return self._for_officials(message, case)
        case = self._taken(message, case)
        asked = replace(
            case.after(Event.ASK_BACK),
            claimed_at=self.clock(),
            reminded_at=None,
            asked_back=AskedBack.WAITS,
        )
        if case.claimed_by != message.sender:
            return self.desk.tell(message, self.desk.who_has(case), case)
        lang = self.rooms.speaks_to(case.lang, case.asked.room)
        words = replies.asks_back(text, self.rooms.roster[message.sender], lang)
        back = replace(to_asker(case, message.ref, "asks back", words), original=message.ref)
        told = replies.plain(self.desk.lang, "asked_back", case=case.id)
        return self.desk.done(message, told, asked, reason="asked back", first=(back,))

    async def send(self, message: Message, case: Case, text: str) -> Outcome:
        """``!send 1`` or an entry's id: that entry, word for word.

        Raises:
            IllegalMove: The asker has an answer already; tell the person.
        """
        sent = case.after(Event.SEND_ENTRY)
        if not self.rooms.may_take(message.sender, case):
            return self._for_officials(message, case)
        if case.claimed_by not in (None, message.sender):
            return self.desk.tell(message, self.desk.who_has(case), case)
        entry = await self._entry(case, text)
        if entry and (refusal := await self._stood_in_for(entry, case)):
            return self.desk.tell(message, refusal, case)
        if entry is None:
            name = "send_which" if text else "send_what"
            words = replies.plain(self.desk.lang, name, entry=text)
            return self.desk.tell(message, words, case)
        if places := await self.audience.elsewhere(case, entry):
            words = replies.plain(
                self.desk.lang, "send_elsewhere", entry=entry.id, places=", ".join(places)
            )
            return self.desk.tell(message, words, case)
        if await self.doubts.paused(entry):
            words = replies.plain(self.desk.lang, "send_paused", entry=entry.id)
            return self.desk.tell(message, words, case)
        marks = await self.doubts.marks(entry)
        sent = replace(
            sent,
            claimed_by=message.sender,
            answered_by=message.sender,
            answered_in=message.ref.event,
            told=entry.answer.strip(),
            asked_back=AskedBack.NO,
        )
        carried = await self.audience.told(
            case,
            message.ref,
            "entry",
            lambda lang: replies.answer(entry, lang, doubted=marks.doubted, stale=marks.stale),
        )
        carried = tuple(replace(each, original=message.ref) for each in carried)
        done = replies.plain(self.desk.lang, "entry_sent", case=case.id, entry=entry.id)
        if marks.doubted:
            done = page(done, replies.plain(self.desk.lang, "sent_doubted", entry=entry.id))
        outcome = self.desk.done(message, done, sent, reason="entry sent", first=carried)
        given, *others = await self.audience.given(case, entry, carried)
        return replace(
            outcome, given=given, also_given=tuple(others), deeds=_helped(message, What.SENT, case)
        )

    async def snippet(self, message: Message, case: Case, text: str) -> Outcome:
        """``!snippet name``: a text that is ready, as this responder's answer.

        Raises:
            IllegalMove: As for ``answer``.
        """
        texts = self.snippets.get(text.casefold())
        lang = self.rooms.speaks_to(case.lang, case.asked.room)
        words = texts and (texts.get(lang) or texts.get(self.desk.lang))
        if not words:
            names = ", ".join(sorted(self.snippets))
            name = "snippet_which" if names else "snippet_none"
            told = replies.plain(self.desk.lang, name, names=names)
            return self.desk.tell(message, told, case)
        return await self.answer(message, case, words)

    def preview(self, message: Message, case: Case, text: str) -> Outcome:
        """``!preview`` and words: what the asker would read, shown to the desk only."""
        if not text:
            return self.desk.tell(message, replies.plain(self.desk.lang, "preview_empty"), case)
        lang = self.rooms.speaks_to(case.lang, case.asked.room)
        carried = replies.carried(text, self.rooms.roster[message.sender], lang)
        return self.desk.tell(message, briefing.preview(carried, self.desk.lang), case)

    def _for_officials(self, message: Message, case: Case) -> Outcome:
        words = self.desk.not_theirs(case, message.sender)
        return self.desk.tell(message, words, case)

    def _taken(self, message: Message, case: Case) -> Case:
        """The case, claimed by whoever acts on one that nobody has."""
        if case.status not in (Status.OPEN, Status.SNOOZED) or case.claimed_by not in (
            None,
            message.sender,
        ):
            return case
        taken = case.after(Event.CLAIM)
        return replace(
            taken,
            claimed_by=message.sender,
            claimed_at=self.clock(),
            reminded_at=None,
            snoozed_until=None,
        )

    async def _entry(self, case: Case, text: str) -> Entry | None:
        """The entry of that number on the card, or of that id, if it may be served there."""
        name = text.strip()
        if near := case.numbers.get(int(name)) if name.isdecimal() and len(name) < 10 else None:
            name = near.entry_id
        today = self.rooms.day(self.clock())
        published = {each.id: each for each in await self.store.kindred([name], NATIONAL)}
        entry = published.get(name)
        if entry and holds(entry, published, today) and entry.scope in (NATIONAL, case.scope):
            return entry
        return None

    async def _stood_in_for(self, entry: Entry, case: Case) -> Words | None:
        """Which entry of the place to send instead of a national one, if one stands in for it."""
        kin = await self.store.kindred([entry.id], case.scope)
        if not (own := stand_ins(kin, case.scope).get(entry.id)):
            return None
        today, published = self.rooms.day(self.clock()), {each.id: each for each in kin}
        holding = [each for each in own if holds(each, published, today)]
        named = [each for each in holding if each.lang == case.lang] or holding
        name = "send_instead" if named else "send_instead_past"
        lang = self.desk.lang
        return replies.plain(lang, name, entry=entry.id, instead=(named or own)[0].id)


def _helped(message: Message, what: What, case: Case) -> tuple[Deed, ...]:
    """That somebody answered; an answer to their own question is nothing done for others."""
    if message.sender == case.asker:
        return ()
    return (Deed(message.sender, what, case.id),)
