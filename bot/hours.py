"""When people are there: opening hours, and time that counts only while somebody is.

Theory: an instant is open when the clock on the wall, in the calendar's zone, shows a time
within one of that day's periods. A period that falls into the hour which is left out in spring
is shorter or absent; in the hour which comes twice in autumn it is there twice. So each day is
reckoned on the wall and turned into UTC with every offset that holds on it. All instants that
come in or go out are aware; those that go out are in UTC. Nothing here knows what time it is,
so a clock that is set back has nothing to break.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

DAY = timedelta(days=1)

GIVE_UP = 400
"""After so many days in a row without an opening there is none: more than any year holds."""

_PERIOD = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]|24):([0-5]\d)")

Span = tuple[datetime, datetime]
"""From and to, in UTC; the end is not part of it."""


def day_of(at: datetime, zone: tzinfo) -> date:
    """Which day it is there by the clock on the wall; all days that entries name are such."""
    return at.astimezone(zone).date()


class Period(NamedTuple):
    """A part of a day; start and end as time since midnight on the wall, the end not included."""

    start: timedelta
    end: timedelta


def period(text: str) -> Period:
    """The period that a text such as ``09:30-17:00`` or ``22:00-24:00`` tells.

    One that crosses midnight is refused; it is two, each on its own day.

    Raises:
        ValueError: It tells none.
    """
    found = _PERIOD.fullmatch(text)
    if found is None:
        raise ValueError(f"no period: {text}")
    since, past, until, after = map(int, found.groups())
    told = Period(timedelta(hours=since, minutes=past), timedelta(hours=until, minutes=after))
    if not told.start < told.end <= DAY:
        raise ValueError(f"ends before it starts, or after midnight: {text}")
    return told


Week = tuple[tuple[Period, ...], ...]
"""The periods of each weekday from Monday on; those of one day in order and apart."""


def no_holidays(year: int) -> frozenset[date]:
    """The public holidays where none is kept."""
    return frozenset()


@dataclass(frozen=True, slots=True)
class Calendar:
    """When one group of people is there.

    Attributes:
        zone: Whose clock on the wall the week is about.
        week: See ``Week``.
        holidays: Gives the public holidays of a year.
        closed: Days on which nobody is there, whatever day it is.
        kept_open: Days on which a public holiday is not kept.
    """

    zone: tzinfo
    week: Week
    holidays: Callable[[int], Collection[date]] = no_holidays
    closed: frozenset[date] = frozenset()
    kept_open: frozenset[date] = frozenset()

    def periods(self, day: date) -> tuple[Period, ...]:
        """The periods of that day, in order."""
        if day in self.closed:
            return ()
        if day not in self.kept_open and day in self.holidays(day.year):
            return ()
        return self.week[day.weekday()]

    def is_open(self, at: datetime) -> bool:
        """Whether somebody of the group is there then."""
        wall = at.astimezone(self.zone).replace(tzinfo=None)
        past = wall - datetime.combine(wall, time())
        return any(each.start <= past < each.end for each in self.periods(wall.date()))

    def spans(self, since: datetime) -> Iterator[Span]:
        """When the group is there from then on, in order."""
        day, quiet = since.astimezone(self.zone).date(), 0
        while quiet < GIVE_UP:
            quiet += 1
            for start, end in self._spans_of(day):
                quiet = 0
                if end > since:
                    yield max(start, since), end
            day += DAY

    def _spans_of(self, day: date) -> Iterator[Span]:
        periods = self.periods(day)
        if not periods:
            return
        midnight = datetime.combine(day, time(), UTC)  # The wall's, as if it were in UTC.
        for since, until, offset in _offsets(self.zone, midnight - DAY, midnight + 2 * DAY):
            for each in periods:
                start = max(since, midnight + each.start - offset)
                end = min(until, midnight + each.end - offset)
                if start < end:
                    yield start, end


@dataclass(frozen=True, slots=True)
class Hours:
    """When somebody is there, of one group of people or of several.

    Attributes:
        calendars: One for each group; none: somebody is always there.
        zone: In which times are told.
    """

    calendars: tuple[Calendar, ...] = ()
    zone: tzinfo = UTC

    def is_open(self, at: datetime) -> bool:
        """Whether somebody is there then."""
        return not self.calendars or any(each.is_open(at) for each in self.calendars)

    def opens_on(self, day: date) -> bool:
        """Whether somebody is there at some time of that day."""
        return not self.calendars or any(each.periods(day) for each in self.calendars)

    def next_opening(self, at: datetime) -> datetime | None:
        """When somebody is there next: ``at`` itself if open; None: never again."""
        return next((start for start, _ in self._spans(at)), None)

    def after(self, at: datetime, open_time: timedelta) -> datetime | None:
        """The moment by which somebody was there for so long since ``at``; None: never.

        With no time at all it is ``at`` itself, open or not.
        """
        at, left = at.astimezone(UTC), open_time
        if left <= timedelta():
            return at
        if not self.calendars:
            return at + left
        for start, end in self._spans(at):
            if end - start >= left:
                return start + left
            left -= end - start
        return None

    def open_between(self, since: datetime, until: datetime) -> timedelta:
        """For how long somebody was there; nothing when ``until`` is not after ``since``."""
        if not self.calendars:
            return max(until - since, timedelta())
        total = timedelta()
        for start, end in self._spans(since):
            if start >= until:
                break
            total += min(end, until) - start
        return total

    @property
    def working_day(self) -> timedelta | None:
        """How long somebody is there on a day with opening hours, on average of a usual week.

        Of several groups, that of the longest; None where somebody is always there.
        """
        lengths = []
        for calendar in self.calendars:
            days = [each for each in calendar.week if each]
            total = sum((each.end - each.start for day in days for each in day), timedelta())
            lengths.append(total / len(days))
        return max(lengths, default=None)

    def _spans(self, since: datetime) -> Iterator[Span]:
        since = since.astimezone(UTC)
        if not self.calendars:
            return iter([(since, datetime.max.replace(tzinfo=UTC))])
        return _apart(heapq.merge(*(each.spans(since) for each in self.calendars)))


@dataclass(frozen=True, slots=True)
class Group:
    """For whom a calendar holds.

    Attributes:
        role: A responder's role; None: any.
        body: The body that they answer for; None: any.
        calendar: When they are there.
    """

    role: str | None
    body: str | None
    calendar: Calendar


@dataclass(frozen=True, slots=True)
class Agenda:
    """Everybody's hours.

    Attributes:
        groups: The first that fits a responder counts; who fits none is always there.
        zone: In which times are told where no group's own is known.
    """

    groups: tuple[Group, ...] = ()
    zone: tzinfo = UTC

    def hours(self, people: Iterable[tuple[str, str | None]]) -> Hours:
        """When at least one of these is there.

        Args:
            people: The role and the body of each; nobody: as if somebody were always there.
        """
        found = dict.fromkeys(self._calendar(role, body) for role, body in people)
        calendars = tuple(each for each in found if each is not None)
        zone = calendars[0].zone if calendars else self.zone
        return Hours(() if None in found else calendars, zone)

    def _calendar(self, role: str, body: str | None) -> Calendar | None:
        for each in self.groups:
            if each.role in (None, role) and each.body in (None, body):
                return each.calendar
        return None


def _offsets(
    zone: tzinfo, since: datetime, until: datetime
) -> list[tuple[datetime, datetime, timedelta]]:
    """The parts of that time with the offset that holds in each.

    At most one change is looked for: no zone has two within three days.
    """
    before, after = _offset(zone, since), _offset(zone, until)
    if before == after:
        return [(since, until, before)]
    first, last = 0, int((until - since).total_seconds())
    while last - first > 1:  # Zones change at whole seconds.
        middle = (first + last) // 2
        if _offset(zone, since + timedelta(seconds=middle)) == before:
            first = middle
        else:
            last = middle
    change = since + timedelta(seconds=last)
    return [(since, change, before), (change, until, after)]


def _offset(zone: tzinfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()


def _apart(spans: Iterable[Span]) -> Iterator[Span]:
    """The same time without overlaps. Not joined: around the clock there is no end to wait for."""
    past = datetime.min.replace(tzinfo=UTC)
    for start, end in spans:
        if end > past:
            yield max(start, past), end
            past = end
