"""What people say with one tap: thanks that the other side sees, "me too", "that helped".

Rules:

- One reaction of the bot's stands for all people who gave the same one on the other side.
- ➕ under a question: see ``bot.joining``.
- Under an answer, the asker's thanks confirm it, and their 👎 brings the case back. The 👎 of who
  asked it in a case that was merged brings theirs back; of who joined, the desk is told.
- Thanks from whoever waited for an answer are counted for who gave it, once each.
- Who takes a reaction back takes back what it did, and thanks count no more; but what was
  confirmed or brought back by it stays so, and nothing that was passed on is unsaid.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot import replies
from bot.cases import TRANSITIONS, Case, Event, Status
from bot.deeds import Deed, What
from bot.joining import TOO, Joining
from bot.messages import (
    Message,
    MessageRef,
    Outgoing,
    Place,
    Priority,
    Style,
    key_for,
)
from bot.outcome import Outcome, Reaction
from bot.parting import Parting
from bot.ports import Clock, Store
from bot.routing import Rooms, notice, taken_back
from bot.whose import answer_of

MIRRORED = frozenset("👍👎❤🙏👏🎉😀😊😂😢😮🤔👀💯💪🤗")
"""The reactions shown on the other side: a free text would be a message that nobody relays."""

HELPED = frozenset("👍❤🙏👏🎉💯💪🤗")
HELPED_NOT = frozenset("👎")


@dataclass(frozen=True, slots=True)
class Reacting:
    """Handles reactions, and what was one.

    Attributes:
        store: Knows what they are about.
        clock: Now.
        rooms: Where words go.
    """

    store: Store
    clock: Clock
    rooms: Rooms

    async def handle(self, message: Message) -> Outcome:
        """All that a reaction changes."""
        emoji = message.text.rstrip("\ufe0f")
        target = message.target
        if emoji == TOO and message.place is not Place.DESK:
            return await Joining(self.store).joined(message)
        original = await self.store.original(target.front, target.room, target.event)
        if original is None or emoji not in MIRRORED:
            return Outcome("reaction", message.ref)
        if message.place is not Place.DESK and await self.store.case_asked(original):
            # In a responder's direct chat the bot repeated a question; its asker sees no tap.
            return Outcome("reaction", message.ref)
        shown = await self._shown(message, original, emoji)
        if message.place is Place.DESK:
            return shown
        return await self._judged(message, original, emoji, shown)

    async def taken_back(self, ref: MessageRef, done: Outcome) -> Outcome | None:
        """All that taking back a reaction changes; None: no reaction of note stood there.

        Args:
            ref: What was taken back.
            done: The outcome so far.
        """
        if reaction := await self.store.reaction(ref):
            return await self._unshown(done, reaction)
        return await Joining(self.store).left(ref, done)

    async def _judged(
        self, message: Message, original: MessageRef, emoji: str, shown: Outcome
    ) -> Outcome:
        """What the reaction to an answer of somebody who waited for it says of it."""
        case = await answer_of(self.store, original)
        if case is None:
            return shown
        by, answered_by = message.sender, case.answered_by
        if emoji in HELPED and answered_by not in (None, by) and await self._waited(by, case):
            thanks = Deed(answered_by, What.THANKED, case.id, by, message.ref)
            shown = replace(shown, deeds=(thanks,))
        if case.asker != message.sender:
            unhelped = emoji in HELPED_NOT and case.answered and not case.about_entry
            return await self._unhelped(message, case, original, shown) if unhelped else shown
        if not case.question:
            # Who took the question back waits for no answer to it.
            return shown
        if emoji in HELPED and case.status is Status.ANSWERED:
            return replace(shown, reason="confirmed", case=case.after(Event.CONFIRM))
        over = case.about_entry and case.ended
        if emoji in HELPED_NOT and not over and (case.status, Event.REOPEN) in TRANSITIONS:
            return self.reopened(message, case, shown)
        return shown

    async def _unhelped(
        self, message: Message, case: Case, original: MessageRef, shown: Outcome
    ) -> Outcome:
        """The answer did not help somebody else who waited for it."""
        waits = [
            each
            for each in await self.store.followers(case.id)
            if each.person == message.sender and each.ref != message.ref
        ]
        # Who asked it twice means the one under whose copy they tapped.
        waits.sort(key=lambda each: each.ref.room != message.ref.room)
        asked = [await self.store.case_asked(each.ref) for each in waits if each.asked]
        own = next((each for each in asked if each and each.merged_into is not None), None)
        if own is not None:
            return await Parting(self.store, self.clock, self.rooms).parted(
                message, own, case, shown
            )
        if not waits:
            return shown
        stands = [each.ref for each in await self.store.mirrored(original, "👎")]
        count = len({*stands, message.ref})
        lang = self.rooms.desk_lang
        words = replies.plain(lang, "joined_unhelped", case=case.id, count=count)
        told = self.rooms.in_thread(case, f"unhelped {message.ref.event}", words)
        return replace(shown, outgoing=(*shown.outgoing, told))

    async def _waited(self, person: str, case: Case) -> bool:
        followers = await self.store.followers(case.id)
        return person in (case.asker, *(each.person for each in followers))

    def reopened(
        self, message: Message, case: Case, shown: Outcome, *, words: bool = False
    ) -> Outcome:
        """The asker says that the answer did not help: the case comes back to the desk.

        Args:
            message: By which they say so.
            case: The case.
            shown: What is said before that.
            words: Whether they wrote what is unclear, rather than tapped.
        """
        now = self.clock()
        back = case.after(Event.REOPEN)
        if back.status is Status.OPEN:
            back = case.freed(Event.REOPEN, now)
        else:
            back = replace(back, claimed_at=now, reminded_at=None)
        alert = self.rooms.working_on(back) or self.rooms.fitting(back)
        name = "reopened"
        if words:
            name = "reopened_by_words" if case.answered else "reopened_closed"
        said = replies.plain(self.rooms.desk_lang, name, case=case.id)
        at_desk = self.rooms.in_thread(case, f"reopened {case.version}", said, alert)
        lang = self.rooms.speaks_to(case.lang, case.asked.room)
        name = "reopened_with_words" if words else "reopened_to_asker"
        told = notice(case.asked, case.root, "reopened", replies.plain(lang, name))
        told = replace(told, key=key_for(message.ref, "reopened"))
        outgoing = (*shown.outgoing, at_desk, told)
        return replace(shown, reason="reopened", case=back, outgoing=outgoing)

    async def _shown(self, message: Message, original: MessageRef, emoji: str) -> Outcome:
        if original.front != self.rooms.front:
            # From the command line: the words stand nowhere that it could be shown.
            return Outcome("reaction", message.ref)
        others = await self.store.mirrored(original, emoji)
        mirror = others[0].mirror if others else key_for(message.ref, "mirror")
        shown = Outgoing(
            key=mirror,
            front=original.front,
            room=original.room,
            style=Style.REACTION,
            text=message.text,
            reply_to=original.event,
            priority=Priority.REACTION,
        )
        return Outcome(
            "reaction shown",
            message.ref,
            reaction=Reaction(message.ref, original, emoji, mirror),
            outgoing=() if others else (shown,),
        )

    async def _unshown(self, done: Outcome, reaction: Reaction) -> Outcome:
        others = await self.store.mirrored(reaction.target, reaction.emoji)
        if any(each.ref != reaction.ref for each in others):
            return done
        target = reaction.target
        back = taken_back(reaction.mirror, target.front, target.room)
        return replace(done, outgoing=(back,))
