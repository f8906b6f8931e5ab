"""What people write in a case's thread once people have the question: more of it, or thanks.

Rules:

- Who asked in a case that was merged is heard where their answer comes from.
- What the asker writes after an answer, or after the desk closed it without one, brings the case
  back, unless it is thanks or says that they read it; that alerts nobody.
- Who joined is thanked for and passed on after the answer, and brings nothing back; after a close
  without an answer their words do.
- Whatever else others write there is talk of the room.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from bot import briefing
from bot.cases import AT_WORK, AskedBack, Case, Status
from bot.deeds import Deed, What
from bot.joining import Joining
from bot.messages import Message, MessageRef, Outgoing, Place, Priority, key_for
from bot.outcome import Note, Outcome
from bot.parting import Parting, led
from bot.ports import Clock, Store
from bot.questions import is_question, is_small_talk, is_thanks
from bot.reacting import Reacting
from bot.remarks import asks_too, is_grateful, is_noted, is_read, is_unclear
from bot.routing import Rooms

QUIET_FOR = timedelta(minutes=5)
"""How long after an alert in a case's thread what the asker adds alerts nobody anew: who was
alerted looks there, and people often write one thought in five messages."""


@dataclass(frozen=True, slots=True)
class Adding:
    """Brings it to the case's thread at the desk.

    Attributes:
        store, clock: The ports.
        rooms: Where words go.
    """

    store: Store
    clock: Clock
    rooms: Rooms

    async def heard(
        self, message: Message, case: Case, *, addressed: bool, people: bool
    ) -> Outcome | None:
        """All that words in the thread of a case change; None: they are no part of it.

        Args:
            message: The words.
            case: The case in whose thread they stand.
            addressed: Whether they speak to the bot.
            people: Whether they call for people.
        """
        into = await led(self.store, case)
        if message.sender != case.asker:
            return await self._others(message, case, into, addressed=addressed)
        if into.asker == message.sender:
            case = into
        if into.answered:
            return await self._after(message, case, into, people=people)
        if not into.ended:
            return await self._added(message, case, into)
        if (people or not is_read(message.text)) and await self._shut(into):
            return await self._back(message, case, into)
        return None

    async def in_chat(self, message: Message) -> Case | None:
        """The case that a plain line in a direct chat is about; None: it begins something anew.

        Thanks are for the last answer there; a reply is one to what the desk asked, if that is one
        case: the next line is, and what follows unless it is a question.
        """
        plain = message.thread is None and message.reply_to is None
        if message.place is not Place.DIRECT or not plain or message.text.startswith("!"):
            return None
        theirs = await self.store.cases_of(message.sender, message.ref.front, message.ref.room)
        cases = [each for each in theirs if not each.about_entry]
        asked = [each for each in cases if each.asked_back and each.status in AT_WORK]
        waits = len(asked) == 1 and asked[0].asked_back is AskedBack.WAITS
        if is_thanks(message.text) or (is_grateful(message.text) and not waits):
            answered = [each for each in cases if (await led(self.store, each)).answered]
            if answered:
                return answered[-1]
        new = is_question(message.text) or is_small_talk(message.text)
        return asked[0] if len(asked) == 1 and (waits or not new) else None

    async def joins(self, message: Message, case: Case) -> Outcome:
        """Somebody says in words that they ask it too; as ➕."""
        asks = await Joining(self.store).asks(message, case)
        return asks or Outcome("peers talk", message.ref)

    async def _after(self, message: Message, case: Case, into: Case, *, people: bool) -> Outcome:
        """What the asker writes once they have an answer."""
        if is_grateful(message.text):
            return self._thanked(message, case, into)
        noted = not people and is_noted(message.text)
        if noted and into.ended:
            return Outcome("asker has read it", message.ref)
        unclear = is_unclear(message.text) or is_small_talk(message.text)
        helped = into.status is Status.CONFIRMED and not unclear
        if noted or (helped and not people):
            return await self._added(message, case, into)
        return await self._back(message, case, into)

    async def _back(self, message: Message, case: Case, into: Case) -> Outcome:
        """What the asker writes brings the case back, in its thread at the desk."""
        note = Note(message.ref, case.id, message.sender, message.text)
        added = self._passed_on(message, "asker_adds", case)
        told = Outcome("reopened", message.ref, note=note, outgoing=(added,))
        if case.id != into.id:
            parting = Parting(self.store, self.clock, self.rooms)
            return await parting.parted(message, case, into, told, words=True)
        reacting = Reacting(self.store, self.clock, self.rooms)
        return reacting.reopened(message, case, told, words=True)

    async def _shut(self, case: Case) -> bool:
        """Whether people at the desk closed it without an answer, not the room or an entry."""
        if case.status is not Status.CLOSED or case.told or case.desk_thread is None:
            return False
        return await self.store.given(key_for(case.asked, "handover")) is None

    async def _added(self, message: Message, case: Case, into: Case) -> Outcome:
        """The asker adds to the question."""
        waits = case.asked_back is AskedBack.WAITS and not into.answered
        alert = self.rooms.working_on(into) if waits or not is_read(message.text) else ()
        if alert and into.desk_thread:
            lately = self.clock() - QUIET_FOR
            if await self.store.alerted(into.desk_thread, alert[0], lately):
                alert = ()
        name = "asker_adds" if case.id == into.id else "merged_adds"
        added = self._passed_on(message, name, into, theirs=case, alert=alert)
        note = Note(message.ref, case.id, message.sender, message.text)
        told = Outcome("asker adds", message.ref, note=note, outgoing=(added,))
        if case.asked_back is AskedBack.WAITS:
            return replace(told, case=replace(case, asked_back=AskedBack.REPLIED))
        return told

    async def _others(
        self, message: Message, there: Case, case: Case, *, addressed: bool
    ) -> Outcome | None:
        """Somebody else writes in the thread of a case; ``case`` is where its answer comes from."""
        followers = await self.store.followers(case.id)
        waits = any(each.person == message.sender for each in followers)
        if waits and case.answered and is_grateful(message.text):
            return self._thanked(message, case, case)
        # Of who has an answer that was brought back, the words are as before.
        has_read = case.answered or (case.status in AT_WORK and bool(case.told))
        if asks_too(message.text) and not (case.ended or (waits and has_read) or case.answered):
            return await self.joins(message, there)
        if waits and not is_read(message.text) and await self._shut(case):
            note = Note(message.ref, case.id, message.sender, message.text)
            added = self._passed_on(message, "joined_adds", case)
            told = Outcome("reopened", message.ref, note=note, outgoing=(added,))
            reacting = Reacting(self.store, self.clock, self.rooms)
            return reacting.reopened(message, case, told, words=True)
        if addressed:
            return None
        if waits and has_read and not is_noted(message.text):
            added = self._passed_on(message, "joined_adds", case)
            note = Note(message.ref, case.id, message.sender, message.text)
            return Outcome("who joined adds", message.ref, note=note, outgoing=(added,))
        return None if case.ended else Outcome("peers talk", message.ref)

    def _thanked(self, message: Message, case: Case, into: Case) -> Outcome:
        """Thanks in words are shown to whoever gave the answer, and alert nobody.

        From each person once, where they say no more than that.
        """
        name = "asker_thanks" if case.id == into.id else "merged_thanks"
        name = name if message.sender == case.asker else "joined_thanks"
        shown = self._passed_on(message, name, into, theirs=case)
        shown = replace(shown, priority=Priority.NOTICE)
        if is_thanks(message.text) or is_noted(message.text):
            answer = MessageRef(self.rooms.front, self.rooms.desk, into.answered_in or "")
            by = "" if message.sender == into.asker else f" {message.sender}"
            shown = replace(shown, key=key_for(answer, f"thanks {into.id}{by}"))
        note = Note(message.ref, case.id, message.sender, message.text)
        answered_by = into.answered_by if into.answered_in else into.claimed_by
        deeds: tuple[Deed, ...] = ()
        if answered_by and answered_by != message.sender:
            deeds = (Deed(answered_by, What.THANKED, into.id, message.sender, message.ref),)
        return Outcome("asker thanks", message.ref, note=note, deeds=deeds, outgoing=(shown,))

    def _passed_on(
        self,
        message: Message,
        name: str,
        case: Case,
        *,
        theirs: Case | None = None,
        alert: tuple[str, ...] = (),
    ) -> Outgoing:
        """Their words in the case's thread at the desk; ``theirs`` is the case of who wrote."""
        lang, number = self.rooms.desk_lang, (theirs or case).id
        words = briefing.written(name, message.text, lang, message.hidden, case=number)
        said = self.rooms.at_desk(message, name, words, case, alert=alert)
        return replace(said, original=message.ref, priority=Priority.WORDS)
