"""What responders read about what was done: their own record, and the desk as a whole.

Nobody is ranked, and nobody reads what somebody else did.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import timedelta
from statistics import median

from bot.catalogue import say
from bot.config import Responder
from bot.deeds import Tally, Track, What
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


def week(
    did: Tally, answered: int, waiting: int, oldest: timedelta, to_vet: int, lang: str
) -> Words:
    """What was done at the desk in a week, and what waits; names nobody.

    Args:
        did: What all of them did together.
        answered: How many cases somebody answered.
        waiting: How many cases wait for an answer.
        oldest: For how long the oldest of these does.
        to_vet: How many answers nobody has vetted yet.
        lang: The desk's language.
    """
    lines = [
        say(lang, "week_answered", count=answered),
        say(lang, "week_vetted", count=did.get(What.VETTED, 0)),
        say(lang, "week_thanked", count=did.get(What.THANKED, 0)),
    ]
    if waiting:
        time = spoken(rounded(oldest.total_seconds()), lang)
        lines.append(say(lang, "week_waiting", count=waiting, time=time))
    else:
        lines.append(say(lang, "week_none_waits"))
    if to_vet:
        lines.append(say(lang, "week_to_vet", count=to_vet))
    return page(paragraph(say(lang, "week_title")), items(lines))


def proposal(responder: Responder, track: Track, days: int, lang: str) -> Words:
    """That somebody who answers well may do more, and how a person sees to that."""
    percent = math.floor(100 * track.vetted / track.answered)
    first = say(
        lang,
        "proposal",
        who=responder.id,
        count=track.answered,
        days=days,
        percent=percent,
    )
    return page(paragraph(first), paragraph(say(lang, "proposal_how", who=responder.id)))
