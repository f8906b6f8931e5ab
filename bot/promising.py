"""How long the asker of a case will wait: what they are told, and told again when it slips."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot import replies
from bot.audience import line
from bot.cases import Case, Status
from bot.config import Answering as Settings
from bot.expectation import Expectation, expect
from bot.hours import Agenda, Hours
from bot.outcome import Outcome, Promise
from bot.ports import Clock, Store
from bot.routing import Rooms, to_asker

RECENT = timedelta(days=365)
"""Answers before that tell nothing about how long one takes now."""


@dataclass(frozen=True, slots=True)
class Promising:
    """Tells askers how long it takes.

    Attributes:
        store, clock: The ports.
        rooms: Who would answer.
        agenda: When they are there.
        settings: What is promised, and from how much it is reckoned.
    """

    store: Store
    clock: Clock
    rooms: Rooms
    agenda: Agenda
    settings: Settings

    async def expected(self, case: Case) -> Expectation:
        """How long it takes from now on, as far as that is known."""
        now = self.clock()
        answers = await self.store.first_answers(now - RECENT, self.settings.measured_cases)
        promise = timedelta(hours=self.settings.promise_hours)
        return expect(answers, case.topic, case.opened_at, now, self.hours(case), promise)

    def hours(self, case: Case) -> Hours:
        """When somebody is there who would answer: who has the case, else whom it alerts."""
        roster = self.rooms.roster
        has = roster.get(case.claimed_by or "")
        fitting = [roster[key] for key in self.rooms.fitting(case)]
        people = [has] if has else fitting or list(roster.values())
        return self.agenda.hours((each.role, each.body) for each in people)

    async def slipped(self, case: Case) -> Outcome:
        """The asker waits longer than they were told: they are told once more, and no more.

        The case goes along unchanged, so that nobody is told who was answered meanwhile.
        """
        # Who asked in a case that was merged waits for the answer of the one at the top of it.
        _, *above = await line(self.store, case)
        lang = self.rooms.speaks_to(case.lang, case.asked.room)
        top = above[-1] if above else case
        until = top.snoozed_until if top.status is Status.SNOOZED else None
        if until and until > self.clock():
            # What is promised, or was measured, says nothing of one that is left alone till then.
            words = replies.put_off(self.rooms.day(until), lang)
        else:
            words = replies.slipped(await self.expected(top), lang)
        told = to_asker(case, case.asked, "slipped", words)
        promise = Promise(case.id, None)
        return Outcome(
            "expectation slipped",
            case=case,
            cases=tuple(above[-1:]),
            promise=promise,
            outgoing=(told,),
        )
