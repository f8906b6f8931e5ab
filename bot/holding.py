"""The part of the store that holds the entries and all their versions; see ``bot.ports.Store``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.aftercare import Withdrawal
from bot.outcome import UNTOLD, Revision
from knowledge.entry import Entry


@dataclass(frozen=True, slots=True)
class Published:
    """What a call of ``Store.publish`` did, in numbers of entries.

    Attributes:
        new, changed, unchanged, withdrawn: How many.
        replaced: The ids of those among ``changed`` that something else had changed since the
            same origin last gave them; what it changed stands in their history only.
    """

    new: int
    changed: int
    unchanged: int
    withdrawn: int
    replaced: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an entry, as it was published.

    Attributes:
        entry: All of it; ``entry.version`` is its number.
        origin: What it came from, as in ``Store.publish``.
        published_at: Aware, UTC.
        revision: Why, and by whom; its ``change`` is None only where the size was not kept yet.
        withdrawal: What ended it, where that was kept; None: nothing, or the next version.
    """

    entry: Entry
    origin: str
    published_at: datetime
    revision: Revision
    withdrawal: Withdrawal | None = None


class Holding(Protocol):
    """What is served, and what was."""

    async def entries(self, ids: Sequence[str] = ()) -> list[Entry]:
        """The published entries of these ids, or all; by id."""

    async def translations(self, knowledge: str) -> list[Entry]:
        """The published entries that share this id as original or translation; by id."""

    async def kindred(self, ids: Sequence[str], scope: str) -> list[Entry]:
        """The published entries that may stand in for these, or end with them; by id.

        They themselves, what shares their knowledge, and all that holds for that place and not
        for the whole country.
        """

    async def publish(
        self,
        entries: Sequence[Entry],
        origin: str,
        *,
        complete: bool = False,
        edition: str = "",
        revision: Revision = UNTOLD,
    ) -> Published:
        """Publishes what is new or changed since the same origin last gave it.

        An entry that never was here begins with the version that it has there.

        An entry unchanged at its origin keeps the version that is served, even where the desk
        has changed or withdrawn it since. With ``complete``, entries of this origin that are
        not among ``entries`` are withdrawn; one that comes back is published again.
        ``revision`` tells why, for each of them; of those withdrawn, by whom.

        Raises:
            HandleAgain: ``edition``, if it is not empty, is no longer what ``Keeping.edition``
                gives; nothing was published.
            VersionUnknown: Versions are named that are not there; nothing was published.
        """

    async def merge(
        self,
        entries: Sequence[Entry],
        origin: str,
        *,
        begun: Sequence[Entry] = (),
        gone: Sequence[str] = (),
        edition: str = "",
        revision: Revision = UNTOLD,
    ) -> None:
        """Publishes each as its next version, all of it or nothing.

        Args:
            entries: As they are served from then on.
            origin, edition, revision: As for ``publish``.
            begun: Published before those: entries that never were here, as they were agreed on.
            gone: Ids of entries that are withdrawn then.

        Raises:
            HandleAgain, VersionUnknown: As ``publish``.
        """

    async def history(self, entry_id: str) -> list[Version]:
        """All versions of that entry, the newest first, also of one that was withdrawn."""

    async def withdraw(self, ids: Sequence[str], *, revision: Revision = UNTOLD) -> int:
        """Stops serving these at once; versions are kept. Gives how many were served.

        ``revision`` tells why, and by whom; it is kept with the version that was served.
        """
