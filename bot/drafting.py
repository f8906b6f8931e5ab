"""How people change the draft of an entry, or send the answer back, before somebody vets it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot import authorship, briefing, drafts, replies
from bot.audience import Audience
from bot.cases import Case, Event
from bot.catalogue import say
from bot.desk import Desk
from bot.messages import Message
from bot.outcome import Outcome
from bot.ports import Clock
from bot.routing import OWN_WORDS, Rooms
from bot.words import Words
from knowledge.change import InUse
from knowledge.entry import fold


@dataclass(frozen=True, slots=True)
class Drafting:
    """Handles ``!edit`` and ``!reject``.

    Attributes:
        clock: The port.
        rooms: Where words go, and who may vet.
        desk: Speaks to responders.
        audience: Who waits for a case's answer.
    """

    clock: Clock
    rooms: Rooms
    desk: Desk
    audience: Audience

    def refusal(self, message: Message, case: Case, *, words: bool = True) -> Words | None:
        """Why this person may not, and who may.

        Args:
            message: Theirs.
            case: The case.
            words: Whether having written the answer's words bars them too.
        """
        lang = self.rooms.desk_lang
        bar = self.rooms.vet_bar(message.sender, case)
        if not bar or (bar in OWN_WORDS and not words):
            return None
        draft = case.draft
        topic, body = (draft.topic, draft.body) if draft else (case.topic, case.body)
        reason = say(lang, bar, topic=topic or "—", body=body or "—")
        if names := self.rooms.vetters(case):
            who = say(lang, "vet_who", names=", ".join(names))
        else:
            who = say(lang, "vet_nobody_else" if bar in OWN_WORDS else "vet_nobody")
        return replies.plain(lang, "vet_not_you", case=case.id, reason=reason, who=who)

    def edit(self, message: Message, case: Case, text: str, words: InUse) -> Outcome:
        """``!edit field: value``: the draft with other fields, shown again.

        Args:
            message: The command.
            case: The case.
            text: Its lines.
            words: Which words entries have.
        """
        lang, draft = self.rooms.desk_lang, case.draft
        if draft is None or not self.rooms.may_edit(message.sender, case):
            refusal = self.refusal(message, case) or briefing.illegal(case, lang)
            return self._told(message, case, "edit refused", refusal)
        today = self.rooms.day(self.clock())
        try:
            changed = drafts.changed(draft, text, briefing.DRAFT_FIELDS, today)
            changed = self.rooms.as_known(changed)
        except ValueError as error:
            wrong = replies.plain(lang, "draft_wrong", text=error)
            return self._told(message, case, "edit wrong", wrong)
        if changed.scope != draft.scope and (unserved := self.unserved(changed.scope)):
            return self._told(message, case, "edit refused", unserved)
        elsewhere = fold(changed.body) != fold(draft.body)
        if elsewhere and not self.rooms.may_name_another_body(message.sender, draft):
            stays = replies.plain(lang, "body_stays", body=draft.body)
            return self._told(message, case, "edit refused", stays)
        before = replace(changed, answer=draft.answer)
        changed = authorship.reworded(before, case.told, changed.answer, message.sender, words)
        case = replace(case.remembered(), draft=changed)
        shown = self.rooms.shown(message, case, today, again=True)
        return Outcome("edited", message.ref, case, outgoing=(shown,))

    def unserved(self, scope: str) -> Words | None:
        """That nobody would be given what holds for that place, if so."""
        if (scopes := self.rooms.scopes()) >= {scope}:
            return None
        known = ", ".join(sorted(scopes))
        return replies.plain(self.rooms.desk_lang, "scope_unserved", scope=scope, scopes=known)

    async def reject(self, message: Message, case: Case, reason: str) -> Outcome:
        """``!reject`` and why: whoever answered has it back, and the asker is told to wait."""
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
