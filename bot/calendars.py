"""Public holidays, by the package ``holidays``; the settings' groups as calendars."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.errors import ConfigError
from bot.hours import GIVE_UP, Agenda, Calendar, Group, Hours, no_holidays
from bot.opening_hours import OpeningHours

YEARS_KEPT = 16
"""For how many years the holidays of one place are remembered."""


def agenda(settings: Sequence[OpeningHours], now: datetime, zone: tzinfo = UTC) -> Agenda:
    """Everybody's hours, as set.

    Args:
        settings: The groups.
        now: The time; somebody must be there at some time after it.
        zone: See ``Agenda``.

    Raises:
        ConfigError: A country or region is not known, or a group is never there.
    """
    groups = []
    for number, each in enumerate(settings):
        where = f"hours[{number}]"
        calendar = Calendar(
            zone=ZoneInfo(each.time_zone),
            week=each.week.days,
            holidays=_holidays(each.holidays.country, each.holidays.region, where),
            closed=frozenset(each.closed),
            kept_open=frozenset(each.open),
        )
        if Hours((calendar,)).next_opening(now) is None:
            text = f"no opening hours in the next {GIVE_UP} days; holidays and closed take them all"
            raise ConfigError(where, text)
        groups.append(Group(each.role, each.body, calendar))
    return Agenda(tuple(groups), zone)


def _holidays(
    country: str | None, region: str | None, where: str
) -> Callable[[int], frozenset[date]]:
    if country is None:
        return no_holidays
    import holidays

    regions = holidays.list_supported_countries().get(country)
    if regions is None:
        text = f"{country!r} is not known; use a country code such as NL, BE or DE"
        raise ConfigError(f"{where}.holidays.country", text)
    if region is not None and region not in regions:
        known = ", ".join(regions) or "none; leave it null"
        text = f"{region!r} is not known; regions of {country}: {known}"
        raise ConfigError(f"{where}.holidays.region", text)

    @lru_cache(YEARS_KEPT)
    def of(year: int) -> frozenset[date]:
        return frozenset(
            holidays.country_holidays(country, subdiv=region, years=year, expand=False)
        )

    return of
