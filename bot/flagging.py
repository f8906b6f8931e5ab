"""Anybody may say that an answer is wrong: ⚠️ on it, or ``!wrong`` and why.

Rules:

- It is a case for the officials of the entry's body, one for each entry at a time; who says it
  too is counted there, and everybody's reasons go to its thread at the desk and nowhere else.
- While the case is open, the entry is under review. Any new version ends that, a confirmation
  for example, and so does a withdrawal: whoever said it is told what came of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot import briefing, drafts, replies
from bot.aftercare import Flag
from bot.audience import Audience
from bot.cards import Cards
from bot.cases import Case, Event
from bot.messages import Kind, Message, Outgoing, Place, Priority
from bot.near import Near
from bot.outcome import Follower, Outcome
from bot.ports import Clock, Store
from bot.routing import Rooms, notice
from bot.words import Words
from knowledge.change import Change
from knowledge.entry import Entry

WRONG = "⚠"
"""One tap on an answer says that it is wrong; without the sign that colours it."""

_WRONG = re.compile(r"!(?:wrong|fout)(?:[\s:,]+(.*))?", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Flagging:
    """Handles flags.

    Attributes:
        store, clock: The ports.
        rooms: Where words go.
        cards: Opens the threads at the desk.
        audience: Who said that an entry is wrong.
    """

    store: Store
    clock: Clock
    rooms: Rooms
    cards: Cards
    audience: Audience

    async def handle(self, message: Message) -> Outcome | None:
        """All that a flag changes; None: the message is none."""
        why = _why(message)
        if why is None or message.place is Place.DESK:
            return None
        at = message.target.event if message.reply_to else message.root
        found = await self.store.answer_at(message.ref.front, message.ref.room, at)
        if found is None:
            if message.kind is Kind.REACTION:
                return None
            lang = self.rooms.speaks_to("", message.ref.room)
            return self._told(message, message.root, "flag_what", lang)
        given, thread = found
        root = thread or message.root
        entry = next(iter(await self.store.entries([given.entry_id])), None)
        lang = self.rooms.speaks_to(given.lang, message.ref.room)
        if entry is None:
            return self._told(message, root, "flag_gone", lang)
        for flag in await self.store.flags([entry.id]):
            if case := await self.store.case(flag.case_id):
                return await self._joined(message, case, root, why, lang)
        return await self._opened(message, entry, root, why, given.lang or entry.lang)

    async def look(self) -> list[Outcome]:
        """Which entries are under review no more; each outcome is whole by itself."""
        flags = await self.store.flags()
        ids = [each.entry_id for each in flags]
        entries = {each.id: each for each in (await self.store.entries(ids) if ids else [])}
        ended: list[Outcome] = []
        for flag in flags:
            entry = entries.get(flag.entry_id)
            case = await self.store.case(flag.case_id)
            if case and (entry is None or entry.version > flag.version):
                ended.append(await self._ended(case, flag, entry))
        return ended

    async def _opened(
        self, message: Message, entry: Entry, root: str, why: str, lang: str
    ) -> Outcome:
        now = self.clock()
        near = Near(entry.id, entry.lang, entry.question, 1.0, entry.source)
        case = Case(
            id=await self.store.next_case_id(),
            asked=message.ref,
            root=root,
            direct=message.place is Place.DIRECT,
            asker=message.sender,
            question=entry.question,
            lang=lang,
            topic=entry.topic,
            opened_at=now,
            scope=self.rooms.community(message.ref.room).scope,
            why="why_flagged",
            near=(near,),
            body=entry.body,
            officials=True,
            handed_at=now,
        )
        case, card = self.cards.opened(case)
        words = briefing.flagged(entry, self.rooms.desk_lang)
        how = self.rooms.in_thread(case, "flagged", words)
        how = replace(how, shows=(drafts.shows_entry(entry),))
        spoken = self.rooms.speaks_to(lang, message.ref.room)
        thanks = self._told(message, root, "flag_thanks", spoken)
        outgoing = (card, how, *self._reason(message, case, why), *thanks.outgoing)
        flag = Flag(case.id, entry.id, entry.version)
        return replace(thanks, reason="flagged", case=case, flag=flag, outgoing=outgoing)

    async def _joined(
        self, message: Message, case: Case, root: str, why: str, lang: str
    ) -> Outcome:
        """Somebody says it too, or says more."""
        reason = self._reason(message, case, why)
        thanks = self._told(message, root, "flag_thanks", lang)
        followers = await self.store.followers(case.id)
        if message.sender in (case.asker, *(each.person for each in followers)):
            return Outcome("flagged again", message.ref, outgoing=reason)
        joins = Follower(case.id, message.sender, message.ref, root, lang)
        return replace(
            thanks,
            reason="flagged too",
            case=replace(case, demand=case.demand + 1),
            followers=(joins,),
            outgoing=(*reason, *thanks.outgoing),
        )

    async def _ended(self, case: Case, flag: Flag, entry: Entry | None) -> Outcome:
        name, answer = "flag_withdrawn", entry
        if entry is not None:
            history = await self.store.history(entry.id)
            newer = [each for each in history if each.entry.version > flag.version]
            changed = any(each.revision.change is Change.ADVICE for each in newer)
            name = "flag_changed" if changed else "flag_confirmed"

        def speak(lang: str) -> Words:
            return replies.flag_ended(name, answer, lang)

        told = await self.audience.told(case, case.asked, "flag ended", speak)
        words = replies.plain(self.rooms.desk_lang, f"desk_{name}", entry=flag.entry_id)
        at_desk = self.rooms.in_thread(case, "flag ended", words)
        closed = case.after(Event.CLOSE)
        return Outcome("flag ended", case=closed, outgoing=(*told, at_desk))

    def _reason(self, message: Message, case: Case, why: str) -> tuple[Outgoing, ...]:
        if not why:
            return ()
        words = briefing.flag_reason(why, self.rooms.desk_lang, message.hidden)
        said = self.rooms.in_thread(case, f"reason {message.ref.event}", words)
        return (replace(said, original=message.ref, priority=Priority.WORDS),)

    def _told(self, message: Message, root: str, name: str, lang: str) -> Outcome:
        said = notice(message.ref, root, name, replies.plain(lang, name))
        # A tap is nothing to reply to; what was tapped is.
        said = replace(said, reply_to=message.target.event)
        return Outcome("flag", message.ref, outgoing=(said,))


def _why(message: Message) -> str | None:
    """The reason, which may be empty; None: the message is no flag."""
    if message.kind is Kind.REACTION:
        return "" if message.text.rstrip("\ufe0f") == WRONG else None
    match = _WRONG.fullmatch(message.text.strip()) if message.kind is Kind.TEXT else None
    return (match[1] or "").strip() if match else None
