"""How a responder's answer becomes an entry: a second, entitled person approves.

The draft is shown as soon as there is an answer, and again after each change, so that what is
approved is what was shown.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from bot import briefing, replies
from bot.audience import Audience
from bot.cases import Case, Draft, Event
from bot.catalogue import say
from bot.commands import Command, Verb, parse_fields
from bot.config import Responder, Role
from bot.deeds import Deed, What
from bot.desk import Desk
from bot.messages import Message, Outgoing, Style, key_for
from bot.outcome import Given, Outcome
from bot.ports import Clock
from bot.routing import Rooms
from bot.words import Words
from knowledge.entry import URL, Entry, Severity, check


@dataclass(frozen=True, slots=True)
class Vetting:
    """Handles ``!edit``, ``!vet`` and ``!reject``.

    Attributes:
        rooms: Where words go, and who may vet.
        clock: Now.
        desk: Speaks to responders.
        audience: Who waits for a case's answer.
    """

    rooms: Rooms
    clock: Clock
    desk: Desk
    audience: Audience

    async def run(self, command: Command, message: Message, case: Case) -> Outcome:
        """All that a vetter's command changes.

        Raises:
            IllegalMove: The case can't do that now; tell the person.
        """
        case.after(Event.VET)  # All three need an answer that is not yet vetted.
        if command.verb is Verb.EDIT:
            return self._edit(message, case, command.text)
        if refusal := self._refusal(message, case):
            return self._told(message, case, "vet refused", refusal)
        if command.verb is Verb.VET:
            return await self._vet(message, case)
        return await self._reject(message, case, command.text)

    def _refusal(self, message: Message, case: Case) -> Words | None:
        lang = self.rooms.desk_lang
        if message.sender == case.answered_by:
            reason = "vet_own"
        elif not self.rooms.may_vet(message.sender, case):
            reason = "vet_not_entitled"
        else:
            return None
        text = say(lang, reason)
        return replies.plain(lang, "vet_not_you", case=case.id, reason=text)

    def _edit(self, message: Message, case: Case, text: str) -> Outcome:
        lang = self.rooms.desk_lang
        draft = case.draft
        own = message.sender == case.answered_by
        if draft is None or not (own or self.rooms.may_vet(message.sender, case)):
            refusal = self._refusal(message, case) or briefing.illegal(case, lang)
            return self._told(message, case, "edit refused", refusal)
        try:
            changed = _changed(draft, text, self.clock().date())
        except ValueError as error:
            wrong = replies.plain(lang, "draft_wrong", text=error)
            return self._told(message, case, "edit wrong", wrong)
        shown = self.rooms.shown(message, briefing.draft(changed, lang), case)
        return Outcome("edited", message.ref, replace(case, draft=changed), outgoing=(shown,))

    async def _vet(self, message: Message, case: Case) -> Outcome:
        lang = self.rooms.desk_lang
        draft = case.draft
        vetter = self.rooms.roster[message.sender]
        if draft is None:
            return self._told(message, case, "vet refused", briefing.illegal(case, lang))
        if not draft.source and vetter.role is Role.OFFICIAL and vetter.body:
            draft = replace(draft, source=vetter.body)
        if fields := briefing.missing(draft):
            words = replies.plain(lang, "vet_incomplete", fields=", ".join(fields))
            return self._told(message, case, "vet incomplete", words)
        entry = self._entry(case, draft, vetter)
        published = replies.plain(lang, "published", entry=entry.id, version=entry.version)
        vetted = replace(case.after(Event.VET), draft=draft)
        told, given = await self._told_askers(message, case, entry)
        outcome = self.desk.done(message, published, vetted, reason="vetted", first=told)
        return replace(outcome, entry=entry, also_given=given, deeds=_vetted(case, message.sender))

    def _entry(self, case: Case, draft: Draft, vetter: Responder) -> Entry:
        by_official = vetter.role is Role.OFFICIAL and vetter.body
        return Entry(
            id=f"desk-{case.id}-{key_for(case.asked, 'entry')[5:13]}",
            lang=draft.lang,
            topic=draft.topic,
            question=draft.question,
            answer=draft.answer,
            source=draft.source,
            body=draft.body or (vetter.body if by_official and vetter.body else ""),
            scope=draft.scope,
            checked=self.clock().date(),
            valid_until=draft.valid_until,
            vetted_by=by_official or replies.VOLUNTEERS,
        )

    async def _told_askers(
        self, message: Message, case: Case, entry: Entry
    ) -> tuple[tuple[Outgoing, ...], tuple[Given, ...]]:
        changed = case.told != entry.answer

        def words(lang: str) -> Words:
            return replies.vetted(entry, lang, changed=changed)

        told = await self.audience.told(
            case, message.ref, "corrected" if changed else "vetted", words
        )
        given = self.audience.given(case, entry, told)
        if not changed:
            # What they have is right: nobody has to be alerted.
            told = tuple(replace(each, style=Style.NOTICE, mentions=()) for each in told)
        return told, given

    async def _reject(self, message: Message, case: Case, reason: str) -> Outcome:
        lang = self.rooms.desk_lang
        if not reason:
            return self._told(message, case, "told", replies.plain(lang, "reject_empty"))
        back = case.after(Event.REJECT)
        who = self.rooms.roster[message.sender].id
        told = replies.plain(lang, "rejected", who=who, case=case.id)
        return self.desk.done(
            message,
            told,
            back,
            reason="rejected",
            alert=self.rooms.working_on(case),
            first=await self.audience.told(
                case, message.ref, "rejected", replies.rejected_to_asker
            ),
        )

    def _told(self, message: Message, case: Case, reason: str, words: Words) -> Outcome:
        return self.desk.tell(message, words, case, reason=reason)


def _vetted(case: Case, vetter: str) -> tuple[Deed, ...]:
    """What was done for others by approving an answer, and by having written it."""
    deeds = [Deed(vetter, What.VETTED, case.id)]
    if case.answered_by:
        deeds.append(Deed(case.answered_by, What.WAS_VETTED, case.id))
    return tuple(deeds)


def first_draft(case: Case, responder: Responder, answer: str, today: date) -> Draft:
    """The entry that an answered case would become, before anybody edits it.

    The source is the first web address in the answer, else the body whose official answers;
    a volunteer's answer without one waits for a source.
    """
    url = URL.search(answer)
    body = responder.body or "" if responder.role is Role.OFFICIAL else ""
    return Draft(
        question=case.question,
        answer=answer,
        topic=case.topic or "general",
        lang=case.lang,
        source=url.group().rstrip(".,;:!?)") if url else body,
        body=body,
        scope=case.scope,
        valid_until=replies.until(today),
    )


def _changed(draft: Draft, text: str, today: date) -> Draft:
    """The draft with the fields that a vetter wrote.

    Raises:
        ValueError: A field or value is not allowed; its text says what is.
    """
    names = ", ".join(briefing.DRAFT_FIELDS)
    try:
        values = parse_fields(text, briefing.DRAFT_FIELDS)
    except ValueError:
        values = {}
    if not values:
        raise ValueError(f"!edit field: value; fields: {names}")
    changes: dict[str, Any] = dict(values)
    if end := values.get("valid_until"):
        try:
            changes["valid_until"] = date.fromisoformat(end)
        except ValueError:
            raise ValueError(f"valid_until: {end!r}; write it as 2027-12-31") from None
        if changes["valid_until"] < today:
            raise ValueError(f"valid_until: {end} lies in the past")
    draft = replace(draft, **changes)
    entry = Entry("draft", draft.lang, draft.topic, draft.question, draft.answer, source="-")
    for problem in check(entry, today):
        if problem.severity is Severity.ERROR and problem.field in values:
            raise ValueError(f"{problem.field}: {problem.text}")
    return draft
