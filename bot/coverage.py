"""What the rooms and the responders cover together, and what they leave out."""

from __future__ import annotations

from collections.abc import Iterable

from bot.config import Community, Responder
from knowledge.entry import NATIONAL, fold

DIRECT = Community(room="!direct")
"""What a direct chat counts as: any language, any topic, the whole country."""


def scopes_of(communities: Iterable[Community]) -> frozenset[str]:
    """The places that entries are served for where there are these rooms."""
    return frozenset((NATIONAL, DIRECT.scope, *(each.scope for each in communities)))


def uncovered(topics: Iterable[str], responders: Iterable[Responder]) -> list[str]:
    """The topics that no responder takes, in the order of the alphabet."""
    people = list(responders)
    taken = {fold(topic) for each in people for topic in each.topics}
    if any(not each.topics for each in people):
        return []
    return sorted(topic for topic in set(topics) if fold(topic) not in taken)
