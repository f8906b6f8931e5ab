"""How a responder's answer becomes an entry: a second, entitled person approves.

Rules:

- The draft is shown as soon as there is an answer, and again after each change, so that what is
  approved is what was shown.
- Nobody approves their own words: neither who answered, nor who last changed the answer's words.
- No two entries that are served may answer one question for one place differently. The vetter
  puts the draft in the other's place, keeps the other one, or narrows the place. Across languages
  see ``bot.kinship``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot import briefing, drafts, kinship, replies
from bot.audience import Audience
from bot.cases import Case, Draft, Event
from bot.catalogue import say
from bot.commands import Command, Verb
from bot.config import Responder, Role
from bot.deeds import Deed, What
from bot.desk import Desk
from bot.kinship import Said
from bot.messages import Message, Outgoing, Style, key_for
from bot.outcome import Given, Outcome, Revision
from bot.ports import Clock, Store
from bot.rivals import FindRivals, Rivals
from bot.routing import Rooms
from bot.words import Words, page
from knowledge.entry import NATIONAL, Entry, fold


@dataclass(frozen=True, slots=True)
class Vetting:
    """Handles ``!edit``, ``!vet`` and ``!reject``.

    Attributes:
        store, clock: The ports.
        rooms: Where words go, and who may vet.
        desk: Speaks to responders.
        audience: Who waits for a case's answer.
        rivals: Finds what else answers the same question.
    """

    store: Store
    clock: Clock
    rooms: Rooms
    desk: Desk
    audience: Audience
    rivals: FindRivals

    async def run(self, command: Command, message: Message, case: Case) -> Outcome:
        """All that a vetter's command changes.

        Raises:
            IllegalMove: The case can't do that now; tell the person.
        """
        case.after(Event.VET)  # All three need an answer that is not yet vetted.
        if command.verb is Verb.EDIT:
            return self._edit(message, case, command.text)
        if refusal := self._refusal(message, case, words=command.verb is Verb.VET):
            return self._told(message, case, "vet refused", refusal)
        if command.verb is Verb.VET:
            return await self._vet(message, case, command.text)
        return await self._reject(message, case, command.text)

    def _refusal(self, message: Message, case: Case, *, words: bool = True) -> Words | None:
        """Why this person may not, and who may.

        Args:
            message: Theirs.
            case: The case.
            words: Whether having written the answer's words bars them too.
        """
        lang = self.rooms.desk_lang
        bar = self.rooms.vet_bar(message.sender, case)
        if not bar or (bar == "vet_own_words" and not words):
            return None
        draft = case.draft
        topic, body = (draft.topic, draft.body) if draft else (case.topic, case.body)
        reason = say(lang, bar, topic=topic or "—", body=body or "—")
        if names := self.rooms.vetters(case):
            who = say(lang, "vet_who", names=", ".join(names))
        else:
            who = say(lang, "vet_nobody_else" if bar == "vet_own_words" else "vet_nobody")
        return replies.plain(lang, "vet_not_you", case=case.id, reason=reason, who=who)

    def _edit(self, message: Message, case: Case, text: str) -> Outcome:
        lang, draft = self.rooms.desk_lang, case.draft
        if draft is None or not self.rooms.may_edit(message.sender, case):
            refusal = self._refusal(message, case) or briefing.illegal(case, lang)
            return self._told(message, case, "edit refused", refusal)
        today = self.rooms.day(self.clock())
        try:
            changed = drafts.changed(draft, text, briefing.DRAFT_FIELDS, today)
        except ValueError as error:
            wrong = replies.plain(lang, "draft_wrong", text=error)
            return self._told(message, case, "edit wrong", wrong)
        if changed.scope != draft.scope and (unserved := self._unserved(changed.scope)):
            return self._told(message, case, "edit refused", unserved)
        if changed.answer != draft.answer:
            own = message.sender == case.answered_by or changed.answer == case.told
            changed = replace(changed, worded_by="" if own else message.sender)
        case = replace(case, draft=changed)
        return Outcome("edited", message.ref, case, outgoing=(self.rooms.shown(message, case),))

    def _unserved(self, scope: str) -> Words | None:
        """That nobody would be given what holds for that place, if so."""
        if (scopes := self.rooms.scopes()) >= {scope}:
            return None
        known = ", ".join(sorted(scopes))
        return replies.plain(self.rooms.desk_lang, "scope_unserved", scope=scope, scopes=known)

    async def _vet(self, message: Message, case: Case, text: str) -> Outcome:
        lang, draft = self.rooms.desk_lang, case.draft
        vetter = self.rooms.roster[message.sender]
        if draft is None:
            return self._told(message, case, "vet refused", briefing.illegal(case, lang))
        if not draft.source and vetter.role is Role.OFFICIAL and vetter.body:
            draft = replace(draft, source=vetter.body)
        case = replace(case, draft=draft)
        entry = self._entry(case, draft, vetter)
        text, said = kinship.parsed(text)
        way, _, target = text.partition(" ")
        rivals = await self.rivals.of(entry)
        if not way:
            return await self._publish(message, case, entry, rivals, said)
        old = await self._named(case, target.strip(), rivals)
        match way.casefold():
            case "supersede" | "merge" if old is None:
                words = replies.plain(lang, "vet_target", entry=target.strip() or "?")
                return self._told(message, case, "vet refused", words)
            case "supersede" if old:
                if old.id in {each.id for each in rivals.across} and old.scope == entry.scope:
                    return await self._replace(message, case, entry, old, rivals, said)
                return await self._supersede(message, case, entry, old, said)
            case "merge" if old:
                return await self._merge(message, case, draft, old)
            case _:
                words = replies.plain(lang, "vet_how")
                return self._told(message, case, "vet refused", words)

    async def _named(self, case: Case, entry_id: str, rivals: Rivals) -> Entry | None:
        """The entry of that id, if it is a rival or was near the question, and is served there."""
        known = {each.id for each in (*rivals.same, *rivals.wider, *rivals.across)}
        known |= {each.entry_id for each in case.near}
        if entry_id not in known:
            return None
        today = self.rooms.day(self.clock())
        found = await self.store.entries([entry_id])
        return next((each for each in found if each.holds_on(today)), None)

    def _entry(self, case: Case, draft: Draft, vetter: Responder) -> Entry:
        by_official = vetter.role is Role.OFFICIAL and vetter.body
        return drafts.entry(
            draft,
            f"desk-{case.id}-{key_for(case.asked, 'entry')[5:13]}",
            self.rooms.day(self.clock()),
            vetted_by=by_official or replies.VOLUNTEERS,
            body=by_official or "",
        )

    async def _replace(
        self, message: Message, case: Case, entry: Entry, old: Entry, rivals: Rivals, said: Said
    ) -> Outcome:
        """``!vet supersede`` of an entry in another language: that one is withdrawn."""
        lang = self.rooms.desk_lang
        if not self._may_replace(message.sender, old):
            words = replies.plain(lang, "vet_theirs", entry=old.id, body=old.body or old.vetted_by)
            return self._told(message, case, "vet refused", words)
        said = replace(said, replaces=old.id)
        outcome = await self._publish(message, case, entry, rivals, said)
        return replace(outcome, withdrawn=(old.id,)) if outcome.entry else outcome

    async def _supersede(
        self, message: Message, case: Case, entry: Entry, old: Entry, said: Said
    ) -> Outcome:
        """``!vet supersede``: the draft is the next version of an entry, with its wordings too."""
        lang = self.rooms.desk_lang
        if (fold(old.scope), old.lang) != (fold(entry.scope), entry.lang):
            words = replies.plain(
                lang, "vet_other_place", entry=old.id, scope=old.scope, language=old.lang
            )
            return self._told(message, case, "vet refused", words)
        if not self._may_replace(message.sender, old):
            body = old.body or old.vetted_by
            words = replies.plain(lang, "vet_theirs", entry=old.id, body=body)
            return self._told(message, case, "vet refused", words)
        wordings = drafts.distinct((entry.question, *entry.alternatives, *old.wordings))
        entry = replace(
            entry, id=old.id, alternatives=wordings[1:], translation_of=old.translation_of
        )
        rivals = await self.rivals.of(entry)
        return await self._publish(message, case, entry, rivals, said)

    def _may_replace(self, person: str, old: Entry) -> bool:
        """Whether they may vet what the entry says; what an official vetted needs an official."""
        if self.rooms.bar(person, old.topic, old.body):
            return False
        vetter = self.rooms.roster[person]
        official = old.vetted_by not in ("", replies.VOLUNTEERS)
        return not official or vetter.role is Role.OFFICIAL

    async def _publish(
        self, message: Message, case: Case, entry: Entry, rivals: Rivals, said: Said
    ) -> Outcome:
        lang, draft = self.rooms.desk_lang, case.draft
        if draft is None:
            return self._told(message, case, "vet refused", briefing.illegal(case, lang))
        if fields := briefing.missing(draft):
            words = replies.plain(lang, "vet_incomplete", fields=", ".join(fields))
            return self._told(message, case, "vet incomplete", words)
        if wrong := drafts.wrong_end(draft.valid_until, self.rooms.day(self.clock())):
            words = replies.plain(lang, "vet_end", text=wrong)
            return self._told(message, case, "vet incomplete", words)
        if refusal := self._unserved(entry.scope):
            return self._told(message, case, "vet refused", refusal)
        if rivals.same:
            words = briefing.conflict(rivals.same, lang)
            return self._told(message, case, "vet in conflict", words)
        settled = await kinship.settled(self.store, entry, rivals.across, said, lang)
        if isinstance(settled, Words):
            return self._told(message, case, "vet in conflict", settled)
        entry, apart = settled
        # What it stands in for is told by its wordings; see ``bot.decision``.
        entry = rivals.tied(entry)
        entry = replace(entry, version=await self._next_version(entry.id))
        words = replies.plain(lang, "published", entry=entry.id, version=entry.version)
        words = page(words, *await kinship.told(self.store, entry, rivals, said, lang))
        told, given = await self._told_askers(message, case, entry)
        vetted = case.after(Event.VET)
        outcome = self.desk.done(message, words, vetted, reason="vetted", first=told)
        revision = self._revision(message, case, draft)
        if apart:
            revision = replace(revision, reason=f"{revision.reason}; {apart}")
        return replace(
            outcome,
            entry=entry,
            revision=revision,
            also_given=given,
            deeds=_vetted(case, message.sender),
        )

    async def _merge(self, message: Message, case: Case, draft: Draft, old: Entry) -> Outcome:
        """``!vet merge``: an entry's answer stays; the asker gets it, their wordings lead to it.

        An entry in another language gets no wordings: it is in one.
        """
        lang = self.rooms.desk_lang
        if old.scope not in (NATIONAL, case.scope):
            words = replies.plain(lang, "vet_target", entry=old.id)
            return self._told(message, case, "vet refused", words)
        asked = (draft.question, *draft.others) if old.lang == draft.lang else ()
        wordings = drafts.distinct((*old.wordings, *asked))
        new = wordings[len(drafts.distinct(old.wordings)) :]
        entry = old
        if new:
            # Only the new wordings can bring it in conflict with a third one.
            found = await self.rivals.of(replace(old, question=new[0], alternatives=new[1:]))
            if found.same:
                words = briefing.conflict(found.same, lang)
                return self._told(message, case, "vet in conflict", words)
            version = await self._next_version(old.id)
            entry = replace(old, alternatives=(*old.alternatives, *new), version=version)
            entry = found.tied(entry)
        right = fold(case.told) == fold(old.answer)
        told = await self.audience.told(
            case,
            message.ref,
            "entry",
            lambda lang: (replies.answer if right else replies.known_instead)(old, lang),
        )
        vetted = replace(case.after(Event.VET), told=old.answer.strip())
        words = replies.plain(lang, "vet_merged", case=case.id, entry=old.id)
        outcome = self.desk.done(message, words, vetted, reason="merged into entry", first=told)
        outcome = replace(
            outcome,
            also_given=self.audience.given(case, entry, told),
            deeds=(Deed(message.sender, What.VETTED, case.id),),
        )
        if not new:
            return outcome
        revision = Revision(
            vetter=_called(self.rooms.roster[message.sender]),
            reason=f"case {case.id}",
            vetter_person=message.sender,
        )
        return replace(outcome, entry=entry, revision=revision)

    async def _next_version(self, entry_id: str) -> int:
        history = await self.store.history(entry_id)
        return history[0].entry.version + 1 if history else 1

    def _revision(self, message: Message, case: Case, draft: Draft) -> Revision:
        author = draft.worded_by or case.answered_by
        by = self.rooms.roster.get(author or "")
        return Revision(
            author=_called(by) if by else "",
            vetter=_called(self.rooms.roster[message.sender]),
            reason=f"case {case.id}",
            author_person=author,
            vetter_person=message.sender,
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


def _called(responder: Responder) -> str:
    """How anybody may read of a responder: the role, and an official's body."""
    official = responder.role is Role.OFFICIAL
    return f"official of {responder.body}" if official else str(responder.role)
