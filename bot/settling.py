"""Commands in a case that is about an entry: somebody said that it is wrong (``bot.flagging``).

Nobody waits there for an answer to a question. Whoever may vet the entry settles it; anybody else
could have it served again by ending the case.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot import replies
from bot.audience import Audience
from bot.cases import Case, Event
from bot.commands import Verb
from bot.desk import Desk
from bot.flagging import entry_of
from bot.messages import Message
from bot.outcome import Outcome
from bot.reviewing import Reviewing


@dataclass(frozen=True, slots=True)
class Settling:
    """Handles what is different there.

    Attributes:
        desk: Speaks to responders.
        audience: Who said that the entry is wrong.
        reviewing: Who may vet it.
    """

    desk: Desk
    audience: Audience
    reviewing: Reviewing

    async def run(self, verb: Verb, message: Message, case: Case, text: str) -> Outcome | None:
        """All that a command changes; None: it does there what it does in any case.

        Raises:
            IllegalMove: The case can't do that now; tell the person.
        """
        if verb not in (Verb.MERGE, Verb.SEND, Verb.CLOSE):
            return None
        entry = await entry_of(self.reviewing.store, case)
        if entry is None:
            return None
        if verb is Verb.CLOSE:
            closed = case.after(Event.CLOSE)
            if barred := await self.reviewing.barred(message, entry):
                return self.desk.tell(message, barred, case)
            if not text:
                words = replies.plain(self.desk.lang, "flag_close_why", entry=entry.id)
                return self.desk.tell(message, words, case)
            told = await self.audience.told(
                case, message.ref, "closed", lambda lang: replies.flag_closed(text, lang)
            )
            words = replies.plain(self.desk.lang, "desk_flag_closed", case=case.id, entry=entry.id)
            # Who may vet the entry need not wait for who has the case; that person is told.
            has = self.desk.rooms.working_on(case) if self.desk.theirs(message, case) else ()
            return self.desk.done(
                message, words, closed, reason="flag ended", alert=has, first=told
            )
        case.after(Event.MERGE if verb is Verb.MERGE else Event.SEND_ENTRY)
        words = replies.plain(self.desk.lang, "flag_not_here", case=case.id, entry=entry.id)
        return self.desk.tell(message, words, case)
