"""What is kept and told once a second person approved an answer."""

from __future__ import annotations

from dataclasses import replace

from bot import replies
from bot.audience import Audience
from bot.authorship import Draft
from bot.cases import Case
from bot.deeds import Deed, What
from bot.messages import Kind, Message, Outgoing, Style
from bot.outcome import Given, Revision
from bot.routing import Roster, called
from bot.words import Words
from knowledge.change import same_words
from knowledge.entry import Entry


def revision(roster: Roster, message: Message, case: Case, draft: Draft) -> Revision:
    """Who wrote and who approved what is published, and for which case."""
    author = draft.rewrites[-1].by[-1] if draft.rewrites else case.answered_by
    by = roster.get(author or "")
    return Revision(
        author=called(by) if by else "",
        vetter=called(roster[message.sender]),
        reason=f"flagged, case {case.id}" if draft.corrects else f"case {case.id}",
        author_person=author,
        vetter_person=message.sender,
        wrote=tuple(sorted(case.writers)),
    )


async def told(
    audience: Audience, message: Message, case: Case, entry: Entry, ended: str
) -> tuple[tuple[Outgoing, ...], tuple[Given, ...]]:
    """Tells those who wait for the case's answer; or said that an entry is wrong: ``ended``.

    Who waits where the entry does not hold keeps what a person answered.
    """
    changed = not same_words(case.told, entry.answer)

    def words(lang: str) -> Words:
        if ended:
            return replies.flag_ended(ended, entry, lang)
        return replies.vetted(entry, lang, changed=changed)

    said = await audience.told(case, message.ref, "corrected" if changed else "vetted", words)
    given = await audience.given(case, entry, said)
    if not ended:
        said, given = audience.there(entry, said, given)
        said = audience.as_answer(case, said)
    if not changed:
        # What they have is right: nobody has to be alerted.
        said = tuple(replace(each, style=Style.NOTICE, mentions=()) for each in said)
    return said, given


def vetted(case: Case, message: Message) -> tuple[Deed, ...]:
    """What was done for others by approving an answer, and by having written it."""
    deeds = [approved(case, message)]
    others = case.writers - {case.answered_by}
    if case.answered_by and case.answered_by != case.asker and not others:
        deeds.append(Deed(case.answered_by, What.WAS_VETTED, case.id))
    return tuple(deeds)


def approved(case: Case, message: Message) -> Deed:
    """A tap counts for who vetted while it stands; the answer stays vetted without it too."""
    tap = message.ref if message.kind is Kind.REACTION else None
    return Deed(message.sender, What.VETTED, case.id, ref=tap)
