"""➕: somebody asks a question too.

Rules:

- ➕ under a question, or under what the bot said when people got it, counts a person once and has
  them told when the answer comes; of a question that was merged, with the one that is answered.
- Every such tap is noted. Only with the last of a person's are they counted no more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.audience import demand, line
from bot.cases import Case
from bot.messages import Message, MessageRef, key_for
from bot.outcome import Follower, Outcome
from bot.ports import Store

TOO = "➕"
"""I ask this too."""


@dataclass(frozen=True, slots=True)
class Joining:
    """Counts who asks a question too.

    Attributes:
        store: Knows what was tapped, and who joined.
    """

    store: Store

    async def joined(self, message: Message) -> Outcome:
        """All that a ➕ changes."""
        case = await self._asked(message.target)
        asks = await self.asks(message, case) if case else None
        return asks or Outcome("reaction", message.ref)

    async def asks(self, message: Message, case: Case) -> Outcome | None:
        """All that changes when somebody asks the question of that case too; None: nothing."""
        cases = await line(self.store, case)
        if cases[-1].ended or message.sender in {each.asker for each in cases}:
            return None
        joins = [
            Follower(each.id, message.sender, message.ref, case.root, case.lang) for each in cases
        ]
        counted = [
            replace(each, demand=demand(each, [*await self.store.followers(each.id), joined]))
            for each, joined in zip(cases, joins, strict=True)
        ]
        *below, head = counted
        changed = tuple(new for new, old in zip(below, cases, strict=False) if new != old)
        return Outcome("asks it too", message.ref, head, cases=changed, followers=tuple(joins))

    async def left(self, ref: MessageRef, done: Outcome) -> Outcome | None:
        """All that taking back a ➕ changes; None: none of note stood there.

        Args:
            ref: What was taken back.
            done: The outcome so far.
        """
        left = [each for each in await self.store.following(ref) if not each.asked]
        if not left:
            return None
        changed: list[Case] = []
        for each in left:
            case = await self.store.case(each.case_id)
            others = [one for one in await self.store.followers(each.case_id) if one.ref != ref]
            if case is not None:
                changed.append(replace(case, demand=demand(case, others)))
        return replace(done, cases=tuple(changed), unfollowed=tuple(left))

    async def _asked(self, at: MessageRef) -> Case | None:
        """The case whose question stands there, or what its asker was told first."""
        if case := await self.store.case_asked(at):
            return case
        key = await self.store.said(at.front, at.room, at.event)
        for case in await self.store.cases_at(at.front, at.room, at.event) if key else []:
            # Whose question was edited reads there what took an answer's place.
            if key in (key_for(case.asked, "handover"), key_for(case.asked, "answer")):
                return case
        return None
