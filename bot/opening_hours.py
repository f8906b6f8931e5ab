"""The settings about opening hours, and how mistakes in them are told."""

from __future__ import annotations

from dataclasses import field
from datetime import date
from itertools import pairwise
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, ConfigDict, PlainValidator
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from bot.errors import ConfigError
from bot.hours import Period, period

_STRICT = ConfigDict(extra="forbid")


def _known_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError):
        allowed = "be a time zone such as Europe/Amsterdam"
        raise PydanticCustomError("wrong", "{allowed}", {"allowed": allowed}) from None
    return value


def _a_period(value: object) -> Period:
    try:
        return period(value if isinstance(value, str) else "")
    except ValueError:
        allowed = "be two times of one day such as 09:30-17:00, at most until 24:00; "
        allowed += "what goes on after midnight stands on the next day"
        raise PydanticCustomError("wrong", "{allowed}", {"allowed": allowed}) from None


def _apart(periods: tuple[Period, ...]) -> tuple[Period, ...]:
    ordered = tuple(sorted(periods))
    if any(later.start < earlier.end for earlier, later in pairwise(ordered)):
        raise PydanticCustomError("wrong", "hold periods that don't overlap")
    return ordered


TimeZone = Annotated[str, AfterValidator(_known_zone)]
Periods = Annotated[
    tuple[Annotated[Period, PlainValidator(_a_period)], ...], AfterValidator(_apart)
]


@dataclass(frozen=True, config=_STRICT)
class Week:
    """The opening hours of each day."""

    mon: Periods = ()
    tue: Periods = ()
    wed: Periods = ()
    thu: Periods = ()
    fri: Periods = ()
    sat: Periods = ()
    sun: Periods = ()

    @property
    def days(self) -> tuple[tuple[Period, ...], ...]:
        """From Monday on."""
        return (self.mon, self.tue, self.wed, self.thu, self.fri, self.sat, self.sun)


@dataclass(frozen=True, config=_STRICT)
class Holidays:
    """Whose public holidays are kept."""

    country: str | None = None
    region: str | None = None


@dataclass(frozen=True, config=_STRICT)
class OpeningHours:
    """When one group of responders is there."""

    time_zone: TimeZone
    week: Week
    role: Literal["volunteer", "official"] | None = None
    body: str | None = None
    holidays: Holidays = field(default_factory=Holidays)
    closed: tuple[date, ...] = ()
    open: tuple[date, ...] = ()

    def check(self, where: str) -> None:
        """Whether its parts go together.

        Args:
            where: Its path in the settings.

        Raises:
            ConfigError: They don't.
        """
        if not any(self.week.days):
            text = "no opening hours on any day; name some, such as 09:00-17:00"
            raise ConfigError(f"{where}.week", text)
        if both := set(self.closed) & set(self.open):
            text = f"{min(both)} is in {where}.closed too; leave it out of one of them"
            raise ConfigError(f"{where}.open", text)
        if self.holidays.country is None:
            for key, value in (("holidays.region", self.holidays.region), ("open", self.open)):
                if value:
                    raise ConfigError(f"{where}.{key}", "has no effect without holidays.country")
