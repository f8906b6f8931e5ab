"""The rows about finding: embedding, building the index, searching it."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from bot import config
from knowledge import bundled
from knowledge.build import CHUNK, build, by_length
from knowledge.entry import Entry
from knowledge.live import LiveSearcher
from knowledge.ports import Question, Vectors
from knowledge.sbert import SentenceTransformerEmbedder
from stage.bench.figures import (
    Ratio,
    Row,
    forget_peak_memory,
    peak_memory,
    percentile,
    ratio_of,
)
from stage.bench.questions import changed, entries, questions
from stage.bot import ROOT

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

T = TypeVar("T")

Tell = Callable[[str], None]
"""Told what takes time."""

HITS = 24
"""As many as the bot asks for."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured.

    Attributes:
        texts: For ``embedding``, in each repetition.
        bulk: Repetitions of ``embedding``.
        entries: For ``reindex`` and ``search``.
        builds: Repetitions of ``reindex``.
        searches: Repetitions of ``search``.
        asked: Questions for ``answer``.
        rooms: In how many rooms at once ``rooms`` asks.
        burst: Questions at once for ``rooms``, to either bot.
        bursts: Repetitions of that.
        alone: Questions one by one for ``rooms``, to either bot.
        messages: For ``memory``.
        joined: Direct rooms for ``start``, and a fiftieth of that community rooms.
        joined_real: The same on Synapse.
        missed: Messages in each of those community rooms.
        follow: Cases for ``follow``.
        queued: What is to be said at once for ``queue``.
        open_cases: Open cases for ``desk``.
        moves: Turns of ``desk`` with one open case, and with all.
        human_moves: Moves of ``desk`` at a person's pace, and as many again.
        pace: Seconds from one of these to the next.
    """

    texts: int = 1024
    bulk: int = 7
    entries: int = 10_000
    builds: int = 3
    searches: int = 400
    asked: int = 60
    rooms: tuple[int, ...] = (1, 10, 50)
    burst: int = 100
    bursts: int = 2
    alone: int = 30
    messages: int = 20_000
    joined: int = 300
    joined_real: int = 20
    missed: int = 1_000
    follow: int = 30
    queued: int = 25
    open_cases: int = 500
    moves: int = 30
    human_moves: int = 10
    pace: float = 12.0


FULL = Sizes(messages=100_000, joined=1_000, joined_real=100, queued=40, human_moves=30, pace=20.0)
"""Where the usual sizes stand for what takes longer."""

QUICK = Sizes(
    texts=64,
    bulk=3,
    entries=200,
    builds=2,
    searches=40,
    asked=10,
    rooms=(1, 3),
    burst=12,
    bursts=1,
    alone=6,
    messages=3_000,
    joined=50,
    joined_real=10,
    missed=200,
    follow=3,
    queued=16,
    open_cases=40,
    moves=3,
    human_moves=2,
    pace=1.0,
)


class Models:
    """The configured model as Loket uses it, and the same files plain; loaded at first use."""

    def __init__(self) -> None:
        settings = config.load(ROOT / "config.yaml").embedding
        self.prefix = settings.prefix
        self.weight = settings.lexical_weight
        self._cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "loket"
        self.ours = SentenceTransformerEmbedder(
            settings.model, settings.prefix, settings.threads, self._cache
        )

    @cached_property
    def folder(self) -> str:
        """Where the unpacked model is."""
        return str(bundled.unpack(self._cache))

    @cached_property
    def plain(self) -> SentenceTransformer:
        """The unpacked model, with nothing of Loket around it."""
        from sentence_transformers import SentenceTransformer

        self.ours.embed(["its settings for the process hold for both"])
        return SentenceTransformer(self.folder, device="cpu", local_files_only=True)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """What anybody would write: one call of the library."""
        prefixed = [self.prefix + text for text in texts]
        found = self.plain.encode(prefixed, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(found)


class Timed:
    """An ``Embedder`` that adds up the seconds it takes."""

    def __init__(self, embedder: SentenceTransformerEmbedder) -> None:
        self._embedder = embedder
        self.seconds = 0.0

    @property
    def model(self) -> str:
        return self._embedder.model

    @property
    def dimension(self) -> int:
        return self._embedder.dimension

    def embed(self, texts: Sequence[str]) -> Vectors:
        began = time.perf_counter()
        vectors = self._embedder.embed(texts)
        self.seconds += time.perf_counter() - began
        return vectors


def embedding(models: Models, sizes: Sizes, tell: Tell) -> Row:
    """Loket's embedder, in the chunks in which an index is built, against the plain model."""
    texts = [text for _, text in questions(sizes.texts)]

    def ours(texts: Sequence[str]) -> Vectors:
        longest_first = by_length(texts)
        chunks = [
            longest_first[start : start + CHUNK] for start in range(0, len(longest_first), CHUNK)
        ]
        rows = np.concatenate([models.ours.embed(chunk) for chunk in chunks])
        found = dict(zip(longest_first, rows, strict=True))
        return np.stack([found[text] for text in texts])

    tell("embedding: warming up")
    apart = float(np.abs(ours(texts) - models.encode(texts)).max())
    speeds: tuple[list[float], list[float]] = ([], [])
    for number in range(sizes.bulk):
        tell(f"embedding: {len(texts)} texts with both, {number + 1} of {sizes.bulk}")
        for taken, embed in zip(speeds, (ours, models.encode), strict=True):
            taken.append(len(texts) / _seconds(embed, texts))
    of = "texts/s ÷ plain SentenceTransformer.encode"
    return Row(
        "embedding",
        (ratio_of("speed", speeds[0], speeds[1], of, "0.95 or more"),),
        {
            "texts": len(texts),
            "loket_texts_per_s": statistics.median(speeds[0]),
            "plain_texts_per_s": statistics.median(speeds[1]),
            "largest_difference_of_vectors": apart,
        },
    )


def reindex(models: Models, sizes: Sizes, folder: Path, tell: Tell) -> Row:
    """Building again after one entry in a hundred changed, or one, against building everything."""
    few = max(1, sizes.entries // 100)
    asked = questions(sizes.entries + (few + 1) * sizes.builds)
    known, unknown = entries(asked[: sizes.entries]), asked[sizes.entries :]
    models.ours.embed([text for _, text in asked[:CHUNK]])
    forget_peak_memory()
    models.ours.embed([text for _, text in asked[:CHUNK]])
    alone = peak_memory()
    full: list[float] = []
    again: list[float] = []
    one: list[float] = []
    for number in range(sizes.builds):
        tell(f"reindex: building all {len(known)}, {number + 1} of {sizes.builds}")
        full.append(_build(folder, known, models, full=True))
        start = number * few
        known = changed(known, unknown[start : start + few], start)
        tell(f"reindex: building again with {few} changed, {number + 1} of {sizes.builds}")
        again.append(_build(folder, known, models))
        last = len(unknown) - 1 - number
        known = changed(known, unknown[last : last + 1], number)
        one.append(_build(folder, known, models))
    peak = peak_memory()
    ratios = [ratio_of("time", again, full, "re-index ÷ full build", "0.05 or less")]
    ratios.append(ratio_of("one", one, full, "re-index of one entry ÷ full build"))
    if alone:
        of = "peak memory of the process ÷ the model alone"
        ratios.append(Ratio("memory", peak / alone, of, 1))
    return Row(
        "reindex",
        tuple(ratios),
        {
            "entries": len(known),
            "changed": few,
            "full_s": statistics.median(full),
            "again_s": statistics.median(again),
            "one_s": statistics.median(one),
            "peak_mb": peak / 2**20,
            "model_alone_mb": alone / 2**20,
        },
    )


def search(models: Models, sizes: Sizes, folder: Path, tell: Tell) -> Row:
    """One question through the live index, against embedding it with the plain model."""
    asked = questions(sizes.entries + sizes.searches)
    known = entries(asked[: sizes.entries])
    tell(f"search: building an index of {len(known)}, as far as it is not there")
    _build(folder, known, models)
    model = Timed(models.ours)
    live = LiveSearcher(folder, model, models.weight)
    whole: list[float] = []
    ours: list[float] = []
    plain: list[float] = []
    live.find([Question("warming up", "en")], HITS)
    models.encode(["warming up"])
    tell(f"search: {sizes.searches} questions, one at a time")
    for lang, text in asked[sizes.entries :]:
        question = Question(text, lang)
        before = model.seconds
        whole.append(_seconds(lambda asked: live.find(asked, HITS), [question]))
        ours.append(model.seconds - before)
        plain.append(_seconds(models.encode, [text]))
    live.close()
    rest = [one - other for one, other in zip(whole, ours, strict=True)]
    figures = {"entries": float(len(known))}
    for name, values in {"whole": whole, "without_model": rest, "plain_encode": plain}.items():
        for percent in (50, 99):
            figures[f"{name}_p{percent}_ms"] = 1000 * percentile(values, percent)
    figures["models_share"] = statistics.median(
        one / other for one, other in zip(ours, whole, strict=True)
    )
    of = "search ÷ plain SentenceTransformer.encode of the question alone"
    return Row("search", (ratio_of("time", whole, plain, of),), figures)


def _build(folder: Path, known: Sequence[Entry], models: Models, *, full: bool = False) -> float:
    """Builds, and gives the seconds it took."""
    began = time.perf_counter()
    build(folder, known, models.ours, now=datetime.now(UTC), full=full)
    return time.perf_counter() - began


def _seconds(work: Callable[[Sequence[T]], object], given: Sequence[T]) -> float:
    began = time.perf_counter()
    work(given)
    return time.perf_counter() - began
