"""Every message the bot writes to citizens: which sentences, in which order.

The sentences stand in ``bot/catalogue``. Responders' and citizens' words go through
unchanged; ``bot/words.py`` escapes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.cases import Case
from bot.catalogue import FALLBACK, day, language_name, say, weekday
from bot.config import Responder, Role
from bot.durations import expected
from bot.expectation import Expectation
from bot.words import Words, page, paragraph, quote, strong
from knowledge.entry import Entry

SHOUTS = {"en": "!people", "nl": "!mensen"}
"""What a citizen writes to go to people at once, by language; each is heard in all of them."""

PEOPLE = SHOUTS[FALLBACK]
"""The one that everybody is told who reads no other."""


VOLUNTEERS = "volunteers"
"""``Entry.vetted_by`` when a volunteer vetted it; otherwise it is the official's body."""


def answer(entry: Entry, lang: str, *, doubted: bool = False, stale: bool = False) -> Words:
    """An entry as citizens read it, word for word, with where it comes from.

    Args:
        entry: What to show.
        lang: The language in which the bot speaks around it.
        doubted: Whether people look at it because somebody said that it is wrong.
        stale: Whether it is the translation of what its original said once.
    """
    parts = [strong(entry.question), paragraph(entry.answer.strip())]
    if entry.lang != lang:
        first = f"{say(lang, 'another_language')} {_in_language(entry, lang)}"
        parts.insert(0, paragraph(first))
    if doubted:
        parts.append(paragraph(say(lang, "doubted")))
    if stale:
        parts.append(paragraph(say(lang, "stale")))
    return page(*parts, paragraph(_provenance(entry, lang)), _bot(lang))


def _again(
    first: Words, entry: Entry, lang: str, *question: Words, marks: Sequence[Words] = ()
) -> Words:
    """What an entry says now, for somebody who has an answer; in which language, if another."""
    if entry.lang != lang:
        first = page(first, paragraph(_in_language(entry, lang)))
    provenance = paragraph(_provenance(entry, lang))
    return page(first, *question, quote(entry.answer.strip()), *marks, provenance)


def _in_language(entry: Entry, lang: str) -> str:
    name = language_name(entry.lang, lang)
    return say(lang, "in_language", language=name, people=shout(lang))


def _provenance(entry: Entry, lang: str) -> str:
    lines = [say(lang, "source", source=entry.source)] if entry.source else []
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


def shout(lang: str) -> str:
    """What somebody who reads that language is told to write to go to people."""
    return SHOUTS.get(lang, PEOPLE)


def _bot(lang: str) -> Words:
    return paragraph(say(lang, "bot", people=shout(lang)))


def handover(
    case: Case, lang: str, expectation: Expectation, *, waited: bool, wanted: bool = False
) -> Words:
    """Tells the asker that people have the question, and what happens next.

    Args:
        case: Theirs.
        lang: The language in which they are told.
        expectation: How long it takes.
        waited: Whether it was left to the room first.
        wanted: Whether they asked for people: then the bot did not look for an answer.
    """
    how = "handover_wanted" if wanted else "handover_waited" if waited else "handover"
    first = say(lang, how, case=case.id)
    name = "what_next_direct" if case.direct else "what_next"
    return page(paragraph(first), paragraph(say(lang, name, expected=expected(expectation, lang))))


def slipped(expectation: Expectation, lang: str) -> Words:
    """Tells the asker that it takes longer than they were told."""
    return paragraph(say(lang, "slipped", expected=expected(expectation, lang, again=True)))


def put_off(on: date, lang: str) -> Words:
    """Tells the asker that it takes longer, and on which day their question is looked at again."""
    again = say(lang, "expect_put_off", day=weekday(on, lang))
    return paragraph(say(lang, "slipped", expected=again))


def introduction(lang: str) -> Words:
    """Who the bot is and what it does, for a greeting."""
    return paragraph(say(lang, "introduction", people=shout(lang)))


def people_how(lang: str) -> Words:
    """How to reach people, for a call for people without a question."""
    return paragraph(say(lang, "people_how", people=shout(lang)))


def carried(text: str, responder: Responder, lang: str, asked_in: str = "") -> Words:
    """A responder's words as the asker reads them, marked with whom they come from.

    Args:
        text: The words.
        responder: Whose they are.
        lang: The language in which the bot speaks to who reads them.
        asked_in: The language of the question that they answer, where who reads them asked the
            same in another one; else empty.
    """
    if responder.role is Role.OFFICIAL:
        first = say(lang, "from_official", body=responder.body)
    else:
        first = say(lang, "from_volunteer")
    return page(
        paragraph(first), quote(text), *_foreign(asked_in, lang), paragraph(say(lang, "helped"))
    )


def _foreign(asked_in: str, lang: str) -> list[Words]:
    if not asked_in:
        return []
    words = say(lang, "asked_in", language=language_name(asked_in, lang), people=shout(lang))
    return [paragraph(words)]


def vetted(entry: Entry, lang: str, *, changed: bool) -> Words:
    """Tells the asker that the answer they have was vetted, and shows it as it holds now.

    Word for word also where nothing changed: on a phone what was said before is far above.
    """
    name = "was_corrected" if changed else "was_vetted"
    if entry.vetted_by == VOLUNTEERS:
        first = paragraph(say(lang, f"{name}_by_volunteer"))
    else:
        first = paragraph(say(lang, name, body=entry.vetted_by))
    return _again(first, entry, lang)


def corrected(
    entry: Entry, lang: str, link: str = "", *, doubted: bool = False, stale: bool = False
) -> Words:
    """Tells somebody that the answer they got has changed, and how it reads now.

    Args:
        entry: As it is now.
        lang: The language in which they are told.
        link: Where the answer stands, when that is a room that was replaced.
        doubted, stale: As for ``answer``.
    """
    first = paragraph(say(lang, "corrected_before" if link else "corrected", link=link))
    marks = [(doubted, "doubted"), (stale, "stale")]
    told = [paragraph(say(lang, name)) for marked, name in marks if marked]
    return _again(first, entry, lang, strong(entry.question), marks=told)


def being_checked(lang: str) -> Words:
    """Tells somebody that the answer they got is a translation that may be old."""
    return paragraph(say(lang, "being_checked"))


def still_holds(lang: str) -> Words:
    """Tells them that it holds after all."""
    return paragraph(say(lang, "still_holds"))


def flag_ended(name: str, entry: Entry | None, lang: str) -> Words:
    """Tells somebody what came of what they said about an answer.

    Args:
        name: Of the sentence.
        entry: As it reads now; None: it was withdrawn.
        lang: The language in which they are told.
    """
    first = paragraph(say(lang, name))
    if entry is None:
        return first
    return _again(first, entry, lang)


def flag_closed(reason: str, lang: str) -> Words:
    """Tells somebody that the answer stays as it is, and why."""
    return page(paragraph(say(lang, "flag_closed")), quote(reason))


def withdrawn(lang: str) -> Words:
    """Stands where an answer stood that holds no more."""
    return paragraph(say(lang, "withdrawn_answer", people=shout(lang)))


def withdrawn_news(lang: str, link: str = "") -> Words:
    """Tells somebody that the answer they got holds no more; see ``corrected``."""
    name = "withdrawn_before" if link else "withdrawn_news"
    return paragraph(say(lang, name, people=shout(lang), link=link))


def known_instead(
    entry: Entry, lang: str, *, doubted: bool = False, stale: bool = False, compared: bool = True
) -> Words:
    """An entry for an asker whose answer does not hold: somebody had given another one.

    Args:
        entry, lang, doubted, stale: As for ``answer``.
        compared: Whether it is known that the other one says something else.
    """
    now = answer(entry, lang, doubted=doubted, stale=stale)
    return page(paragraph(say(lang, "known_instead" if compared else "known_too")), now)


def rejected_to_asker(lang: str) -> Words:
    """Tells the asker to wait with acting on an answer."""
    return paragraph(say(lang, "was_rejected"))


def closed_to_asker(lang: str, reason: str) -> Words:
    """Tells the asker that no answer comes, and why."""
    how = paragraph(say(lang, "closed_how"))
    return page(paragraph(say(lang, "closed_unanswered")), quote(reason), how)


def merged_to_asker(lang: str, *, own: bool = False) -> Words:
    """Tells the asker that somebody, or they themselves, asked the same: one answer comes."""
    return paragraph(say(lang, "merged_own" if own else "merged_to_asker"))


def left_alone(lang: str) -> Words:
    """Tells somebody who joined a question that it was taken back."""
    return paragraph(say(lang, "left_alone"))


def asks_back(text: str, responder: Responder, lang: str) -> Words:
    """A responder's question to the asker."""
    if responder.role is Role.OFFICIAL:
        first = say(lang, "official_asks", body=responder.body)
    else:
        first = say(lang, "volunteer_asks")
    return page(paragraph(first), quote(text), paragraph(say(lang, "ask_how")))


def ask_changed(text: str, responder: Responder, lang: str) -> Words:
    """Tells the asker that a responder's question above was changed, and how it reads now."""
    if responder.role is Role.OFFICIAL:
        first = say(lang, "ask_changed_by_official", body=responder.body)
    else:
        first = say(lang, "ask_changed_by_volunteer")
    return page(paragraph(first), quote(text))


def answer_changed(text: str, responder: Responder, lang: str, asked_in: str = "") -> Words:
    """Tells the asker that an answer above was changed, and how it reads now; see ``carried``."""
    if responder.role is Role.OFFICIAL:
        first = say(lang, "changed_by_official", body=responder.body)
    else:
        first = say(lang, "changed_by_volunteer")
    return page(paragraph(first), quote(text), *_foreign(asked_in, lang))


def answer_taken_back(lang: str) -> Words:
    """Tells the asker that an answer does not hold any more."""
    return paragraph(say(lang, "answer_taken_back"))


def no_files(lang: str) -> Words:
    """Asks for words instead of a picture or a voice message."""
    return paragraph(say(lang, "no_files", people=shout(lang)))


def over_budget(of: str, minutes: int, lang: str, *, alone: bool) -> Words:
    """Tells that the bot answers no more for now: a ``person``, or anybody in a ``room``.

    Or that it passes no ``more`` on to those who have the person's question.
    """
    words = say(lang, f"over_budget_{of}", minutes=minutes)
    return paragraph(words if alone else f"{words} {say(lang, 'over_budget_others')}")


def question_full(lang: str) -> Words:
    """Tells the asker that nothing more is added to a question that waits in its room."""
    return paragraph(say(lang, "question_full"))


def crowded(lang: str) -> Words:
    """Tells those in a direct chat that is none any more why the bot is silent there."""
    return paragraph(say(lang, "crowded"))


def unreadable(lang: str) -> Words:
    """Asks to repeat what could not be decrypted."""
    return paragraph(say(lang, "unreadable"))


def plain(lang: str, name: str, **values: object) -> Words:
    """One sentence of the catalogue by itself."""
    return paragraph(say(lang, name, **values))
