"""The entry that an answered case would become: how it begins, and how people change it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from bot import privacy
from bot.authorship import Draft, Tie
from bot.cases import Case
from bot.commands import parse_fields
from bot.config import Responder, Role
from bot.messages import Shows
from knowledge.entry import URL, Entry, Severity, check, fold, place

HOLDS = timedelta(days=365)
"""How long a newly vetted answer holds unless the vetter says otherwise."""

LONGEST_HOLD = timedelta(days=5 * 366)
"""The longest time after which somebody has to look at an entry again."""

MOST_WORDINGS = 8
"""How many of the askers' wordings an entry takes at once; what it has, it keeps."""


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
    own = responder.body or "" if responder.role is Role.OFFICIAL else ""
    draft = Draft(
        question=privacy.general(case.question, case.lang),
        answer=answer,
        topic=case.topic or "general",
        lang=case.lang,
        source=_address(answer) or own,
        # What was said of whose it is outlives an answer by somebody else.
        body=case.body or (case.draft.body if case.draft else "") or own,
        scope=case.scope,
        valid_until=today + HOLDS,
    )
    return asked_too(draft, (case, *merged))


def correction(
    wrong: Entry, responder: Responder, answer: str, today: date, merged: Iterable[Case]
) -> Draft:
    """The draft of an entry's next version, which says something else.

    It keeps the entry's wordings, place, topic and body, and its source unless the answer names
    another one.

    Args:
        wrong: The entry that somebody said is wrong.
        responder, answer, today, merged: As for ``first``.
    """
    own = responder.body or "" if responder.role is Role.OFFICIAL else ""
    draft = Draft(
        question=wrong.question,
        answer=answer,
        topic=wrong.topic,
        lang=wrong.lang,
        source=_address(answer) or wrong.source,
        body=wrong.body or own,
        scope=wrong.scope,
        valid_until=today + HOLDS,
        alternatives=wrong.wordings,
        corrects=wrong.id,
        over=wrong.version,
    )
    return asked_too(draft, merged)


def _address(answer: str) -> str:
    """The first web address in it; empty: there is none."""
    url = URL.search(answer)
    return url.group().rstrip(".,;:!?)") if url else ""


def asked_too(draft: Draft, cases: Iterable[Case]) -> Draft:
    """The draft with what these askers wrote among its alternatives, each wording once.

    Those in another language are left out: an entry is in one.
    """
    found = [*draft.alternatives, *(case.wording for case in cases if case.lang == draft.lang)]
    most = max(MOST_WORDINGS, len(draft.alternatives))
    return replace(draft, alternatives=distinct(found)[:most])


def tied(draft: Draft, others: Iterable[Entry], wordings: Iterable[str] = ()) -> Draft:
    """The draft with the question of each that it stands in for, or that does so for it.

    By that ``bot.decision`` knows that they answer one question; with those that share a wording
    already, nothing is taken over. What a vetter took out again stays out. What was taken over
    from an entry that has no more to do with it goes.

    Args:
        draft: As it stands.
        others: Entries for a wider or narrower place that answer its question.
        wordings: What leads to it besides.
    """
    found = tuple(others)
    current = {fold(each.question) for each in found}
    before = {fold(each.wording) for each in draft.ties}
    kept = [each for each in draft.alternatives if fold(each) not in before - current]
    asked = {fold(each) for each in (draft.question, *kept, *wordings)}
    new = [
        Tie(each.id, each.scope, each.question)
        for each in found
        if fold(each.question) not in before and asked.isdisjoint(map(fold, each.wordings))
    ]
    ties = [each for each in draft.ties if fold(each.wording) in current]
    more = distinct(each.wording for each in new)
    return replace(draft, alternatives=(*kept, *more), ties=(*ties, *new))


def distinct(wordings: Iterable[str]) -> tuple[str, ...]:
    """Each of these once, however it is written; none that is empty."""
    first: dict[str, str] = {}
    for each in wordings:
        first.setdefault(fold(each), each)
    return tuple(each for each in first.values() if each.strip())


def entry(draft: Draft, entry_id: str, checked: date, vetted_by: str = "") -> Entry:
    """The draft as an entry.

    Args:
        draft: The draft.
        entry_id: Its id.
        checked: The day on which it was vetted.
        vetted_by: As in ``Entry``.
    """
    return Entry(
        id=entry_id,
        lang=draft.lang,
        topic=draft.topic,
        question=draft.question,
        answer=draft.answer,
        alternatives=draft.others,
        source=draft.source,
        body=draft.body,
        scope=draft.scope,
        checked=checked,
        valid_until=draft.valid_until,
        vetted_by=vetted_by,
    )


def shows(case: Case) -> Shows:
    """What a message says that shows the case's draft as it stands."""
    content = entry(case.draft, "draft", date.min).content_hash() if case.draft else ""
    return Shows(f"case {case.id}", content)


def shows_entry(entry: Entry) -> Shows:
    """The same of an entry."""
    return Shows(f"entry {entry.id}", str(entry.version))


def changed(draft: Draft, text: str, names: tuple[str, ...], today: date) -> Draft:
    """The draft with the fields that a person wrote.

    Personal details are left out of a question and its wordings, whoever writes them.

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
    spoken = values.get("lang", draft.lang)
    if "question" in values:
        changes["question"] = privacy.general(values["question"], spoken)
    if "valid_until" in values:
        changes["valid_until"] = _until(values["valid_until"], today)
    if "scope" in values:
        changes["scope"] = place(values["scope"])
    if "alternatives" in values:
        general = privacy.general(values["alternatives"], spoken)
        lines = (line.strip().removeprefix("- ") for line in general.splitlines())
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
