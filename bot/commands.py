"""A responder's words at the desk: which command they are.

A command starts with ``!`` at the very beginning; everything else is plain talk, which stays
inside the desk. Whatever starts so and is none is told so: nobody means it for the asker.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from bot.hours import Hours, day_of

_COMMAND = re.compile(
    r"[!！]\s*([a-zA-Z]+)(?:[.,;!?…。！？]+(?:\s+|$)|[:：]|\s+|$)(.*)",
    re.DOTALL,
)
_LIKE_ONE = re.compile(r"[!！]\s*(\S*).*", re.DOTALL)
_CASE = re.compile(r"#?([0-9]{1,9})[.:!]?(?:\s+|$)(.*)", re.DOTALL)
_SPAN = re.compile(
    r"([0-9]{1,4})\s*(h|u|d|w|hours?|uur|uren|days?|dag|dagen|weeks?|week|weken)[.!]?",
    re.IGNORECASE,
)
_UNTIL = re.compile(r"(?:(?:until|till|next|tot|volgende)\s+)*(.*?)[.!]?", re.DOTALL)
_FIELD = re.compile(r"\s*([a-z_ ]+?)\s*:\s*(.*)", re.IGNORECASE)


_TOMORROW = ("tomorrow", "morgen")
_WEEKDAYS = {
    name: number
    for names in (
        "monday tuesday wednesday thursday friday saturday sunday",
        "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
    )
    for number, name in enumerate(names.split())
}

LONGEST_SNOOZE = timedelta(days=90)
"""How far ahead a case may be left alone."""


class Verb(StrEnum):
    """What a responder can ask for."""

    CLAIM = "claim"
    RELEASE = "release"
    ASSIGN = "assign"
    TAKE = "take"
    ANSWER = "answer"
    PREVIEW = "preview"
    NOTE = "note"
    ASK_BACK = "askback"
    SEND = "send"
    SNIPPET = "snippet"
    MERGE = "merge"
    ESCALATE = "escalate"
    TRANSFER = "transfer"
    SNOOZE = "snooze"
    EDIT = "edit"
    VET = "vet"
    REJECT = "reject"
    CLOSE = "close"
    CONFIRM = "confirm"
    WITHDRAW = "withdraw"
    HISTORY = "history"
    QUEUE = "queue"
    MINE = "mine"
    RECORD = "record"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Command:
    """A command with the words behind it, stripped."""

    verb: Verb
    text: str


@dataclass(frozen=True, slots=True)
class UnknownCommand:
    """Looks like a command and is none."""

    word: str

    @property
    def nearest(self) -> str:
        """The command that was probably meant; empty: none is near."""
        return next(iter(difflib.get_close_matches(self.word.casefold(), list(Verb), 1)), "")


def parse(text: str) -> Command | UnknownCommand | None:
    """The command; None for plain talk."""
    text = text.strip()
    match = _COMMAND.fullmatch(text)
    if match and match[1].casefold() in list(Verb):
        return Command(Verb(match[1].casefold()), match[2].strip())
    like = match or _LIKE_ONE.fullmatch(text)
    return UnknownCommand(like[1]) if like else None


def is_span(text: str) -> bool:
    """Whether the words tell how long, as ``3 d`` does, and no case."""
    return _SPAN.fullmatch(text.strip()) is not None


def parse_case(text: str) -> tuple[int | None, str]:
    """The number of a case in front of the words, and the words behind it."""
    match = _CASE.fullmatch(text)
    return (int(match[1]), match[2].strip()) if match else (None, text)


def parse_until(text: str, now: datetime, zone: tzinfo, hours: Hours) -> datetime:
    """The moment that words such as ``4h``, ``3d``, ``1w``, ``tomorrow`` or ``2026-12-31`` name.

    Days and weeks are those of the calendar: the clock on the wall reads the same then. A day that
    is named begins when somebody comes on it, or next after it; at 9:00 where always somebody is.

    Args:
        text: The words.
        now: The time.
        zone: Whose clock on the wall counts.
        hours: When somebody is there.

    Raises:
        ValueError: They name none, or one that is past or more than ``LONGEST_SNOOZE`` ahead.
    """
    wall = now.astimezone(zone)
    span = _SPAN.fullmatch(text.strip())
    unit = span[2][0].casefold() if span else ""
    if span and unit in "hu":
        until = now + timedelta(hours=int(span[1]))
    elif span:
        until = wall + timedelta(days=int(span[1]) * (7 if unit == "w" else 1))
    else:
        until = beginning(_day(text, day_of(now, zone)), zone, hours)
    ahead = until.astimezone(zone).replace(tzinfo=None) - wall.replace(tzinfo=None)
    until = until.astimezone(now.tzinfo)
    # By the clock on the wall or by hours, whichever is kinder where the clocks change.
    if until <= now or min(ahead, until - now) > LONGEST_SNOOZE:
        raise ValueError(text)
    return until


def _day(text: str, today: date) -> date:
    words = _UNTIL.fullmatch(text.strip().casefold())
    name = words[1] if words else ""
    if name in _TOMORROW:
        return today + timedelta(days=1)
    if name in _WEEKDAYS:
        return today + timedelta(days=(_WEEKDAYS[name] - today.weekday() - 1) % 7 + 1)
    return date.fromisoformat(name)


def beginning(day: date, zone: tzinfo, hours: Hours) -> datetime:
    """When somebody comes on that day, or next after it; 9:00 where always somebody is."""
    opening = hours.next_opening(datetime.combine(day, time(), zone)) if hours.calendars else None
    return opening or datetime.combine(day, time(9), zone)


def parse_fields(text: str, names: tuple[str, ...]) -> dict[str, str]:
    """Lines of ``name: value``; a line that names no field goes on with the one before.

    Args:
        text: The words after the command.
        names: The fields there are, with underscores; people may write spaces.

    Raises:
        ValueError: The first line names no field; its text is that line.
    """
    values: dict[str, list[str]] = {}
    name = ""
    for line in text.splitlines():
        match = _FIELD.fullmatch(line)
        word = match[1].casefold().replace(" ", "_") if match else ""
        if match and word in names:
            name = word
            values[name] = [match[2]]
        elif name:
            values[name].append(line)
        else:
            raise ValueError(line)
    return {name: "\n".join(lines).strip() for name, lines in values.items()}
