"""When an entry has to be held against its source again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from knowledge.entry import Entry

PERIOD = timedelta(days=365)
"""For how long a check holds where the entry names no last day."""


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
