"""What is served as a command read it, so that nothing is published against anything else.

The check is the desk's: whatever is published or withdrawn meanwhile, by this machine or another
one, may answer the same question. Then nothing is published.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.errors import HandleAgain
from bot.ports import Store
from knowledge.entry import Entry

NAMED = 5
"""How many of the entries that changed are named at most."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a command holds its entries against.

    Attributes:
        edition: As ``Store.edition`` names it; for whatever publishes them.
        served: The entries by id.
    """

    edition: str
    served: Mapping[str, Entry]


async def read(store: Store) -> Reading:
    """What is served now."""
    # In this order, so that what is published in between is noticed.
    edition = await store.edition()
    return Reading(edition, {entry.id: entry for entry in await store.entries()})


@asynccontextmanager
async def held_against(store: Store) -> AsyncIterator[Reading]:
    """What is served, for a command that publishes with its edition.

    Raises:
        HandleAgain: Something else was published or withdrawn before; the text says what.
    """
    before = await read(store)
    try:
        yield before
    except HandleAgain:
        after = await read(store)
        raise HandleAgain(
            f"meanwhile somebody else changed what is served: {_changed(before, after)};"
            " nothing was done, run it again"
        ) from None


def _changed(before: Reading, after: Reading) -> str:
    told = []
    for id_ in sorted(before.served.keys() | after.served.keys()):
        old, new = before.served.get(id_), after.served.get(id_)
        if new is None:
            told.append(f"{id_} was withdrawn")
        elif old is None:
            told.append(f"{id_} is new")
        elif new.version != old.version:
            told.append(f"{id_} is at version {new.version}")
    if more := told[NAMED:]:
        told[NAMED:] = [f"and {len(more)} more"]
    return ", ".join(told) or "it is as it was again"
