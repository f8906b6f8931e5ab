"""Anybody may say that an answer is wrong: ⚠️ on it, or ``!wrong`` and why.

Rules:

- It is a case for the officials of the entry's body, one for each entry at a time; who says it
  too is counted there, and everybody's reasons go to its thread at the desk and nowhere else.
- While the case is open, the entry is under review, and so is each translation of it. Ending
  that is for whoever may vet the entry: by a confirmation, a change of what it advises, a
  withdrawal, or ``!close`` and why. Whoever said it is told what came of it.
- A reason that is edited or taken back follows to the case. Who has taken back all that they said
  is no longer among those who said it. Once nobody is, a case that nobody has taken ends.
- Who knows better writes it with ``!answer``; a second person's ``!vet`` makes that the entry's
  next version (``bot/vetting.py``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot import briefing, drafts, replies
from bot.aftercare import Flag
from bot.audience import Audience
from bot.cards import Cards
from bot.cases import FLAG, TRANSITIONS, Case, Event
from bot.messages import Kind, Message, MessageRef, Outgoing, Place, Priority, key_for
from bot.near import Near
from bot.outcome import CONFIRMED, Follower, Note, Outcome, Revision
from bot.ports import Clock, Store
from bot.questions import is_thanks
from bot.reacting import Reacting
from bot.routing import Rooms, notice, taken_back
from bot.whose import answer_of, theirs
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
        if message.place is Place.DESK:
            return None
        why = _why(message)
        if why is None:
            return await self._added(message)
        at = message.target.event if message.reply_to else message.root
        found = await self.store.answer_at(message.ref.front, message.ref.room, at)
        if found is None:
            if answered := await self._answered(message):
                return self._doubted(message, *answered, why)
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

    async def _answered(self, message: Message) -> tuple[Case, str] | None:
        """The case whose answer by somebody at the desk, not yet vetted, it is about.

        And the root of the thread in which they are thanked.
        """
        at = message.target
        if message.kind is Kind.REACTION:
            original = await self.store.original(at.front, at.room, at.event)
            case = await answer_of(self.store, original) if original else None
        else:
            case = await theirs(self.store, replace(message, thread=message.root))
        if case is None or case.about_entry or not case.has_answer:
            return None
        return case, case.root if case.asked.room == message.ref.room else message.root

    def _doubted(self, message: Message, case: Case, root: str, why: str) -> Outcome:
        """The desk reads it in the case's thread; where the asker says it, it comes back."""
        lang = self.rooms.desk_lang
        by = case.answered_by
        alert = (by,) if by and by in self.rooms.roster else ()
        words = briefing.answer_doubted(why, lang, message.hidden)
        said = self.rooms.in_thread(case, f"doubted {message.ref.event}", words, alert)
        said = replace(said, original=message.ref, priority=Priority.WORDS)
        note = _note(message, case)
        waits = message.sender == case.asker and bool(case.question)
        if waits and (case.status, Event.REOPEN) in TRANSITIONS:
            told = Outcome("reopened", message.ref, note=note, outgoing=(said,))
            return Reacting(self.store, self.clock, self.rooms).reopened(message, case, told)
        spoken = self.rooms.speaks_to(case.lang, message.ref.room)
        thanks = self._told(message, root, "answer_doubted_thanks", spoken)
        return replace(thanks, note=note, outgoing=(said, *thanks.outgoing))

    async def edited(self, message: Message) -> Outcome | None:
        """All that an edit in a flag's case changes; None: it is not one of what stands there."""
        note, case = await self._said(message)
        if note is None or case is None:
            return None
        if note.author != message.sender:
            return Outcome("edit of somebody else", message.ref)
        before, after = _reason(note.text), _reason(message.text)
        if before == after or not note.text:
            return Outcome("edited, the same words", message.ref)
        # However it reads now, it is still a flag: only taking it back ends that.
        flags = _why_in(note.text) is not None
        note = replace(note, text=f"!wrong {after}" if flags else message.text)
        copies = await self.store.copies(note.ref)
        above = [each.key for each in copies if each.key != case.desk_thread]
        gone = () if after else _gone(case, copies)
        told = self._reason(message, case, after, note.ref)
        if above:
            told = tuple(replace(each, reply_to=above[0]) for each in told)
        return Outcome("flag changed", message.ref, note=note, outgoing=(*gone, *told))

    async def taken_back(self, message: Message) -> Outcome | None:
        """All that taking back a flag changes; None: what was taken back is none."""
        note, case = await self._said(message)
        if note is None or case is None or _why_in(note.text) is None:
            return None
        joined = [each for each in await self.store.followers(case.id) if not each.asked]
        mine = tuple(each for each in joined if each.person == note.author)
        outgoing = _gone(case, await self.store.copies(note.ref))
        # The bot thanked for the first of what somebody says, and with it the thanks go.
        if note.ref.event in (case.asked.event, *(each.ref.event for each in mine)):
            thanks = key_for(note.ref, "flag_thanks")
            outgoing = (*outgoing, taken_back(thanks, note.ref.front, note.ref.room))
        note_gone = replace(note, text="")
        done = Outcome("flag taken back", message.ref, note=note_gone, outgoing=outgoing)
        said = [each for each in await self.store.notes(case.id) if each.ref != note.ref]
        if any(each.author == note.author and _why_in(each.text) is not None for each in said):
            return done
        if mine:
            fewer = replace(case, demand=max(0, case.demand - 1))
            return replace(done, case=fewer, unfollowed=mine)
        if note.author != case.asker:
            return done
        if joined:
            return self._passed_on(done, case, joined[0])
        return await self._withdrawn(message, done, case)

    async def look(self) -> list[Outcome]:
        """Which entries are under review no more; each outcome is whole by itself."""
        flags = await self.store.flags()
        ids = [each.entry_id for each in flags]
        entries = {each.id: each for each in (await self.store.entries(ids) if ids else [])}
        ended: list[Outcome] = []
        for flag in flags:
            entry = entries.get(flag.entry_id)
            case = await self.store.case(flag.case_id)
            if case is None or (entry and entry.version == flag.version):
                continue
            newer = [
                each.revision
                for each in await self.store.history(flag.entry_id)
                if each.entry.version > flag.version
            ]
            # Another wording or a new link says nothing of whether the answer is right.
            if entry is None or any(map(_settles, newer)):
                ended.append(await self._ended(case, flag, entry, newer))
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
            why=FLAG,
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
        note = _note(message, case)
        return replace(thanks, reason="flagged", case=case, flag=flag, note=note, outgoing=outgoing)

    async def _joined(
        self, message: Message, case: Case, root: str, why: str, lang: str
    ) -> Outcome:
        """Somebody says it too, or says more."""
        reason = self._reason(message, case, why)
        thanks = self._told(message, root, "flag_thanks", lang)
        followers = await self.store.followers(case.id)
        note = _note(message, case)
        if message.sender in (case.asker, *(each.person for each in followers)):
            return Outcome("flagged again", message.ref, note=note, outgoing=reason)
        joins = Follower(case.id, message.sender, message.ref, root, lang)
        return replace(
            thanks,
            reason="flagged too",
            case=replace(case, demand=case.demand + 1),
            followers=(joins,),
            note=note,
            outgoing=(*reason, *thanks.outgoing),
        )

    async def _added(self, message: Message) -> Outcome | None:
        """More of who said it, in the thread in which the bot thanked them; None: it is not."""
        root = message.thread or message.reply_to
        if message.kind is not Kind.TEXT or root is None or is_thanks(message.text):
            return None
        for flag in await self.store.flags():
            case = await self.store.case(flag.case_id)
            if case and await self._said_in(message, root, case):
                note = _note(message, case)
                reason = self._reason(message, case, message.text.strip())
                return Outcome("flagged again", message.ref, note=note, outgoing=reason)
        return None

    async def _said_in(self, message: Message, root: str, case: Case) -> bool:
        """Whether its writer said in that thread that the entry of the case is wrong."""
        said = [(case.asker, case.asked.room, case.root)]
        joined = await self.store.followers(case.id)
        said += [(each.person, each.ref.room, each.root) for each in joined]
        return (message.sender, message.ref.room, root) in said

    async def _said(self, message: Message) -> tuple[Note | None, Case | None]:
        """What stood there in the case of a flag that is open, with the case."""
        ref = message.target
        note = None if message.place is Place.DESK else await self.store.note(ref)
        if note is None or note.case_id not in {each.case_id for each in await self.store.flags()}:
            return None, None
        return note, await self.store.case(note.case_id)

    def _passed_on(self, done: Outcome, case: Case, to: Follower) -> Outcome:
        """Who said it first does so no more; who said it next stands in their place."""
        case = replace(
            case,
            asker=to.person,
            asked=to.ref,
            root=to.root,
            lang=to.lang,
            direct=to.ref.room not in self.rooms.communities,
            demand=max(0, case.demand - 1),
        )
        return replace(done, case=case, unfollowed=(to,))

    async def _withdrawn(self, message: Message, done: Outcome, case: Case) -> Outcome:
        """Nobody says it any more: the case ends, unless somebody works or worked on it."""
        lang = self.rooms.desk_lang
        if case.claimed_by or case.answered_by:
            words = replies.plain(lang, "flag_alone", case=case.id)
            alert = self.rooms.working_on(case)
            told = self.rooms.at_desk(message, "flag alone", words, case, alert=alert)
            return replace(done, outgoing=(*done.outgoing, told))
        words = replies.plain(lang, "flag_taken_back", case=case.id)
        told = self.rooms.at_desk(message, "flag taken back", words, case)
        gone, outgoing = case.after(Event.WITHDRAW), (*done.outgoing, told)
        done = replace(done, case=gone, outgoing=outgoing)
        return await self.audience.left_alone(done, case, message.ref, self.clock())

    async def _ended(
        self, case: Case, flag: Flag, entry: Entry | None, newer: Sequence[Revision]
    ) -> Outcome:
        name, answer = "flag_withdrawn", entry
        if entry is not None:
            name = flag_ended(any(each.change is Change.ADVICE for each in newer))

        def speak(lang: str) -> Words:
            return replies.flag_ended(name, answer, lang)

        told = await self.audience.told(case, case.asked, "flag ended", speak)
        words = replies.plain(self.rooms.desk_lang, f"desk_{name}", entry=flag.entry_id)
        at_desk = self.rooms.in_thread(case, "flag ended", words)
        closed = case.after(Event.CLOSE)
        return Outcome("flag ended", case=closed, outgoing=(*told, at_desk))

    def _reason(
        self, message: Message, case: Case, why: str, edited: MessageRef | None = None
    ) -> tuple[Outgoing, ...]:
        if not why:
            return ()
        lang = self.rooms.desk_lang
        words = briefing.flag_reason(why, lang, message.hidden, changed=edited is not None)
        alert = self.rooms.working_on(case) if edited else ()
        said = self.rooms.in_thread(case, f"reason {message.ref.event}", words, alert)
        return (replace(said, original=edited or message.ref, priority=Priority.WORDS),)

    def _told(self, message: Message, root: str, name: str, lang: str) -> Outcome:
        said = notice(message.ref, root, name, replies.plain(lang, name))
        # A tap is nothing to reply to; what was tapped is.
        said = replace(said, reply_to=message.target.event)
        return Outcome("flag", message.ref, outgoing=(said,))


def _settles(newer: Revision) -> bool:
    return newer.change is Change.ADVICE or newer.reason == CONFIRMED


def flag_ended(changed: bool) -> str:
    """The name of the sentence that tells what came of it, where the entry is still served."""
    return "flag_changed" if changed else "flag_confirmed"


async def entry_of(store: Store, case: Case) -> Entry | None:
    """The entry that a case is about because somebody said that it is wrong; None: none is."""
    for flag in await store.flags():
        if flag.case_id == case.id:
            return next(iter(await store.entries([flag.entry_id])), None)
    return None


def _why(message: Message) -> str | None:
    """The reason, which may be empty; None: the message is no flag."""
    if message.kind is Kind.REACTION:
        return "" if message.text.rstrip("\ufe0f") == WRONG else None
    return _why_in(message.text) if message.kind is Kind.TEXT else None


def _why_in(text: str) -> str | None:
    """The same of words, or of a tap as it is kept."""
    if text.rstrip("\ufe0f") == WRONG:
        return ""
    match = _WRONG.fullmatch(text.strip())
    return (match[1] or "").strip() if match else None


def _reason(text: str) -> str:
    """What the desk reads of words that stand in a flag's case."""
    why = _why_in(text)
    return text.strip() if why is None else why


def _note(message: Message, case: Case) -> Note:
    """By which the flag is found again when it is edited or taken back."""
    return Note(message.ref, case.id, message.sender, message.text)


def _gone(case: Case, copies: Sequence[Outgoing]) -> tuple[Outgoing, ...]:
    """Takes the words back at the desk; the card shows none of them."""
    return tuple(
        replace(taken_back(each.key, each.front, each.room), priority=Priority.WORDS)
        for each in copies
        if each.key != case.desk_thread
    )
