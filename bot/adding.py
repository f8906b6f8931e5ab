"""What the asker writes once people have the question: more of it, or thanks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from bot import briefing
from bot.cases import Case
from bot.deeds import Deed, What
from bot.messages import Message, MessageRef, Priority, key_for
from bot.outcome import Note, Outcome
from bot.ports import Clock, Store
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

    async def added(self, message: Message, case: Case, note: Note) -> Outcome:
        """The asker adds to the question."""
        words = briefing.asker_adds(message.text, self.rooms.desk_lang, message.hidden)
        alert = self.rooms.working_on(case)
        if alert and case.desk_thread:
            lately = self.clock() - QUIET_FOR
            if await self.store.alerted(case.desk_thread, alert[0], lately):
                alert = ()
        added = self.rooms.at_desk(message, "added", words, case, alert=alert)
        added = replace(added, original=message.ref, priority=Priority.WORDS)
        return Outcome("asker adds", message.ref, note=note, outgoing=(added,))

    def thanked(self, message: Message, case: Case) -> Outcome:
        """Thanks in words are shown to whoever gave the answer, once, and alert nobody."""
        words = briefing.asker_thanks(message.text, self.rooms.desk_lang, message.hidden)
        shown = self.rooms.at_desk(message, "thanks", words, case)
        answer = MessageRef(self.rooms.front, self.rooms.desk, case.answered_in or "")
        once = replace(shown, key=key_for(answer, f"thanks {case.id}"), original=message.ref)
        note = Note(message.ref, case.id, message.sender, message.text)
        by = case.answered_by if case.answered_in else case.claimed_by
        deeds: tuple[Deed, ...] = ()
        if by and by != case.asker:
            deeds = (Deed(by, What.THANKED, case.id, case.asker, message.ref),)
        return Outcome("asker thanks", message.ref, note=note, deeds=deeds, outgoing=(once,))
