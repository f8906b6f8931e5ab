"""Finding wordings by shared words."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.errors import IndexUnavailable
from knowledge.lexical import LexicalIndex, write_lexical

WORDINGS = [
    ("rent#0", "How do I apply for rent allowance?"),
    ("care#0", "How do I apply for healthcare allowance?"),
    ("digid#0", "I lost my DigiD password, how do I reset it?"),
    ("permit#0", "How do I renew a résidence permit with formulier 36b?"),
    ("bsn#0", "Where do I get a citizen service number?"),
    ("school#0", "Which school is near me?"),
    ("waste#0", "When is paper waste collected?"),
    ("parking#0", "What does a parking permit cost?"),
]


@pytest.fixture
def index() -> Iterator[LexicalIndex]:
    made = LexicalIndex.in_memory(WORDINGS)
    yield made
    made.close()


def test_the_wording_that_shares_most_rare_words_comes_first(index: LexicalIndex) -> None:
    found = index.search("reset the password of my DigiD", 5)
    assert next(iter(found)) == "digid#0"
    assert all(0 < score <= 1 for score in found.values())


def test_a_wording_that_shares_everything_counts_in_full(index: LexicalIndex) -> None:
    assert index.search("paper waste collected", 5)["waste#0"] == pytest.approx(1)


def test_common_words_alone_count_next_to_nothing(index: LexicalIndex) -> None:
    found = index.search("how do i unicorn dragon", 8)
    assert max(found.values(), default=0) < 0.2


def test_case_accents_and_composition_make_no_difference(index: LexicalIndex) -> None:
    asked = ["residence", "RÉSIDENCE", "re\u0301sidence"]
    assert [list(index.search(each, 1)) for each in asked] == [["permit#0"]] * 3


def test_finds_numbers_that_a_model_blurs(index: LexicalIndex) -> None:
    assert next(iter(index.search("36b?", 3))) == "permit#0"


def test_gives_at_most_k_by_words_and_k_by_parts(index: LexicalIndex) -> None:
    assert len(index.search("permit allowance waste", 1)) in (1, 2)


def test_a_compound_and_a_typing_error_find_their_parts() -> None:
    texts = [("a#0", "huurtoeslag aanvragen"), ("b#0", "rijbewijs verlengen")]
    index = LexicalIndex.in_memory(texts)
    for question in ("huurtoeslagaanvraag", "huurtoslag"):
        assert list(index.search(question, 5)) == ["a#0"]
    index.close()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "?!",
        '"',
        '"" OR "',
        "'; DROP TABLE words; --",
        "NEAR(rent allowance, 2)",
        "NOT",
        "text:rent",
        "rent* AND -allowance ^how {a b} + (c",
        "_ __ a_b",
        "\x00rent\x00",
        "\ud800 lone surrogate",
        "😀 ☃ ½",
        "如何申请租金补贴 كيف أقدم",
    ],
)
def test_nothing_that_people_write_is_an_operator_or_an_error(
    index: LexicalIndex, text: str
) -> None:
    index.search(text, 5)
    assert next(iter(index.search("rent", 5))) == "rent#0"


def test_operators_around_a_word_do_not_hide_it(index: LexicalIndex) -> None:
    assert "rent#0" in index.search('NOT "rent* OR', 5)


def test_a_megabyte_of_text_is_searched_by_its_beginning(index: LexicalIndex) -> None:
    text = "rent allowance " + " ".join(f"word{number}" for number in range(130_000))
    assert len(text) > 1_000_000
    assert "rent#0" in index.search(text, 5)


def test_a_written_file_finds_the_same(index: LexicalIndex, tmp_path: Path) -> None:
    path = tmp_path / "a ?#%41 folder" / "lexical.db"
    path.parent.mkdir()
    write_lexical(path, WORDINGS)
    read = LexicalIndex.open(path)
    try:
        assert read.search("rent permit", 5) == index.search("rent permit", 5)
    finally:
        read.close()
    assert [each.name for each in path.parent.iterdir()] == ["lexical.db"]


@pytest.mark.parametrize("content", [None, b"", b"no database " * 1000])
def test_a_file_that_is_no_such_index_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "lexical.db"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(IndexUnavailable, match=r"lexical\.db"):
        LexicalIndex.open(path)


texts = st.dictionaries(
    st.sampled_from([f"e{number}#0" for number in range(6)]),
    st.lists(st.sampled_from(["zorgtoeslag", "aanvragen", "36b", "ik", "é"]), max_size=4).map(
        " ".join
    ),
)


@given(before=texts, after=texts)
def test_what_is_changed_in_place_finds_the_same_as_what_is_written_anew(
    before: dict[str, str], after: dict[str, str]
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_lexical(folder / "old", before.items())
        write_lexical(folder / "changed", after.items(), folder / "old")
        write_lexical(folder / "anew", after.items())
        indexes = [LexicalIndex.open(folder / each) for each in ("changed", "anew")]
        for question in ("zorgtoeslag aanvragen", "formulier 36b", "e", "ik"):
            changed, anew = (index.search(question, 10) for index in indexes)
            assert changed == pytest.approx(anew)
        for index in indexes:
            index.close()


def test_a_file_from_before_texts_were_kept_is_written_anew(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "old")
    connection.execute("CREATE TABLE wordings (rowid INTEGER PRIMARY KEY, id TEXT NOT NULL)")
    connection.close()
    write_lexical(tmp_path / "new", [("e1#0", "zorgtoeslag")], tmp_path / "old")
    index = LexicalIndex.open(tmp_path / "new")
    assert index.search("zorgtoeslag", 1).keys() == {"e1#0"}
    index.close()
