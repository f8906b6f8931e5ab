"""Who works on a case: claimed, given, left, put together, brought to others, ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from bot import briefing, drafts, replies
from bot.audience import Audience, Speak
from bot.cases import AT_WORK, Case, Event, Status
from bot.commands import parse_until
from bot.config import Desk as Settings
from bot.config import Responder, Role
from bot.desk import Desk
from bot.hours import Hours
from bot.messages import Message, Outgoing
from bot.outcome import Follower, Outcome
from bot.ports import Clock, Store
from bot.routing import Rooms, to_asker
from bot.words import Words, page
from knowledge.entry import fold


@dataclass(frozen=True, slots=True)
class Working:
    """Handles the commands that say who works on a case.

    Every method gives all that the command changes.

    Raises:
        IllegalMove: The case can't do that now; tell the person. True of every method.

    Attributes:
        store, clock: The ports.
        rooms: Who may act at the desk, and whom a case fits.
        desk: Speaks to responders.
        audience: Who waits for a case's answer.
        settings: How long claims last, and how many one person may have.
        hours: When whoever works on a case is there.
    """

    store: Store
    clock: Clock
    rooms: Rooms
    desk: Desk
    audience: Audience
    settings: Settings
    hours: Callable[[Case], Hours]

    async def claim(self, message: Message, case: Case, text: str = "") -> Outcome:
        """``!claim``."""
        if case.status is Status.CLAIMED:
            return self.desk.tell(message, self.desk.who_has(case), case)
        taken = case.after(Event.CLAIM)
        if self.desk.theirs(message, case):
            return self.desk.tell(message, self.desk.who_has(case), case)
        if refusal := await self.refusal(message.sender, case):
            return self.desk.tell(message, refusal, case)
        return self._has(message, taken, message.sender, "claimed")

    async def release(self, message: Message, case: Case, text: str = "") -> Outcome:
        """``!release``: nobody has it."""
        free = case.freed(Event.RELEASE, self.clock())
        if case.claimed_by != message.sender:
            return self.desk.tell(message, self.desk.who_has(case), case)
        words = replies.plain(self.desk.lang, "released", case=case.id)
        return self.desk.done(message, words, free, reason="released")

    async def assign(self, message: Message, case: Case, text: str) -> Outcome:
        """``!assign @name``: somebody else has it."""
        given = case.after(Event.ASSIGN)
        to = self._named(text)
        if to is None:
            names = ", ".join(sorted(each.id for each in self.rooms.roster.values()))
            words = replies.plain(self.desk.lang, "assign_whom", names=names)
            return self.desk.tell(message, words, case)
        if case.claimed_by not in (None, message.sender):
            return self.desk.tell(message, self.desk.who_has(case), case)
        if refusal := await self.refusal(to, case):
            return self.desk.tell(message, refusal, case)
        return self._has(message, given, to, "assigned")

    async def take(self, message: Message, case: Case, text: str = "") -> Outcome:
        """``!take``: from a responder who has left it lying."""
        taken = case.after(Event.TAKE_OVER)
        if case.claimed_by == message.sender:
            return self.desk.tell(message, self.desk.who_has(case), case)
        idle = timedelta(hours=self.settings.idle_hours)
        free_at = self.hours(case).after(case.claimed_at or case.opened_at, idle)
        if free_at is not None and self.clock() < free_at:
            at = briefing.moment(free_at, self.rooms.zone, self.desk.lang)
            who = self.desk.name(case.claimed_by)
            words = replies.plain(self.desk.lang, "not_idle", who=who, case=case.id, at=at)
            return self.desk.tell(message, words, case)
        if refusal := await self.refusal(message.sender, case):
            return self.desk.tell(message, refusal, case)
        lost = self.rooms.working_on(case)
        return self._has(message, taken, message.sender, "took_over", alert=lost)

    async def snooze(self, message: Message, case: Case, text: str) -> Outcome:
        """``!snooze 3d``: left alone for some time."""
        asleep = case.after(Event.SNOOZE)
        if case.claimed_by not in (None, message.sender):
            return self.desk.tell(message, self.desk.who_has(case), case)
        try:
            hours = self.hours(case)
            until = parse_until(text, self.clock(), self.rooms.zone, hours)
        except ValueError:
            return self.desk.tell(message, replies.plain(self.desk.lang, "snooze_how"), case)
        # Not in the middle of a weekend: when somebody is there to read that it is back.
        until = hours.next_opening(until) or until
        asleep = replace(asleep, snoozed_until=until)
        at = briefing.moment(until, self.rooms.zone, self.desk.lang)
        words = replies.plain(self.desk.lang, "snoozed", case=case.id, at=at)
        return self.desk.done(message, words, asleep, reason="snoozed")

    def wake(self, case: Case) -> Outcome:
        """The day of a snoozed case has come."""
        has, now = self.rooms.working_on(case), self.clock()
        if has:
            awake = replace(
                case.after(Event.RESUME), snoozed_until=None, claimed_at=now, reminded_at=None
            )
        else:
            awake = case.freed(Event.WAKE, now)
        alert = has or self.rooms.fitting(awake)
        words = replies.plain(self.desk.lang, "woken", case=case.id)
        told = self.rooms.in_thread(case, f"woken {case.version}", words, alert)
        return Outcome("woken", case=awake, outgoing=(told,))

    async def escalate(self, message: Message, case: Case, text: str) -> Outcome:
        """``!escalate``: officials have to look at it; a reason may stand behind it."""
        up = case.freed(Event.ESCALATE, self.clock())
        if case.claimed_by not in (None, message.sender):
            return self.desk.tell(message, self.desk.who_has(case), case)
        up = replace(up, officials=True)
        alert = self.rooms.fitting(up)
        if not alert:
            words = replies.plain(self.desk.lang, "escalated_to_nobody", case=case.id)
            return self.desk.tell(message, words, case)
        words = replies.plain(self.desk.lang, "escalated", case=case.id)
        return self.desk.done(message, words, up, reason="escalated", alert=alert)

    async def transfer(self, message: Message, case: Case, text: str) -> Outcome:
        """``!transfer body``: another body's officials have to look at it."""
        over = case.freed(Event.TRANSFER, self.clock())
        if case.claimed_by not in (None, message.sender):
            return self.desk.tell(message, self.desk.who_has(case), case)
        body = next((each for each in self.rooms.bodies() if fold(each) == fold(text)), None)
        if body is None:
            names = ", ".join(self.rooms.bodies())
            name = "transfer_where" if names else "transfer_nowhere"
            words = replies.plain(self.desk.lang, name, names=names)
            return self.desk.tell(message, words, case)
        over = replace(over, body=body, officials=True)
        words = replies.plain(self.desk.lang, "transferred", case=case.id, body=body)
        return self.desk.done(
            message, words, over, reason="transferred", alert=self.rooms.fitting(over)
        )

    async def merge(self, message: Message, case: Case, text: str) -> Outcome:
        """``!merge 12``: case 12 is the same question, and its answer goes to this asker too."""
        gone = case.after(Event.MERGE)
        number = text.strip().removeprefix("#")
        known = number.isdecimal() and len(number) < 10
        into = await self.store.case(int(number)) if known else None
        if into is None or into.desk_thread is None or into.ended or into.id == case.id:
            name = "merge_where" if number else "merge_which"
            words = replies.plain(self.desk.lang, name, case=number)
            return self.desk.tell(message, words, case)
        for each in (case, into):
            if each.about_entry:
                words = replies.plain(self.desk.lang, "flag_no_merge", case=each.id)
                return self.desk.tell(message, words, case)
        if case.claimed_by not in (None, message.sender):
            return self.desk.tell(message, self.desk.who_has(case), case)
        if into.has_answer and into.told == case.told:
            words = replies.plain(self.desk.lang, "merge_unhelped", case=case.id, into=into.id)
            return self.desk.tell(message, words, case)
        before = into.draft
        asker = Follower(into.id, case.asker, case.asked, case.root, case.lang, asked=True)
        moved = [replace(each, case_id=into.id) for each in await self.store.followers(case.id)]
        followers = [each for each in (asker, *moved) if each.asked or each.person != into.asker]
        others = {each.person for each in await self.store.followers(into.id)}
        more = {each.person for each in followers} - others - {into.asker}
        asked_too = [case, *await self.store.cases_merged(case.id)]
        draft = into.draft and drafts.asked_too(into.draft, asked_too)
        into = replace(into, demand=into.demand + len(more), draft=draft)
        gone = replace(gone, merged_into=into.id, claimed_by=None)
        lang = self.rooms.speaks_to(case.lang, case.asked.room)
        own = case.asker == into.asker
        told_so = replies.merged_to_asker(lang, own=own)
        told = to_asker(case, message.ref, "merged", told_so)
        first: tuple[Outgoing, ...] = (told,)
        if into.has_answer:
            answer = self._answer_of(into)
            copies = self.audience.apart(followers, message.ref, "carried", answer)
            first = self.audience.as_answer(into, copies)
        name = "merged_one_asker" if own else "merged"
        words = replies.plain(self.desk.lang, name, case=case.id, into=into.id)
        if case.scope != into.scope:
            places = {"one": case.scope, "other": into.scope}
            words = page(words, replies.plain(self.desk.lang, "merged_places", **places))
        there = self.rooms.in_thread(into, f"merged {case.id}", words)
        then: tuple[Outgoing, ...] = (there,)
        if into.has_answer and draft and draft != before:
            then = (there, self.rooms.shown(message, into, self.rooms.day(self.clock())))
        outcome = self.desk.done(message, words, gone, reason="merged", first=first, then=then)
        return replace(outcome, cases=(into,), followers=tuple(followers))

    async def close(self, message: Message, case: Case, text: str) -> Outcome:
        """``!close``: the case ends; unanswered, the asker is told why."""
        closed = case.after(Event.CLOSE)
        lang = self.desk.lang
        if case.status in AT_WORK and self.desk.theirs(message, case):
            return self.desk.tell(message, self.desk.who_has(case), case)
        if case.status not in AT_WORK:
            words = replies.plain(lang, "closed", case=case.id)
            return self.desk.done(message, words, closed, reason="closed")
        if not text:
            return self.desk.tell(message, replies.plain(lang, "close_why"), case)
        farewell = await self.audience.told(
            case, message.ref, "closed", lambda lang: replies.closed_to_asker(lang, text)
        )
        closed = replace(closed, told="")
        words = replies.plain(lang, "closed_told", case=case.id)
        return self.desk.done(message, words, closed, reason="closed unanswered", first=farewell)

    def _answer_of(self, case: Case) -> Speak:
        """The answer that a case's asker has, as from who gave it."""
        by = self.rooms.roster.get(case.answered_by or "")
        # Who is no longer in the settings answered as a volunteer does: not vetted.
        responder = by or Responder("@gone:invalid", Role.VOLUNTEER)
        asked_in = self.audience.asked_in
        return lambda lang: replies.carried(case.told, responder, lang, asked_in(case, lang))

    def _has(
        self,
        message: Message,
        case: Case,
        person: str,
        name: str,
        alert: tuple[str, ...] = (),
    ) -> Outcome:
        now = self.clock()
        taken = replace(
            case, claimed_by=person, claimed_at=now, reminded_at=None, snoozed_until=None
        )
        who = self.desk.name(person)
        words = replies.plain(self.desk.lang, name, who=who, case=case.id)
        if person != message.sender and (back := self._back_at(taken)):
            words = page(words, replies.plain(self.desk.lang, "assigned_away", at=back))
        alert = alert if person == message.sender else (person,)
        return self.desk.done(message, words, taken, reason="claimed", alert=alert)

    async def refusal(self, person: str, case: Case) -> Words | None:
        """Why that person can't have the case, if so."""
        responder = self.rooms.roster[person]
        if not self.rooms.may_take(person, case):
            return self.desk.not_theirs(case, person)
        bound = self.settings.open_per_person
        has = [
            each
            for each in await self.store.open_cases()
            if each.status is Status.CLAIMED and each.claimed_by == person and each.id != case.id
        ]
        if bound and len(has) >= bound:
            numbers = ", ".join(str(each.id) for each in has)
            return replies.plain(
                self.desk.lang, "has_enough", who=responder.id, cases=numbers, bound=bound
            )
        return None

    def _back_at(self, case: Case) -> str:
        """When whoever has the case is there again; empty: they are there, or never are."""
        now = self.clock()
        opens = self.hours(case).next_opening(now)
        if opens is None or opens <= now:
            return ""
        return briefing.moment(opens, self.rooms.zone, self.desk.lang)

    def _named(self, text: str) -> str | None:
        """The key of the responder whose user id, or its first part, that is."""
        wanted = text.strip().casefold().removeprefix("@")
        if not wanted:
            return None
        for whole in (True, False):
            found = [
                key
                for key, each in self.rooms.roster.items()
                if _short(each.id, whole=whole) == wanted
            ]
            if len(found) == 1:
                return found[0]
        return None


def _short(user_id: str, *, whole: bool) -> str:
    name = user_id.removeprefix("@").casefold()
    return name if whole else name.partition(":")[0]
