"""When an entry's last day comes near, people are asked whether it still holds.

Rules:

- Each entry is asked about once for each last day, to the officials of its body, few a day.
- One tap by a person who may vet it has it hold for as long again, if it still is what they were
  shown; else they are shown what it says now. That is a new version, like
  every change, over the one that was read: of two who confirm at the same instant one is first.
- Nobody confirms what they wrote themselves, nor is asked about it.
- Nor what another entry answers differently by now, in whatever words; as ``bot.vetting``.
- Whoever confirms it vouches for it from then on: no other body's name stands beside that day.
- An old translation is not confirmed by a tap: people are shown what its original says now, and
  write which version of that they held it against. They are asked to once for each change of it.
- Nobody is asked about an example: no official has vetted those.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from bot import chronicle, drafts, renewing, replies
from bot.aftercare import Renewal, Review
from bot.commands import Command, Verb
from bot.config import Role
from bot.desk import Desk
from bot.flagging import entry_of
from bot.holding import Version
from bot.kinship import Kinship
from bot.messages import Message, MessageRef, Place, Shows, key_for
from bot.outcome import CONFIRMED, Outcome, Revision
from bot.ports import Clock, Store
from bot.rivals import FindRivals
from bot.routing import Rooms, answers_for, called
from bot.seen import Seen
from bot.words import Words, page
from knowledge.change import Change
from knowledge.entry import Entry, fold
from knowledge.review import PERIOD, due_on

CONFIRM = "✅"
"""One tap on it says that an entry still holds."""

A_DAY = 10
"""About how many entries people are asked each day at most."""


@dataclass(frozen=True, slots=True)
class Reviewing:
    """Asks about entries, and handles ``!confirm``, ``!withdraw`` and ``!history``.

    Attributes:
        store, clock: The ports.
        rooms: Where the desk is, and who may act there.
        desk: Speaks to responders.
        seen: Knows what they were shown.
        rivals: Finds what else answers the same question.
        days: How long before an entry's last day people are asked; 0: never.
    """

    store: Store
    clock: Clock
    rooms: Rooms
    desk: Desk
    seen: Seen
    rivals: FindRivals
    days: float

    async def look(self) -> list[Outcome]:
        """About which entries people are asked now; each is whole by itself."""
        today = self.rooms.day(self.clock())
        midnight = datetime.combine(today, time(), self.rooms.zone).astimezone(UTC)
        due: list[Entry] = []
        if self.days:
            soon = today + timedelta(days=self.days)
            due = await self.store.reviews_due(soon, midnight, A_DAY)
        renewals = await self.store.renewals_due(midnight, A_DAY)
        # Whether an old translation still holds, and that it is old, is asked together.
        ids = {each.id for each in due}
        asked = [await self._renewed(each) for each in renewals if each.entry_id not in ids]
        return [*asked, *[await self._asked(each) for each in due]]

    async def run(self, command: Command, message: Message) -> Outcome:
        """All that ``!confirm`` or ``!withdraw`` changes; what ``!history`` tells."""
        if command.verb is Verb.HISTORY:
            return await self._history(command, message)
        edition = await self.store.edition()
        entry, text, review = await self._about(command, message)
        if entry is None:
            words = replies.plain(self.desk.lang, "which_entry", verb=command.verb)
            return self._told(message, words, review)
        if refusal := self._refusal(message, entry):
            return self._told(message, refusal, review)
        if command.verb is Verb.WITHDRAW:
            if not self._may_end(message.sender, entry):
                return self._told(message, self._for_officials(entry), review)
            return self._withdrawn(message, entry, text, review)
        done = await self._confirmed(message, entry, review, text)
        return replace(done, edition=edition)

    async def tapped(self, message: Message) -> Outcome | None:
        """All that a tap on ✅ changes; None: it is not about an entry."""
        review = await self._review(message.reply_to)
        if review is None:
            return await self._tapped_renewal(message)
        edition = await self.store.edition()
        entry = await self._served(review.entry_id)
        if entry is None or due_on(entry) != review.valid_until:
            return self._told(message, self._done_before(review, entry), review)
        if refusal := self._refusal(message, entry):
            return self._told(message, refusal, review)
        return replace(await self._confirmed(message, entry, review), edition=edition)

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

    async def _asked(self, entry: Entry) -> Outcome:
        today = self.rooms.day(self.clock())
        renewal = await self._renewal(entry)
        against = await self._against(renewal) if renewal else None
        words = renewing.review(entry, today, self.desk.lang, against)
        at = MessageRef(self.rooms.front, self.rooms.desk, f"{entry.id} {due_on(entry)}")
        asks = self.rooms.outside(key_for(at, "review"), words, alert=await self._concerned(entry))
        asks = replace(asks, shows=_shows(entry, renewal))
        review = Review(asks.key, entry.id, due_on(entry))
        return Outcome("asked about an entry", review=review, renewal=renewal, outgoing=(asks,))

    async def _renewed(self, renewal: Renewal) -> Outcome:
        (entry,) = await self.store.entries([renewal.entry_id])
        words = renewing.asks(entry, await self._against(renewal), self.desk.lang)
        alert = await self._concerned(entry)
        asks = self.rooms.outside(self._renewal_key(renewal), words, alert=alert)
        asks = replace(asks, shows=_shows(entry, renewal))
        return Outcome("asked to renew a translation", renewal=renewal, outgoing=(asks,))

    def _renewal_key(self, renewal: Renewal) -> str:
        kind = f"{renewal.entry_id} {renewal.state}"
        return key_for(MessageRef(self.rooms.front, self.rooms.desk, kind), "renewal")

    async def _concerned(self, entry: Entry) -> tuple[str, ...]:
        """Who is asked about it: those of its body, else whoever may say that it holds."""
        may = await self._others(entry)
        own = tuple(key for key in may if answers_for(self.rooms.roster[key], entry.body))
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
        if renewal and not await self._held_against(message, renewal, against):
            words = renewing.asks(entry, await self._against(renewal), self.desk.lang)
            return self._shown(message, entry, words, review, renewal)
        today = self.rooms.day(self.clock())
        lang = self.desk.lang
        doubted = renewal or await self.store.flags([entry.id])
        if entry.checked == today and entry.holds_on(today) and not doubted:
            return self._told(message, self._holds("confirmed_before", entry), review)
        if not await self.seen.entry(message, entry):
            return self._shown(message, entry, renewing.unseen(entry, lang), review)
        if barred := await self.barred(message, entry):
            return self._told(message, barred, review)
        responder = self.rooms.roster[message.sender]
        anew = self._for_another_period(entry, message.sender)
        rivals = await self.rivals.of(anew)
        if rivals.same:
            return self._told(message, renewing.answered_by(entry, rivals.same, lang), review)
        if not rivals.searched:
            words = replies.plain(lang, "confirm_unsearched", entry=entry.id)
            return self._told(message, words, review)
        revision = Revision(
            vetter=called(responder),
            change=Change.MINOR,
            reason=CONFIRMED,
            vetter_person=message.sender,
        )
        words = self._holds("confirmed", anew)
        if not entry.holds_on(today):
            # Not served, it was held against nothing that was vetted meanwhile.
            across = await Kinship(self.store, self.seen, lang).left(anew, rivals.across)
            tied = rivals.tied(anew)
            ties = tied.alternatives[len(anew.alternatives) :]
            words = page(words, *renewing.tied(ties, lang), *renewing.beside(across, lang))
            anew = tied
        told = self._told(message, words, review)
        return replace(told, reason="confirmed", entry=anew, revision=revision, over=entry.version)

    def _withdrawn(
        self, message: Message, entry: Entry, why: str, review: Review | None
    ) -> Outcome:
        lang = self.desk.lang
        if not why:
            return self._told(message, replies.plain(lang, "withdraw_why"), review)
        words = replies.plain(lang, "entry_withdrawn", entry=entry.id)
        told = self._told(message, words, review)
        responder = self.rooms.roster[message.sender]
        revision = Revision(called(responder), reason=why, author_person=message.sender)
        return replace(told, reason="withdrawn", withdrawn=(entry.id,), revision=revision)

    async def _history(self, command: Command, message: Message) -> Outcome:
        """``!history``: for whoever may act here; also of an entry that is served no more."""
        entry_id = command.text.partition(" ")[0].strip("\n,:")
        entry, _, review = await self._about(command, message)
        entry_id = entry_id or (entry.id if entry else "") or (review.entry_id if review else "")
        versions = await self.store.history(entry_id) if entry_id else []
        if not versions:
            name = "history_none" if entry_id else "which_entry"
            words = replies.plain(self.desk.lang, name, entry=entry_id, verb=command.verb)
            return self._told(message, words, review)
        served = await self._served(entry_id) is not None
        zone, lang = self.rooms.zone, self.desk.lang
        words = chronicle.told(versions, served=served, zone=zone, lang=lang)
        return self._told(message, words, review)

    async def _others(self, entry: Entry) -> list[str]:
        """Who may say that the entry holds: not who wrote what it says."""
        wrote = _authors(await self.store.history(entry.id))
        return [
            key
            for key in self.rooms.roster
            if self.rooms.may_vouch(key, entry) and key not in wrote
        ]

    def _for_another_period(self, entry: Entry, person: str) -> Entry:
        """The entry, checked today by that person, which holds for as long again as it did.

        It is official where an official vouches for it, and that one's body does so; who did
        before stands in its history.
        """
        today = self.rooms.day(self.clock())
        period = PERIOD
        if entry.valid_until and entry.checked and entry.checked < entry.valid_until:
            period = entry.valid_until - entry.checked
        responder = self.rooms.roster[person]
        official = responder.role is Role.OFFICIAL and responder.body
        return replace(
            entry,
            checked=today,
            translation_of_version=None,
            valid_until=max(entry.valid_until or today, today + period),
            vetted_by=official or replies.VOLUNTEERS,
            sample=False,
        )

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
            if case and (flagged := await entry_of(self.store, case)):
                return flagged, command.text, None
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

    async def _held_against(self, message: Message, renewal: Renewal, against: str) -> bool:
        """Whether it was held against what its original says now, and that was shown."""
        if renewal.state < 0 or against != str(renewal.state):
            return False
        return await self.seen.renewal(message, renewal)

    def _shown(
        self,
        message: Message,
        entry: Entry,
        words: Words,
        review: Review | None,
        renewal: Renewal | None = None,
    ) -> Outcome:
        """What shows the entry as it is now, which may be approved then."""
        told = self._told(message, words, review)
        shows = _shows(entry, renewal)
        return replace(told, outgoing=tuple(replace(each, shows=shows) for each in told.outgoing))

    async def barred(self, message: Message, entry: Entry) -> Words | None:
        """Why its writer may not say that the entry holds; None: they may."""
        if refusal := self._refusal(message, entry):
            return refusal
        if message.sender not in _authors(await self.store.history(entry.id)):
            return None
        lang = self.desk.lang
        names = [self.rooms.roster[key].id for key in await self._others(entry)]
        who = replies.plain(lang, "vet_who", names=", ".join(sorted(names)))
        who = who if names else replies.plain(lang, "vet_nobody")
        return page(replies.plain(lang, "confirm_own", entry=entry.id), who)

    def _refusal(self, message: Message, entry: Entry) -> Words | None:
        if self.rooms.may_vouch(message.sender, entry):
            return None
        body = entry.body or "—"
        return replies.plain(self.desk.lang, "entry_not_yours", entry=entry.id, body=body)

    def _may_end(self, person: str, entry: Entry) -> bool:
        """Whether somebody who may say that it holds may withdraw it too.

        What another body answers for that has nobody here is an official's to end.
        """
        if self.rooms.may_vouch(person, entry, anew=True):
            return True
        whose = entry.body or entry.vetted_by not in ("", replies.VOLUNTEERS)
        return not whose or self.rooms.roster[person].role is Role.OFFICIAL

    def _for_officials(self, entry: Entry) -> Words:
        body = entry.body or entry.vetted_by
        return replies.plain(self.desk.lang, "withdraw_officials", entry=entry.id, body=body)

    def _holds(self, name: str, entry: Entry) -> Words:
        until = renewing.last_day(entry, self.desk.lang)
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


def _shows(entry: Entry, renewal: Renewal | None) -> tuple[Shows, ...]:
    """What a message shows of an entry, and of the original that it is held against."""
    original = (renewing.shows(renewal),) if renewal else ()
    return (drafts.shows_entry(entry), *original)


def _authors(history: Sequence[Version]) -> frozenset[str | None]:
    """All who wrote what an entry says now, and whoever wrote the same before.

    Args:
        history: The newest version first.
    """
    wrote: set[str | None] = set()
    since = True
    for each in history:
        if since or fold(each.entry.answer) == fold(history[0].entry.answer):
            wrote |= {each.revision.author_person, *each.revision.wrote}
        since = since and each.revision.change in (Change.TYPO, Change.MINOR)
    return frozenset(wrote)
