"""What the desk is told of the work done there: once a week, and when somebody may do more.

Rules:

- A note is about the week that ended at the configured moment, whenever it is written, and its
  key follows from that moment: after any number of restarts it is said once, or not at all where
  nothing happened.
- Who answers well is proposed for vetting to those who vet. A person decides and changes the
  settings; the bot changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from bot import recognition
from bot.cases import AT_WORK
from bot.config import Desk as Settings
from bot.config import Responder, Role, weekly_moment
from bot.deeds import Track
from bot.messages import MessageRef, Outgoing, Style, key_for
from bot.outcome import Outcome
from bot.ports import Clock, Store
from bot.routing import Rooms
from bot.words import Words

WEEK = timedelta(days=7)


@dataclass(slots=True)
class Recognizing:
    """Looks at what was done; not frozen, because it remembers what it has looked at.

    Attributes:
        store, clock: The ports.
        rooms: Where the desk is, and who works there.
        settings: When the note comes, and what steady good answers are.
    """

    store: Store
    clock: Clock
    rooms: Rooms
    settings: Settings
    _week: date | None = field(default=None, init=False)
    _day: date | None = field(default=None, init=False)

    async def look(self) -> list[Outcome]:
        """What there is to say now; costs nothing until the next moment or day has come."""
        now = self.clock()
        outcomes: list[Outcome] = []
        if self.settings.weekly:
            week, until = self._last_moment(now, *weekly_moment(self.settings.weekly))
            if week != self._week:
                outcomes += await self._weekly(week, until)
                self._week = week
        today = self.rooms.day(now)
        if self.settings.trust.answers and today != self._day:
            outcomes += await self._proposals(now)
            self._day = today
        return outcomes

    def _last_moment(self, now: datetime, weekday: int, at: time) -> tuple[date, datetime]:
        local = now.astimezone(self.rooms.zone)
        day = local.date() - timedelta(days=(local.weekday() - weekday) % 7)
        moment = datetime.combine(day, at, self.rooms.zone)
        if moment > now:
            day -= WEEK
            moment = datetime.combine(day, at, self.rooms.zone)
        return day, moment

    async def _weekly(self, week: date, until: datetime) -> list[Outcome]:
        did = await self.store.deeds(until - WEEK, until)
        cases = [each for each in await self.store.open_cases() if each.opened_at < until]
        waiting = [each.opened_at for each in cases if each.status in AT_WORK]
        to_vet = sum(each.has_answer for each in cases)
        if not any(did.values()) and not waiting and not to_vet:
            return []
        oldest = self.clock() - min(waiting) if waiting else timedelta()
        answered = await self.store.cases_answered(until - WEEK, until)
        lang = self.rooms.desk_lang
        words = recognition.week(did, answered, len(waiting), oldest, to_vet, lang)
        return [Outcome("weekly note", outgoing=(self._at_desk("weekly note", str(week), words),))]

    async def _proposals(self, now: datetime) -> list[Outcome]:
        trust = self.settings.trust
        found = await self.store.tracks(now - timedelta(days=trust.days))
        # Once: a person decides, and is not asked again unless more or less is asked for.
        rung = f"{trust.answers} {trust.vetted_share}"
        vetters = tuple(
            key
            for key, each in self.rooms.roster.items()
            if each.role is Role.OFFICIAL and each.may_vet
        )
        proposals = []
        for person, responder in self.rooms.roster.items():
            track = found.get(person)
            if track is not None and self._is_steady(responder, track):
                words = recognition.proposal(responder, track, trust.days, self.rooms.desk_lang)
                said = self._at_desk("may vet", f"{person} {rung}", words, vetters)
                proposals.append(Outcome("proposed to vet", outgoing=(said,)))
        return proposals

    def _is_steady(self, responder: Responder, track: Track) -> bool:
        trust = self.settings.trust
        return (
            responder.role is Role.VOLUNTEER
            and not responder.may_vet
            and track.answered >= trust.answers
            and track.vetted >= trust.vetted_share * track.answered
        )

    def _at_desk(self, kind: str, once: str, words: Words, alert: tuple[str, ...] = ()) -> Outgoing:
        # Without the room: the desk may move to another one.
        key = key_for(MessageRef(self.rooms.front, "", once), kind)
        style = Style.TEXT if alert else Style.NOTICE
        return self.rooms.outside(key, words, alert=alert, style=style)
