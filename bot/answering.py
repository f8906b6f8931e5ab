"""What happens to a message in a community room or a direct chat.

The path: is it part of a case? → is it a question? → search → decide → an entry, or people.
Whatever is broken on the way, people get the question.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import timedelta

from bot import replies
from bot.adding import Adding
from bot.audience import Audience
from bot.cards import Cards
from bot.cases import Case, Event, Status
from bot.config import Answering as Settings
from bot.config import Community
from bot.decision import Answer, Candidate, Escalate, Why, candidates, decide, past
from bot.doubts import Doubts, with_near
from bot.messages import Message, MessageRef, Place, Priority, key_for
from bot.outcome import Given, Note, Outcome, Promise
from bot.ports import Clock, DetectLanguage, Search, Store
from bot.promising import Promising
from bot.questions import is_question, is_small_talk, wants_people
from bot.remarks import asks_too, denies, may_answer
from bot.routing import Rooms, notice
from bot.whose import theirs
from knowledge.entry import Entry
from knowledge.errors import KnowledgeError
from knowledge.ports import Question
from knowledge.review import holds

log = logging.getLogger(__name__)

HITS = 24
"""How many hits are asked for; many, because scope and dates take some away."""

LONGEST_QUESTION = 4_000
"""Characters up to which what an asker adds goes with a question that waits in its room."""

MOST_CHANGES = 20
"""How often such a question is added to, changes by its asker included."""


@dataclass(frozen=True, slots=True)
class Answering:
    """Handles what citizens write.

    Attributes:
        store, search, language, clock: The ports.
        settings: When the bot speaks.
        rooms: Where words go, and what is set for each room.
        cards: Opens the threads at the desk.
        promising: How long it takes.
        audience: Who waits for a case's answer.
    """

    store: Store
    search: Search
    language: DetectLanguage
    clock: Clock
    settings: Settings
    rooms: Rooms
    cards: Cards
    promising: Promising
    audience: Audience

    async def handle(self, message: Message) -> Outcome:
        """All that a citizen's message changes."""
        for_people, text = wants_people(message.text)
        addressed = message.addressed or for_people or await self._answers_us(message)
        case = await self._case_of(message)
        if case is not None:
            outcome = await self._in_case(message, case, addressed=addressed, people=for_people)
            if outcome is not None:
                return outcome
        if addressed and is_small_talk(text):
            return await self._small_talk(message, text, for_people=for_people)
        if not addressed and not is_question(text):
            return Outcome("no question", message.ref)
        room = self.rooms.community(message.ref.room)
        lang = await self.language.detect(text, room.languages)
        if for_people:
            verdict: Answer | Escalate = await self._for_people(Question(text, lang), room)
        else:
            verdict = await self._decide(Question(text, lang), room, addressed=addressed)
        if isinstance(verdict, Answer):
            outcome = await self._answer(
                message.ref, message.root, message.sender, lang, verdict.best
            )
            return replace(outcome, handled=message.ref)
        return await self._to_people(message, Question(text, lang), verdict, addressed=addressed)

    async def waited(self, case: Case, *, people: bool = False) -> Outcome:
        """Nobody in the room answered within the patience: the case goes to the desk.

        Unless the answer has become known since.

        Args:
            case: The case.
            people: The asker wants people, whatever is known.
        """
        verdict = await self._verdict(case, addressed=False, people=people)
        if isinstance(verdict, Answer):
            outcome = await self._answer(case.asked, case.root, case.asker, case.lang, verdict.best)
            said, *more = outcome.outgoing
            joined = [each.person for each in await self.store.followers(case.id)]
            told = replace(said, mentions=tuple(dict.fromkeys(joined)))
            known = case.after(Event.BECOME_KNOWN)
            return replace(outcome, case=known, outgoing=(told, *more))
        return await self._hand_over(case.after(Event.HAND_OVER), verdict)

    async def asked_anew(self, message: Message, case: Case, *, people: bool = False) -> Outcome:
        """The asker changed the question of a case that nobody works on yet.

        Args:
            message: The edit.
            case: With the new words.
            people: The asker wants people, whatever is known.
        """
        room = self.rooms.community(case.asked.room)
        lang = await self.language.detect(case.question, room.languages)
        case = replace(case, lang=lang)
        if case.status is Status.WAITING:
            if people:
                return replace(await self.waited(case, people=True), handled=message.ref)
            return Outcome("question changed", message.ref, case)
        verdict = await self._verdict(case, addressed=True, people=people)
        if isinstance(verdict, Answer):
            told = await self._answer(case.asked, case.root, case.asker, lang, verdict.best)
            key = key_for(message.ref, "answer")
            instead = replace(told.outgoing[0], key=key, replaces=key_for(case.asked, "handover"))
            words = replies.plain(self.rooms.desk_lang, "became_known", case=case.id)
            known = self.rooms.at_desk(message, "told", words, case)
            given = told.given and replace(told.given, key=key)
            # It answers the new words; who asked the old ones has no answer.
            done = Outcome(
                "answered anew",
                message.ref,
                case.after(Event.BECOME_KNOWN),
                given=given,
                outgoing=(instead, known),
            )
            return await self.audience.left_alone(done, case, message.ref, self.clock())
        case = replace(
            await with_near(self.store, case, verdict),
            topic=verdict.nearest[0].entry.topic if verdict.nearest else "",
        )
        return Outcome("question changed", message.ref, case)

    async def answered_anew(self, message: Message, given: Given) -> Outcome:
        """The asker changed a question that was answered with an entry just before.

        Args:
            message: The edit.
            given: What the answer to it carries now.
        """
        room = self.rooms.community(message.ref.room)
        asked, root = message.target, message.thread or message.target.event
        people, text = wants_people(message.text)
        lang = await self.language.detect(text, room.languages)
        question = Question(text, lang)
        verdict: Answer | Escalate
        if people:
            verdict = await self._for_people(question, room)
        else:
            verdict = await self._decide(question, room, addressed=True)
        answered = key_for(asked, "answer")
        if isinstance(verdict, Answer):
            outcome = await self._answer(asked, root, message.sender, lang, verdict.best)
            now = outcome.given
            if now and (now.entry_id, now.version) == (given.entry_id, given.version):
                return Outcome("same answer", message.ref)
            key = key_for(message.ref, "answer")
            instead = replace(outcome.outgoing[0], key=key, replaces=answered)
            now = now and replace(now, key=key)
            return Outcome("answered anew", message.ref, given=now, outgoing=(instead,))
        changed = replace(message, ref=asked, thread=root)
        outcome = await self._to_people(changed, question, verdict, addressed=True)
        handover, card = outcome.outgoing
        instead = replace(handover, replaces=answered)
        return replace(outcome, handled=message.ref, outgoing=(instead, card))

    async def failed(self, message: Message) -> Outcome:
        """Handling this message breaks something each time: people get it, unsearched."""
        room = self.rooms.community(message.ref.room)
        lang = room.languages[0] if room.languages else ""
        question = Question(wants_people(message.text)[1] or message.text, lang)
        return await self._to_people(message, question, Escalate(Why.BROKEN), addressed=True)

    async def _answers_us(self, message: Message) -> bool:
        if message.reply_to is None:
            return False
        at = message.target
        return await self.store.said(at.front, at.room, at.event) is not None

    async def _case_of(self, message: Message) -> Case | None:
        if message.thread is None and message.reply_to is None:
            return await Adding(self.store, self.clock, self.rooms).in_chat(message)
        # Who said that an entry is wrong was heard before; nobody else asked that.
        return await theirs(self.store, message)

    async def _in_case(
        self, message: Message, case: Case, *, addressed: bool, people: bool
    ) -> Outcome | None:
        adding = Adding(self.store, self.clock, self.rooms)
        if await self._protests(message, case):
            return await self._after_all(message, case)
        if case.status is not Status.WAITING:
            return await adding.heard(message, case, addressed=addressed, people=people)
        if message.sender != case.asker:
            if asks_too(message.text):
                return await adding.joins(message, case)
            if addressed:
                return None
            if not may_answer(message.text):
                return Outcome("peers talk", message.ref)
            return Outcome("a peer answered", message.ref, case.after(Event.PEER_ANSWERS))
        note = Note(message.ref, case.id, message.sender, message.text)
        text = wants_people(message.text)[1]
        question = f"{case.question}\n{text}" if text else case.question
        if text and (len(question) > LONGEST_QUESTION or case.version > MOST_CHANGES):
            return await self._too_long(message, case, addressed=addressed, people=people)
        longer = replace(case, question=question, hidden=case.hidden + message.hidden)
        if addressed:
            outcome = await self.waited(longer, people=people)
            return replace(outcome, handled=message.ref, note=note)
        return Outcome("asker adds", message.ref, longer, note=note)

    async def _protests(self, message: Message, case: Case) -> bool:
        """Whether the asker denies what a neighbour said, soon after it ended their question."""
        by_room = case.status is Status.CLOSED and case.desk_thread is None and not case.told
        if not by_room or message.sender != case.asker or not denies(message.text):
            return False
        lately = self.clock() - case.opened_at <= timedelta(days=1)
        return lately and await self.store.given(key_for(case.asked, "answer")) is None

    async def _after_all(self, message: Message, case: Case) -> Outcome:
        """The room did not help: people at the desk get the question, with what was said since."""
        note = Note(message.ref, case.id, message.sender, message.text)
        question = f"{case.question}\n{message.text}"[:LONGEST_QUESTION]
        back = replace(case.after(Event.REOPEN), question=question)
        room = self.rooms.community(case.asked.room)
        verdict = await self._for_people(Question(question, case.lang), room)
        outcome = await self._hand_over(back, verdict)
        return replace(outcome, handled=message.ref, note=note)

    async def _too_long(
        self, message: Message, case: Case, *, addressed: bool, people: bool
    ) -> Outcome:
        """What is added to a question that has grown long enough is refused, and told once."""
        lang = self.rooms.speaks_to(case.lang, case.asked.room)
        # The key is the case's, so that the outbox drops a second one.
        told = notice(case.asked, case.root, "too long", replies.question_full(lang))
        if not addressed:
            return Outcome("asker adds too much", message.ref, outgoing=(told,))
        outcome = await self.waited(case, people=people)
        return replace(outcome, handled=message.ref, outgoing=(told, *outcome.outgoing))

    async def _small_talk(self, message: Message, text: str, *, for_people: bool) -> Outcome:
        room = self.rooms.community(message.ref.room)
        if for_people:
            words = replies.people_how(self.rooms.speaks_to("", message.ref.room))
            told = notice(message.ref, message.root, "how", words)
            return Outcome("people, how", message.ref, outgoing=(told,))
        if not text.strip() or message.thread is not None:
            return Outcome("small talk", message.ref)
        lang = await self.language.detect(text, room.languages)
        words = replies.introduction(self.rooms.speaks_to(lang, message.ref.room))
        hello = notice(message.ref, message.root, "hello", words)
        return Outcome("small talk", message.ref, outgoing=(hello,))

    async def _verdict(self, case: Case, *, addressed: bool, people: bool) -> Answer | Escalate:
        room, question = self.rooms.community(case.asked.room), Question(case.question, case.lang)
        if people:
            return await self._for_people(question, room)
        return await self._decide(question, room, addressed=addressed)

    async def _for_people(self, question: Question, room: Community) -> Escalate:
        """The asker wants people, whom its topic is chosen by and who see what is near."""
        verdict = await self._decide(question, room, addressed=True)
        if isinstance(verdict, Answer):
            return Escalate(Why.PEOPLE, (verdict.best,))
        return replace(verdict, why=Why.PEOPLE)

    async def _decide(
        self, question: Question, room: Community, *, addressed: bool
    ) -> Answer | Escalate:
        if not self.settings.enabled:
            return Escalate(Why.OFF)
        try:
            hits = await self.search.find(question, HITS)
        except KnowledgeError as error:
            log.warning("search_failed", extra={"reason": str(error)})
            return Escalate(Why.BROKEN)
        entries = await self.store.kindred([hit.entry_id for hit in hits], room.scope)
        today = self.rooms.day(self.clock())
        found = candidates(hits, entries, scope=room.scope, today=today)
        old = past(hits, entries, scope=room.scope, today=today)
        bounds = self.settings.confidence
        bound, topics = (bounds.addressed, ()) if addressed else (bounds.unaddressed, room.topics)
        verdict = decide(found, bound, topics=topics, old=old, enough=bounds.addressed)
        if isinstance(verdict, Answer) and await self._paused(verdict.best.entry):
            return Escalate(Why.FLAGGED, tuple(found))
        if isinstance(verdict, Answer) and await self._held(verdict.best.entry):
            best = verdict.best
            for original in await self.store.entries([best.entry.knowledge]):
                there = original.scope == best.entry.scope and original.holds_on(today)
                if there and not await self._paused(original):
                    return Answer(Candidate(best.hit, original))
            return Escalate(Why.STALE, tuple(found))
        return verdict

    async def _held(self, entry: Entry) -> bool:
        hold = self.settings.stale_translations == "hold"
        return hold and bool(await self.store.stale([entry.id]))

    async def _paused(self, entry: Entry) -> bool:
        return await self._doubts.paused(entry)

    @property
    def _doubts(self) -> Doubts:
        return Doubts(self.store, self.settings.flagged == "pause")

    async def _answer(
        self, asked: MessageRef, root: str, asker: str, lang: str, best: Candidate
    ) -> Outcome:
        spoken = self.rooms.speaks_to(lang, asked.room)
        entry = await self._in_language(best.entry, lang, spoken)
        marks = await self._doubts.marks(entry)
        words = replies.answer(entry, spoken, doubted=marks.doubted, stale=marks.stale)
        outgoing = replace(notice(asked, root, "answer", words), priority=Priority.WORDS)
        given = Given(asker, entry.id, entry.version, outgoing.key, lang, stale=marks.stale)
        return Outcome("answered", given=given, outgoing=(outgoing,))

    async def _in_language(self, entry: Entry, *wanted: str) -> Entry:
        """The entry in the first of these languages that it, or a translation of it, is in."""
        today = self.rooms.day(self.clock())
        same = {each.id: each for each in await self.store.translations(entry.knowledge)}
        served = {
            other.lang: other
            for other in same.values()
            if other.scope == entry.scope
            and holds(other, same, today)
            and not await self._paused(other)
            and not await self._held(other)
        }
        served[entry.lang] = entry
        return next((served[lang] for lang in wanted if lang in served), entry)

    async def _to_people(
        self, message: Message, question: Question, verdict: Escalate, *, addressed: bool
    ) -> Outcome:
        room = self.rooms.community(message.ref.room)
        now = self.clock()
        case = Case(
            id=await self.store.next_case_id(),
            asked=message.ref,
            root=message.root,
            direct=message.place is Place.DIRECT,
            asker=message.sender,
            question=question.text,
            lang=question.lang,
            topic=verdict.nearest[0].entry.topic if verdict.nearest else "",
            opened_at=now,
            scope=room.scope,
            hidden=message.hidden,
        )
        # As it was written: that the asker wants people must outlive an edit.
        note = Note(message.ref, case.id, message.sender, message.text)
        if not addressed and self.settings.patience:
            due = now + timedelta(minutes=self.settings.patience)
            waiting = replace(case, status=Status.WAITING, due_at=due)
            return Outcome("left to the room", message.ref, waiting, note=note)
        return replace(await self._hand_over(case, verdict), handled=message.ref, note=note)

    async def _hand_over(self, case: Case, verdict: Escalate) -> Outcome:
        lang = self.rooms.speaks_to(case.lang, case.asked.room)
        patient = case.due_at is not None
        expected = await self.promising.expected(case)
        told = replies.handover(
            case, lang, expected, waited=patient, wanted=verdict.why is Why.PEOPLE
        )
        handover = notice(case.asked, case.root, "handover", told)
        case = replace(
            await with_near(self.store, case, verdict),
            patient=patient,
            due_at=None,
            handed_at=self.clock(),
            answer_by=expected.until,
        )
        case, card = self.cards.opened(case)
        return Outcome(
            f"to people: {verdict.why}",
            case=case,
            promise=Promise(case.id, expected.until),
            outgoing=(handover, card),
        )
