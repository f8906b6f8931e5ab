"""The lists of cases that the desk reads: what is open, what is one's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.cases import AT_WORK, Case, Status
from bot.catalogue import counted, say, weekday, weekday_short
from bot.words import Words, items, page, paragraph

NOT_DUE = timedelta(days=7)
"""When a case counts as due in a list whose asker was told no time: so long after it was asked."""

LISTED = 30
"""How many cases one list shows."""


def queue(cases: Sequence[Case], name: Callable[[str], str], now: datetime, lang: str) -> Words:
    """The cases at the desk: what nobody has first, then what is due first and most ask.

    Without the askers' words: nobody could take them back out of a list.

    Args:
        cases: The open ones.
        name: Gives a responder's user id.
        now: The time, in the desk's zone.
        lang: The desk's language.
    """
    shown = [case for case in cases if case.status is not Status.WAITING]
    return _cases(shown, "queue_title", "queue_empty", name, now, lang)


def _urgency(case: Case) -> tuple[bool, datetime, int, datetime]:
    """What comes first in a list: each further asker brings a case forward by an hour."""
    due = case.answer_by or case.opened_at + NOT_DUE
    sooner = due - timedelta(hours=case.demand)
    return case.status is not Status.OPEN, sooner, -case.demand, case.opened_at


def mine(cases: Sequence[Case], name: Callable[[str], str], now: datetime, lang: str) -> Words:
    """The cases that a responder has or answered; as ``queue``."""
    return _cases(cases, "mine_title", "mine_empty", name, now, lang)


def _cases(
    cases: Sequence[Case],
    title: str,
    empty: str,
    name: Callable[[str], str],
    now: datetime,
    lang: str,
) -> Words:
    if not cases:
        return paragraph(say(lang, empty))
    lines = [_line(case, name, now, lang) for case in sorted(cases, key=_urgency)[:LISTED]]
    more = len(cases) - len(lines)
    parts = [paragraph(counted(lang, title, len(cases))), items(lines)]
    if more:
        parts.append(paragraph(say(lang, "queue_more", count=more)))
    return page(*parts)


def _line(case: Case, name: Callable[[str], str], now: datetime, lang: str) -> str:
    status = say(lang, f"status_{case.status}")
    if case.status is Status.CLAIMED and case.claimed_by:
        status = say(lang, "queue_has", who=name(case.claimed_by))
    elif case.officials and case.status is Status.OPEN:
        status = say(lang, "queue_officials", body=case.body or "—")
    line = say(
        lang,
        "queue_line",
        case=case.id,
        status=status,
        age=_age(now - case.opened_at, lang),
        topic=case.topic or "—",
    )
    if case.answer_by and case.status in AT_WORK:
        due = "queue_due" if case.answer_by > now else "queue_late"
        line += f" · {say(lang, due, at=_soon(case.answer_by, now, lang))}"
    return f"{line} · {counted(lang, 'queue_demand', case.demand)}" if case.demand else line


def _soon(at: datetime, now: datetime, lang: str) -> str:
    """A time near ``now``, in its zone: Mon 09:30; with the date when that is not near."""
    local = at.astimezone(now.tzinfo)
    far = abs((local.date() - now.date()).days) >= 7
    return f"{weekday(local, lang) if far else weekday_short(local, lang)} {local:%H:%M}"


def _age(age: timedelta, lang: str) -> str:
    minutes = max(0, int(age.total_seconds() // 60))
    if minutes < 120:
        return say(lang, "minutes", n=minutes)
    if minutes < 48 * 60:
        return say(lang, "hours", n=minutes // 60)
    return say(lang, "days", n=minutes // (24 * 60))
