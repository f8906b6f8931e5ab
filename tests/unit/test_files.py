"""Entries survive each format, and whatever is wrong in a file is told with its place."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from knowledge.entry import FIELDS, Entry
from knowledge.errors import EntriesUnreadable, ExportRefused
from knowledge.files import MARK, read, read_valid, write
from knowledge.translations import left_open

PLAIN = Entry(
    id="bsn-apply",
    lang="en",
    topic="registration",
    question="How do I get a BSN?",
    answer="Register with your municipality.\n\nYou get it there.",
    alternatives=("get a citizen service number", "where do I ask for a bsn"),
    source="https://www.government.nl",
    body="Gemeente",
    checked=date(2026, 11, 23),
    valid_until=date(2027, 6, 30),
    sample=True,
)
ROW = {
    "id": "a",
    "lang": "nl",
    "topic": "t",
    "question": "q?",
    "answer": "a.",
    "source": "https://example.nl",
}

# Weighted towards what formats trip over: breaks, quotes, indentation, signs, controls.
_pieces = st.one_of(
    st.text(max_size=8),
    st.sampled_from([*"\n\r\x85\u2028\u2029\ufeff\t '\"-#|>~\\,;{[📤\x00\x1b\x7f\ue000\ufffe"]),
    st.sampled_from(["\r\n", "  \n", "\n ", "\\n", "'=", "=1+1", "- a", ": ", " #", "---", "..."]),
    st.sampled_from(["no", "1", "null", "2026-01-01"]),
)
texts = st.lists(_pieces, max_size=8).map("".join)
filled = texts.filter(str.strip)
days = st.none() | st.dates()
entries = st.builds(
    Entry,
    id=st.from_regex(r"[a-z0-9][a-z0-9-]{0,20}", fullmatch=True),
    lang=st.sampled_from(["nl", "en", "no", "on"]),
    topic=filled,
    question=filled,
    answer=filled,
    alternatives=st.lists(filled, max_size=4).map(tuple),
    source=filled,
    body=texts,
    scope=filled,
    checked=days,
    valid_until=days,
    vetted_by=texts,
    translation_of=st.none() | st.just("_original"),
    translation_of_version=st.none() | st.integers(1, 10**6),
    sample=st.booleans(),
    version=st.integers(1, 10**6),
).map(lambda entry: entry if entry.translation_of else left_open(entry))
bases = st.lists(entries, max_size=4, unique_by=lambda entry: entry.id)


def problems_of(path: Path) -> list[str]:
    with pytest.raises(EntriesUnreadable) as caught:
        read(path)
    return [line.replace(f"{path.parent}/", "") for line in caught.value.problems]


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize("name", ["folder", "entries.yaml", "entries.jsonl", "entries.csv"])
@given(base=bases)
@example(base=[PLAIN])
@example(base=[replace(PLAIN, answer="  two\n spaces\n", alternatives=("\n a", " b\nc"))])
@settings(
    deadline=None,
    max_examples=25,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
def test_what_is_written_is_read_again(
    name: str, base: list[Entry], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """For every text: newlines, quotes, U+2028, emoji, control characters."""
    path = tmp_path_factory.mktemp("round") / name
    write(base, path)
    if name == "folder" and not base:
        assert list(path.iterdir()) == []
        return
    assert sorted(read(path), key=lambda entry: entry.id) == sorted(
        base, key=lambda entry: entry.id
    )


@pytest.mark.parametrize("name", ["folder", "entries.jsonl", "entries.csv"])
def test_writing_twice_gives_the_same_bytes_whatever_the_order(name: str, tmp_path: Path) -> None:
    other = Entry(**ROW)
    write([PLAIN, other], tmp_path / "one" / name)
    write([other, PLAIN], tmp_path / "two" / name)
    contents = [
        {path.name: path.read_bytes() for path in (tmp_path / part).rglob("*") if path.is_file()}
        for part in ("one", "two")
    ]
    assert contents[0] == contents[1]
    assert contents[0]


def test_a_yaml_answer_is_a_readable_block(tmp_path: Path) -> None:
    write([replace(PLAIN, valid_until=PLAIN.checked)], tmp_path / "out")
    text = (tmp_path / "out" / "registration.yaml").read_text(encoding="utf-8")
    assert "  answer: |-\n    Register with your municipality.\n\n    You get it there.\n" in text
    assert "    - get a citizen service number\n" in text
    assert "  valid_until: 2026-11-23\n" in text  # And no YAML alias of the other day.
    assert "version" not in text


class TestYaml:
    def test_a_handwritten_file_is_read(self, tmp_path: Path) -> None:
        path = written(
            tmp_path,
            "x.yaml",
            "\ufeff# by hand\n- id: a\n  lang: nl\n  topic: t\n  question: Hoe?\n"
            "  answer: |\n    Zo.\n    En zo.\n  source: https://example.nl\n"
            "  alternatives:\n    - hoe dan\n  checked: 2026-11-23\n  valid_until:\n"
            "  sample: true\n",
        )
        assert read(path) == [
            Entry(
                id="a",
                lang="nl",
                topic="t",
                question="Hoe?",
                answer="Zo.\nEn zo.\n",
                alternatives=("hoe dan",),
                source="https://example.nl",
                checked=date(2026, 11, 23),
                sample=True,
            )
        ]

    @pytest.mark.parametrize(
        ("line", "told"),
        [
            ("lang: no", "x.yaml: line 7: lang: is read as true or false, not as text; put it in"),
            ("topic: 12", "x.yaml: line 7: topic: is read as a number, not as text; put it in"),
            ("topic: [a]", "x.yaml: line 7: topic: is not text"),
            ("topic: {a: b}", "x.yaml: line 7: topic: is not text"),
            ("anwser: x", "x.yaml: line 7: anwser: is no field of an entry; did you mean answer?"),
            ("<<: {id: b}", "x.yaml: line 7: <<: is no field of an entry; the fields are: id,"),
            ("checked: 23-11-2026", "x.yaml: line 7: checked: '23-11-2026' is not a day; write"),
            ("checked: 2026-02-30", "x.yaml: line 7: checked: 2026-02-30 is not in the calendar"),
            ("checked: 2026-02-20 10:00:00", "x.yaml: line 7: checked: '2026-02-20 10:00:00' is"),
            ("alternatives: hoe", "x.yaml: line 7: alternatives: is not a list"),
            ("alternatives: [a, 1]", "x.yaml: line 7: alternatives: number 2 is read as a number"),
            ("alternatives: [a, '']", "x.yaml: line 7: alternatives: number 2 is empty"),
            ('sample: "yes"', "x.yaml: line 7: sample: is neither true nor false"),
            ("version: 0", "x.yaml: line 7: version: is not a whole number from 1"),
            (
                "translation_of_version: 0",
                "x.yaml: line 7: translation_of_version: is not a whole number from 1; write which",
            ),
            (
                "translation_of_version: 2",
                "x.yaml: line 7: translation_of_version: names a version of nothing; name the",
            ),
            ("translation_of: a", "x.yaml: line 7: translation_of: names the entry itself"),
            ("question: twice?", "x.yaml: line 7: question: stands there twice; keep one"),
            ("body: !!python/name:os.system ''", "x.yaml: line 7: body: is not text"),
            ("? [a]\n  : b", "x.yaml: line 7: a list or mapping is no field name"),
        ],
    )
    def test_a_wrong_field_is_told_with_its_line(
        self, line: str, told: str, tmp_path: Path
    ) -> None:
        lines = [f"  {name}: {value}" for name, value in ROW.items() if not line.startswith(name)]
        lines += [f"  # {number}" for number in range(6 - len(lines))]
        if line.startswith("question"):
            lines = [f"  {name}: {value}" for name, value in ROW.items()]
        first = next(each for each in lines if "#" not in each)
        lines.remove(first)
        path = written(tmp_path, "x.yaml", "\n".join(["- " + first.strip(), *lines, f"  {line}"]))
        assert [problem[: len(told)] for problem in problems_of(path)] == [told]

    @pytest.mark.parametrize(
        ("content", "told"),
        [
            ("- id: a\n  answer: 'open\n", "x.yaml: line 3: is not YAML: found unexpected end"),
            ("- id: a\n\tb: c", "x.yaml: line 2: is not YAML: found a tab character"),
            ("- id: \x07a", "x.yaml: line 1: holds the control character U+0007; write it as an"),
            ("id: a", "x.yaml: line 1: is not a list; begin each entry with '- id:'"),
            ("- a", "x.yaml: line 1: is not an entry; begin each entry with '- id:'"),
            ("[" * 200_000, "x.yaml: is nested too deep; write a list of entries"),
            ("- &a [*a]", "x.yaml: line 1: is not an entry"),
            (b"- id: a\n  body: caf\xe9\n", "x.yaml: line 2: is not UTF-8; save it as UTF-8"),
        ],
    )
    def test_a_broken_file_is_told(self, content: str | bytes, told: str, tmp_path: Path) -> None:
        path = written(tmp_path, "x.yaml", content)
        assert [problem[: len(told)] for problem in problems_of(path)] == [told]

    def test_files_are_found_at_any_depth_but_not_hidden_ones(self, tmp_path: Path) -> None:
        (tmp_path / "deep" / "er").mkdir(parents=True)
        text = "- {id: %s, lang: nl, topic: t, question: q%s, answer: a, source: s}"
        written(tmp_path / "deep" / "er", "x.yml", text % ("x", "x"))
        written(tmp_path, "y.YAML", text % ("y", "y"))
        written(tmp_path, ".#z.yaml", "broken: [")
        written(tmp_path, "notes.txt", "no entries")
        assert {entry.id for entry in read(tmp_path)} == {"x", "y"}

    def test_an_id_used_in_two_files_names_both(self, tmp_path: Path) -> None:
        text = "- {id: x, lang: nl, topic: t, question: q, answer: a, source: s}"
        written(tmp_path, "a.yaml", text)
        written(tmp_path, "b.yaml", text)
        with pytest.raises(EntriesUnreadable) as caught:
            read(tmp_path)
        assert caught.value.problems == [
            f"{tmp_path}/b.yaml: line 1: id: x stands in {tmp_path}/a.yaml: line 1 already; "
            "give one of them another id"
        ]


class TestJsonLines:
    def test_every_broken_row_is_told(self, tmp_path: Path) -> None:
        rows = [
            json.dumps(ROW),
            "",
            json.dumps({name: value for name, value in ROW.items() if name != "source"}),
            '{"id": "b", "id": "c", "lang": 1}',
            "{'id': 'x'}",
            "[1]",
            json.dumps(ROW | {"id": "d", "answer": "\ud83d"}),
            '{"id": %s}' % ("9" * 5000),
            "[" * 100_000,
        ]
        path = written(tmp_path, "kb.jsonl", "\r\n".join(rows))
        told = problems_of(path)
        assert told[0].startswith("kb.jsonl: line 3: source: is empty; name the page or body")
        assert told[1] == "kb.jsonl: line 4: id: stands there twice; keep one"
        assert (
            told[2] == "kb.jsonl: line 4: lang: is read as a number, not as text; put it in quotes"
        )
        assert told[3:7] == [
            "kb.jsonl: line 4: topic: is empty; every entry needs one",
            "kb.jsonl: line 4: question: is empty; every entry needs one",
            "kb.jsonl: line 4: answer: is empty; every entry needs one",
            "kb.jsonl: line 4: source: is empty; name the page or body the answer comes from",
        ]
        assert told[7].startswith("kb.jsonl: line 5: is not JSON at column 2:")
        assert told[8] == "kb.jsonl: line 6: is not an object; write {…}, one entry a line"
        assert told[9] == (
            "kb.jsonl: line 7: answer: holds half a character (a lone surrogate); type it anew"
        )
        assert told[10:] == [
            "kb.jsonl: line 8: holds a number too long or lists too deep",
            "kb.jsonl: line 9: holds a number too long or lists too deep",
        ]

    def test_a_line_separator_within_a_text_ends_no_row(self, tmp_path: Path) -> None:
        row = json.dumps(ROW | {"answer": "een\u2028twee\x85drie"}, ensure_ascii=False)
        assert read(written(tmp_path, "kb.jsonl", row))[0].answer == "een\u2028twee\x85drie"


class TestCsv:
    HEADER = "id,lang,topic,question,answer,source"

    @pytest.mark.parametrize(
        "content",
        [
            f"{HEADER}\na,nl,t,q?,a.,https://example.nl\n",
            f"\ufeff{HEADER}\r\na,nl,t,q?,a.,https://example.nl\r\n,,,,,\r\n\r\n",
            "id;lang;topic;question;answer;source\r\na;nl;t;q?;a.;https://example.nl\r\n",
            "sep=;\nid;lang;topic;question;answer;source\na;nl;t;q?;a.;https://example.nl\n",
            "id\tlang\ttopic\tquestion\tanswer\tsource\na\tnl\tt\tq?\ta.\thttps://example.nl\n",
            '"id";"source";"lang";"topic";"question";"answer"\na;https://example.nl;nl;t;q?;a.',
        ],
    )
    def test_what_spreadsheets_write_is_read(self, content: str, tmp_path: Path) -> None:
        assert read(written(tmp_path, "x.csv", content)) == [Entry(**ROW)]

    def test_a_full_row_by_hand_is_read(self, tmp_path: Path) -> None:
        path = written(
            tmp_path,
            "x.csv",
            f"{self.HEADER},alternatives,checked,sample,version\n"
            'a,nl,t,q?,a.,https://example.nl,"hoe dan\r\n\r\nC:\\map",2026-11-23,TRUE,3\n',
        )
        assert read(path) == [
            Entry(
                **ROW,
                alternatives=("hoe dan", "C:\\map"),
                checked=date(2026, 11, 23),
                sample=True,
                version=3,
            )
        ]

    def test_a_text_is_no_formula_in_a_spreadsheet(self, tmp_path: Path) -> None:
        entry = Entry(**ROW | {"answer": '=HYPERLINK("x")', "question": "'s avonds open?"})
        write([entry], tmp_path / "x.csv")
        text = (tmp_path / "x.csv").read_text(encoding="utf-8")
        assert ",'s avonds open?,\"'=HYPERLINK(" in text
        assert read(tmp_path / "x.csv") == [entry]

    @pytest.mark.parametrize(
        ("content", "told"),
        [
            ("a,nl,t,q?,a.", "x.csv: row 1 (line 1): is no header; the first row holds the field"),
            (
                f"{HEADER},topics\na,nl,t,q?,a.,s,x",
                "x.csv: row 1 (line 1): column 'topics' is no field of an entry; did you mean",
            ),
            (f"{HEADER},id\n", "x.csv: row 1 (line 1): column id stands there twice; keep one"),
            (
                f'{HEADER}\n\n"a",nl,t,q?,"a,\nb",s,more',
                "x.csv: row 3 (line 3): has 7 cells, the header has 6; put quotes around a text",
            ),
            (
                f'{HEADER}\na,nl,t,"q?\nb",a.,s\nb,nl,t,"open,a.,s\nc,nl,t,q,a,s\n',
                "x.csv: row 3 (line 4): a quote is not closed, or not doubled within a text",
            ),
            (
                f'{HEADER}\na,nl,t,"say "hi"",a.,s\n',
                "x.csv: row 2 (line 2): a quote is not closed, or not doubled within a text",
            ),
            (
                f"{HEADER},checked\na,nl,t,q?,a.,s,23-11-2026",
                "x.csv: row 2 (line 2): checked: '23-11-2026' is not a day; write year-month-day",
            ),
            (
                f"{HEADER},sample\na,nl,t,q?,a.,s,WAAR",
                "x.csv: row 2 (line 2): sample: is neither true nor false",
            ),
            (f"{HEADER}\na,nl,t,,a.,s", "x.csv: row 2 (line 2): question: is empty; every entry"),
            (f"{HEADER}\nA B,nl,t,q,a.,s", "x.csv: row 2 (line 2): id: use 1 to 64 lower-case"),
            (f"{HEADER}\n".encode() + b"a,nl,t,q,\xe9,s", "x.csv: line 2: is not UTF-8; save it"),
        ],
    )
    def test_what_is_wrong_is_told_with_its_row(
        self, content: str | bytes, told: str, tmp_path: Path
    ) -> None:
        path = written(tmp_path, "x.csv", content)
        assert [problem[: len(told)] for problem in problems_of(path)] == [told]


def test_a_running_bot_gets_the_good_entries_and_the_problems(tmp_path: Path) -> None:
    written(tmp_path, "a.yaml", "- id: [")
    write([PLAIN], tmp_path / "b.yaml")
    good, problems = read_valid(tmp_path)
    assert good == [PLAIN]
    assert len(problems) == 1
    with pytest.raises(EntriesUnreadable):
        read(tmp_path)


@pytest.mark.parametrize(
    ("name", "told"),
    [("none", "does not exist"), ("x.xlsx", "is no format of entries"), (".", "holds no .yaml")],
)
def test_a_path_without_entries_is_told(name: str, told: str, tmp_path: Path) -> None:
    written(tmp_path, "x.xlsx", "")
    with pytest.raises(EntriesUnreadable, match=told):
        read(tmp_path / name)
    assert read_valid(tmp_path / name)[0] == []


class TestExportOverAFolder:
    def test_files_of_topics_that_are_gone_are_removed_and_others_left(
        self, tmp_path: Path
    ) -> None:
        write([PLAIN, Entry(**ROW)], tmp_path)
        written(tmp_path, "README.md", "by hand")
        write([Entry(**ROW)], tmp_path)
        assert sorted(path.name for path in tmp_path.iterdir()) == ["README.md", "t.yaml"]
        assert read(tmp_path) == [Entry(**ROW)]

    def test_it_is_refused_where_somebody_else_wrote_yaml(self, tmp_path: Path) -> None:
        write([PLAIN], tmp_path)
        (tmp_path / "sub").mkdir()
        foreign = written(tmp_path / "sub", "own.yaml", "- id: mine\n")
        with pytest.raises(ExportRefused, match=r"own\.yaml: was not written by an export"):
            write([Entry(**ROW)], tmp_path)
        assert foreign.read_text() == "- id: mine\n"
        assert (tmp_path / "registration.yaml").read_text().startswith(MARK)
        assert not (tmp_path / "t.yaml").exists()

    def test_in_a_folder_of_ours_what_is_no_entries_is_left_alone(self, tmp_path: Path) -> None:
        write([PLAIN], tmp_path)
        written(tmp_path, "own.yaml", f"- {json.dumps(ROW | {'id': 'mine'})}\n")
        write([PLAIN], tmp_path, all_known=True)
        assert not (tmp_path / "own.yaml").exists()
        for text in ("services: {}\n", "# Only a comment\n"):
            foreign = written(tmp_path, "compose.yaml", text)
            with pytest.raises(ExportRefused, match=r"compose\.yaml: was not written by an export"):
                write([PLAIN], tmp_path, all_known=True)
            assert foreign.read_text() == text

    def test_topics_never_lead_out_of_the_folder_and_share_a_file_when_alike(
        self, tmp_path: Path
    ) -> None:
        topics = ["../../up", "Zorg toeslag", "zorg/toeslag", "…", "é" * 300]
        base = [Entry(**ROW | {"id": str(n), "topic": topic}) for n, topic in enumerate(topics)]
        write(base, tmp_path / "out")
        assert [path.name for path in tmp_path.iterdir()] == ["out"]
        names = sorted(path.name for path in (tmp_path / "out").iterdir())
        assert names == ["topic.yaml", "up.yaml", "zorg-toeslag.yaml", "é" * 50 + ".yaml"]
        assert sorted(read(tmp_path / "out"), key=lambda entry: entry.id) == base

    def test_a_place_that_cant_be_written_is_told_and_leaves_nothing(self, tmp_path: Path) -> None:
        written(tmp_path, "file", "")
        with pytest.raises(ExportRefused, match="can't be written"):
            write([PLAIN], tmp_path / "file" / "x.csv")
        (tmp_path / "x.csv").mkdir()
        (tmp_path / "x.csv" / "registration.yaml").mkdir()
        with pytest.raises(ExportRefused, match="can't be written"):
            write([PLAIN], tmp_path / "x.csv")
        assert [path.name for path in (tmp_path / "x.csv").iterdir()] == ["registration.yaml"]

    def test_an_unknown_suffix_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(ExportRefused, match="is no format of entries"):
            write([PLAIN], tmp_path / "x.xlsx")


def test_the_csv_header_names_every_field(tmp_path: Path) -> None:
    write([], tmp_path / "x.csv")
    assert (tmp_path / "x.csv").read_text(encoding="utf-8-sig").strip() == ",".join(FIELDS)
