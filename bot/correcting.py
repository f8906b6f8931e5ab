"""Who got an answer that has changed since is told, wherever the change came from.

Rules:

- What is to be told follows from the store: an answer that was given, and its entry as it is now.
  So a change at the desk, on the command line or in a folder is told alike, after a crash too.
- The old words are edited, and a new message with a mention tells of it: an edit alerts nobody.
- Who got it more than once is told once, where they asked last; each old message is edited.
- Where another room took that one's place, the new message is said there, with a link to the old
  words, if somebody whom it is for came along.
- What is not said yet when the entry changes again, or when who asked takes the question back, is
  never said: the store recalls it. So it does with an answer that was not said itself: that
  question is asked anew.
- Who got a translation whose original has changed is told that people check it, and then either
  what it says now or that it holds; once too, however often they got it.
- Who took the question back is told of nothing; the words that others read are edited.
- What is under review, or an old translation, is told with that mark, as it is given with it;
  where what is under review is given to nobody, it is told once that is settled.
- Where a place's own entry stands in for the national one, that is what holds there: who got the
  national one is told once, when theirs is published. Where several do, nobody can tell which.
- A change that is put right before people heard of it is told to nobody.
- Few are on their way at a time, behind everybody's answers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from bot import briefing, replies
from bot.aftercare import Got, Instead, Tally, Where, correction
from bot.decision import stand_ins
from bot.doubts import Doubts, Marks
from bot.messages import MessageRef, Outgoing, Style, key_after, key_for
from bot.outcome import Doubtful, Given, Outcome, Outdated
from bot.ports import Clock, Store
from bot.routing import Rooms, edit_of
from bot.words import Words
from knowledge.entry import NATIONAL, Entry, fold
from knowledge.review import holds

AT_A_TIME = 10
"""How many answers at most are being changed at the same time."""


@dataclass(frozen=True, slots=True)
class Correcting:
    """Tells of changes.

    Attributes:
        store, clock: The ports.
        rooms: Which languages are spoken where, and what is served there.
        doubts: What is under review.
        days: How long after an answer was given its change is told; 0: never.
        link: Gives the address of a message; as ``ChatClient.link``.
    """

    store: Store
    clock: Clock
    rooms: Rooms
    doubts: Doubts
    days: float
    link: Callable[[MessageRef], str]

    async def look(self) -> list[Outcome]:
        """What is to be told now; each is whole by itself."""
        if not self.days:
            return []
        since = self.clock() - timedelta(days=self.days)
        there = await self._instead(since)
        instead = [Instead(*where, own.id, own.version) for where, own in there.items() if own]
        held = await self.doubts.held()
        outdated = await self.store.outdated(since, AT_A_TIME, instead, held)
        told = [each for one in outdated if (each := await self._told(one, there))]
        doubtful = await self.store.doubtful(since, AT_A_TIME)
        told += [await self._doubted(each) for each in doubtful if not there.get(_where(each))]
        return [*told, *map(self._counted, await self.store.tallies(since))]

    async def _instead(self, since: datetime) -> dict[Where, Entry | None]:
        """What holds for who got a national entry where others stand in for it; None: unknown."""
        scopes = {each.scope for each in self.rooms.communities.values()} - {NATIONAL}
        got = await self.store.got(since) if scopes else []
        found: dict[Where, Entry | None] = {}
        for scope in sorted(scopes):
            here = [each for each in got if self.rooms.community(each.leads_to).scope == scope]
            ids = sorted({each.entry_id for each in here})
            found_there = await self.store.kindred(ids, scope) if ids else []
            kin, instead = {each.id: each for each in found_there}, stand_ins(found_there, scope)
            for each in here:
                if own := instead.get(each.entry_id):
                    found[each.where] = self._for(each, own, kin)
        return found

    def _for(self, got: Got, own: Sequence[Entry], kin: Mapping[str, Entry]) -> Entry | None:
        """The one of a place's own entries that whoever got the national one would get now."""
        today = self.rooms.day(self.clock())
        holding = [each for each in own if holds(each, kin, today)]
        if len({each.knowledge for each in holding}) != 1:
            return None
        wanted = (got.lang, self.rooms.speaks_to(got.lang or holding[0].lang, got.leads_to))
        by_lang = {each.lang: each for each in holding}
        return next((by_lang[lang] for lang in wanted if lang in by_lang), holding[0])

    async def _told(
        self, outdated: Outdated, there: Mapping[Where, Entry | None]
    ) -> Outcome | None:
        given, said, room = outdated.given, outdated.said, outdated.room
        entry = await self._now(outdated, there)
        if entry is None and outdated.entry_id != given.entry_id:
            return None  # What was to stand in for it has gone meanwhile; the next look knows.
        version = entry.version if entry else outdated.version
        lang = self.rooms.speaks_to(given.lang or (entry.lang if entry else ""), room)
        about = entry.id if entry else given.entry_id
        edited, told = correction(said.key, about, version, withdrawn=entry is None)
        marks = await self._marks(entry) if entry else Marks(doubted=False, stale=False)
        marked = asdict(marks)
        now = replies.answer(entry, lang, **marked) if entry else replies.withdrawn(lang)
        edit = edit_of(said, edited, now)
        carries = Given(
            given.asker,
            about,
            version,
            edit.key,
            given.lang,
            withdrawn=entry is None,
            stale=marks.stale,
        )
        if not outdated.untold or (entry and await self._read(given, entry)):
            return Outcome("changed where it stands", given=carries, outgoing=(edit,))
        moved = room != said.room
        link = self.link(outdated.stands) if moved else ""
        gone = replies.withdrawn_news(lang, link)
        words = replies.corrected(entry, lang, link, **marked) if entry else gone
        news = replace(
            self._news(said, told, words, outdated.untold),
            room=room,
            thread=None if moved else said.thread,
            reply_to=None if moved else said.key,
            if_there=moved,
        )
        carries = replace(carries, news=news.key)
        return Outcome("told of a change", given=carries, outgoing=(edit, news))

    async def _now(self, outdated: Outdated, there: Mapping[Where, Entry | None]) -> Entry | None:
        """What holds where the answer stands, as it is now; None: nothing that is known."""
        given = outdated.given
        kin = {each.id: each for each in await self.store.kindred([outdated.entry_id], NATIONAL)}
        entry = kin.get(outdated.entry_id)
        if entry is None or (entry.id == given.entry_id and _where(outdated) in there):
            return None
        today, scope = self.rooms.day(self.clock()), self.rooms.community(outdated.room).scope
        return entry if holds(entry, kin, today) and entry.scope in (NATIONAL, scope) else None

    async def _doubted(self, doubtful: Doubtful) -> Outcome:
        given, said = doubtful.given, doubtful.said
        (entry,) = await self.store.entries([given.entry_id])
        lang = self.rooms.speaks_to(given.lang or entry.lang, said.room)
        stale = not given.stale
        flagged = (await self._marks(entry)).doubted
        kind = f"{given.key} {'checked' if stale else 'holds'}"
        now = replies.answer(entry, lang, doubted=flagged, stale=stale)
        edit = edit_of(said, key_after(said.key, kind), now)
        carries = replace(given, version=entry.version, key=edit.key, news=None, stale=stale)
        if not doubtful.untold:
            return Outcome("marked where it stands", given=carries, outgoing=(edit,))
        words = replies.being_checked(lang) if stale else replies.still_holds(lang)
        news = self._news(said, key_after(said.key, f"news {kind}"), words, doubtful.untold)
        return Outcome("told of an old translation", given=carries, outgoing=(edit, news))

    def _news(self, said: Outgoing, key: str, words: Words, alert: tuple[str, ...]) -> Outgoing:
        return Outgoing(
            key=key,
            front=said.front,
            room=said.room,
            style=Style.TEXT,
            text=words.text,
            html=words.html,
            thread=said.thread,
            reply_to=said.key,
            mentions=alert,
        )

    async def _marks(self, entry: Entry) -> Marks:
        return await self.doubts.marks(entry)

    async def _read(self, given: Given, entry: Entry) -> bool:
        """Whether they read just that: what was changed is put right again, or said elsewhere."""
        if given.withdrawn:
            return False
        history = await self.store.history(given.entry_id)
        read = next(each.entry for each in history if each.entry.version == given.version)
        if given.entry_id != entry.id:
            return (read.lang, fold(read.answer)) == (entry.lang, fold(entry.answer))
        return _advice(read) == _advice(entry)

    def _counted(self, tally: Tally) -> Outcome:
        """The desk sees how many have been told, in one message that is edited."""
        kind = f"{tally.entry_id} {tally.version} {tally.withdrawn}"
        first = key_for(MessageRef(self.rooms.front, self.rooms.desk, kind), "told of a change")
        words = briefing.told_of_change(tally, self.rooms.desk_lang)
        told = self.rooms.outside(first, words, style=Style.NOTICE)
        # The first is there but once: the outbox drops it when its key is known, and the edit
        # that stands behind it when there is nothing to change.
        count = f"{tally.told} {tally.unreachable} {tally.waiting}"
        edit = edit_of(told, key_after(first, count), words)
        return Outcome("counted", tally=tally, outgoing=(told, edit))


def _where(told: Outdated | Doubtful) -> Where:
    return (told.said.room, told.given.entry_id, told.given.lang)


def _advice(entry: Entry) -> tuple[object, ...]:
    """What somebody who goes by it relies on."""
    return (entry.lang, entry.question, entry.answer, entry.scope)
