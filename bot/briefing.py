"""Every message the bot writes at the desk: which sentences, in which order; as ``bot/replies``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, tzinfo
from textwrap import shorten

from bot import drafts, privacy, replies
from bot.aftercare import Tally
from bot.authorship import Draft
from bot.cases import AT_WORK, Case, Status
from bot.catalogue import (
    FALLBACK,
    day,
    language_name,
    say,
    speaks,
)
from bot.config import Responder
from bot.near import Near
from bot.words import Words, items, page, paragraph, quote, quoted, strong
from knowledge.entry import Entry, fold, place

DRAFT_FIELDS = (
    *("question", "alternatives", "answer", "topic", "lang"),
    *("source", "body", "scope", "valid_until"),
)
"""The fields of a draft that a vetter can change, in the order shown."""

GLIMPSE = 100
"""Characters at most that a list shows of an old answer which is not surely about the question."""

QUOTED = 300
"""How many characters of a question are repeated where a command about it was given elsewhere."""


def preview(carried: Words, lang: str) -> Words:
    """What the asker would read, for the desk."""
    return page(paragraph(say(lang, "preview")), carried)


def card(case: Case, has: str, zone: tzinfo, lang: str) -> Words:
    """The first message of a case's thread at the desk, as the case stands.

    Args:
        case: The case.
        has: Who works on it; empty: nobody.
        zone: In which the desk reads times.
        lang: The desk's language.
    """
    facts = [_standing(case, has, zone, lang)]
    if case.demand:
        count = "case_demand" if case.demand > 1 else "case_demand_one"
        facts.append(say(lang, f"{count}_flag" if case.about_entry else count, count=case.demand))
    if not case.about_entry:
        facts.append(
            say(lang, "case_topic", topic=case.topic) if case.topic else say(lang, "case_no_topic")
        )
    about, where = "flag" if case.about_entry else "case", "direct" if case.direct else "room"
    place = say(lang, f"{about}_from_{where}")
    facts.append(say(lang, "case_since", place=place, since=moment(case.opened_at, zone, lang)))
    if case.answer_by and case.status in AT_WORK:
        facts.append(say(lang, "case_due", at=moment(case.answer_by, zone, lang)))
    if case.patient:
        facts.append(say(lang, "case_waited"))
    if case.officials:
        facts.append(
            say(lang, "case_for_body", body=case.body) if case.body else say(lang, "case_officials")
        )
    if case.why and not case.about_entry:
        facts.append(say(lang, "case_why", why=say(lang, case.why)))
    if case.hidden:
        facts.append(say(lang, "hidden", count=case.hidden))
    title = "flag_title" if case.about_entry else "case_title"
    parts = [
        strong(say(lang, title, case=case.id, language=language_name(case.lang, lang))),
        quote(case.question),
        items(facts),
    ]
    if case.told:
        parts += [paragraph(say(lang, "case_told")), quote(case.told)]
    if case.about_entry:
        parts += [_about(case, lang)] if case.near and not case.ended else []
    elif case.status in AT_WORK:
        parts += [_nearest(case, lang), paragraph(_how(case, lang))]
    return page(*parts)


def _how(case: Case, lang: str) -> str:
    """What can be done with the case; names no entry that is past, or that may be wrong."""
    served = (n for n, near in case.numbers.items() if not (near.held_until or near.doubted))
    number = next(served, None)
    send = "" if number is None else say(lang, "case_how_send", number=number)
    return say(lang, "case_how", send=send)


def _standing(case: Case, has: str, zone: tzinfo, lang: str) -> str:
    match case.status:
        case Status.CLAIMED if has:
            return say(lang, "standing_claimed", who=has)
        case Status.SNOOZED if case.snoozed_until:
            return say(lang, "standing_snoozed", until=moment(case.snoozed_until, zone, lang))
        case Status.MERGED:
            return say(lang, "standing_merged", case=case.merged_into)
        case status:
            return say(lang, "standing", status=say(lang, f"status_{status}"))


def _about(case: Case, lang: str) -> Words:
    """The entry that somebody said is wrong; how to work on it stands below, in the thread."""
    entry = case.near[0]
    return paragraph(say(lang, "flag_entry", entry=entry.entry_id, source=entry.source or "—"))


def _nearest(case: Case, lang: str) -> Words:
    if not case.near:
        return paragraph(say(lang, "case_none_near"))
    nearest = [
        f"{number} · {each.score:.2f} · {each.lang} · {each.entry_id} · {each.question}"
        + (f" · {each.source}" if each.source else "")
        + (f" · {say(lang, 'case_doubted')}" if each.doubted else "")
        + (f"\n{_held(each, lang)}" if each.held_until else "")
        for number, each in case.numbers.items()
    ]
    return page(paragraph(say(lang, "case_near")), items(nearest))


def _held(near: Near, lang: str) -> str:
    until = day(date.fromisoformat(near.held_until), lang)
    if near.fits:
        return say(lang, "case_held", date=until, answer=near.answer.strip())
    first = near.answer.strip().partition("\n")[0]
    begins = shorten(first, GLIMPSE, placeholder=" …")
    return say(lang, "case_past", date=until, begins=begins)


def moment(at: datetime, zone: tzinfo, lang: str) -> str:
    """A time as people write it: 23 November 2026 09:30."""
    local = at.astimezone(zone)
    return f"{day(local.date(), lang)} {local:%H:%M}"


def noted(who: str, text: str, lang: str) -> Words:
    """A responder's note for the others, written elsewhere than in the case's thread."""
    return page(paragraph(say(lang, "noted", who=who)), quote(text))


def written(name: str, text: str, lang: str, hidden: int = 0, *, case: int = 0) -> Words:
    """Words of somebody who waits for an answer, for the desk.

    Args:
        name: Of the sentence that says whose words these are.
        text: The words.
        lang: The desk's language.
        hidden: How many signs that can't be seen were left out of them.
        case: Theirs, where the sentence names it.
    """
    return page(paragraph(say(lang, name, case=case)), quote(text), *_hidden(hidden, lang))


def parted(case: Case, into: Case, lang: str) -> Words:
    """That an asker does not take what came of the case that theirs was merged into."""
    if not into.told:
        return paragraph(say(lang, "reopened_closed", case=case.id))
    first = say(lang, "parted", case=case.id, into=into.id)
    return page(paragraph(first), quote(into.told))


def _hidden(count: int, lang: str) -> list[Words]:
    return [paragraph(say(lang, "hidden", count=count))] if count else []


def sent(case: Case, responder: Responder, lang: str) -> Words:
    """Tells the desk that an answer went out, and shows the entry it could become."""
    role = say(lang, f"role_{responder.role}", body=responder.body)
    return paragraph(say(lang, "sent", case=case.id, role=role))


def draft(
    case: Case, lang: str, today: date, scopes: frozenset[str], *, again: bool = False
) -> Words:
    """The entry that an answered case would become, and how to change or publish it.

    Args:
        case: With a draft; without one there is nothing to show.
        lang: The desk's language.
        today: Shown as the day on which it was checked.
        scopes: The places that entries are served for here.
        again: Whether it was shown before: what has not changed since is left out.
    """
    draft = case.draft
    if draft is None:
        return illegal(case, lang)
    spoken = draft.lang if speaks(draft.lang) else FALLBACK
    read = replies.answer(drafts.entry(draft, "draft", today), spoken)
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
        quoted(read),
        paragraph(fields),
        *_wordings(draft, lang),
        *_personal(draft, lang),
        *([_nearest(case, lang)] if case.near and not again else []),
        *(
            [paragraph(say(lang, "draft_scope", scope=draft.scope))]
            if place(draft.scope) not in scopes
            else []
        ),
        *_missing(missing(draft), lang),
        *([paragraph(say(lang, "draft_corrects", entry=draft.corrects))] if draft.corrects else []),
        paragraph(
            say(lang, "draft_how_again" if again else "draft_how", fields=", ".join(DRAFT_FIELDS))
        ),
    )


def _missing(fields: Sequence[str], lang: str) -> list[Words]:
    if not fields:
        return []
    told = say(lang, "draft_missing", fields=", ".join(fields), field=fields[0])
    if fields == ["source"]:
        told = f"{told} {say(lang, 'draft_source')}"
    return [paragraph(told)]


def _wordings(draft: Draft, lang: str) -> list[Words]:
    if not draft.others:
        return []
    listed = page(paragraph(say(lang, "draft_wordings")), items(draft.others))
    others = set(map(fold, draft.others))
    tied = [
        f"“{each.wording}” ({each.entry_id}, {each.scope})"
        for each in draft.ties
        if fold(each.wording) in others
    ]
    # Apart from the list, whose lines a vetter may copy.
    return [
        listed,
        *([paragraph(say(lang, "draft_tied", wordings=", ".join(tied)))] if tied else []),
    ]


def _personal(draft: Draft, lang: str) -> list[Words]:
    """What was left out of the question and its wordings, and what else looks personal."""
    asked = "\n".join((draft.question, *draft.others))
    out = privacy.left_out(asked)
    still = {
        *privacy.found(asked),
        *privacy.NEVER_KNOWLEDGE.intersection(privacy.found(draft.answer)),
    }
    lines = [say(lang, "draft_masked", kinds=_kinds(out, lang))] if out else []
    if still:
        kinds = [kind for kind in privacy.Kind if kind in still]
        lines.append(say(lang, "draft_personal", kinds=_kinds(kinds, lang)))
    return [paragraph("\n".join(lines))] if lines else []


def _kinds(kinds: Sequence[privacy.Kind], lang: str) -> str:
    return ", ".join(privacy.placeholder(kind, lang).strip("[]") for kind in kinds)


def conflict(rivals: Sequence[Entry], lang: str, *, corrects: bool = False) -> Words:
    """Why a draft is not published: what else answers the same question, and the ways out.

    Args:
        rivals: What else does.
        lang: The desk's language.
        corrects: Whether the draft is the next version of an entry.
    """
    parts = [paragraph(say(lang, "vet_conflict"))]
    for rival in rivals:
        parts += [
            strong(f"{rival.id}: {rival.question}"),
            quote(rival.answer),
            paragraph(say(lang, "vet_conflict_of", source=rival.source, body=rival.body or "—")),
        ]
        if rival.alternatives:
            parts.append(paragraph(say(lang, "vet_conflict_wordings")))
            parts.append(items(rival.alternatives))
    ways = say(lang, "vet_ways_flagged" if corrects else "vet_ways", entry=rivals[0].id)
    return page(*parts, paragraph(ways))


def missing(draft: Draft) -> list[str]:
    """The fields without which a draft is not published."""
    return [name for name in ("question", "answer", "topic", "source") if not getattr(draft, name)]


def asked(case: Case) -> list[Words]:
    """The question of a case that a command was about, where its thread does not show it."""
    short = shorten(case.question, QUOTED, placeholder=" …")
    return [quote(short)] if short else []


def illegal(case: Case, lang: str, *, vets: bool = False, held: bool = False) -> Words:
    """A move that the case can't make now, why, and what can be done next.

    Args:
        case: The case.
        lang: The desk's language.
        vets: Whether it is told to somebody who may vet its answer.
        held: Whether it is somebody else's than theirs.
    """
    name = f"move_{case.status}"
    if case.has_answer and not vets:
        name += "_others"
    elif case.status is Status.SNOOZED and held:
        name += "_held"
    return paragraph(say(lang, "illegal", case=case.id, why=say(lang, name)))


def flagged(entry: Entry, lang: str) -> Words:
    """What officials can do about an entry of which somebody said that it is wrong."""
    first = say(lang, "flag_opened", entry=entry.id)
    how = paragraph(say(lang, "flag_how"))
    return page(paragraph(first), quote(entry.answer.strip()), how)


def flag_reason(why: str, lang: str, hidden: int = 0, *, changed: bool = False) -> Words:
    """Why somebody says that an entry is wrong, or what that reads now; see ``written``."""
    first = say(lang, "flag_reason_changed" if changed else "flag_reason")
    return page(paragraph(first), quote(why), *_hidden(hidden, lang))


def answer_doubted(why: str, lang: str, hidden: int = 0) -> Words:
    """That somebody says that an answer is wrong which is no entry; ``why`` may be empty."""
    first = paragraph(say(lang, "answer_doubted"))
    return page(first, *([quote(why)] if why else []), *_hidden(hidden, lang))


def told_of_change(tally: Tally, lang: str) -> Words:
    """How many of those who got an old answer were told of its change."""
    name = "change_withdrawn" if tally.withdrawn else "change_advice"
    first = say(lang, name, entry=tally.entry_id, version=tally.version)
    count = say(lang, "change_told", told=tally.told, unreachable=tally.unreachable)
    if tally.waiting:
        count += " " + say(lang, "change_waiting", waiting=tally.waiting)
    return page(paragraph(first), paragraph(count))


def commands(lang: str) -> Words:
    """What responders can do."""
    lines = say(lang, "help_lines").splitlines()
    return page(paragraph(say(lang, "help_title")), items(lines))
