"""When somebody is there, and time that counts only then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.calendars import agenda
from bot.config import load
from bot.errors import ConfigError
from bot.hours import DAY, Agenda, Calendar, Group, Hours, Week, period
from bot.opening_hours import Holidays, OpeningHours
from bot.opening_hours import Week as WeekSettings

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def week(*days: str) -> Week:
    """From Monday on; each day's periods apart by spaces, days left out are free."""
    told = [tuple(map(period, day.split())) for day in days]
    return (*told, *[()] * (7 - len(told)))


def hours(*days: str, **more: Any) -> Hours:
    return Hours((Calendar(AMSTERDAM, week(*days), **more),), AMSTERDAM)


def local(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM, fold=fold).astimezone(UTC)


WORKDAYS = ("09:00-17:00",) * 5
BREAKS = ("09:30-12:30 13:00-17:00",) * 5


@pytest.mark.parametrize(
    ("at", "open_time", "until"),
    [
        ("2026-11-23T10:00", 1.0, "2026-11-23T11:00"),
        ("2026-11-23T12:00", 1.0, "2026-11-23T13:30"),  # Over the break.
        ("2026-11-23T07:00", 0.5, "2026-11-23T10:00"),  # Before it opens.
        ("2026-11-23T16:30", 0.5, "2026-11-23T17:00"),  # To the end, and not to the next day.
        ("2026-11-27T16:30", 1.0, "2026-11-30T10:00"),  # Over the weekend.
        ("2026-11-28T12:00", 7.0, "2026-11-30T17:00"),
        ("2026-11-23T09:30", 35.0, "2026-11-27T17:00"),  # A whole week.
        ("2026-11-28T12:00", 0.0, "2026-11-28T12:00"),  # No time at all is over at once.
    ],
)
def test_time_counts_only_while_somebody_is_there(at: str, open_time: float, until: str) -> None:
    assert hours(*BREAKS).after(local(at), open_time * HOUR) == local(until)


def test_an_hour_from_friday_half_past_four_is_monday_half_past_nine() -> None:
    """The example of the requirement: open until 17:00, and from 9:00 on Monday."""
    assert hours(*WORKDAYS).after(local("2026-11-27T16:30"), HOUR) == local("2026-11-30T09:30")


@pytest.mark.parametrize(
    ("at", "is_open", "opens"),
    [
        ("2026-11-23T09:29:59", False, "2026-11-23T09:30"),
        ("2026-11-23T09:30", True, "2026-11-23T09:30"),
        ("2026-11-23T12:29:59", True, "2026-11-23T12:29:59"),
        ("2026-11-23T12:30", False, "2026-11-23T13:00"),
        ("2026-11-23T17:00", False, "2026-11-24T09:30"),
        ("2026-11-27T17:00", False, "2026-11-30T09:30"),
    ],
)
def test_a_period_holds_its_start_and_not_its_end(at: str, is_open: bool, opens: str) -> None:
    assert hours(*BREAKS).is_open(local(at)) is is_open
    assert hours(*BREAKS).next_opening(local(at)) == local(opens)


# Summer time


ALL_WEEK = ("00:00-24:00",) * 7
NIGHTS = ("00:00-06:00",) * 7


@pytest.mark.parametrize(
    ("since", "until", "days", "length"),
    [
        ("2026-03-29T00:00", "2026-03-30T00:00", ALL_WEEK, 23.0),
        ("2026-10-25T00:00", "2026-10-26T00:00", ALL_WEEK, 25.0),
        ("2026-03-29T00:00", "2026-03-30T00:00", NIGHTS, 5.0),
        ("2026-10-25T00:00", "2026-10-26T00:00", NIGHTS, 7.0),
        # What lies in the hour that is left out is not there; what begins in it begins after.
        ("2026-03-29T00:00", "2026-03-30T00:00", ("02:15-02:45",) * 7, 0.0),
        ("2026-03-29T00:00", "2026-03-30T00:00", ("02:30-04:00",) * 7, 1.0),
        # What lies in the hour that comes twice is there twice.
        ("2026-10-25T00:00", "2026-10-26T00:00", ("02:15-02:45",) * 7, 1.0),
        ("2026-10-25T00:00", "2026-10-26T00:00", ("09:00-17:00",) * 7, 8.0),
    ],
)
def test_a_day_is_as_long_as_the_clock_on_the_wall_makes_it(
    since: str, until: str, days: tuple[str, ...], length: float
) -> None:
    assert hours(*days).open_between(local(since), local(until)) == length * HOUR


@pytest.mark.parametrize(
    ("at", "open_time", "until"),
    [
        ("2026-03-28T16:30", 1.0, "2026-03-29T09:30"),
        ("2026-10-24T16:30", 1.0, "2026-10-25T09:30"),
        ("2026-03-27T16:30", 9.5, "2026-03-29T10:00"),
    ],
)
def test_hours_stay_on_the_wall_when_the_clock_is_put_forward_or_back(
    at: str, open_time: float, until: str
) -> None:
    daily = hours(*("09:00-17:00",) * 7)
    assert daily.after(local(at), open_time * HOUR) == local(until)


def test_an_opening_in_the_hour_that_is_left_out_comes_right_after_it() -> None:
    early = hours(*("02:30-04:00",) * 7)
    assert early.next_opening(local("2026-03-29T01:00")) == local("2026-03-29T03:00")


def test_a_period_in_the_hour_that_comes_twice_opens_again() -> None:
    early = hours(*("02:15-02:45",) * 7)
    first, second = local("2026-10-25T02:15"), local("2026-10-25T02:15", fold=1)
    assert second - first == HOUR
    assert early.next_opening(local("2026-10-25T01:00")) == first
    assert early.next_opening(first + HOUR / 2) == second
    assert not early.is_open(first + HOUR / 2)


# Holidays


def dutch(*days: str, **more: Any) -> Hours:
    settings = OpeningHours(
        time_zone="Europe/Amsterdam",
        week=WeekSettings(*(tuple(day.split()) for day in days)),
        holidays=Holidays(country="NL"),
        **more,
    )
    return agenda([settings], NOW).hours([("official", "UWV")])


@pytest.mark.parametrize(
    ("day", "kept"),
    [
        ("2025-04-26", True),  # The 27th was a Sunday: King's Day moved to the Saturday.
        ("2025-04-27", False),
        ("2026-04-27", True),
        ("2026-12-25", True),
        ("2026-12-26", True),
        ("2027-01-01", True),
        ("2026-11-11", False),
    ],
)
def test_nobody_is_there_on_a_public_holiday(day: str, kept: bool) -> None:
    daily = dutch(*("09:00-17:00",) * 7)
    assert daily.is_open(local(f"{day}T12:00")) is not kept


def test_a_holiday_is_skipped_like_a_weekend() -> None:
    """24 December 2026 is a Thursday; Friday and Saturday are holidays."""
    office = dutch(*WORKDAYS)
    assert office.after(local("2026-12-24T16:30"), HOUR) == local("2026-12-28T09:30")


def test_a_holiday_can_be_moved_by_the_settings() -> None:
    moved = dutch(*WORKDAYS, open=(date(2026, 4, 27),), closed=(date(2026, 4, 28),))
    assert moved.is_open(local("2026-04-27T12:00"))
    assert not moved.is_open(local("2026-04-28T12:00"))
    assert moved.next_opening(local("2026-04-27T17:00")) == local("2026-04-29T09:00")


def test_a_day_on_which_a_holiday_is_not_kept_has_the_hours_of_its_weekday() -> None:
    """26 December 2026 is a Saturday, on which nobody would be there anyway."""
    kept = dutch(*WORKDAYS, open=(date(2026, 12, 25), date(2026, 12, 26)))
    assert kept.is_open(local("2026-12-25T12:00"))
    assert not kept.is_open(local("2026-12-26T12:00"))


def test_own_closing_days_are_skipped() -> None:
    shut = dutch(*WORKDAYS, closed=(date(2026, 11, 23), date(2026, 11, 24)))
    assert shut.next_opening(local("2026-11-23T09:00")) == local("2026-11-25T09:00")
    assert shut.open_between(local("2026-11-23T00:00"), local("2026-11-25T00:00")) == timedelta()


def test_a_regions_own_holidays_are_kept_there_only() -> None:
    """Epiphany, 6 January, is a holiday in Bavaria and not in Berlin."""
    for region, is_open in (("BY", False), ("BE", True)):
        settings = OpeningHours(
            time_zone="Europe/Berlin",
            week=WeekSettings(*[("09:00-17:00",)] * 5),
            holidays=Holidays("DE", region),
        )
        there = agenda([settings], NOW).hours([("official", None)])
        assert there.is_open(datetime(2026, 1, 6, 12, tzinfo=UTC)) is is_open


# Whose hours


def test_the_first_group_that_fits_counts_and_who_fits_none_is_always_there() -> None:
    early, late, any_official = (
        Calendar(AMSTERDAM, week(each)) for each in ("06:00-07:00", "20:00-21:00", "12:00-13:00")
    )
    groups = (
        Group("official", "UWV", early),
        Group(None, "SVB", late),
        Group("official", None, any_official),
    )
    everybody = Agenda(groups, AMSTERDAM)
    assert everybody.hours([("official", "UWV")]).calendars == (early,)
    assert everybody.hours([("official", "SVB")]).calendars == (late,)
    assert everybody.hours([("official", "CBR")]).calendars == (any_official,)
    assert everybody.hours([("official", "UWV"), ("official", "UWV")]).calendars == (early,)
    assert everybody.hours([("official", "UWV"), ("volunteer", None)]).calendars == ()
    assert everybody.hours([]).calendars == ()


def test_of_several_groups_somebody_is_there_when_one_is() -> None:
    """Their time is not counted twice where they are there together."""
    both = Hours(
        (
            Calendar(AMSTERDAM, week("09:00-13:00")),
            Calendar(ZoneInfo("Europe/London"), week("10:00-14:00 15:00-16:00")),  # 11 to 15, 16.
        )
    )
    monday = local("2026-11-23T00:00")
    assert both.open_between(monday, monday + DAY) == 7 * HOUR
    assert both.after(local("2026-11-23T12:00"), 4 * HOUR) == local("2026-11-23T17:00")


def test_who_is_always_there_has_no_hours_to_wait_for() -> None:
    always = Hours()
    at = local("2026-11-28T03:00")
    assert always.is_open(at)
    assert always.next_opening(at) == at
    assert always.after(at, 30 * HOUR) == at + 30 * HOUR
    assert always.open_between(at, at + DAY) == DAY
    assert always.open_between(at, at - DAY) == timedelta()
    assert always.working_day is None


def test_a_working_day_is_as_long_as_the_opening_days_are_on_average() -> None:
    assert hours("09:00-17:00", "09:00-13:00").working_day == 6 * HOUR


# What can't be


@pytest.mark.parametrize(
    "text",
    [
        "22:00-02:00",
        "12:00-12:00",
        "13:00-12:00",
        "9-17",
        "09:00-24:01",
        "24:00-24:30",
        "09:60-10:00",
    ],
)
def test_a_period_that_crosses_midnight_or_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=text.split("-")[0]):
        period(text)


def test_a_night_over_midnight_is_two_periods_that_count_as_one() -> None:
    night = hours("22:00-24:00", "00:00-02:00")
    start = local("2026-11-23T22:00")
    assert night.after(start, 4 * HOUR) == start + 4 * HOUR


def test_a_calendar_that_never_opens_ends_the_search() -> None:
    never = hours(*WORKDAYS, holidays=lambda year: _all_days(year))
    assert never.next_opening(NOW) is None
    assert never.after(NOW, HOUR) is None
    assert never.open_between(NOW, NOW + 1000 * DAY) == timedelta()


def _all_days(year: int) -> set[date]:
    return {date(year, 1, 1) + n * DAY for n in range(366)}


def test_a_clock_that_is_set_back_gets_the_answer_of_the_earlier_time() -> None:
    office = dutch(*BREAKS)
    early, late = local("2026-11-23T10:00"), local("2028-02-29T12:45")
    before = (office.next_opening(early), office.after(early, 50 * HOUR))
    assert office.next_opening(late) == local("2028-02-29T13:00")
    assert (office.next_opening(early), office.after(early, 50 * HOUR)) == before
    assert office.open_between(late, early) == timedelta()


# Properties


QUARTERS = st.integers(0, 96).map(lambda n: n * timedelta(minutes=15))
ZONES = st.sampled_from(
    ["Europe/Amsterdam", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"]
)
INSTANTS = st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    days = []
    for _ in range(7):
        ends = sorted(draw(st.sets(QUARTERS, max_size=6)))
        pairs = zip(ends[::2], ends[1::2], strict=False)
        days.append(tuple(period(f"{_clock(a)}-{_clock(b)}") for a, b in pairs))
    if not any(days):
        days[0] = (period("09:00-17:00"),)
    closed = draw(st.frozensets(st.dates(date(2025, 1, 1), date(2028, 1, 1)), max_size=3))
    return Calendar(ZoneInfo(draw(ZONES)), tuple(days), closed=closed)


def _clock(of_day: timedelta) -> str:
    return "24:00" if of_day == DAY else f"{(datetime.min + of_day).time():%H:%M}"


SOME_HOURS = st.lists(calendars(), max_size=3).map(lambda found: Hours(tuple(found)))


@given(SOME_HOURS, INSTANTS, st.timedeltas(timedelta(), timedelta(hours=60)))
def test_as_long_as_was_asked_for_somebody_was_there(
    hours: Hours, at: datetime, open_time: timedelta
) -> None:
    until = hours.after(at, open_time)
    assert until is not None
    assert hours.open_between(at, until) == open_time


@given(SOME_HOURS, INSTANTS)
def test_nobody_is_there_before_the_next_opening(hours: Hours, at: datetime) -> None:
    opens = hours.next_opening(at)
    assert opens is not None
    assert hours.is_open(opens)
    assert hours.open_between(at, opens) == timedelta()
    assert (opens == at) is hours.is_open(at)


@given(SOME_HOURS, INSTANTS, st.timedeltas(timedelta(), 9 * DAY), st.timedeltas(timedelta(), DAY))
def test_open_time_adds_up(hours: Hours, at: datetime, first: timedelta, then: timedelta) -> None:
    middle, end = at + first, at + first + then
    parts = hours.open_between(at, middle) + hours.open_between(middle, end)
    assert hours.open_between(at, end) == parts


@given(calendars(), st.sampled_from(["2026-03-29", "2026-10-25", "2026-11-01", "2026-04-05"]))
def test_spans_are_what_the_clock_on_the_wall_says(calendar: Calendar, day: str) -> None:
    """Around each change of the clock in those zones, every quarter of an hour."""
    noon = datetime.combine(date.fromisoformat(day), time(), UTC) - DAY / 2
    hours, step = Hours((calendar,)), timedelta(minutes=15)
    for at in (noon + n * step for n in range(96)):
        counted = hours.open_between(at, at + step)
        assert counted == (step if calendar.is_open(at) else timedelta()), at


# How mistakes in the settings are told


SAMPLE = Path(__file__).parents[2] / "config.yaml"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            lambda group: group["week"].update(mon=["09:00-12:00", "13:00-12:00"]),
            "hours[0].week.mon[1]: '13:00-12:00' is not allowed; it should be two times of one day "
            "such as 09:30-17:00, at most until 24:00; what goes on after midnight stands on the "
            "next day",
        ),
        (
            lambda group: group["week"].update(mon=["13:00-17:00", "09:00-13:30"]),
            "hours[0].week.mon: ['13:00-17:00', '09:00-13:30'] is not allowed; it should hold "
            "periods that don't overlap",
        ),
        (
            lambda group: group.update(time_zone="Europe/Utrecht"),
            "hours[0].time_zone: 'Europe/Utrecht' is not allowed; it should be a time zone such as "
            "Europe/Amsterdam",
        ),
        (
            lambda group: group.update(week={"mon": []}),
            "hours[0].week: no opening hours on any day; name some, such as 09:00-17:00",
        ),
        (
            lambda group: group.update(closed=["2026-04-27"], open=["2026-04-27"]),
            "hours[0].open: 2026-04-27 is in hours[0].closed too; leave it out of one of them",
        ),
        (
            lambda group: group.update(holidays={"region": "BY"}),
            "hours[0].holidays.region: has no effect without holidays.country",
        ),
        (
            lambda group: group.update(holidays={"country": "ZZ"}),
            "hours[0].holidays.country: 'ZZ' is not known; use a country code such as NL, BE or DE",
        ),
        (
            lambda group: group.update(holidays={"country": "BE", "region": "GE"}),
            "hours[0].holidays.region: 'GE' is not known; regions of BE: none; leave it null",
        ),
        (
            # Every Sunday is a public holiday in Sweden.
            lambda group: group.update(week={"sun": ["09:00-17:00"]}, holidays={"country": "SE"}),
            "hours[0]: no opening hours in the next 400 days; holidays and closed take them all",
        ),
    ],
)
def test_a_mistake_is_told_with_path_value_and_what_is_allowed(
    tmp_path: Path, change: Callable[[dict[str, Any]], object], told: str
) -> None:
    raw = yaml.safe_load(SAMPLE.read_text())
    change(raw["hours"][0])
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump(raw))
    with pytest.raises(ConfigError) as error:
        agenda(load(path).hours, NOW)
    assert str(error.value) == told


def test_periods_may_stand_in_any_order() -> None:
    settings = load(SAMPLE).hours[0]
    assert settings.week.mon == (period("09:00-12:30"), period("13:00-17:00"))
