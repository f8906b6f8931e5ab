"""Which entries answer the question of one that ``add`` or ``import`` is to publish, by sense.

The rules are the desk's (``bot.rivals``). All wordings are embedded at once, so that a file of
some hundred entries takes seconds.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from bot import app
from bot.config import Config
from bot.ports import Alike, Store
from bot.rivals import Rivals
from knowledge.conflicts import ALIKE, asked, compete, same_question
from knowledge.entry import NATIONAL, Entry
from knowledge.errors import KnowledgeError
from knowledge.ports import Embedder, Question, Vectors

UNSEARCHED = "Only the same words were compared, not what they mean"
"""Where there is no index, or no model."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What was found.

    Attributes:
        entries: To be published, with the wordings by which ``bot.decision`` knows which of them
            stand in for each other in a narrower place.
        against: What another entry answers differently for the same place; a line each.
        told: What a person should know besides.
        note: What was not compared so, and why; empty: all was.
    """

    entries: list[Entry]
    against: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Seek:
    """Seeks them.

    Attributes:
        settings: Which model and index.
        store: The port.
        today: Which day it is.
    """

    settings: Config
    store: Store
    today: date

    async def among(self, new: Sequence[Entry], served: Mapping[str, Entry]) -> Sought:
        """What stands against these, among what is served and among themselves."""
        found = await self._among(new, served)
        if found.note:
            print(found.note, file=sys.stderr)
        return found

    async def _among(self, new: Sequence[Entry], served: Mapping[str, Entry]) -> Sought:
        from bot.running import finding_rivals
        from knowledge.builds import current_build

        changed = [each for each in new if _anew(each, served.get(each.id))]
        if not changed:
            return Sought(list(new))
        if current_build(app.index_folder(self.settings)) is None:
            return Sought(list(new), note=f"{UNSEARCHED}: there is no index.")
        model = _Remembered(app.embedder(self.settings))
        try:
            await asyncio.to_thread(
                model.embed, [text for each in changed for text in each.wordings]
            )
        except KnowledgeError as error:
            return Sought(list(new), note=f"{UNSEARCHED}: {error}.")
        ids = {each.id for each in new}
        others = [
            each for each in served.values() if each.id not in ids and each.holds_on(self.today)
        ]
        async with app.open_knowledge(self.settings, model) as (search, _):
            find = finding_rivals(self.settings, self.store, search)
            found = {each.id: await find.among(each, others) for each in changed}
            if not all(each.searched for each in found.values()):
                return Sought(list(new), note=f"{UNSEARCHED}: the index can't be read.")
        try:
            alike = await asyncio.to_thread(self._together, model, changed)
            for each in changed:
                found[each.id] = await _beside(each, found[each.id], changed, alike, self.today)
        except KnowledgeError as error:
            return Sought(list(new), note=f"{UNSEARCHED}: {error}.")
        return _told(new, found, served)

    def _together(self, model: Embedder, changed: Sequence[Entry]) -> Alike:
        """Compares these, by what they and all that is indexed have in common."""
        from knowledge.build import open_index
        from knowledge.centring import FEW, SHARE
        from knowledge.likeness import KEPT, Likeness

        loaded = open_index(app.index_folder(self.settings), model)
        middle, count = loaded.middle, loaded.manifest.count
        loaded.close()
        more = model.embed([text for each in changed for text in each.wordings])
        known = middle.whole * np.float32((count + FEW) / SHARE)
        whole = (known + more.sum(axis=0)) * np.float32(SHARE / (count + len(more) + FEW))
        grown = replace(middle, whole=whole)
        return Likeness(model, lambda: grown, kept=len(more) + KEPT)


def _told(new: Sequence[Entry], found: Mapping[str, Rivals], served: Mapping[str, Entry]) -> Sought:
    entries: list[Entry] = []
    against: list[str] = []
    told: list[str] = []
    for entry in new:
        rivals, old = found.get(entry.id), served.get(entry.id)
        if rivals is None:
            entries.append(entry)
            continue
        # What stood against it before, and what shares its words, is told elsewhere.
        before = old is not None and asked(old) == asked(entry)
        same = [
            each
            for each in rivals.same
            if not (before and old and compete(old, each)) and asked(entry).isdisjoint(asked(each))
        ]
        against += (
            f"{entry.id} asks nearly what {each.id} answers differently for {entry.scope}"
            f" ({entry.question!r}, {each.question!r}); change {each.id} instead, withdraw it,"
            " narrow a scope, or give --apart and why they are about different things"
            for each in same
        )
        untied = [each for each in rivals.elsewhere if not same_question(entry, each)]
        tied = replace(rivals, wider=tuple(untied), narrower=()).tied(entry) if untied else entry
        entries.append(tied)
        told += (
            f"{entry.id}: also asked as {each.question!r}, like {each.id} for {each.scope}:"
            " the narrower one stands in for the other there"
            for each in untied
        )
        told += (
            f"warning: {entry.id}: {each.id} ({each.lang}) may answer the same question; name it"
            " in translation_of if it does"
            for each in rivals.across
        )
    return Sought(entries, tuple(against), tuple(told))


async def _beside(
    entry: Entry, found: Rivals, changed: Sequence[Entry], alike: Alike, today: date
) -> Rivals:
    """Also those that are published with it, which no index holds yet."""
    others = [
        each
        for each in changed
        if each.id < entry.id
        and each.holds_on(today)
        and each.lang == entry.lang
        and (compete(entry, each) or each.scope != entry.scope)
    ]
    # A few entries in an index don't tell what all have in common: these are measured anew.
    before = (*found.same, *found.elsewhere)
    near = await _alike(entry, [*others, *before], alike)
    found = replace(
        found,
        same=tuple(each for each in found.same if each.id in near),
        wider=tuple(each for each in found.elsewhere if each.id in near),
        narrower=(),
    )
    there = [each for each in others if each.id in near]
    same = tuple(each for each in there if each.scope == entry.scope)
    national = [each for each in there if NATIONAL in (each.scope, entry.scope)]
    elsewhere = tuple(each for each in national if each.scope != entry.scope)
    return replace(found, same=(*found.same, *same), wider=(*found.wider, *elsewhere))


async def _alike(entry: Entry, others: Sequence[Entry], alike: Alike) -> set[str]:
    """The ids of those with a wording that means what one of the entry's does."""
    texts = [(each.id, text) for each in others for text in each.wordings]
    questions = {n: Question(text, entry.lang) for n, (_, text) in enumerate(texts)}
    near: set[str] = set()
    for text in entry.wordings if questions else ():
        cosines = await alike.alike(Question(text, entry.lang), questions)
        near |= {texts[number][0] for number, cosine in cosines if cosine >= ALIKE}
    return near


def _anew(entry: Entry, old: Entry | None) -> bool:
    if old is None:
        return True
    return (asked(old), old.scope, old.answer) != (asked(entry), entry.scope, entry.answer)


class _Remembered:
    """A model that embeds no text twice."""

    def __init__(self, model: Embedder) -> None:
        self._model = model
        self._vectors: dict[str, Vectors] = {}

    @property
    def model(self) -> str:
        return self._model.model

    @property
    def dimension(self) -> int:
        return self._model.dimension

    def embed(self, texts: Sequence[str]) -> Vectors:
        if new := [text for text in dict.fromkeys(texts) if text not in self._vectors]:
            self._vectors |= zip(new, self._model.embed(new), strict=True)
        return np.stack([self._vectors[text] for text in texts])
