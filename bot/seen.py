"""Whether a person was shown what they approve: nobody vouches for words they can't have read."""

from __future__ import annotations

from dataclasses import dataclass

from bot import drafts, renewing
from bot.aftercare import Renewal
from bot.cases import Case
from bot.messages import Kind, Message, Shown, Shows
from bot.ports import Store
from bot.routing import Rooms
from knowledge.entry import Entry


@dataclass(frozen=True, slots=True)
class Seen:
    """Knows what stood at the desk when somebody wrote or tapped.

    Attributes:
        store: Knows what was shown.
        rooms: Where the desk is.
    """

    store: Store
    rooms: Rooms

    async def draft(self, message: Message, case: Case) -> bool:
        """Whether the case's draft as it stands is what the writer was shown last, or tapped."""
        return await self._last(message, drafts.shows(case))

    async def entry(self, message: Message, entry: Entry) -> bool:
        """The same of an entry; at the desk, or where the message stands."""
        return await self._last(message, drafts.shows_entry(entry))

    async def renewal(self, message: Message, of: Renewal) -> bool:
        """The same of what the original of an old translation says now."""
        return await self._last(message, renewing.shows(of))

    async def _last(self, message: Message, now: Shows) -> bool:
        shown = [each for each in await self.store.shown(now.what) if self._stood(each, message)]
        if message.kind is Kind.REACTION:
            shown = [each for each in shown if each.at == message.target]
        return bool(shown) and shown[-1].state == now.state

    def _stood(self, shown: Shown, message: Message) -> bool:
        """Whether it stood where the writer reads when their message came."""
        if shown.at.room not in (self.rooms.desk, message.ref.room):
            return False
        return message.received_at is None or shown.said_at <= message.received_at
