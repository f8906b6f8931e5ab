"""How long an answer will take: what an asker is told, from how long the last ones took.

The rule: of the last first answers to questions that were asked at the same time of the week,
those about the same topic count if there are enough of them, else those about any topic, else
what is promised in the settings, else nothing is told. The times of the week are three: somebody
is there; nobody is, on a day on which somebody is at another time (``EVENING``); nobody is that
whole day (``WEEKEND``, and any holiday). Questions that nobody answered don't count; what is
told speaks of answers only.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.figures import Waits
from bot.hours import DAY, Calendar, Hours, period

ENOUGH = 20
"""Of how many answers a median and a 90th percentile are told."""

HOUR = timedelta(hours=1)

_OFFICE = (*((period("09:00-17:00"),),) * 5, (), ())
"""What counts as the times of the week where somebody is always there."""


@dataclass(frozen=True, slots=True)
class FirstAnswer:
    """That a case was answered: numbers only.

    Attributes:
        topic: The case's; empty: none was near.
        opened_at: When the question came.
        answered_at: When the asker's first answer from a person was queued.
    """

    topic: str
    opened_at: datetime
    answered_at: datetime


class TimeOfWeek(StrEnum):
    """When a question was asked, seen from those who answer."""

    WORKING = "working"
    EVENING = "evening"
    WEEKEND = "weekend"


class Unit(StrEnum):
    """What a length of time is told in."""

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    WEEKS = "weeks"
    WORKING_HOURS = "working_hours"
    """Hours in which somebody is there."""
    WORKING_DAYS = "working_days"
    """As much as somebody is there on a day."""


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time as people say it; ``count`` is at least 1."""

    count: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Expectation:
    """What an asker is told about how long it takes.

    Attributes:
        measured: Within which time half of the answers came, and nine of ten.
        promise: Within which time people try to answer; None if ``measured``, or not promised.
        back_at: When somebody is there again, in the zone in which that is told; None: now.
        until: After that the asker waits longer than they were told; None: nothing was told.
    """

    measured: tuple[Length, Length] | None = None
    promise: Length | None = None
    back_at: datetime | None = None
    until: datetime | None = None


def expect(
    answers: Sequence[FirstAnswer],
    topic: str,
    opened_at: datetime,
    now: datetime,
    hours: Hours,
    promise: timedelta,
) -> Expectation:
    """What to tell the asker of a case.

    Args:
        answers: The last first answers.
        topic: The case's.
        opened_at: When its question came. It has waited since, so only the answers that took
            longer count, and of those the time that was left.
        now: The time; before ``opened_at`` if the clock was set back.
        hours: Of those who would answer.
        promise: The open time within which people try to answer; 0: none is promised.
    """
    opens = hours.next_opening(now)
    back_at = opens.astimezone(hours.zone) if opens and not hours.is_open(now) else None
    waited = max(now - opened_at, timedelta())
    if waits := _waits(answers, topic, time_of_week(opened_at, hours), hours, waited):
        measured = rounded(waits.median), rounded(waits.p90)
        return Expectation(measured, None, back_at, now + _length(measured[1], DAY))
    if promise > timedelta():
        length = _promised(promise, hours.working_day)
        until = hours.after(now, _length(length, hours.working_day or DAY))
        if until is not None:
            return Expectation(None, length, back_at, until)
    return Expectation(back_at=back_at)


def time_of_week(at: datetime, hours: Hours) -> TimeOfWeek:
    """The time of the week; see the top of this module."""
    if not hours.calendars:
        hours = Hours((Calendar(hours.zone, _OFFICE),), hours.zone)
    if hours.is_open(at):
        return TimeOfWeek.WORKING
    day = at.astimezone(hours.zone).date()
    return TimeOfWeek.EVENING if hours.opens_on(day) else TimeOfWeek.WEEKEND


def rounded(seconds: float) -> Length:
    """The length rounded up to what people say: 5 minutes, 3 hours, 2 days, 1 week."""
    minutes = math.ceil(seconds / 60)
    for step in (5, 10, 15, 30, 45):
        if minutes <= step:
            return Length(step, Unit.MINUTES)
    hours = math.ceil(minutes / 60)
    if hours < 24:
        return Length(hours, Unit.HOURS)
    days = math.ceil(minutes / (24 * 60))
    if days < 14 and days != 7:
        return Length(days, Unit.DAYS)
    return Length(math.ceil(days / 7), Unit.WEEKS)


def _waits(
    answers: Iterable[FirstAnswer],
    topic: str,
    when: TimeOfWeek,
    hours: Hours,
    waited: timedelta,
) -> Waits | None:
    alike = []
    for each in answers:
        left = each.answered_at - each.opened_at - waited
        if left >= timedelta() and time_of_week(each.opened_at, hours) is when:
            alike.append((each.topic, left.total_seconds()))
    for found in (
        [seconds for about, seconds in alike if about == topic],
        [seconds for _, seconds in alike],
    ):
        if len(found) >= ENOUGH:
            return Waits.of(found)
    return None


def _promised(promise: timedelta, working_day: timedelta | None) -> Length:
    if working_day is None:
        return rounded(promise.total_seconds())
    if promise < working_day:
        return Length(-(-promise // HOUR), Unit.WORKING_HOURS)
    return Length(-(-promise // working_day), Unit.WORKING_DAYS)


def _length(length: Length, working_day: timedelta) -> timedelta:
    units = {
        Unit.MINUTES: timedelta(minutes=1),
        Unit.HOURS: HOUR,
        Unit.DAYS: DAY,
        Unit.WEEKS: 7 * DAY,
        Unit.WORKING_HOURS: HOUR,
        Unit.WORKING_DAYS: working_day,
    }
    return length.count * units[length.unit]
