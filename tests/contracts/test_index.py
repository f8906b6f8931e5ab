"""What every ``Index`` does, the fake included."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from knowledge.errors import IndexUnavailable
from knowledge.faiss_index import FaissIndex
from knowledge.ports import Index, Vectors
from tests.fakes_index import ExactIndex

NewIndex = Callable[[], Index]


@pytest.fixture(params=[FaissIndex, ExactIndex])
def new_index(request: pytest.FixtureRequest) -> NewIndex:
    made: NewIndex = request.param
    return made


def rows(count: int, dimension: int = 16, seed: int = 0) -> Vectors:
    drawn = np.random.default_rng(seed).standard_normal((count, dimension)).astype(np.float32)
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


def names(count: int) -> list[str]:
    return [f"entry-{number:04d}#0" for number in range(count)]


def filled(index: Index, count: int = 200) -> Index:
    index.replace(names(count), rows(count))
    return index


def test_finds_the_nearest_best_first_with_their_inner_products(new_index: NewIndex) -> None:
    index, (asked,) = filled(new_index()), rows(1, seed=9)
    products = rows(200) @ asked
    best = np.argsort(-products)[:7]
    found = index.search(asked, 7)
    assert [match.id for match in found] == [names(200)[row] for row in best]
    np.testing.assert_allclose([match.score for match in found], products[best], atol=1e-6)


def test_gives_fewer_when_it_holds_fewer(new_index: NewIndex) -> None:
    assert len(filled(new_index(), 3).search(rows(1)[0], 10)) == 3


def test_finds_nothing_where_nothing_is_or_nothing_is_wanted(new_index: NewIndex) -> None:
    asked = rows(1)[0]
    assert new_index().search(asked, 5) == []
    assert filled(new_index()).search(asked, 0) == []
    empty = new_index()
    empty.replace([], np.empty((0, 16), dtype=np.float32))
    assert empty.search(asked, 5) == []


def test_equal_scores_are_ordered_by_id_even_where_k_cuts_them(new_index: NewIndex) -> None:
    index = new_index()
    same = np.repeat(rows(1), 30, axis=0)
    others = rows(100, seed=3)
    ids = [f"same-{number:02d}#0" for number in reversed(range(30))]
    index.replace([*names(100), *ids], np.concatenate([others, same]))
    found = index.search(same[0], 4)
    assert [match.id for match in found] == [f"same-{number:02d}#0" for number in range(4)]


def test_replace_forgets_what_was_there(new_index: NewIndex) -> None:
    index = filled(new_index())
    index.replace(["new#0"], rows(1, seed=5))
    assert [match.id for match in index.search(rows(1)[0], 5)] == ["new#0"]


def test_gives_back_the_vectors_of_ids_in_their_order(new_index: NewIndex) -> None:
    index = filled(new_index())
    wanted = [names(200)[7], names(200)[3], names(200)[7]]
    np.testing.assert_array_equal(index.vectors(wanted), rows(200)[[7, 3, 7]])


def test_what_is_written_is_read_by_another_one(new_index: NewIndex, tmp_path: Path) -> None:
    path, (asked,) = tmp_path / "vectors", rows(1, seed=9)
    index = filled(new_index())
    index.write(path)
    other = new_index()
    other.read(path, names(200))
    assert other.search(asked, 10) == index.search(asked, 10)


def test_a_damaged_file_is_refused(new_index: NewIndex, tmp_path: Path) -> None:
    path = tmp_path / "vectors"
    path.write_bytes(b"no vectors in here")
    with pytest.raises(IndexUnavailable):
        new_index().read(path, names(200))


def test_a_file_with_another_number_of_vectors_is_refused(
    new_index: NewIndex, tmp_path: Path
) -> None:
    filled(new_index()).write(tmp_path / "vectors")
    with pytest.raises(IndexUnavailable, match="200 vectors for 199"):
        new_index().read(tmp_path / "vectors", names(199))


def test_can_be_searched_from_several_threads_at_once(new_index: NewIndex) -> None:
    index, asked = filled(new_index()), rows(40, seed=4)
    with ThreadPoolExecutor(4) as executor:
        together = list(executor.map(lambda vector: index.search(vector, 5), asked))
    assert together == [index.search(vector, 5) for vector in asked]
