"""What the desk reads of a translation that is older than its original."""

from __future__ import annotations

from bot import briefing
from bot.aftercare import Renewal
from bot.catalogue import say
from bot.words import Words, page, paragraph, quote
from knowledge.entry import Entry


def asks(entry: Entry, held: Words, lang: str) -> Words:
    """Asks to renew an old translation; see ``against``."""
    facts = say(lang, "review_facts", entry=entry.id, body=entry.body or "—", source=entry.source)
    return page(*briefing.asked_about(entry), paragraph(facts), held)


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
