"""What the desk reads of entries that people hold against their source or original again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.aftercare import Renewal
from bot.catalogue import day, say
from bot.messages import Shows
from bot.words import Words, items, page, paragraph, quote, strong
from knowledge.entry import Entry


def asks(entry: Entry, held: Words, lang: str) -> Words:
    """Asks to renew an old translation; see ``against``."""
    return page(*_held_up(entry, lang), held)


def against(of: Renewal, original: Entry | None, lang: str) -> Words:
    """What an old translation is to be held against, and how.

    Args:
        of: The translation.
        original: As it is served; None: it was withdrawn.
        lang: The desk's language.
    """
    names = {"original": of.original_id, "entry": of.entry_id, "state": of.state}
    if original is None:
        return page(
            *(paragraph(say(lang, name, **names)) for name in ("renew_gone", "renew_gone_how"))
        )
    return page(
        paragraph(say(lang, "renew", **names)),
        paragraph(say(lang, "renew_original", **names)),
        quote(original.answer.strip()),
        paragraph(say(lang, "renew_how", **names)),
    )


def shows(of: Renewal) -> Shows:
    """What a message says that shows what that translation is to be held against."""
    return Shows(f"original of {of.entry_id}", f"{of.original_id} {of.state}")


def review(entry: Entry, today: date, lang: str, renewal: Words | None = None) -> Words:
    """Asks whether an entry still holds.

    Args:
        entry: The entry.
        today: The day of it.
        lang: The desk's language.
        renewal: What ``renewing.against`` says of it, where it is an old translation.
    """
    over = entry.valid_until is not None and entry.valid_until < today
    if entry.valid_until is None:
        checked = day(entry.checked, lang) if entry.checked else "—"
        first = say(lang, "review_undated", checked=checked)
    else:
        first = say(lang, "review_over" if over else "review_soon", until=last_day(entry, lang))
    how = renewal or paragraph(say(lang, "review_how"))
    return page(paragraph(first), *_held_up(entry, lang), how)


def unseen(entry: Entry, lang: str) -> Words:
    """Shows an entry to who confirms it without having been shown what it says now."""
    first = say(lang, "confirm_unseen", entry=entry.id)
    how = say(lang, "confirm_unseen_how", entry=entry.id)
    return page(paragraph(first), *_held_up(entry, lang), paragraph(how))


def _held_up(entry: Entry, lang: str) -> list[Words]:
    """What somebody holds against its source."""
    facts = say(lang, "review_facts", entry=entry.id, body=entry.body or "—", source=entry.source)
    return [strong(entry.question), quote(entry.answer.strip()), paragraph(facts)]


def last_day(entry: Entry, lang: str) -> str:
    """Until when an entry holds, in words."""
    return day(entry.valid_until, lang) if entry.valid_until else "—"


def answered_by(entry: Entry, others: Sequence[Entry], lang: str) -> Words:
    """Why it is not confirmed: these answer the same question, and say something else."""
    named = ", ".join(each.id for each in others)
    first = say(lang, "confirm_conflict", entry=entry.id, others=named)
    return page(paragraph(first), *_in_full(others))


def tied(wordings: Sequence[str], lang: str) -> tuple[Words, ...]:
    """What a confirmed entry takes over from entries for a wider or narrower place."""
    return (paragraph(say(lang, "confirm_tied")), items(wordings)) if wordings else ()


def beside(others: Sequence[Entry], lang: str) -> tuple[Words, ...]:
    """What is to be compared with a confirmed entry, since it may answer the same question."""
    return (paragraph(say(lang, "confirm_across")), *_in_full(others)) if others else ()


def _in_full(entries: Sequence[Entry]) -> list[Words]:
    shown = []
    for each in entries:
        shown += [strong(f"{each.id} ({each.lang}, {each.scope}): {each.question}")]
        shown += [quote(each.answer)]
    return shown
