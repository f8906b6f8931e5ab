"""A row: one entry as a file has it, and the way from there to an ``Entry`` and back.

Types are strict, since a wrong guess would be served to citizens word for word: a number or a
truth value where text belongs is told, not converted.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from datetime import date
from typing import Any

from knowledge.entry import FIELDS, Entry, Severity, check

REQUIRED = ("id", "lang", "topic", "question", "answer", "source")
"""The fields that every row has; the others have a default."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DEFAULTS = {each.name: each.default for each in fields(Entry) if each.default is not MISSING}


@dataclass(frozen=True, slots=True)
class Row:
    """One entry as a file has it.

    Attributes:
        place: File and line, to be put before a problem.
        values: By field name: text, truth value, whole number, list, or None for not given.
            Anything else is refused.
        places: Of the fields that stand on a line of their own.
        problems: What the file's format says against it.
    """

    place: str
    values: Mapping[str, object]
    places: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def entry_of(row: Row) -> tuple[Entry | None, list[str]]:
    """The entry, or None with a line for each thing that is wrong."""
    problems = list(row.problems)
    values: dict[str, Any] = dict.fromkeys(REQUIRED, "")
    told: set[str] = set()

    def tell(name: str, text: str) -> None:
        told.add(name)
        problems.append(f"{row.places.get(name, row.place)}: {name}: {text}")

    for name, value in row.values.items():
        if name not in FIELDS:
            tell(name, f"is no field of an entry; {meant(name)}")
        elif value is not None:
            try:
                values[name] = _READERS[name](value)
            except ValueError as error:
                tell(name, str(error))
    entry = Entry(**values)
    # No error depends on the day; what does are warnings, for whoever looks after the entries.
    for problem in check(entry, date.min):
        if problem.severity is Severity.ERROR and problem.field not in told:
            tell(problem.field, problem.text)
    return (None, problems) if problems else (entry, [])


def values_of(entry: Entry) -> dict[str, object]:
    """The fields in their order; those that equal their default are left out."""
    values = {name: getattr(entry, name) for name in FIELDS}
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in values.items()
        if name in REQUIRED or value != _DEFAULTS[name]
    }


def meant(name: str) -> str:
    """What somebody who wrote an unknown field name may have meant."""
    near = difflib.get_close_matches(name.strip().lower(), FIELDS, 1)
    return f"did you mean {near[0]}?" if near else f"the fields are: {', '.join(FIELDS)}"


def _text(value: object) -> str:
    if isinstance(value, bool):
        raise ValueError("is read as true or false, not as text; put it in quotes")
    if isinstance(value, int | float):
        raise ValueError("is read as a number, not as text; put it in quotes")
    if not isinstance(value, str):
        raise ValueError("is not text; write one text in quotes")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError("holds half a character (a lone surrogate); type it anew") from None
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError("is not a list; write each wording as an item of its own")
    found = []
    for number, item in enumerate(value, 1):
        try:
            text = _text(item)
        except ValueError as error:
            raise ValueError(f"number {number} {error}") from None
        if not text.strip():
            raise ValueError(f"number {number} is empty; leave it out")
        found.append(text)
    return tuple(found)


def _original(value: object) -> str | None:
    return _text(value) or None


def _day(value: object) -> date:
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValueError(f"{value} is not in the calendar; correct it") from None
    shown = f"{value!r} " if isinstance(value, str) else ""
    raise ValueError(f"{shown}is not a day; write year-month-day, for example 2026-11-23")


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("is neither true nor false; write one of these, without quotes")
    return value


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError("is not a whole number from 1; leave it out, it is counted by itself")
    return value


def _version(value: object) -> int:
    try:
        return _count(value)
    except ValueError:
        text = "is not a whole number from 1; write which version of that entry this translates"
        raise ValueError(text) from None


_READERS: dict[str, Callable[[object], object]] = dict.fromkeys(FIELDS, _text) | {
    "alternatives": _texts,
    "translation_of": _original,
    "checked": _day,
    "valid_until": _day,
    "sample": _truth,
    "translation_of_version": _version,
    "version": _count,
    "advice_version": _count,
}
