"""What a responder is told, where they wrote it, and what the others at the desk see of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot import briefing, replies
from bot.cases import Case, Status
from bot.config import Role
from bot.messages import Message, Outgoing, Place, key_for
from bot.outcome import Outcome
from bot.routing import Rooms, notice
from bot.words import Words, page


@dataclass(frozen=True, slots=True)
class Desk:
    """Speaks to responders.

    Attributes:
        rooms: Where words go, and who may act at the desk.
    """

    rooms: Rooms

    @property
    def lang(self) -> str:
        """The desk's language."""
        return self.rooms.desk_lang

    def tell(
        self,
        message: Message,
        words: Words,
        case: Case | None = None,
        *,
        reason: str = "told",
    ) -> Outcome:
        """An answer to whoever wrote the message, where they wrote it; nothing changes."""
        return Outcome(reason, message.ref, outgoing=(self._reply(message, words, case),))

    def refuse(self, message: Message, case: Case) -> Outcome:
        """Says why the case can't do that now, and what whoever asked for it can do."""
        vets = not self.rooms.vet_bar(message.sender, case)
        held = self.theirs(message, case)
        return self.tell(message, briefing.illegal(case, self.lang, vets=vets, held=held), case)

    def theirs(self, message: Message, case: Case) -> bool:
        """Whether somebody else at the desk has the case, or will when its day comes."""
        return self.rooms.working_on(case) not in ((), (message.sender,))

    def done(
        self,
        message: Message,
        words: Words,
        case: Case,
        *,
        reason: str,
        alert: tuple[str, ...] = (),
        first: tuple[Outgoing, ...] = (),
        then: tuple[Outgoing, ...] = (),
    ) -> Outcome:
        """The case is changed, which its thread tells; and the writer, where they wrote elsewhere.

        Args:
            message: The command.
            words: What happened.
            case: As it is from now on.
            reason: For the log.
            alert: Responders who must not miss it.
            first: What is said before that, for example to the asker.
            then: What is said after it.
        """
        told = self.rooms.at_desk(message, "told", words, case, alert=alert)
        outgoing = [*first, told, *then]
        if _is_elsewhere(message):
            # A number mistyped shows: it is another question.
            reply = self._reply(message, page(words, *briefing.asked(case)), case)
            outgoing.append(replace(reply, original=case.asked))
        return Outcome(reason, message.ref, case, outgoing=tuple(outgoing))

    def name(self, person: str | None) -> str:
        """A responder's user id; ``?`` for one that is no longer in the settings."""
        responder = self.rooms.roster.get(person or "")
        return responder.id if responder else "?"

    def who_has(self, case: Case) -> Words:
        """Tells who has a case, and what can be done next."""
        name = "has_it"
        if case.status is Status.SNOOZED:
            name = "has_it_snoozed"
        elif case.has_answer:
            name = "has_it_answered"
        return replies.plain(self.lang, name, who=self.name(case.claimed_by), case=case.id)

    def not_theirs(self, case: Case, person: str) -> Words:
        """Says that a case waits for officials, and what those of another body can do."""
        responder = self.rooms.roster[person]
        if responder.role is not Role.OFFICIAL:
            return replies.plain(self.lang, "officials_only", case=case.id)
        own = responder.body or "—"
        return replies.plain(self.lang, "other_body", case=case.id, body=case.body, own=own)

    def _reply(self, message: Message, words: Words, case: Case | None) -> Outgoing:
        if not _is_elsewhere(message):
            return self.rooms.at_desk(message, "told", words, case)
        key = key_for(message.ref, "told here")
        if message.place is Place.DESK:
            return replace(self.rooms.at_desk(message, "told", words, None), key=key)
        said = notice(message.ref, message.thread or "", "told", words)
        return replace(said, key=key, reply_to=message.ref.event)


def _is_elsewhere(message: Message) -> bool:
    """Whether a command was written elsewhere than in the thread of its case."""
    return message.place is not Place.DESK or not (message.thread or message.reply_to)
