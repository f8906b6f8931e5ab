"""When an entry's last day comes near, people are asked whether it still holds.

Rules:

- Each entry is asked about once for each last day, to the officials of its body, few a day.
- One tap by a person who may vet it has it hold for as long again. That is a new version, like
  every change, over the one that was read: of two who confirm at the same instant one is first.
- An old translation is not confirmed by a tap: people are shown what its original says now, and
  write which version of that they held it against. They are asked to once for each change of it.
- Nobody is asked about an example: no official has vetted those.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from bot import briefing, renewing, replies
from bot.aftercare import Renewal, Review
from bot.commands import Command, Verb
from bot.config import Responder, Role
from bot.desk import Desk
from bot.messages import Message, MessageRef, Place, key_for
from bot.outcome import Outcome, Revision
from bot.ports import Clock, Store
from bot.routing import Rooms
from bot.words import Words
from knowledge.change import Change
from knowledge.conflicts import conflicts
from knowledge.entry import Entry
from knowledge.review import PERIOD

CONFIRM = "✅"
"""One tap on it says that an entry still holds."""

A_DAY = 10
"""About how many entries people are asked each day at most."""


@dataclass(frozen=True, slots=True)
class Reviewing:
    """Asks about entries, and handles ``!confirm`` and ``!withdraw``.

    Attributes:
        store, clock: The ports.
        rooms: Where the desk is, and who may act there.
        desk: Speaks to responders.
        days: How long before an entry's last day people are asked; 0: never.
    """

    store: Store
    clock: Clock
    rooms: Rooms
    desk: Desk
    days: float

    async def look(self) -> list[Outcome]:
        """About which entries people are asked now; each is whole by itself."""
        today = self.rooms.day(self.clock())
        midnight = datetime.combine(today, time(), self.rooms.zone).astimezone(UTC)
        renewals = await self.store.renewals_due(midnight, A_DAY)
        asked = [await self._renewed(each) for each in renewals]
        if not self.days:
            return asked
        soon = today + timedelta(days=self.days)
        due = await self.store.reviews_due(soon, midnight, A_DAY)
        return [*asked, *[await self._asked(each) for each in due]]

    async def run(self, command: Command, message: Message) -> Outcome:
        """All that ``!confirm`` or ``!withdraw`` changes."""
        entry, text, review = await self._about(command, message)
        if entry is None:
            words = replies.plain(self.desk.lang, "which_entry", verb=command.verb)
            return self._told(message, words, review)
        if refusal := self._refusal(message, entry):
            return self._told(message, refusal, review)
        if command.verb is Verb.WITHDRAW:
            return self._withdrawn(message, entry, text, review)
        return await self._confirmed(message, entry, review, text)

    async def tapped(self, message: Message) -> Outcome | None:
        """All that a tap on ✅ changes; None: it is not about an entry."""
        review = await self._review(message.reply_to)
        if review is None:
            return await self._tapped_renewal(message)
        entry = await self._served(review.entry_id)
        if entry is None or entry.valid_until != review.valid_until:
            return self._told(message, self._done_before(review, entry), review)
        if refusal := self._refusal(message, entry):
            return self._told(message, refusal, review)
        return await self._confirmed(message, entry, review)

    async def _tapped_renewal(self, message: Message) -> Outcome | None:
        """What a tap changes where people were asked to renew a translation: nothing, but why."""
        at = message.target
        key = await self.store.said(at.front, at.room, at.event)
        for each in await self.store.renewals() if key else []:
            if key == self._renewal_key(each) and (entry := await self._served(each.entry_id)):
                refusal = self._refusal(message, entry)
                return (
                    self._told(message, refusal, None)
                    if refusal
                    else await self._confirmed(message, entry, None)
                )
        return None

    def may_vet(self, person: str, entry: Entry) -> bool:
        """Whether this person may say of an entry that it holds, or that it does not.

        An entry of a body is its officials' who may vet, and those volunteers' who may and have
        its topic among theirs. One of a body that nobody here answers for is every vetter's.
        """
        responder = self.rooms.roster.get(person)
        if responder is None or not responder.may_vet:
            return False
        vetters = [each for each in self.rooms.roster.values() if each.may_vet]
        if entry.body not in {each.body for each in vetters if each.role is Role.OFFICIAL}:
            return True
        if responder.role is Role.OFFICIAL:
            return responder.body == entry.body
        return entry.topic in responder.topics

    async def _asked(self, entry: Entry) -> Outcome:
        today = self.rooms.day(self.clock())
        renewal = await self._renewal(entry)
        against = await self._against(renewal) if renewal else None
        words = briefing.review(entry, today, self.desk.lang, against)
        at = MessageRef(self.rooms.front, self.rooms.desk, f"{entry.id} {entry.valid_until}")
        asks = self.rooms.outside(key_for(at, "review"), words, alert=self._concerned(entry))
        last_day = entry.valid_until or today
        review = Review(asks.key, entry.id, last_day)
        return Outcome("asked about an entry", review=review, renewal=renewal, outgoing=(asks,))

    async def _renewed(self, renewal: Renewal) -> Outcome:
        (entry,) = await self.store.entries([renewal.entry_id])
        words = renewing.asks(entry, await self._against(renewal), self.desk.lang)
        asks = self.rooms.outside(self._renewal_key(renewal), words, alert=self._concerned(entry))
        return Outcome("asked to renew a translation", renewal=renewal, outgoing=(asks,))

    def _renewal_key(self, renewal: Renewal) -> str:
        kind = f"{renewal.entry_id} {renewal.state}"
        return key_for(MessageRef(self.rooms.front, self.rooms.desk, kind), "renewal")

    def _concerned(self, entry: Entry) -> tuple[str, ...]:
        roster = self.rooms.roster
        may = [key for key in roster if self.may_vet(key, entry)]
        own = tuple(key for key in may if roster[key].body == entry.body)
        return own or tuple(may)

    async def _renewal(self, entry: Entry) -> Renewal | None:
        return next(iter(await self.store.renewals([entry.id])), None)

    async def _against(self, renewal: Renewal) -> Words:
        original = await self._served(renewal.original_id)
        return renewing.against(renewal, original, self.desk.lang)

    async def _confirmed(
        self, message: Message, entry: Entry, review: Review | None, against: str = ""
    ) -> Outcome:
        """The entry holds for another period.

        Args:
            message: The command, or the tap.
            entry: The entry.
            review: The question in whose thread it stands.
            against: The version of its original that an old translation was held against.
        """
        renewal = await self._renewal(entry)
        if renewal and (renewal.state < 0 or against != str(renewal.state)):
            shown = renewing.asks(entry, await self._against(renewal), self.desk.lang)
            return self._told(message, shown, review)
        today = self.rooms.day(self.clock())
        lang = self.desk.lang
        doubted = renewal or await self.store.flags([entry.id])
        if entry.checked == today and entry.holds_on(today) and not doubted:
            return self._told(message, self._holds("confirmed_before", entry), review)
        responder = self.rooms.roster[message.sender]
        anew = _for_another_period(entry, today, responder)
        others = [each for each in await self.store.entries() if each.holds_on(today)]
        if found := conflicts(anew, others):
            named = ", ".join(each.id for each in found)
            words = replies.plain(lang, "confirm_conflict", entry=entry.id, others=named)
            return self._told(message, words, review)
        official = responder.role is Role.OFFICIAL
        revision = Revision(
            vetter=f"official of {responder.body}" if official else "volunteer",
            change=Change.MINOR,
            reason="confirmed",
            vetter_person=message.sender,
        )
        told = self._told(message, self._holds("confirmed", anew), review)
        return replace(told, reason="confirmed", entry=anew, revision=revision, over=entry.version)

    def _withdrawn(
        self, message: Message, entry: Entry, why: str, review: Review | None
    ) -> Outcome:
        lang = self.desk.lang
        if not why:
            return self._told(message, replies.plain(lang, "withdraw_why"), review)
        words = replies.plain(lang, "entry_withdrawn", entry=entry.id)
        told = self._told(message, words, review)
        return replace(told, reason="withdrawn", withdrawn=(entry.id,))

    async def _about(
        self, command: Command, message: Message
    ) -> tuple[Entry | None, str, Review | None]:
        """The entry that is named or whose thread it is, the words behind it, its message."""
        root = message.thread or message.reply_to
        review = await self._review(root)
        named, _, rest = command.text.partition(" ")
        named = named.strip("\n,:")
        if named and (entry := await self._served(named)):
            return entry, rest.strip(), review
        if review is None and root and message.place is Place.DESK:
            case = await self.store.case_in_thread(self.rooms.front, self.rooms.desk, root)
            for flag in await self.store.flags() if case else []:
                if case and flag.case_id == case.id:
                    return await self._served(flag.entry_id), command.text, None
        if review is None or (command.verb is Verb.CONFIRM and named):
            return None, "", review
        return await self._served(review.entry_id), command.text, review

    async def _served(self, entry_id: str) -> Entry | None:
        return next(iter(await self.store.entries([entry_id])), None)

    async def _review(self, event: str | None) -> Review | None:
        if event is None:
            return None
        key = await self.store.said(self.rooms.front, self.rooms.desk, event)
        return await self.store.review(key) if key else None

    def _refusal(self, message: Message, entry: Entry) -> Words | None:
        if self.may_vet(message.sender, entry):
            return None
        body = entry.body or "—"
        return replies.plain(self.desk.lang, "entry_not_yours", entry=entry.id, body=body)

    def _holds(self, name: str, entry: Entry) -> Words:
        until = briefing.last_day(entry, self.desk.lang)
        return replies.plain(self.desk.lang, name, entry=entry.id, until=until)

    def _done_before(self, review: Review, entry: Entry | None) -> Words:
        if entry is None:
            return replies.plain(self.desk.lang, "not_served", entry=review.entry_id)
        return self._holds("confirmed_before", entry)

    def _told(self, message: Message, words: Words, review: Review | None) -> Outcome:
        told = self.desk.tell(message, words)
        if review is None:
            return told
        # A tap stands in no thread; the answer to it belongs under the question.
        in_thread = tuple(replace(each, thread=review.key) for each in told.outgoing)
        return replace(told, outgoing=in_thread)


def _for_another_period(entry: Entry, today: date, responder: Responder) -> Entry:
    """The entry, checked today, which holds for as long again as it did."""
    period = PERIOD
    if entry.valid_until and entry.checked and entry.checked < entry.valid_until:
        period = entry.valid_until - entry.checked
    official = responder.role is Role.OFFICIAL and responder.body
    return replace(
        entry,
        checked=today,
        valid_until=max(entry.valid_until or today, today) + period,
        vetted_by=official or entry.vetted_by or replies.VOLUNTEERS,
    )
