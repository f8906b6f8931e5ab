"""Cases that were merged into another one, and the way out again.

What a merged asker writes is led to the case whose answer they wait for. Once they have that
answer and it does not help them, theirs is a case of its own again; the others keep the answer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot import briefing, replies
from bot.audience import added_elsewhere, demand, line
from bot.cases import Case, Event
from bot.messages import Message, MessageRef, key_for
from bot.outcome import Follower, Outcome
from bot.ports import Clock, Store
from bot.routing import Rooms, notice


async def led(store: Store, case: Case) -> Case:
    """The case whose answer this one's asker waits for: the end of the chain of merges."""
    return (await line(store, case))[-1]


@dataclass(frozen=True, slots=True)
class Parting:
    """Takes a case out of a merge.

    Attributes:
        store, clock: The ports.
        rooms: Where words go.
    """

    store: Store
    clock: Clock
    rooms: Rooms

    async def parted(
        self, message: Message, own: Case, into: Case, shown: Outcome, *, words: bool = False
    ) -> Outcome:
        """A merged asker says that the answer did not help: their own case is open again.

        Args:
            message: By which they say so.
            own: Their case.
            into: The one whose answer they have.
            shown: What is said before that.
            words: As in ``Reacting.reopened``.
        """
        freed = own.freed(Event.SPLIT, self.clock())
        back = replace(freed, merged_into=None, told=into.told)
        left = [each for each in await self.store.following(own.asked) if each.asked]
        # Who was merged into theirs waits where they did, and has the answer that came there; who
        # joined theirs goes with it.
        merged = await self.store.cases_merged(own.id)
        elsewhere = [one for each in merged for one in await self.store.followers(each.id)]
        behind, mine = await self._shared(own, {each.ref for each in elsewhere})
        beside = [
            replace(each, merged_into=own.merged_into)
            for each in merged
            if each.merged_into == own.id
        ]
        back = replace(back, demand=demand(own, mine))
        fewer: dict[int, Case] = {}
        for each in (await line(self.store, own))[1:]:
            waited = await self.store.followers(each.id)
            stays = [one for one in waited if one.ref not in {own.asked, *(m.ref for m in mine)}]
            left += [one for one in waited if one not in (*stays, *left)]
            case = into if each.id == into.id else each
            if len(stays) < len(waited):
                fewer[case.id] = self._without(case, own, stays)
        lang = self.rooms.speaks_to(own.lang, own.asked.room)
        name = "reopened_with_words" if words else "reopened_to_asker"
        told = notice(own.asked, own.root, "reopened", replies.plain(lang, name))
        told = replace(told, key=key_for(message.ref, "reopened"))
        said = briefing.parted(own, into, self.rooms.desk_lang)
        alert = self.rooms.fitting(back)
        at_desk = self.rooms.in_thread(own, f"parted {own.version}", said, alert)
        before = await added_elsewhere(self.store, self.rooms, own, own)
        outgoing = [*before, *shown.outgoing, at_desk, told]
        changed = fewer.get(into.id, into)
        if changed.draft and changed.draft != into.draft and changed.has_answer:
            outgoing.append(self.rooms.shown(message, changed, self.rooms.day(self.clock())))
        return replace(
            shown,
            reason="parted",
            case=back,
            cases=(*shown.cases, *fewer.values(), *beside),
            unfollowed=(*left, *behind),
            outgoing=tuple(outgoing),
        )

    async def _shared(
        self, own: Case, elsewhere: set[MessageRef]
    ) -> tuple[list[Follower], list[Follower]]:
        """Who waits for a case's answer: those of cases merged into it, and who joined itself."""
        waits = await self.store.followers(own.id)
        mine = [each for each in waits if not each.asked and each.ref not in elsewhere]
        return [each for each in waits if each not in mine], mine

    def _without(self, case: Case, own: Case, stays: list[Follower]) -> Case:
        """A case without who goes with another one, and without that one's wording in its draft."""
        case = replace(case, demand=demand(case, stays))
        if case.draft is None:
            return case
        theirs = {own.wording} - {case.wording}
        kept = tuple(each for each in case.draft.alternatives if each not in theirs)
        return replace(case, draft=replace(case.draft, alternatives=kept))
