"""Wordings that the index takes for alike."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from knowledge import alike as module
from knowledge.alike import alike, alike_across
from knowledge.build import build, open_index
from knowledge.calibrate import ENOUGH
from knowledge.entry import Entry
from knowledge.search import wordings
from tests.contracts.examples import entry
from tests.fakes_index import ExactIndex
from tests.fakes_knowledge import HashEmbedder

ENTRIES = [
    entry("a", question="how do I renew my old passport", alternatives=("new passport",)),
    entry("b", question="my old passport: how do I renew", alternatives=()),
    entry("c", question="where can I park", alternatives=("where can park I",)),
    entry("d", question="how do I renew my old passport", lang="nl", alternatives=()),
]


def found(tmp_path: Path, ids: str = "abcd") -> list[tuple[str, str]]:
    embedder = HashEmbedder()
    now = datetime(2026, 1, 5, tzinfo=UTC)
    build(tmp_path, ENTRIES, embedder, now=now, new_index=ExactIndex)
    loaded = open_index(tmp_path, embedder, ExactIndex)
    texts = wordings([each for each in ENTRIES if each.id in ids])
    pairs = alike(loaded, [wording for wording, _ in texts])
    loaded.close()
    assert all(0.92 <= pair.similarity <= 1 for pair in pairs)
    return [(pair.one, pair.other) for pair in pairs]


def test_two_entries_with_wordings_alike_are_found_once_and_only_in_one_language(
    tmp_path: Path,
) -> None:
    assert found(tmp_path) == [("a", "b")]


def test_only_the_wordings_asked_for_are_compared(tmp_path: Path) -> None:
    assert found(tmp_path, "acd") == []
    assert found(tmp_path, "") == []


def test_it_makes_no_difference_how_many_are_compared_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BLOCK", 1)
    assert found(tmp_path) == [("a", "b")]


def filler(lang: str, count: int = ENOUGH) -> Entry:
    texts = tuple(f"{lang}{number} is {number}{lang}" for number in range(count))
    return entry(f"filler-{lang}", lang=lang, question=texts[0], alternatives=texts[1:])


def across(tmp_path: Path, *more: Entry) -> list[tuple[str, str]]:
    embedder, entries = HashEmbedder(), [*ENTRIES, filler("en"), *more]
    now = datetime(2026, 1, 5, tzinfo=UTC)
    build(tmp_path, entries, embedder, now=now, new_index=ExactIndex)
    loaded = open_index(tmp_path, embedder, ExactIndex)
    pairs = alike_across(loaded, [wording for wording, _ in wordings(entries)])
    loaded.close()
    return [(pair.one, pair.other) for pair in pairs]


def test_two_entries_in_two_languages_are_found_once(tmp_path: Path) -> None:
    assert ("a", "d") in across(tmp_path, filler("nl"))


def test_a_language_with_too_few_wordings_is_not_compared(tmp_path: Path) -> None:
    assert across(tmp_path, filler("nl", ENOUGH - 2)) == []


def test_what_is_known_in_a_language_is_not_compared_with_the_rest_of_it(tmp_path: Path) -> None:
    dutch = entry("a-nl", lang="nl", question="paspoort", translation_of="a", alternatives=())
    pairs = across(tmp_path, filler("nl"), dutch)
    assert ("a", "d") not in pairs
