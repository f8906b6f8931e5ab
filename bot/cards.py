"""A case's card: the first message of its thread at the desk, which stays current.

Rules:

- Every use case changes the case only. What its card shows follows from the case, so one place
  sees to it that the card is edited when it shows something else.
- A card that waits to be edited is edited once, with the last of what it has to show.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from bot import briefing
from bot.cases import Case
from bot.messages import MessageRef, Outgoing, Priority, key_for
from bot.outcome import Outcome
from bot.routing import Rooms
from bot.words import Words


@dataclass(frozen=True, slots=True)
class Cards:
    """Opens cards and keeps them current.

    Attributes:
        rooms: Where the desk is, and who works there.
    """

    rooms: Rooms

    def opened(
        self, case: Case, key: str = "", mentions: tuple[str, ...] | None = None
    ) -> tuple[Case, Outgoing]:
        """The case with a thread at the desk, and the message that opens it.

        Args:
            case: The case.
            key: Of the message, when it is not the case's first.
            mentions: Whom it alerts; None: those whom the case fits.
        """
        words = self._words(case)
        alert = self.rooms.fitting(case) if mentions is None else mentions
        card = self.rooms.outside(key or key_for(case.asked, "briefing"), words, alert=alert)
        card = replace(card, priority=Priority.WORDS, original=case.asked)
        return replace(case, desk_thread=card.key, card=_digest(words)), card

    def current(self, outcome: Outcome) -> Outcome:
        """The same outcome, with an edit of each card that shows something else from now on."""
        opened = {each.key for each in outcome.outgoing}
        edits: list[Outgoing] = []

        def shown(case: Case) -> Case:
            key = case.desk_thread
            # A question that was taken back is taken back at the desk too, with its card.
            if key is None or key in opened or not case.question:
                return case
            words = self._words(case)
            digest = _digest(words)
            if digest == case.card:
                return case
            edits.append(self._edit(case, key, words))
            return replace(case, card=digest)

        case = outcome.case and shown(outcome.case)
        cases = tuple(map(shown, outcome.cases))
        if not edits:
            return outcome
        outgoing = (*outcome.outgoing, *edits)
        return replace(outcome, case=case, cases=cases, outgoing=outgoing)

    def _edit(self, case: Case, key: str, words: Words) -> Outgoing:
        at = MessageRef(self.rooms.front, self.rooms.desk, key)
        edit = self.rooms.outside(key_for(at, "card", case.version), words)
        return replace(edit, replaces=key)

    def _words(self, case: Case) -> Words:
        has = self.rooms.roster.get(case.claimed_by or "")
        return briefing.card(case, has.id if has else "", self.rooms.zone, self.rooms.desk_lang)


def _digest(words: Words) -> str:
    return hashlib.sha256(words.text.encode()).hexdigest()[:16]
