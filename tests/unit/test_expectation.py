"""How long an answer will take, from how long the last ones took."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.durations import expected, spoken
from bot.expectation import (
    ENOUGH,
    Expectation,
    FirstAnswer,
    Length,
    TimeOfWeek,
    Unit,
    expect,
    rounded,
    time_of_week,
)
from bot.hours import Agenda, Calendar, Hours, period

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
OFFICE = Hours(
    (
        Calendar(
            AMSTERDAM,
            (*((period("09:30-12:30"), period("13:00-17:00")),) * 5, (), ()),
            closed=frozenset({date(2026, 11, 25)}),
        ),
    ),
    AMSTERDAM,
)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM).astimezone(UTC)


MONDAY = local("2026-11-23T10:00")


def answered(
    *hours: float, topic: str = "tax", opened_at: datetime = MONDAY - 7 * DAY
) -> list[FirstAnswer]:
    return [FirstAnswer(topic, opened_at, opened_at + each * HOUR) for each in hours]


def told(
    answers: list[FirstAnswer],
    at: datetime = MONDAY,
    opened_at: datetime | None = None,
    promise: float = 0,
    hours: Hours = OFFICE,
) -> Expectation:
    return expect(answers, "tax", opened_at or at, at, hours, promise * HOUR)


# Which answers count


def test_median_and_ninetieth_percentile_of_the_topic_are_told() -> None:
    found = told(answered(*(2.0,) * 11, *(5.0,) * 7, *(30.0,) * 2))
    assert found.measured == (Length(2, Unit.HOURS), Length(5, Unit.HOURS))
    assert found.until == MONDAY + 5 * HOUR


def test_of_fewer_than_twenty_answers_nothing_is_reckoned() -> None:
    assert told(answered(*(2.0,) * (ENOUGH - 1))).measured is None
    assert told(answered(*(2.0,) * ENOUGH)).measured is not None


def test_with_too_few_of_the_topic_all_topics_count() -> None:
    few = answered(*(2.0,) * 10)
    others = answered(*(8.0,) * 30, topic="housing")
    assert told([*few, *others]).measured == (Length(8, Unit.HOURS), Length(8, Unit.HOURS))


def test_what_was_asked_at_another_time_of_the_week_does_not_count() -> None:
    night = answered(*(14.0,) * 30, opened_at=local("2026-11-16T20:00"))
    assert told(night).measured is None
    evening = told(night, at=local("2026-11-24T19:00"))
    assert evening.measured == (Length(14, Unit.HOURS), Length(14, Unit.HOURS))


def test_who_has_waited_is_told_of_those_who_waited_longer_and_what_was_left() -> None:
    answers = answered(*(1.0,) * 100, *(6.0,) * 20)
    later = told(answers, at=MONDAY + 4 * HOUR, opened_at=MONDAY)
    assert later.measured == (Length(2, Unit.HOURS), Length(2, Unit.HOURS))
    assert later.until == MONDAY + 6 * HOUR


def test_a_clock_that_was_set_back_breaks_nothing() -> None:
    """A question from the future has not waited; an answer before its question took no time."""
    back = expect(answered(*(-1.0,) * 30), "tax", MONDAY, MONDAY - HOUR, OFFICE, timedelta())
    assert back.measured is None
    waits = expect(answered(*(2.0,) * 30), "tax", MONDAY, MONDAY - HOUR / 2, OFFICE, timedelta())
    assert waits.measured == (Length(2, Unit.HOURS), Length(2, Unit.HOURS))


@pytest.mark.parametrize(
    ("at", "when"),
    [
        ("2026-11-23T10:00", TimeOfWeek.WORKING),
        ("2026-11-23T12:45", TimeOfWeek.EVENING),
        ("2026-11-23T07:00", TimeOfWeek.EVENING),
        ("2026-11-23T23:59", TimeOfWeek.EVENING),
        ("2026-11-25T10:00", TimeOfWeek.WEEKEND),  # Closed by the settings.
        ("2026-11-28T10:00", TimeOfWeek.WEEKEND),
        ("2026-11-29T23:30", TimeOfWeek.WEEKEND),  # Still Sunday there, and in UTC too.
        ("2026-11-30T00:30", TimeOfWeek.EVENING),  # Monday there, Sunday in UTC.
    ],
)
def test_the_time_of_the_week_is_that_of_those_who_answer(at: str, when: TimeOfWeek) -> None:
    assert time_of_week(local(at), OFFICE) is when


@pytest.mark.parametrize(
    ("at", "when"),
    [
        ("2026-11-23T10:00", TimeOfWeek.WORKING),
        ("2026-11-23T18:00", TimeOfWeek.EVENING),
        ("2026-11-28T10:00", TimeOfWeek.WEEKEND),
    ],
)
def test_where_somebody_is_always_there_the_time_of_the_week_is_everybodys(
    at: str, when: TimeOfWeek
) -> None:
    assert time_of_week(local(at), Agenda((), AMSTERDAM).hours([])) is when


# What is promised


@pytest.mark.parametrize(
    ("promise", "length", "until"),
    [
        (0, None, None),
        (1, Length(1, Unit.WORKING_HOURS), "2026-11-27T17:00"),
        (2.5, Length(3, Unit.WORKING_HOURS), "2026-11-30T11:30"),
        (7, Length(1, Unit.WORKING_DAYS), "2026-11-30T16:00"),
        (8, Length(2, Unit.WORKING_DAYS), "2026-12-01T16:00"),
    ],
)
def test_a_promise_runs_on_open_time(promise: float, length: Length | None, until: str) -> None:
    found = told([], at=local("2026-11-27T16:00"), promise=promise)
    assert (found.measured, found.promise) == (None, length)
    assert found.until == (local(until) if until else None)


def test_where_somebody_is_always_there_a_promise_is_plain_time() -> None:
    found = told([], promise=36, hours=Hours())
    assert (found.promise, found.until) == (Length(2, Unit.DAYS), MONDAY + 2 * DAY)


def test_what_was_measured_is_told_rather_than_what_was_promised() -> None:
    found = told(answered(*(2.0,) * ENOUGH), promise=7)
    assert (found.promise, found.measured is None) == (None, False)


def test_who_never_opens_promises_nothing() -> None:
    never = Calendar(AMSTERDAM, OFFICE.calendars[0].week, lambda year: _all_days(year))
    found = told([], promise=7, hours=Hours((never,)))
    assert found == Expectation()


def _all_days(year: int) -> set[date]:
    return {date(year, 1, 1) + n * DAY for n in range(366)}


# In words


@pytest.mark.parametrize(
    ("minutes", "length", "en", "nl"),
    [
        (0, Length(5, Unit.MINUTES), "5 minutes", "5 minuten"),
        (31, Length(45, Unit.MINUTES), "45 minutes", "45 minuten"),
        (46, Length(1, Unit.HOURS), "1 hour", "1 uur"),
        (61, Length(2, Unit.HOURS), "2 hours", "2 uur"),
        (23 * 60 + 1, Length(1, Unit.DAYS), "1 day", "1 dag"),
        (25 * 60, Length(2, Unit.DAYS), "2 days", "2 dagen"),
        (7 * 1440, Length(1, Unit.WEEKS), "1 week", "1 week"),
        (8 * 1440, Length(8, Unit.DAYS), "8 days", "8 dagen"),
        (15 * 1440, Length(3, Unit.WEEKS), "3 weeks", "3 weken"),
    ],
)
def test_times_are_rounded_up_to_what_people_say(
    minutes: float, length: Length, en: str, nl: str
) -> None:
    assert rounded(minutes * 60) == length
    assert (spoken(length, "en"), spoken(length, "nl")) == (en, nl)


@given(st.floats(0, 10_000_000), st.floats(0, 10_000_000))
def test_rounding_never_tells_less_and_keeps_the_order(one: float, other: float) -> None:
    sizes = {Unit.MINUTES: 60, Unit.HOURS: 3600, Unit.DAYS: 86400, Unit.WEEKS: 7 * 86400}
    small, large = (rounded(each) for each in sorted((one, other)))
    assert small.count * sizes[small.unit] >= min(one, other)
    assert small.count * sizes[small.unit] <= large.count * sizes[large.unit]


@pytest.mark.parametrize("unit", Unit)
def test_every_length_has_words_for_one_and_for_more(unit: Unit) -> None:
    assert spoken(Length(2, unit), "nl").startswith("2 ")
    if unit is not Unit.MINUTES:  # At least five are told.
        assert spoken(Length(1, unit), "nl").startswith("1 ")


def test_the_sentences_say_what_is_known_and_no_more() -> None:
    two, day = Length(2, Unit.HOURS), Length(1, Unit.DAYS)
    back = datetime(2026, 11, 30, 9, 30, tzinfo=AMSTERDAM)
    assert expected(Expectation(), "en") == "I can't promise how fast."
    assert expected(Expectation((two, day)), "en") == (
        "Lately, half of the answers to such questions came within 2 hours, nine of ten within "
        "1 day."
    )
    assert expected(Expectation((day, day)), "en") == (
        "Lately, nine of ten answers to such questions came within 1 day."
    )
    assert expected(Expectation(promise=Length(1, Unit.WORKING_DAYS)), "en") == (
        "They try to answer within 1 working day."
    )
    assert expected(Expectation((two, day)), "en", again=True) == (
        "Of those who waited this long lately and got an answer, half then got it within 2 hours, "
        "nine of ten within 1 day."
    )
    assert expected(Expectation(back_at=back), "nl") == (
        "Hoe snel kan ik niet beloven. Zij zijn er weer op maandag 30 november om 9:30 uur."
    )
