"""Cases that were merged into another one, and the way out again.

What a merged asker writes is led to the case whose answer they wait for. Once they have that
answer and it does not help them, theirs is a case of its own again; the others keep the answer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot import briefing, replies
from bot.audience import line
from bot.cases import Case, Event
from bot.messages import Message, key_for
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
        # Who was merged into theirs waits where they did, and has the answer that came there.
        behind = await self.store.followers(own.id)
        beside = [
            replace(each, merged_into=own.merged_into)
            for each in await self.store.cases_merged(own.id)
            if each.merged_into == own.id
        ]
        fewer: dict[int, Case] = {}
        for each in left:
            case = into if each.case_id == into.id else await self.store.case(each.case_id)
            if case is not None:
                fewer[case.id] = await self._without(case, own, each)
        demand = max(0, back.demand - len({each.person for each in behind} - {own.asker}))
        back = replace(back, demand=demand)
        lang = self.rooms.speaks_to(own.lang, own.asked.room)
        name = "reopened_with_words" if words else "reopened_to_asker"
        told = notice(own.asked, own.root, "reopened", replies.plain(lang, name))
        told = replace(told, key=key_for(message.ref, "reopened"))
        said = briefing.parted(own, into, self.rooms.desk_lang)
        alert = self.rooms.fitting(back)
        at_desk = self.rooms.in_thread(own, f"parted {own.version}", said, alert)
        outgoing = [*shown.outgoing, at_desk, told]
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

    async def _without(self, case: Case, own: Case, left: Follower) -> Case:
        """A case without one who asked it too, and without their wording in its draft."""
        others = [each for each in await self.store.followers(case.id) if each != left]
        if left.person not in (case.asker, *(each.person for each in others)):
            case = replace(case, demand=max(0, case.demand - 1))
        if case.draft is None:
            return case
        theirs = {own.wording} - {case.wording}
        kept = tuple(each for each in case.draft.alternatives if each not in theirs)
        return replace(case, draft=replace(case.draft, alternatives=kept))
