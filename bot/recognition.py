"""What responders read about what was done: their own record, and the desk as a whole.

Nobody is ranked, and nobody reads what somebody else did.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from bot.catalogue import say
from bot.deeds import Tally, What
from bot.durations import spoken
from bot.expectation import rounded
from bot.words import Words, items, page, paragraph


def record(did: Tally, took: Sequence[float], lang: str, *, private: bool) -> Words:
    """A responder's own record.

    Args:
        did: What they did.
        took: How many seconds each question had waited that they answered first.
        lang: The desk's language.
        private: Whether nobody else reads it.
    """
    if not any(did.values()):
        return paragraph(say(lang, "record_empty"))
    lines = [say(lang, "record_answered", count=did.get(What.ANSWERED, 0))]
    lines.append(say(lang, "record_was_vetted", count=did.get(What.WAS_VETTED, 0)))
    if sent := did.get(What.SENT, 0):
        lines.append(say(lang, "record_sent", count=sent))
    if vetted := did.get(What.VETTED, 0):
        lines.append(say(lang, "record_vetted", count=vetted))
    lines.append(say(lang, "record_thanked", count=did.get(What.THANKED, 0)))
    if took:
        time = spoken(rounded(median(took)), lang)
        lines.append(say(lang, "record_time", time=time))
    parts = [paragraph(say(lang, "record_title")), items(lines)]
    if not private:
        parts.append(paragraph(say(lang, "record_private")))
    return page(*parts)
