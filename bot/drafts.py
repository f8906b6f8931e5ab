"""The entry that an answered case would become: how it begins, and how people change it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from bot import privacy
from bot.cases import Case, Draft
from bot.commands import parse_fields
from bot.config import Responder, Role
from knowledge.entry import URL, Entry, Severity, check, fold, place

HOLDS = timedelta(days=365)
"""How long a newly vetted answer holds unless the vetter says otherwise."""

LONGEST_HOLD = timedelta(days=5 * 366)
"""The longest time after which somebody has to look at an entry again."""

MOST_WORDINGS = 8
"""How many of the askers' wordings an entry takes at once."""


def first(
    case: Case, responder: Responder, answer: str, today: date, merged: Iterable[Case]
) -> Draft:
    """The draft of an answered case, before anybody edits it.

    The source is the first web address in the answer, else the body whose official answers;
    a volunteer's answer without one waits for a source.

    Args:
        case: The case.
        responder: Who answers it.
        answer: In these words.
        today: The day of it.
        merged: The cases of those who asked the same.
    """
    url = URL.search(answer)
    own = responder.body or "" if responder.role is Role.OFFICIAL else ""
    draft = Draft(
        question=privacy.general(case.question, case.lang),
        answer=answer,
        topic=case.topic or "general",
        lang=case.lang,
        source=url.group().rstrip(".,;:!?)") if url else own,
        body=own or case.body,
        scope=case.scope,
        valid_until=today + HOLDS,
    )
    return asked_too(draft, (case, *merged))


def asked_too(draft: Draft, cases: Iterable[Case]) -> Draft:
    """The draft with what these askers wrote among its alternatives, each wording once.

    Those in another language are left out: an entry is in one.
    """
    found = [*draft.alternatives, *(case.wording for case in cases if case.lang == draft.lang)]
    return replace(draft, alternatives=distinct(found)[:MOST_WORDINGS])


def distinct(wordings: Iterable[str]) -> tuple[str, ...]:
    """Each of these once, however it is written; none that is empty."""
    first: dict[str, str] = {}
    for each in wordings:
        first.setdefault(fold(each), each)
    return tuple(each for each in first.values() if each.strip())


def entry(draft: Draft, entry_id: str, checked: date, vetted_by: str = "", body: str = "") -> Entry:
    """The draft as an entry.

    Args:
        draft: The draft.
        entry_id: Its id.
        checked: The day on which it was vetted.
        vetted_by: As in ``Entry``.
        body: The competent body where the draft names none.
    """
    return Entry(
        id=entry_id,
        lang=draft.lang,
        topic=draft.topic,
        question=draft.question,
        answer=draft.answer,
        alternatives=draft.others,
        source=draft.source,
        body=draft.body or body,
        scope=draft.scope,
        checked=checked,
        valid_until=draft.valid_until,
        vetted_by=vetted_by,
    )


def changed(draft: Draft, text: str, names: tuple[str, ...], today: date) -> Draft:
    """The draft with the fields that a person wrote.

    Args:
        draft: As it stands.
        text: Lines of ``field: value``.
        names: The fields there are.
        today: The day of it.

    Raises:
        ValueError: A field or value is not allowed; its text says what is.
    """
    try:
        values = parse_fields(text, names)
    except ValueError:
        values = {}
    if not values:
        raise ValueError(f"!edit field: value; fields: {', '.join(names)}")
    changes: dict[str, Any] = dict(values)
    if "valid_until" in values:
        changes["valid_until"] = _until(values["valid_until"], today)
    if "scope" in values:
        changes["scope"] = place(values["scope"])
    if "alternatives" in values:
        lines = (line.strip().removeprefix("- ") for line in values["alternatives"].splitlines())
        changes["alternatives"] = distinct(lines)
    draft = replace(draft, **changes)
    for problem in check(replace(entry(draft, "draft", today), source="-"), today):
        if problem.severity is Severity.ERROR and problem.field in values:
            raise ValueError(f"{problem.field}: {problem.text}")
    return draft


def wrong_end(until: date, today: date) -> str:
    """What is wrong with the last day on which an entry is to hold; empty: nothing."""
    if until < today:
        return f"valid_until: {until} lies in the past"
    if until > today + LONGEST_HOLD:
        return (
            f"valid_until: {until} is more than 5 years ahead; name an earlier day, on which"
            " somebody looks at it again"
        )
    return ""


def _until(text: str, today: date) -> date:
    try:
        until = date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"valid_until: {text!r}; write it as 2027-12-31") from None
    if wrong := wrong_end(until, today):
        raise ValueError(wrong)
    return until
