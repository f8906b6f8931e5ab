"""Every message the bot writes: which sentences, in which order.

The sentences stand in ``bot/catalogue``. Responders' and citizens' words go through
unchanged; ``bot/words.py`` escapes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from bot.cases import Case, Draft, Status
from bot.catalogue import day, language_name, say
from bot.config import Responder, Role
from bot.decision import Candidate
from bot.durations import expected
from bot.expectation import Expectation
from bot.words import Words, items, page, paragraph, quote, strong
from knowledge.entry import Entry

PEOPLE = "!people"
"""What a citizen writes to go to people at once."""

DRAFT_FIELDS = ("question", "answer", "topic", "lang", "source", "body", "scope", "valid_until")
"""The fields of a draft that a vetter can change, in the order shown."""

VOLUNTEERS = "volunteers"
"""``Entry.vetted_by`` when a volunteer vetted it; otherwise it is the official's body."""


def answer(entry: Entry, lang: str) -> Words:
    """An entry as citizens read it, word for word, with where it comes from.

    Args:
        entry: What to show.
        lang: The language in which the bot speaks around it.
    """
    parts = [strong(entry.question), paragraph(entry.answer.strip())]
    if entry.lang != lang:
        name = language_name(entry.lang, lang)
        parts.insert(0, paragraph(say(lang, "another_language", language=name)))
    return page(*parts, paragraph(_provenance(entry, lang)), _bot(lang))


def _provenance(entry: Entry, lang: str) -> str:
    lines = [say(lang, "source", source=entry.source)]
    if entry.body and entry.body != entry.source:
        lines.append(say(lang, "body", body=entry.body))
    dates = []
    if entry.vetted_by == VOLUNTEERS:
        dates.append(say(lang, "vetted_by_volunteer"))
    elif entry.vetted_by:
        dates.append(say(lang, "vetted_by_official", body=entry.vetted_by))
    if entry.checked:
        dates.append(say(lang, "checked", date=day(entry.checked, lang)))
    if entry.valid_until:
        dates.append(say(lang, "holds_until", date=day(entry.valid_until, lang)))
    if dates:
        line = " · ".join(dates)
        lines.append(line[0].upper() + line[1:])
    if entry.sample:
        lines.append(say(lang, "sample"))
    return "\n".join(lines)


def _bot(lang: str) -> Words:
    return paragraph(say(lang, "bot", people=PEOPLE))


def handover(case: Case, lang: str, expectation: Expectation, *, waited: bool) -> Words:
    """Tells the asker that people have the question, and what happens next."""
    first = say(lang, "handover_waited" if waited else "handover", case=case.id)
    name = "what_next_direct" if case.direct else "what_next"
    return page(paragraph(first), paragraph(say(lang, name, expected=expected(expectation, lang))))


def slipped(expectation: Expectation, lang: str) -> Words:
    """Tells the asker that it takes longer than they were told."""
    return paragraph(say(lang, "slipped", expected=expected(expectation, lang, again=True)))


def introduction(lang: str) -> Words:
    """Who the bot is and what it does, for a greeting."""
    return paragraph(say(lang, "introduction", people=PEOPLE))


def people_how(lang: str) -> Words:
    """How to reach people, for a call for people without a question."""
    return paragraph(say(lang, "people_how", people=PEOPLE))


def carried(text: str, responder: Responder, lang: str) -> Words:
    """A responder's words as the asker reads them, marked with whom they come from."""
    if responder.role is Role.OFFICIAL:
        first = say(lang, "from_official", body=responder.body)
    else:
        first = say(lang, "from_volunteer")
    return page(paragraph(first), quote(text))


def vetted(entry: Entry, lang: str, *, changed: bool) -> Words:
    """Tells the asker that the answer they have was vetted, with its new words if changed."""
    name = "was_corrected" if changed else "was_vetted"
    if entry.vetted_by == VOLUNTEERS:
        first = paragraph(say(lang, f"{name}_by_volunteer"))
    else:
        first = paragraph(say(lang, name, body=entry.vetted_by))
    words = [quote(entry.answer.strip())] if changed else []
    return page(first, *words, paragraph(_provenance(entry, lang)))


def rejected_to_asker(lang: str) -> Words:
    """Tells the asker to wait with acting on an answer."""
    return paragraph(say(lang, "was_rejected"))


def closed_to_asker(lang: str) -> Words:
    """Tells the asker that no answer comes."""
    return paragraph(say(lang, "closed_unanswered"))


def briefing(case: Case, near: Sequence[Candidate], why: str, lang: str) -> Words:
    """The first message of a case's thread at the desk.

    Args:
        case: The case.
        near: The nearest entries, best first; what did not suffice.
        why: The name of the catalogue's sentence that says why the bot did not answer.
        lang: The desk's language.
    """
    facts = [
        say(lang, "case_topic", topic=case.topic) if case.topic else say(lang, "case_no_topic"),
        say(lang, "case_from_direct" if case.direct else "case_from_room"),
        say(lang, "case_why", why=say(lang, why)),
    ]
    if case.due_at:
        facts.insert(2, say(lang, "case_waited"))
    if case.hidden:
        facts.append(say(lang, "hidden", count=case.hidden))
    nearest = [
        f"{each.hit.score:.2f} · {each.entry.lang} · {each.entry.id} · {each.entry.question}"
        for each in near
    ]
    found = (
        [paragraph(say(lang, "case_near")), items(nearest)]
        if nearest
        else [paragraph(say(lang, "case_none_near"))]
    )
    title = say(lang, "case_title", case=case.id, language=language_name(case.lang, lang))
    return page(
        strong(title),
        quote(case.question),
        items(facts),
        *found,
        paragraph(say(lang, "case_how")),
    )


def card_again(case: Case, has: str, lang: str) -> Words:
    """The first message of a case's new thread, where the desk has moved.

    Args:
        case: The case.
        has: Who works on it; empty: nobody.
        lang: The desk's language.
    """
    facts = [
        say(lang, "case_topic", topic=case.topic) if case.topic else say(lang, "case_no_topic"),
        say(lang, "case_from_direct" if case.direct else "case_from_room"),
        say(lang, f"status_{case.status}"),
    ]
    if has:
        facts.append(say(lang, "has_it", who=has, case=case.id))
    told = [paragraph(say(lang, "case_told")), quote(case.told)] if case.told else []
    title = say(lang, "case_title", case=case.id, language=language_name(case.lang, lang))
    return page(
        strong(title),
        paragraph(say(lang, "case_moved")),
        quote(case.question),
        items(facts),
        *told,
        paragraph(say(lang, "case_how")),
    )


def card_changed(case: Case, lang: str) -> Words:
    """The first message of a case's thread once the asker took back a part of the question."""
    facts = [
        say(lang, "case_topic", topic=case.topic) if case.topic else say(lang, "case_no_topic"),
        say(lang, "case_from_direct" if case.direct else "case_from_room"),
        say(lang, "case_shorter"),
    ]
    title = say(lang, "case_title", case=case.id, language=language_name(case.lang, lang))
    return page(strong(title), quote(case.question), items(facts), paragraph(say(lang, "case_how")))


def asker_adds(text: str, lang: str, hidden: int = 0) -> Words:
    """What the asker wrote after the question, for the desk.

    Args:
        text: Their words.
        lang: The desk's language.
        hidden: How many signs that can't be seen were left out of them.
    """
    return page(paragraph(say(lang, "asker_adds")), quote(text), *_hidden(hidden, lang))


def asker_changed(text: str, lang: str, hidden: int = 0) -> Words:
    """What the asker's words read after an edit, for the desk; see ``asker_adds``."""
    return page(paragraph(say(lang, "asker_changed")), quote(text), *_hidden(hidden, lang))


def _hidden(count: int, lang: str) -> list[Words]:
    return [paragraph(say(lang, "hidden", count=count))] if count else []


def answer_changed(text: str, responder: Responder, lang: str) -> Words:
    """Tells the asker that an answer above was changed, and how it reads now."""
    if responder.role is Role.OFFICIAL:
        first = say(lang, "changed_by_official", body=responder.body)
    else:
        first = say(lang, "changed_by_volunteer")
    return page(paragraph(first), quote(text))


def answer_taken_back(lang: str) -> Words:
    """Tells the asker that an answer does not hold any more."""
    return paragraph(say(lang, "answer_taken_back"))


def no_files(lang: str) -> Words:
    """Asks for words instead of a picture or a voice message."""
    return paragraph(say(lang, "no_files", people=PEOPLE))


def over_budget(of: str, minutes: int, lang: str, *, alone: bool) -> Words:
    """Tells that the bot answers no more for now: a ``person``, or anybody in a ``room``.

    Or that it passes no ``more`` on to those who have the person's question.
    """
    words = say(lang, f"over_budget_{of}", minutes=minutes)
    return paragraph(words if alone else f"{words} {say(lang, 'over_budget_others')}")


def unreadable(lang: str) -> Words:
    """Asks to repeat what could not be decrypted."""
    return paragraph(say(lang, "unreadable"))


def sent(case: Case, responder: Responder, lang: str) -> Words:
    """Tells the desk that an answer went out, and shows the entry it could become."""
    role = say(lang, f"role_{responder.role}", body=responder.body)
    return paragraph(say(lang, "sent", case=case.id, role=role))


def draft(draft: Draft, lang: str) -> Words:
    """The entry that an answered case would become, and how to change or publish it."""
    empty = ", ".join(missing(draft))
    fields = say(
        lang,
        "draft_fields",
        topic=draft.topic or "—",
        language=draft.lang,
        scope=draft.scope,
        valid_until=draft.valid_until,
        body=draft.body or "—",
        source=draft.source or "—",
    )
    return page(
        paragraph(say(lang, "draft_title")),
        quote(f"{draft.question}\n\n{draft.answer}"),
        paragraph(fields),
        *([paragraph(say(lang, "draft_missing", fields=empty))] if empty else []),
        paragraph(say(lang, "draft_how", fields=", ".join(DRAFT_FIELDS))),
    )


def missing(draft: Draft) -> list[str]:
    """The fields without which a draft is not published."""
    return [name for name in ("question", "answer", "topic", "source") if not getattr(draft, name)]


def illegal(case: Case, lang: str) -> Words:
    """A move that the case can't make now, and why."""
    why = say(lang, f"move_{case.status}")
    return paragraph(say(lang, "illegal", case=case.id, why=why))


def queue(cases: Sequence[Case], now: datetime, lang: str) -> Words:
    """The open cases, oldest first.

    Without the askers' words: nobody could take them back out of a list.
    """
    if not cases:
        return paragraph(say(lang, "queue_empty"))
    lines = [
        say(
            lang,
            "queue_line",
            case=case.id,
            status=say(lang, f"status_{case.status}"),
            age=_age(now - case.opened_at, lang),
            topic=case.topic or "—",
        )
        for case in cases
        if case.status is not Status.WAITING
    ]
    if not lines:
        return paragraph(say(lang, "queue_empty"))
    return page(paragraph(say(lang, "queue_title", count=len(lines))), items(lines))


def commands(lang: str) -> Words:
    """What responders can do."""
    lines = say(lang, "help_lines").splitlines()
    return page(paragraph(say(lang, "help_title")), items(lines))


def plain(lang: str, name: str, **values: object) -> Words:
    """One sentence of the catalogue by itself."""
    return paragraph(say(lang, name, **values))


def until(today: date) -> date:
    """How long a newly vetted answer holds unless the vetter says otherwise: a year."""
    return today + timedelta(days=365)


def _age(age: timedelta, lang: str) -> str:
    minutes = max(0, int(age.total_seconds() // 60))
    if minutes < 120:
        return say(lang, "minutes", n=minutes)
    if minutes < 48 * 60:
        return say(lang, "hours", n=minutes // 60)
    return say(lang, "days", n=minutes // (24 * 60))
