"""A draft is shown with what it takes over from entries for a wider or narrower place."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot import briefing, drafts
from bot.cases import Case
from bot.outcome import Outcome
from bot.ports import Clock
from bot.rivals import FindRivals
from bot.routing import Rooms


@dataclass(frozen=True, slots=True)
class Tying:
    """Looks for that whenever a draft is shown; ``bot.vetting`` looks again before it publishes.

    Attributes:
        clock: The port.
        rooms: Where words go.
        rivals: Finds what else answers the same question.
    """

    clock: Clock
    rooms: Rooms
    rivals: FindRivals

    async def shown(self, outcome: Outcome, *, again: bool = False) -> Outcome:
        """The same outcome; a draft that it shows has, and shows, what it takes over.

        Args:
            outcome: What a command changes.
            again: As for ``Rooms.shown``.
        """
        case = next((each for each in _cases(outcome) if _shows(outcome, each)), None)
        if case is None or case.draft is None:
            return outcome
        today = self.rooms.day(self.clock())
        entry = drafts.entry(case.draft, case.draft.corrects or "draft", today)
        tied = drafts.tied(case.draft, await self.rivals.elsewhere(entry))
        if tied == case.draft:
            return outcome
        now = replace(case, draft=tied)
        words = briefing.draft(now, self.rooms.desk_lang, today, self.rooms.scopes(), again=again)
        old, new = drafts.shows(case), drafts.shows(now)
        return replace(
            outcome,
            case=now if outcome.case is case else outcome.case,
            cases=tuple(now if each is case else each for each in outcome.cases),
            outgoing=tuple(
                replace(each, text=words.text, html=words.html, shows=(new,))
                if old in each.shows
                else each
                for each in outcome.outgoing
            ),
        )


def _cases(outcome: Outcome) -> tuple[Case, ...]:
    return (*([outcome.case] if outcome.case else []), *outcome.cases)


def _shows(outcome: Outcome, case: Case) -> bool:
    return any(drafts.shows(case) in each.shows for each in outcome.outgoing)
