"""How a responder's answer becomes an entry: a second, entitled person approves.

Rules:

- The draft is shown as soon as there is an answer, and again after each change. An approval is of
  the draft that was tapped, or was shown last before it was written: where that is another one
  than the draft that there is now, nothing is published and the draft is shown.
- Nobody approves their own words: neither who answered, nor who changed what the answer says.
- No two entries that are served may answer one question for one place differently. The vetter
  puts the draft in the other's place, keeps the other one, or narrows the place. Across languages
  see ``bot.kinship``. Whatever is published or withdrawn meanwhile has the command handled again.
- What the draft takes over from entries for a wider or narrower place is shown in it before anybody
  approves it; see ``bot.tying``.
- Where somebody said that an entry is wrong, the draft is that entry's next version.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from bot import approval, briefing, drafts, kinship, replies
from bot.audience import Audience
from bot.authorship import Draft
from bot.cases import Case, Event
from bot.commands import Command, Verb
from bot.config import Responder, Role
from bot.desk import Desk
from bot.doubts import Doubts
from bot.drafting import Drafting
from bot.flagging import flag_ended
from bot.kinship import InTheWay, Kinship, Said
from bot.messages import Message, Outgoing, key_for
from bot.outcome import Outcome, Revision
from bot.ports import Clock, Store
from bot.rivals import FindRivals, Rivals
from bot.routing import Rooms, called
from bot.seen import Seen
from bot.words import Words, items, page
from knowledge.change import Change, InUse, in_use, proposed
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
        doubts: Which entries are in doubt.
        seen: Knows what a vetter was shown.
    """

    store: Store
    clock: Clock
    rooms: Rooms
    desk: Desk
    audience: Audience
    rivals: FindRivals
    doubts: Doubts
    seen: Seen

    async def run(self, command: Command, message: Message, case: Case) -> Outcome:
        """All that a vetter's command changes.

        Raises:
            IllegalMove: The case can't do that now; tell the person.
        """
        case.after(Event.VET)  # All three need an answer that is not yet vetted.
        drafting = self._drafting
        if command.verb is Verb.EDIT:
            words = await self._words(but=case.draft.corrects if case.draft else "")
            return drafting.edit(message, case, command.text, words)
        if refusal := drafting.refusal(message, case, words=command.verb is Verb.VET):
            return self._told(message, case, "vet refused", refusal)
        if command.verb is Verb.VET:
            if not await self.seen.draft(message, case):
                return self._unseen(message, case)
            edition = await self.store.edition()
            outcome = await self._vet(message, case, command.text)
            return replace(outcome, edition=edition)
        return await drafting.reject(message, case, command.text)

    def _unseen(self, message: Message, case: Case) -> Outcome:
        """The draft is another one than the vetter could see; here it is."""
        words = replies.plain(self.rooms.desk_lang, "vet_unseen", case=case.id)
        told = self._told(message, case, "vet unseen", words)
        return replace(told, outgoing=(*told.outgoing, self._shown(message, case)))

    async def _vet(self, message: Message, case: Case, text: str) -> Outcome:
        lang, draft = self.rooms.desk_lang, case.draft
        vetter = self.rooms.roster[message.sender]
        if draft is None:
            return self._told(message, case, "vet refused", briefing.illegal(case, lang))
        if not draft.source and vetter.role is Role.OFFICIAL and vetter.body:
            return self._stands_for_it(message, case, replace(draft, source=vetter.body))
        entry = self._entry(case, draft, vetter)
        text, said = kinship.parsed(text)
        way, _, target = text.partition(" ")
        if draft.corrects:
            return await self._correct(message, case, draft, entry, way, said)
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

    def _shown(self, message: Message, case: Case) -> Outgoing:
        return self.rooms.shown(message, case, self.rooms.day(self.clock()))

    @property
    def _drafting(self) -> Drafting:
        return Drafting(self.clock, self.rooms, self.desk, self.audience)

    def _stands_for_it(self, message: Message, case: Case, draft: Draft) -> Outcome:
        """Without another source the vetting official's body is one; that is shown first."""
        words = replies.plain(self.rooms.desk_lang, "vet_source", source=draft.source)
        return self._changed(message, case, draft, words)

    def _changed(self, message: Message, case: Case, draft: Draft, words: Words) -> Outcome:
        """What would be published is another draft: that is shown before anybody approves it."""
        case = replace(case, draft=draft)
        told = self._told(message, case, "vet incomplete", words)
        return replace(told, case=case, outgoing=(*told.outgoing, self._shown(message, case)))

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
        )

    async def _replace(
        self, message: Message, case: Case, entry: Entry, old: Entry, rivals: Rivals, said: Said
    ) -> Outcome:
        """``!vet supersede`` of an entry in another language: that one is withdrawn."""
        if not self.rooms.may_vouch(message.sender, old, anew=True):
            return self._told(message, case, "vet refused", self._theirs(old))
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
        if not self.rooms.may_vouch(message.sender, old, anew=True):
            return self._told(message, case, "vet refused", self._theirs(old))
        if not await self.seen.entry(message, old):
            return self._in_conflict(message, case, (old,))
        wordings = drafts.distinct((entry.question, *entry.alternatives, *old.wordings))
        entry = replace(
            entry, id=old.id, alternatives=wordings[1:], translation_of=old.translation_of
        )
        rivals = await self.rivals.of(entry)
        return await self._publish(message, case, entry, rivals, said)

    async def _correct(
        self, message: Message, case: Case, draft: Draft, entry: Entry, way: str, said: Said
    ) -> Outcome:
        """The draft is the next version of the entry that somebody said is wrong."""
        lang = self.rooms.desk_lang
        old = next(iter(await self.store.entries([draft.corrects])), None)
        if old is None:
            words = replies.plain(lang, "not_served", entry=draft.corrects)
        elif old.version != draft.over:
            words = replies.plain(lang, "vet_moved_on", entry=old.id)
        elif way:
            words = replies.plain(lang, "vet_flagged", case=case.id, entry=old.id)
        elif old.lang != entry.lang:
            words = replies.plain(
                lang, "vet_other_place", entry=old.id, scope=old.scope, language=old.lang
            )
        elif not self.rooms.may_vouch(message.sender, old, anew=True):
            words = self._theirs(old)
        else:
            entry = replace(entry, id=old.id, translation_of=old.translation_of)
            rivals = await self.rivals.of(entry)
            return await self._publish(message, case, entry, rivals, said, old)
        return self._told(message, case, "vet refused", words)

    def _theirs(self, old: Entry) -> Words:
        body = old.body or old.vetted_by
        return replies.plain(self.rooms.desk_lang, "vet_theirs", entry=old.id, body=body)

    async def _publish(
        self,
        message: Message,
        case: Case,
        entry: Entry,
        rivals: Rivals,
        said: Said,
        before: Entry | None = None,
    ) -> Outcome:
        """Publishes the draft, if nothing is in its way.

        Args:
            message: The command.
            case: The case, with its draft.
            entry: What is published.
            rivals: What else answers its question.
            said: How the vetter has it go together with entries in other languages.
            before: The version that somebody said is wrong; None: nobody did.
        """
        lang, draft = self.rooms.desk_lang, case.draft
        if draft is None:
            return self._told(message, case, "vet refused", briefing.illegal(case, lang))
        if fields := briefing.missing(draft):
            words = replies.plain(lang, "vet_incomplete", fields=", ".join(fields))
            return self._told(message, case, "vet incomplete", words)
        if wrong := drafts.wrong_end(draft.valid_until, self.rooms.day(self.clock())):
            words = replies.plain(lang, "vet_end", text=wrong)
            return self._told(message, case, "vet incomplete", words)
        if refusal := self._drafting.unserved(entry.scope):
            return self._told(message, case, "vet refused", refusal)
        if rivals.same:
            return self._in_conflict(message, case, rivals.same, corrects=before is not None)
        tied = drafts.tied(draft, rivals.elsewhere, entry.wordings)
        if tied.alternatives != draft.alternatives:
            return self._changed(message, case, tied, replies.plain(lang, "vet_tied"))
        if not rivals.searched:
            return self._told(
                message, case, "vet unsearched", replies.plain(lang, "vet_unsearched")
            )
        kin = Kinship(self.store, self.seen, lang)
        settled = await kin.settled(message, entry, rivals.across, said)
        if isinstance(settled, InTheWay):
            return self._showing(message, case, settled.words, settled.shows)
        entry = replace(settled.entry, version=await self._next_version(entry.id))
        words = replies.plain(lang, "published", entry=entry.id, version=entry.version)
        words = page(words, *await kin.told(entry, rivals, said, settled.tied))
        ended = ""
        if before:
            words_in_use = await self._words(but=before.id)
            ended = flag_ended(proposed(before, entry, words_in_use) is Change.ADVICE)
            words = page(words, replies.plain(lang, f"desk_{ended}", entry=entry.id))
        told, given = await approval.told(self.audience, message, case, entry, ended)
        if not before:
            words = page(words, *await self._elsewhere(case, entry))
        vetted = case.after(Event.VET)
        outcome = self.desk.done(message, words, vetted, reason="vetted", first=told)
        revision = approval.revision(self.rooms.roster, message, case, draft)
        if settled.why:
            revision = replace(revision, reason=f"{revision.reason}; {settled.why}")
        return replace(
            outcome,
            entry=entry,
            revision=revision,
            tied=settled.tied,
            apart=settled.apart,
            also_given=given,
            deeds=approval.vetted(case, message),
            over=before.version if before else None,
        )

    async def _merge(self, message: Message, case: Case, draft: Draft, old: Entry) -> Outcome:
        """``!vet merge``: an entry's answer stays; the asker gets it, their wordings lead to it.

        An entry in another language gets no wordings: it is in one. Nor does one that the vetter
        may not vet.
        """
        lang = self.rooms.desk_lang
        if old.scope not in (NATIONAL, case.scope):
            words = replies.plain(lang, "vet_target", entry=old.id)
            return self._told(message, case, "vet refused", words)
        if await self.doubts.paused(old):
            words = replies.plain(lang, "send_paused", entry=old.id)
            return self._told(message, case, "vet refused", words)
        theirs = self.rooms.may_vouch(message.sender, old, anew=True)
        leads = theirs and old.lang == draft.lang
        asked = (draft.question, *draft.others) if leads else ()
        wordings = drafts.distinct((*old.wordings, *asked))
        new = wordings[len(drafts.distinct(old.wordings)) :]
        entry = old
        ties: tuple[str, ...] = ()
        if new:
            # Only the new wordings can bring it in conflict with a third one.
            found = await self.rivals.of(replace(old, question=new[0], alternatives=new[1:]))
            if found.same:
                return self._in_conflict(message, case, found.same)
            if not found.searched:
                words = replies.plain(lang, "vet_unsearched")
                return self._told(message, case, "vet unsearched", words)
            version = await self._next_version(old.id)
            entry = replace(old, alternatives=(*old.alternatives, *new), version=version)
            entry = found.tied(entry)
            ties = entry.alternatives[len(old.alternatives) + len(new) :]
        speak: Callable[..., Words] = replies.answer
        if old.lang != draft.lang:
            # Whether two texts in two languages say the same, nobody has said.
            speak = partial(replies.known_instead, compared=False)
        elif fold(case.told) != fold(old.answer):
            speak = replies.known_instead
        marks = await self.doubts.marks(old)
        told = await self.audience.told(
            case,
            message.ref,
            "entry",
            lambda lang: speak(old, lang, doubted=marks.doubted, stale=marks.stale),
        )
        given = await self.audience.given(case, entry, told)
        told, given = self.audience.there(entry, told, given)
        told = self.audience.as_answer(case, told)
        vetted = replace(case.after(Event.VET), told=old.answer.strip())
        name = "vet_merged" if leads else "vet_merged_only"
        words = replies.plain(lang, name, case=case.id, entry=old.id)
        if ties:
            words = page(words, replies.plain(lang, "vet_merged_tied"), items(ties))
        words = page(words, *await self._elsewhere(case, entry))
        outcome = self.desk.done(message, words, vetted, reason="merged into entry", first=told)
        outcome = replace(
            outcome,
            also_given=given,
            deeds=(approval.approved(case, message),),
        )
        if not new:
            return outcome
        revision = Revision(
            vetter=called(self.rooms.roster[message.sender]),
            reason=f"case {case.id}",
            vetter_person=message.sender,
        )
        return replace(outcome, entry=entry, revision=revision)

    async def _elsewhere(self, case: Case, entry: Entry) -> list[Words]:
        """Who waits for the answer where the entry does not hold, and is not told of it."""
        places = ", ".join(await self.audience.elsewhere(case, entry))
        name, lang = "vet_elsewhere", self.rooms.desk_lang
        return [replies.plain(lang, name, entry=entry.id, places=places)] if places else []

    def _in_conflict(
        self,
        message: Message,
        case: Case,
        rivals: tuple[Entry, ...],
        *,
        corrects: bool = False,
    ) -> Outcome:
        """Shows what else answers the question; one of these may give way to the draft then."""
        words = briefing.conflict(rivals, self.rooms.desk_lang, corrects=corrects)
        return self._showing(message, case, words, rivals)

    def _showing(
        self, message: Message, case: Case, words: Words, entries: tuple[Entry, ...]
    ) -> Outcome:
        """Says what is in the way; by that these entries are shown."""
        told = self._told(message, case, "vet in conflict", words)
        shows = tuple(map(drafts.shows_entry, entries))
        return replace(told, outgoing=tuple(replace(each, shows=shows) for each in told.outgoing))

    async def _words(self, but: str) -> InUse:
        """Which words entries have that are served; but one."""
        return in_use(await self.store.entries(), but)

    async def _next_version(self, entry_id: str) -> int:
        history = await self.store.history(entry_id)
        return history[0].entry.version + 1 if history else 1

    def _told(self, message: Message, case: Case, reason: str, words: Words) -> Outcome:
        return self.desk.tell(message, words, case, reason=reason)
