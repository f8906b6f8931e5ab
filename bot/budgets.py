"""How much the bot does for one person and in one room within an hour.

A person asks a few things; a script, a broken bridge or another bot asks without end. Over the
budget nothing is answered and no case is opened, and the person is told so once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot import replies
from bot.config import Budgets as Settings
from bot.messages import Message, MessageRef, Place, Style, key_for
from bot.outcome import Outcome
from bot.ports import Clock, DetectLanguage, Store
from bot.routing import Rooms, notice


@dataclass(frozen=True, slots=True)
class Budgets:
    """Lets through what is within the budgets.

    Attributes:
        store, language, clock: The ports.
        settings: The budgets, by the hour of the clock.
        rooms: Which languages are spoken where.
    """

    store: Store
    language: DetectLanguage
    clock: Clock
    settings: Settings
    rooms: Rooms

    async def within(self, message: Message, outcome: Outcome) -> Outcome:
        """The same outcome, or what is left of it where a budget is used up.

        What people at the desk do costs nothing. What the asker writes about a case that is there
        counts for the person only: others in the room must not silence them.
        """
        speaks = any(
            each.room == message.ref.room and each.style not in (Style.REACTION, Style.REDACTION)
            for each in outcome.outgoing
        )
        new = outcome.case is not None and outcome.case.version == 0
        # What follows a question reaches people who alert at it.
        follows = not new and (outcome.case is not None or not speaks) and bool(outcome.outgoing)
        costs = new or follows or (speaks and outcome.case is None)
        if message.place is Place.DESK or not costs:
            return outcome
        hour = self.clock().replace(minute=0, second=0, microsecond=0)
        by_person, in_room = await self.store.spent(message.sender, message.ref.room, hour)
        if self.settings.person and by_person >= self.settings.person:
            kind = "more" if follows else "person"
        elif self.settings.room and in_room >= self.settings.room and not follows:
            kind = "room"
        else:
            return outcome
        over = Outcome(f"over budget: {kind}", message.ref, free=True)
        if not speaks and not follows:
            # Nobody asked the bot: it keeps silent, as it would have.
            return over
        known = self.rooms.community(message.ref.room).languages
        lang = await self.language.detect(message.text, known)
        minutes = 60 - self.clock().minute
        spoken = self.rooms.speaks_to(lang, message.ref.room)
        alone = message.place is Place.DIRECT
        words = replies.over_budget(kind, minutes, spoken, alone=alone)
        # The key knows the person and the hour only, so that the outbox drops a second one.
        once = MessageRef(message.ref.front, kind, f"{message.sender} {hour.isoformat()}")
        told = replace(
            notice(message.ref, message.root, "budget", words), key=key_for(once, "budget")
        )
        return replace(over, outgoing=(told,))
