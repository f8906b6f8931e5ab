"""A responder's words at the desk: which command they are.

A command starts with ``!`` at the very beginning; everything else is plain talk, which stays
inside the desk.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

_COMMAND = re.compile(r"!([a-zA-Z]+)(?:\s+|$)(.*)", re.DOTALL)
_CASE = re.compile(r"#?([0-9]{1,9})(?:\s+|$)(.*)", re.DOTALL)
_SPAN = re.compile(r"([0-9]{1,3})\s*([hd])", re.IGNORECASE)
_FIELD = re.compile(r"\s*([a-z_ ]+?)\s*:\s*(.*)", re.IGNORECASE)


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


def parse(text: str) -> Command | UnknownCommand | None:
    """The command; None for plain talk."""
    match = _COMMAND.fullmatch(text.strip())
    if not match:
        return None
    try:
        return Command(Verb(match[1].casefold()), match[2].strip())
    except ValueError:
        return UnknownCommand(match[1])


def parse_case(text: str) -> tuple[int | None, str]:
    """The number of a case in front of the words, and the words behind it."""
    match = _CASE.fullmatch(text)
    return (int(match[1]), match[2].strip()) if match else (None, text)


def parse_until(text: str, now: datetime, zone: tzinfo) -> datetime:
    """The moment that words such as ``4h``, ``3d`` or ``2026-12-31`` name; a day's begins at 9:00.

    Raises:
        ValueError: They name none, or one that is past or more than ``LONGEST_SNOOZE`` ahead.
    """
    if span := _SPAN.fullmatch(text.strip()):
        number = int(span[1])
        hours = number if span[2].casefold() == "h" else number * 24
        until = now + timedelta(hours=hours)
    else:
        at = datetime.combine(date.fromisoformat(text.strip()), time(9), zone)
        until = at.astimezone(now.tzinfo)
    if not now < until <= now + LONGEST_SNOOZE:
        raise ValueError(text)
    return until


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
