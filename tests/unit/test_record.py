"""What stands in an exported folder beside the entries."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from knowledge.errors import EntriesUnreadable
from knowledge.record import RECORD, Record, read_record, write_record
from tests.contracts.examples import entry


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    entries = [
        entry("a", answer='Two\nlines, "quoted" – é', valid_until=date(2027, 1, 1), version=3),
        entry("b", checked=None, alternatives=(), sample=True, translation_of="a"),
    ]
    write_record(tmp_path, reversed(entries))
    assert read_record(tmp_path) == Record({each.id: each for each in entries}, {})
    (tmp_path / RECORD).write_text("")
    gone = entry("c", version=4, advice_version=3)
    write_record(tmp_path, entries, [gone])
    found = read_record(tmp_path)
    assert found == Record({each.id: each for each in entries}, {"c": gone})
    assert found.withdrawn["c"].advice_version == 3


def test_each_entry_has_a_line_so_that_git_can_merge_them(tmp_path: Path) -> None:
    write_record(tmp_path, [entry("b", answer="x\ny"), entry("a")])
    lines = (tmp_path / RECORD).read_text().splitlines()
    assert [line[:4] for line in lines[1:-1]] == ['"a":', '"b":']


def test_an_export_of_nothing_is_a_record_too(tmp_path: Path) -> None:
    assert read_record(tmp_path) is None
    write_record(tmp_path, [])
    assert read_record(tmp_path) == Record({}, {})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"format": 1, "entries": [1]}',
        '{"format": 1, "entries": {"a": []}}',
        '{"format": 1, "entries": {"a": {"answer": 7}}}',
        '{"format": 1, "entries": {}, "withdrawn": [1]}',
        '{"format": 1, "entries": {}, "withdrawn": {"a": {"answer": 7}}}',
        '{"format": 2, "entries": {}}',
        "<<<<<<< HEAD",
        "[" * 100_000,
    ],
)
def test_a_damaged_record_is_told_in_words(tmp_path: Path, text: str) -> None:
    (tmp_path / RECORD).write_text(text)
    with pytest.raises(EntriesUnreadable, match=RECORD):
        read_record(tmp_path)
