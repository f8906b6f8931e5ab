"""The figures, on cases small enough to count by hand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from knowledge.entry import Entry
from knowledge.errors import EntriesUnreadable
from knowledge.evaluate import (
    Decision,
    Query,
    confidence,
    evaluate,
    measure,
    read_kb,
    read_queries,
)
from knowledge.ports import Hit
from tests.fakes_knowledge import HashEmbedder


def hits(*found: tuple[str, float]) -> list[Hit]:
    return [Hit(name, name.split("-")[0], 0, score, score, 0.0) for name, score in found]


def query(name: str, *relevant: str) -> Query:
    return Query(name, name, frozenset(relevant))


def sure(found: Sequence[Hit]) -> Decision:
    return "answer" if found and found[0].score >= 0.8 else "escalate"


FOUR = [
    (query("right and sure", "a"), hits(("a", 0.9), ("b", 0.5))),
    (query("second is right", "a"), hits(("b", 0.7), ("a", 0.65))),
    (query("fifth is right", "e"), hits(*((name, 0.5) for name in "abcde"))),
    (query("nothing answers it"), hits(("c", 0.85), ("d", 0.84))),
]


def test_recall_and_rank_count_answerable_questions_only() -> None:
    report = measure([each for each, _ in FOUR], [found for _, found in FOUR], sure)
    assert report.recall_at_1 == pytest.approx(1 / 3)
    assert report.recall_at_3 == pytest.approx(2 / 3)
    assert report.recall_at_10 == 1
    assert report.mrr == pytest.approx((1 + 1 / 2 + 1 / 5) / 3)


def test_auroc_compares_the_scores_of_answerable_and_unanswerable_questions() -> None:
    report = measure([each for each, _ in FOUR], [found for _, found in FOUR], sure)
    assert report.auroc == pytest.approx(1 / 3)


def test_shipped_counts_what_the_settings_do() -> None:
    shipped = measure([each for each, _ in FOUR], [found for _, found in FOUR], sure).shipped
    assert (shipped.answers, shipped.suggested, shipped.escalated) == (2, 0, 2)
    assert shipped.precision == 0.5
    assert shipped.answered_right == pytest.approx(1 / 3)


def test_precision_is_none_when_nothing_is_answered() -> None:
    shipped = measure([query("q", "a")], [hits(("a", 0.1))], lambda _: "suggest").shipped
    assert (shipped.precision, shipped.answers, shipped.suggested) == (None, 0, 1)
    assert shipped.answered_right == 0


def graded(*right: bool) -> tuple[list[Query], list[list[Hit]]]:
    """One question each, surest first, answered right or not."""
    queries = [query(str(place), "a" if good else "other") for place, good in enumerate(right)]
    return queries, [hits(("a", 1 - place / 100)) for place in range(len(right))]


def test_coverage_is_what_is_answered_right_at_the_best_bound_that_keeps_the_precision() -> None:
    report = measure(*graded(*[True] * 19, False, False, True), sure)
    assert report.coverage_at_95 == pytest.approx(19 / 22)
    assert report.coverage_at_90 == pytest.approx(20 / 22)


def test_a_wrong_answer_above_all_others_costs_the_coverage() -> None:
    assert measure(*graded(False, *[True] * 5), sure).coverage_at_95 == 0


def test_equally_sure_answers_are_given_together_or_not_at_all() -> None:
    queries = [query("right", "a"), query("wrong", "b")]
    report = measure(queries, [hits(("a", 0.9)), hits(("a", 0.9))], sure)
    assert report.coverage_at_90 == 0


def test_what_cant_be_told_is_none() -> None:
    all_answerable = measure([query("q", "a")], [hits(("a", 0.9))], sure)
    assert all_answerable.auroc is None
    none_answerable = measure([query("q")], [[]], sure)
    assert none_answerable.recall_at_1 is None
    assert none_answerable.coverage_at_95 is None
    assert none_answerable.shipped.answered_right is None


def test_confidence_takes_no_translation_for_a_rival() -> None:
    alone = confidence(hits(("a-nl", 0.9), ("b", 0.5)))
    assert confidence(hits(("a-nl", 0.9), ("a-en", 0.89), ("b", 0.5))) == alone
    assert confidence(hits(("a-nl", 0.9), ("b", 0.89))) < alone
    assert confidence([]) == 0


def test_a_whole_evaluation_searches_the_kb() -> None:
    kb = [Entry(word, "en", "", f"What is {word}?", "") for word in ("rent", "digid", "bsn")]
    queries = [query("digid, what is that", "digid"), query("what is bsn", "bsn"), query("zzz")]
    report = evaluate(kb, queries, HashEmbedder(512), 0.05, lambda _: "escalate")
    assert report.recall_at_1 == 1
    assert report.auroc == 1


def test_the_report_has_its_keys_in_this_order() -> None:
    report = measure([each for each, _ in FOUR], [found for _, found in FOUR], sure)
    assert list(json.loads(json.dumps(report.as_dict()))) == [
        "recall_at_1",
        "recall_at_3",
        "recall_at_10",
        "mrr",
        "auroc",
        "coverage_at_95",
        "coverage_at_90",
        "shipped",
    ]
    assert list(report.as_dict()["shipped"]) == [
        "answered_right",
        "precision",
        "answers",
        "suggested",
        "escalated",
    ]
    assert "recall_at_1            0.333" in report.as_text()


class TestReading:
    def test_other_keys_blank_lines_and_odd_separators_are_no_problem(self, tmp_path: Path) -> None:
        kb, queries = tmp_path / "kb.jsonl", tmp_path / "queries.jsonl"
        kb.write_text('\ufeff{"id": "a", "question": "Q\u2028q", "answer": null, "x": 1}\r\n\n')
        queries.write_text('{"id": "q", "query": "?", "relevant": ["a", "gone"], "lang": "nl"}')
        assert read_kb(kb) == [Entry("a", "", "", "Q\u2028q", "")]
        assert read_queries(queries) == [Query("q", "?", frozenset({"a", "gone"}), "nl")]

    def test_every_bad_line_is_told_with_its_place(self, tmp_path: Path) -> None:
        path = tmp_path / "kb.jsonl"
        path.write_text('{"id": "a", "question": "?"}\nno json\n[]\n{"id": 5}\n' * 2)
        with pytest.raises(EntriesUnreadable) as caught:
            read_kb(path)
        told = caught.value.problems
        assert len(told) == 7
        assert told[0].startswith(f"{path}:2: not JSON")
        assert told[1] == f"{path}:3: not a JSON object"
        assert told[2] == f"{path}:4: id must be a str, question must be a str"
        assert told[3] == f"{path}:5: id 'a' is there already"

    @pytest.mark.parametrize("relevant", ['"a"', "null", "[1]"])
    def test_relevant_must_be_a_list_of_ids(self, tmp_path: Path, relevant: str) -> None:
        path = tmp_path / "queries.jsonl"
        path.write_text(f'{{"id": "q", "query": "?", "relevant": {relevant}}}')
        with pytest.raises(EntriesUnreadable, match=r"queries\.jsonl:1: relevant"):
            read_queries(path)

    def test_missing_empty_and_binary_files_are_told(self, tmp_path: Path) -> None:
        with pytest.raises(EntriesUnreadable, match="can't be read: No such file"):
            read_kb(tmp_path / "gone.jsonl")
        (tmp_path / "empty.jsonl").touch()
        with pytest.raises(EntriesUnreadable, match="holds no queries"):
            read_queries(tmp_path / "empty.jsonl")
        (tmp_path / "binary.jsonl").write_bytes(b"\xff\xfe\x00")
        with pytest.raises(EntriesUnreadable, match="is not UTF-8 text"):
            read_kb(tmp_path / "binary.jsonl")
