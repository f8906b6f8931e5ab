"""The part of the store that looks after what was published; see ``bot.ports.Store``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from bot.aftercare import Flag, Got, Instead, Renewal, Review, Tally
from bot.messages import Shown
from bot.outcome import Doubtful, Given, Note, Outdated
from knowledge.entry import Entry


class Keeping(Protocol):
    """What must not be lost of an entry's life after it was published.

    A correction of an answer, by the keys of ``aftercare.correction``, that was not begun to be
    said is recalled by whatever publishes or withdraws its entry anew, and for who asked when the
    question is taken back, or for who joined it when that is: what was given to them names nobody
    from then on, and no answer or news that is not begun to be said alerts them. One of what is
    past by then is refused with ``HandleAgain``, and so is a first answer.

    A first answer that was not begun to be said, given to a message or to a case that waited for
    the clock, is recalled by whatever changes the advice of its entry or of that one's original,
    withdraws it, or keeps a flag of it: the message is unhandled again, in its last words, or the
    case waits again and is due; nobody was given anything. What was said by a command is not.
    """

    async def got(self, since: datetime) -> list[Got]:
        """Which entries were given where since then, in whatever way; each once."""

    async def outdated(
        self,
        since: datetime,
        limit: int,
        instead: Sequence[Instead] = (),
        held: Sequence[str] = (),
    ) -> list[Outdated]:
        """Answers given since then that say something else than what holds now, oldest first.

        Those whose entry was withdrawn, was published again after that, or has had a change of
        the advice since; and those of ``instead``, whatever became of theirs. Where the answer was
        said and still stands, and what holds now is none of ``held``, nor translates one. Those
        with somebody to tell come before those that are only to be changed. At most ``limit`` are
        on their way at a time: what was queued because of others, and is not said yet, counts.
        """

    async def tallies(self, since: datetime) -> list[Tally]:
        """How many people were told of each change since then.

        Only those that ``Outcome.tally`` said something else of.
        """

    async def reviews_due(self, by: date, since: datetime, limit: int) -> list[Entry]:
        """Published entries that are due by then, the most urgent first; see ``review.due_on``.

        But those about which people were asked already as they are, and examples. At most
        ``limit`` are asked about from ``since`` on.
        """

    async def review(self, key: str) -> Review | None:
        """What the message with that key asks about."""

    async def answer_at(self, front: str, room: str, event: str) -> tuple[Given, str | None] | None:
        """What was given by the message that stands there, and the root of its thread.

        Where a thread begins there, the last answer in it; after an edit, what it carries now.
        """

    async def edition(self) -> str:
        """Names what is served now: another name after each publication and withdrawal."""

    async def apart(self, entry_id: str) -> list[tuple[Entry, Entry]]:
        """That entry and each of which somebody said that it answers another question.

        Both as they were when that was said last, of the one or the other; by the other's id.
        """

    async def shown(self, what: str) -> list[Shown]:
        """Every message that was said and shows that, oldest first; see ``Outgoing.shows``."""

    async def flags(self, ids: Sequence[str] = ()) -> list[Flag]:
        """The flags of these entries, or of all, whose case has not ended; by case."""

    async def notes(self, case_id: int) -> list[Note]:
        """All words kept for that case: in the order in which the bot first passed them on.

        Before those, by where they stand, what it did not pass on.
        """

    async def stale(self, ids: Sequence[str] = ()) -> list[str]:
        """Those of these published entries, or of all, that are translations of what was; by id.

        Their original's advice has changed since they were made from it or held against their
        source, or it was withdrawn.
        """

    async def renewals(self, ids: Sequence[str] = ()) -> list[Renewal]:
        """The same translations, with what each is to be held against; by id."""

    async def renewals_due(self, since: datetime, limit: int) -> list[Renewal]:
        """Those that people were not asked to renew yet, but examples; by id.

        At most ``limit`` are asked about from ``since`` on.
        """

    async def doubtful(self, since: datetime, limit: int) -> list[Doubtful]:
        """Answers given since then that are old translations without saying so, oldest first.

        And those that say so and are none any more, while their advice is the same. Those with
        somebody to tell come first. At most ``limit`` are on their way at a time.
        """
