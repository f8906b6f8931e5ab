"""How well entries are found, and how well silence is kept, on questions with known answers.

Right means: the best hit is one of the entries that answer the question. Answering a question
that nothing answers is wrong too, which is what the coverage at a precision counts.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from knowledge.build import in_memory
from knowledge.calibrate import confidence
from knowledge.entry import Entry
from knowledge.errors import EntriesUnreadable
from knowledge.ports import Embedder, Hit, Question

DEPTH = 10
"""How many hits are looked at."""
BATCH = 64
"""How many questions are searched together."""


Decision = Literal["answer", "suggest", "escalate"]
Decide = Callable[[Sequence[Hit]], Decision]
"""What is done with the hits of a question, best first."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question as somebody put it, and the ids that answer it; empty: nothing does.

    ``lang`` is its ISO 639 code; empty when the file does not tell.
    """

    id: str
    text: str
    relevant: frozenset[str]
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Shipped:
    """What the settings do, in shares of 0 to 1 and in numbers of questions.

    Attributes:
        answered_right: Questions answered right, of those that something answers; None
            without any.
        precision: Right answers, of all answers given; None when none was given.
        answers: How many questions got an answer.
        suggested: How many got a suggestion.
        escalated: How many went to people.
    """

    answered_right: float | None
    precision: float | None
    answers: int
    suggested: int
    escalated: int


@dataclass(frozen=True, slots=True)
class Report:
    """What was measured; shares of 0 to 1, None where the questions can't tell.

    Attributes:
        recall_at_1: Answerable questions whose best hit is right.
        recall_at_3: Those with a right entry among the first three hits.
        recall_at_10: Those with one among the first ten.
        mrr: Mean of 1 / position of the first right entry; 0 beyond ten.
        auroc: How often an answerable question's best score is above an unanswerable one's.
        coverage_at_95: Answerable questions answered right at the bound on ``confidence``
            that answers most while at least 95 % of all answers are right.
        coverage_at_90: The same for 90 %.
        shipped: What the settings do.
    """

    recall_at_1: float | None
    recall_at_3: float | None
    recall_at_10: float | None
    mrr: float | None
    auroc: float | None
    coverage_at_95: float | None
    coverage_at_90: float | None
    shipped: Shipped

    def as_dict(self) -> dict[str, Any]:
        """The same, ready for JSON, keys in this order."""
        return asdict(self)

    def as_text(self) -> str:
        """The same for people, one line each."""
        measured = self.as_dict()
        measured |= {f"shipped {key}": value for key, value in measured.pop("shipped").items()}
        return "\n".join(f"{key:<23}{_shown(value)}" for key, value in measured.items())


def evaluate(
    kb: Sequence[Entry],
    queries: Sequence[Query],
    embedder: Embedder,
    weight: float,
    decide: Decide,
) -> Report:
    """Searches every query in an index of the kb made for this, and measures.

    Args:
        kb: The entries, with distinct ids.
        queries: The questions.
        embedder: The model to measure.
        weight: What the normalised BM25 counts beside the cosine, 0 to 1.
        decide: What the bot would do with the hits.

    Raises:
        ModelUnavailable: The model can't be loaded.
    """
    found: list[list[Hit]] = []
    with in_memory(kb, embedder, weight) as searcher:
        for start in range(0, len(queries), BATCH):
            batch = [Question(query.text, query.lang) for query in queries[start : start + BATCH]]
            found += searcher.find(batch, DEPTH)
    return measure(queries, found, decide)


def measure(queries: Sequence[Query], found: Sequence[Sequence[Hit]], decide: Decide) -> Report:
    """The figures for what was found, the hits of each query best first."""
    pairs = list(zip(queries, found, strict=True))
    ranks = [_rank(query, hits) for query, hits in pairs if query.relevant]
    answerable = len(ranks)
    right = np.array([_rank(query, hits) == 1 for query, hits in pairs], dtype=bool)
    sure = np.array([confidence(hits) for _, hits in pairs])
    decisions = [decide(hits) for _, hits in pairs]
    answered = np.array([decision == "answer" for decision in decisions], dtype=bool)
    answers, answered_right = int(answered.sum()), int((answered & right).sum())
    return Report(
        recall_at_1=_share(sum(rank <= 1 for rank in ranks), answerable),
        recall_at_3=_share(sum(rank <= 3 for rank in ranks), answerable),
        recall_at_10=_share(sum(rank <= 10 for rank in ranks), answerable),
        mrr=_share(sum(1 / rank for rank in ranks), answerable),
        auroc=_auroc(pairs),
        coverage_at_95=_share(_right_at(0.95, sure, right), answerable),
        coverage_at_90=_share(_right_at(0.90, sure, right), answerable),
        shipped=Shipped(
            answered_right=_share(answered_right, answerable),
            precision=_share(answered_right, answers),
            answers=answers,
            suggested=decisions.count("suggest"),
            escalated=decisions.count("escalate"),
        ),
    )


def read_kb(path: Path) -> list[Entry]:
    """Reads JSON lines with id, question, answer, lang and topic; other keys are left out.

    Raises:
        EntriesUnreadable: One line for each thing wrong, with its place.
    """
    problems: list[str] = []
    entries: dict[str, Entry] = {}
    for where, line in _lines(path, {"id": str, "question": str}, problems):
        if line["id"] in entries:
            problems.append(f"{where}: id {line['id']!r} is there already")
        lang, topic, answer = (str(line.get(key) or "") for key in ("lang", "topic", "answer"))
        entries[line["id"]] = Entry(line["id"], lang, topic, line["question"], answer)
    if not entries and not problems:
        problems.append(f"{path}: holds no entries")
    if problems:
        raise EntriesUnreadable(problems)
    return list(entries.values())


def read_queries(path: Path) -> list[Query]:
    """Reads JSON lines with id, query and relevant; other keys are left out.

    Ids in ``relevant`` that the kb does not hold are never found.

    Raises:
        EntriesUnreadable: One line for each thing wrong, with its place.
    """
    problems: list[str] = []
    queries: list[Query] = []
    for where, line in _lines(path, {"id": str, "query": str, "relevant": list}, problems):
        if all(isinstance(each, str) for each in line["relevant"]):
            lang = str(line.get("lang") or "")
            queries.append(Query(line["id"], line["query"], frozenset(line["relevant"]), lang))
        else:
            problems.append(f"{where}: relevant holds something that is no text")
    if not queries and not problems:
        problems.append(f"{path}: holds no queries")
    if problems:
        raise EntriesUnreadable(problems)
    return queries


def _lines(
    path: Path, needed: dict[str, type], problems: list[str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Place and content of each sound line; the others go to the problems."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        problems.append(f"{path}: can't be read: {error.strerror}")
        return
    except UnicodeDecodeError:
        problems.append(f"{path}: is not UTF-8 text")
        return
    # Not splitlines: JSON may hold other line separators within a text.
    for number, raw in enumerate(text.split("\n"), start=1):
        if not raw.strip():
            continue
        where = f"{path}:{number}"
        try:
            line = json.loads(raw)
        except ValueError as error:
            problems.append(f"{where}: not JSON: {error}")
            continue
        if not isinstance(line, dict):
            problems.append(f"{where}: not a JSON object")
        elif wrong := [key for key, kind in needed.items() if not isinstance(line.get(key), kind)]:
            kinds = ", ".join(f"{key} must be a {needed[key].__name__}" for key in wrong)
            problems.append(f"{where}: {kinds}")
        else:
            yield where, line


def _rank(query: Query, hits: Sequence[Hit]) -> float:
    """The position of the first right entry, from 1; infinite when it is not there."""
    places = (place for place, hit in enumerate(hits, 1) if hit.entry_id in query.relevant)
    return next(places, float("inf"))


def _auroc(pairs: Sequence[tuple[Query, Sequence[Hit]]]) -> float | None:
    answerable = [bool(query.relevant) for query, _ in pairs]
    if len(set(answerable)) < 2:
        return None
    # A second of import, which only measuring needs.
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(answerable, [hits[0].score if hits else 0.0 for _, hits in pairs]))


def _right_at(precision: float, sure: Any, right: Any) -> int:
    """The most right answers at any bound that keeps the precision; equal ones go together."""
    order = np.argsort(-sure, kind="stable")
    sorted_sure, so_far = sure[order], right[order].cumsum()
    last_of_equal = np.append(sorted_sure[1:] != sorted_sure[:-1], True)[: len(order)]
    kept = last_of_equal & (so_far >= precision * np.arange(1, len(order) + 1))
    return int(so_far[kept].max(initial=0))


def _share(part: float, whole: int) -> float | None:
    return part / whole if whole else None


def _shown(value: float | int | None) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if isinstance(value, float) else str(value)
