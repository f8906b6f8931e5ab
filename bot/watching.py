"""What the clock does to cases: brings them to more people, reminds, takes back, wakes.

Rules:

- When the clock has to look at a case follows from the case, so it is reckoned in one place after
  every change and kept with the case (``look_at``); nothing else is looked at.
- Only time in which people are there counts; an evening brings no reminder.
- A case that nobody has reaches more people step by step; who was alerted is not alerted again,
  until it has lain with all of them for as long as a claim may be idle. Then those whom it fits
  are, as a day begins; after twice that time again, four times, and so on, up to a week.
- Who has a case and does nothing is reminded once, and then has it no longer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot import briefing, replies
from bot.answering import Answering
from bot.cases import Case, Event, Status
from bot.commands import beginning
from bot.config import Desk as Settings
from bot.config import Reach, Role
from bot.outcome import Outcome
from bot.ports import Clock
from bot.routing import Rooms
from bot.working import Working

_WEEK = timedelta(days=7)
"""A case that nobody takes is brought up again after its open time at the latest."""


@dataclass(frozen=True, slots=True)
class Watching:
    """Looks at cases when their time has come.

    Attributes:
        clock: Now.
        rooms: Whom a case fits.
        answering, working: Handle what waited, and what was left alone.
        settings: The steps, and how long claims last.
    """

    clock: Clock
    rooms: Rooms
    answering: Answering
    working: Working
    settings: Settings

    async def look(self, case: Case) -> Outcome:
        """All that the clock changes about a case whose time has come."""
        match case.status:
            case Status.WAITING:
                return await self.answering.waited(case)
            case Status.SNOOZED:
                return self.working.wake(case)
            case Status.OPEN:
                return self._widened(case)
            case Status.CLAIMED:
                return self._idle(case)
            case _:
                return Outcome("nothing to do: looked at", case=replace(case, look_at=None))

    def scheduled(self, outcome: Outcome) -> Outcome:
        """The same outcome, whose cases know when the clock has to look at them next."""
        case = outcome.case and self._scheduled(outcome.case)
        return replace(outcome, case=case, cases=tuple(map(self._scheduled, outcome.cases)))

    def _scheduled(self, case: Case) -> Case:
        return replace(case, look_at=self._next_look(case))

    def _next_look(self, case: Case) -> datetime | None:
        match case.status:
            case Status.WAITING:
                return case.due_at
            case Status.SNOOZED:
                return case.snoozed_until
            case Status.OPEN:
                steps = self.settings.steps
                if not case.officials and case.reached < len(steps):
                    return self._after(case, timedelta(minutes=steps[case.reached].minutes))
                return self._again_at(case)
            case Status.CLAIMED:
                if case.reminded_at is None:
                    return self._after(case, timedelta(hours=self.settings.remind_hours))
                # From the reminder on: it may have come late, after a time away.
                left = self.settings.idle_hours - self.settings.remind_hours
                hours = self.answering.promising.hours(case)
                return hours.after(case.reminded_at, timedelta(hours=left))
            case _:
                return None

    def _after(self, case: Case, time: timedelta) -> datetime | None:
        """When whoever has the case, or could take it, was there for so long since they got it."""
        since = (case.claimed_at if case.status is Status.CLAIMED else None) or case.handed_at
        return self.answering.promising.hours(case).after(since or case.opened_at, time)

    def _again_at(self, case: Case) -> datetime | None:
        """When those whom a case fits are to be alerted again: the beginning of a day."""
        if not case.officials and not self.settings.steps:
            return None
        asked = timedelta()
        if not case.officials:
            asked = timedelta(minutes=max(step.minutes for step in self.settings.steps))
        hours = self.answering.promising.hours(case)
        # Where nothing may be idle: it has to come to an end.
        idle = timedelta(hours=self.settings.idle_hours) or timedelta(hours=1)
        since = case.handed_at or case.opened_at
        last = case.reminded_at
        if last is None:
            due = hours.after(since, asked + idle)
        else:
            # By the last time it had lain for 1, 3, 7 … times as long; a late one counts the same.
            times = int((hours.open_between(since, last) - asked) / idle) + 1
            longer = idle * (1 << max(times.bit_length() - 1, 0))
            week = hours.open_between(last, last + _WEEK)
            due = hours.after(last, max(idle, min(longer, week)))
        if due is None:
            return None
        days = (self.rooms.day(due) + timedelta(days=more) for more in range(2))
        begins = (beginning(day, self.rooms.zone, hours) for day in days)
        return next((at.astimezone(due.tzinfo) for at in begins if at >= due), due)

    def _again(self, case: Case) -> Outcome:
        """Nobody has taken it though all could: those whom it fits are alerted once more."""
        now = self.clock()
        if (due := self._again_at(case)) is None or due > now:
            return Outcome("nothing to do: too early", case=case)
        words = replies.plain(self.rooms.desk_lang, "still_open", case=case.id)
        told = self.rooms.in_thread(case, f"again {case.version}", words, self.rooms.fitting(case))
        again = replace(case, reminded_at=now)
        return Outcome("brought up again", case=again, outgoing=(told,))

    def _widened(self, case: Case) -> Outcome:
        """Whoever the steps that are due add is alerted, in one message."""
        if case.officials or case.reached >= len(self.settings.steps):
            return self._again(case)
        now = self.clock()
        known = set(self.rooms.fitting(case))
        added: dict[str, None] = {}
        reached = case.reached
        for number, step in enumerate(self.settings.steps):
            group = self._group(step.who, case)
            if number < case.reached:
                known |= set(group)
            elif (due := self._after(case, timedelta(minutes=step.minutes))) and due <= now:
                added |= dict.fromkeys(each for each in group if each not in known)
                reached = number + 1
        wider = replace(case, reached=reached)
        if not added:
            return Outcome("nobody more to ask", case=wider)
        words = replies.plain(self.rooms.desk_lang, "still_open", case=case.id)
        told = self.rooms.in_thread(case, f"step {case.version}", words, tuple(added))
        return Outcome("widened", case=wider, outgoing=(told,))

    def _group(self, who: Reach, case: Case) -> tuple[str, ...]:
        if who is Reach.OFFICIALS:
            # The nearest entry tells who decides about it, as well as that can be told.
            body = case.body or next((each.body for each in case.near), "")
            return self.rooms.fitting(replace(case, officials=True, body=body))
        roster = self.rooms.roster.items()
        return tuple(key for key, each in roster if each.role is Role.VOLUNTEER)

    def _idle(self, case: Case) -> Outcome:
        lang, has = self.rooms.desk_lang, self.rooms.working_on(case)
        now = self.clock()
        if (due := self._next_look(case)) is None or due > now:
            return Outcome("nothing to do: too early", case=case)
        if has and case.reminded_at is None:
            reminded = replace(case, reminded_at=now)
            free = self._next_look(reminded)
            at = briefing.moment(free or now, self.rooms.zone, lang)
            words = replies.plain(lang, "idle_reminded", case=case.id, at=at)
            told = self.rooms.in_thread(case, f"reminded {case.version}", words, has)
            return Outcome("reminded", case=reminded, outgoing=(told,))
        free_again = case.freed(Event.LAPSE, now)
        alert = self.rooms.fitting(free_again)
        words = replies.plain(
            lang, "lapsed", case=case.id, who=self.working.desk.name(case.claimed_by)
        )
        told = self.rooms.in_thread(case, f"lapsed {case.version}", words, alert)
        return Outcome("lapsed", case=free_again, outgoing=(told,))
