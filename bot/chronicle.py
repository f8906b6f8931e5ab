"""An entry's history as the desk reads it: every version, by whom and why, and what ended it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from bot.briefing import moment
from bot.catalogue import say
from bot.holding import Version
from bot.words import Words, items, page, paragraph, strong

SHOWN = 12
"""How many lines are shown, the newest; the command line has all."""


def told(versions: Sequence[Version], *, served: bool, zone: tzinfo, lang: str) -> Words:
    """The history of one entry.

    Args:
        versions: All of them, the newest first; at least one.
        served: Whether the newest is served.
        zone: In which the desk reads times.
        lang: The desk's language.
    """

    def line(what: str, at: datetime, *more: str) -> str:
        return " · ".join(each for each in (what, moment(at, zone, lang), *more) if each)

    lines: list[str] = []
    for version in versions:
        number, revision = version.entry.version, version.revision
        if gone := version.withdrawal:
            withdrawn = say(lang, "history_withdrawn", version=number)
            lines.append(line(withdrawn, gone.at, _by(gone.by, lang), gone.reason))
        lines.append(
            line(
                say(lang, "history_version", version=number),
                version.published_at,
                say(lang, f"history_{revision.change}") if revision.change else "",
                _by(revision.author, lang),
                _vetted(revision.vetter or version.entry.vetted_by, lang),
                revision.reason,
            )
        )
    newest = versions[0].entry
    parts = [strong(f"{newest.id}: {newest.question}"), items(lines[:SHOWN])]
    if len(lines) > SHOWN:
        parts.append(paragraph(say(lang, "queue_more", count=len(lines) - SHOWN)))
    standing = say(lang, "history_served" if served else "not_served", entry=newest.id)
    return page(*parts, paragraph(standing))


def _by(who: str, lang: str) -> str:
    return say(lang, "history_by", who=who) if who else ""


def _vetted(who: str, lang: str) -> str:
    return say(lang, "history_vetted", who=who) if who else ""
