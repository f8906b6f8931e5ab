"""When an entry has to be held against its source again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from knowledge.entry import Entry

PERIOD = timedelta(days=365)
"""For how long a check holds where the entry names no last day."""


def end(entry: Entry, original: Entry | None) -> date | None:
    """The last day on which an entry may be served; None: no end known.

    A translation ends with its original, unless people held it against its source later than that
    one, and gave it a last day of its own. In a narrower place it is an entry of its own.

    Args:
        entry: The entry.
        original: What it translates, if it does and that is published.
    """
    if original is None or original.valid_until is None or original.scope != entry.scope:
        return entry.valid_until
    if entry.valid_until is None:
        return original.valid_until
    later = entry.checked and (original.checked is None or entry.checked > original.checked)
    return entry.valid_until if later else min(entry.valid_until, original.valid_until)


def holds(entry: Entry, published: Mapping[str, Entry], day: date) -> bool:
    """Whether an entry may be served on a day.

    Args:
        entry: The entry.
        published: By id; its original among them, if it translates one.
        day: The day.
    """
    last = end(entry, published.get(entry.translation_of or ""))
    return entry.holds_on(day) and (last is None or day <= last)


def due_on(entry: Entry, period: timedelta = PERIOD) -> date:
    """The last day before which somebody has to look: its last day, or one period after the check.

    The first of all days when nobody ever checked it and no last day is known.
    """
    if entry.valid_until is not None:
        return entry.valid_until
    if entry.checked is None or date.max - entry.checked < period:
        return date.min if entry.checked is None else date.max
    return entry.checked + period


def due(entries: Iterable[Entry], by: date, period: timedelta = PERIOD) -> list[Entry]:
    """The entries that are due on that day or before, the most urgent first."""
    found = [entry for entry in entries if due_on(entry, period) <= by]
    return sorted(found, key=lambda entry: (due_on(entry, period), entry.id))
