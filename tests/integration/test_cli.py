"""The command ``loket`` as people use it: output, exit status, one clear line for each mistake."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml

from knowledge.entry import Entry
from knowledge.files import write
from tests import warm

ROOT = Path(__file__).parents[2]

ENTRIES = [
    Entry(
        f"e{number}",
        "en",
        topic,
        question,
        answer,
        source="https://example.org/page",
        body="Gemeente",
        checked=date(2026, 1, 1),
        valid_until=date.today() + timedelta(days=300),
    )
    for number, (topic, question, answer) in enumerate(
        [
            ("registration", "How do I get a citizen service number?", "At your municipality."),
            ("housing", "How do I end my rental contract?", "Write a letter."),
            ("tax", "When must I file my tax return?", "Before the date in the letter."),
        ]
    )
]


class Desk:
    """A folder with settings and entries, and the command in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        raw = yaml.safe_load((ROOT / "config.yaml").read_text())
        raw |= {"data_dir": "data", "entries": "entries"}
        raw["matrix"]["homeserver"] = "http://127.0.0.1:9"
        raw["web"]["port"] = None
        (folder / "config.yaml").write_text(yaml.safe_dump(raw))
        write(ENTRIES, folder / "entries")

    def loket(self, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
        return warm.run(
            ["bot", *words, "--config", str(self.folder / "config.yaml")],
            {**os.environ, **environ},
            ROOT,
        )

    def fails(self, *words: str, status: int = 1, **environ: str) -> str:
        done = self.loket(*words, **environ)
        assert done.returncode == status, (done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
        return done.stderr.strip()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_entries_are_listed_and_shown(desk: Desk) -> None:
    lines = desk.loket("entries", "list").stdout.splitlines()
    assert lines[0] == "e0\ten\tregistration\tv1\tHow do I get a citizen service number?"
    assert len(lines) == 3
    assert desk.loket("entries", "list", "--topic", "tax").stdout.startswith("e2\t")
    assert "answer: At your municipality." in desk.loket("entries", "show", "e0").stdout


def test_an_entry_that_is_not_there_is_one_line(desk: Desk) -> None:
    told = desk.fails("entries", "show", "nothing", status=2)
    assert told == "loket: error: there is no entry 'nothing'; `loket entries list` names them"


@pytest.mark.parametrize("name", ["all.jsonl", "all.csv", "all.yaml", "folder"])
def test_what_is_exported_is_imported_again_unchanged(desk: Desk, name: str) -> None:
    target = str(desk.folder / name)
    assert desk.loket("entries", "export", target).stdout.startswith("3 entries written")
    told = desk.loket("entries", "import", target).stdout
    assert told.startswith("0 new, 0 changed, 3 unchanged")


def test_a_broken_csv_is_refused_whole_with_a_line_for_each_mistake(desk: Desk) -> None:
    path = desk.folder / "new.csv"
    path.write_text(
        "id,lang,topic,question,answer,source\n"
        "good,en,tax,Q?,A.,https://example.org\n"
        "nosource,en,tax,Q2?,A.,\n"
        "short,en\n"
    )
    lines = desk.fails("entries", "import", str(path)).splitlines()
    assert any("row 2" in line or "line 3" in line for line in lines)
    assert any("source" in line for line in lines)
    assert all(line.startswith("loket: ") for line in lines)
    assert "good" not in desk.loket("entries", "list").stdout


def test_an_entry_without_source_can_not_be_added(desk: Desk) -> None:
    words = ["--id", "x", "--lang", "en", "--topic", "tax", "--question", "Q?", "--answer", "A."]
    told = desk.fails("entries", "add", *words, "--source", "")
    assert "source: is empty; name the page or body the answer comes from" in told
    added = desk.loket("entries", "add", *words, "--source", "https://example.org")
    assert added.stdout.startswith("1 new")
    assert "was used already" in desk.fails("entries", "add", *words, "--source", "y", status=2)


def test_check_finds_broken_duplicate_stale_and_sourceless_entries(desk: Desk) -> None:
    assert desk.loket("entries", "check").returncode == 0
    path = desk.folder / "bad.yaml"
    rows = [
        {"id": "a", "lang": "en", "topic": "t", "question": "Same?", "answer": "A."},
        {
            "id": "b",
            "lang": "en",
            "topic": "t",
            "question": "Same?",
            "answer": "A.",
            "source": "https://example.org",
            "valid_until": date(2020, 1, 1),
        },
        {
            "id": "c",
            "lang": "en",
            "topic": "t",
            "question": "same",
            "answer": "A.",
            "source": "https://example.org",
        },
        {"id": "d", "colour": "red"},
    ]
    path.write_text(yaml.safe_dump(rows))
    done = desk.loket("entries", "check", str(path))
    assert done.returncode == 1
    assert "source" in done.stdout
    assert "also asked by b" in done.stdout
    assert "ended on 2020-01-01" in done.stdout
    assert "colour" in done.stdout


def test_a_wrong_setting_is_one_line_with_status_2(desk: Desk) -> None:
    path = desk.folder / "config.yaml"
    path.write_text(path.read_text().replace("patience: 15", "patience: soon"))
    told = desk.fails("entries", "list", status=2)
    assert told.startswith("loket: error: answering.patience: 'soon' is not allowed")
    assert "\n" not in told


def test_a_missing_settings_file_is_one_line_with_status_2(desk: Desk) -> None:
    (desk.folder / "config.yaml").unlink()
    assert "config.yaml: can't be read" in desk.fails("entries", "list", status=2)


@pytest.mark.parametrize("words", ["dance", "", "ask", "entries add", "index build --fast"])
def test_a_wrong_command_is_one_line_with_status_2(words: str) -> None:
    command = [sys.executable, "-m", "bot", *words.split()]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("loket: error: ")
    assert done.stderr.count("\n") == 1
    assert "--help`" in done.stderr


def test_a_damaged_database_is_one_line(desk: Desk) -> None:
    (desk.folder / "data").mkdir()
    (desk.folder / "data" / "loket.db").write_bytes(b"this is no database" * 100)
    told = desk.fails("entries", "list")
    assert "loket.db" in told
    assert "\n" not in told


def test_without_a_secret_the_bot_says_which_it_needs(desk: Desk) -> None:
    none = {"LOKET_MATRIX_TOKEN": "", "LOKET_MATRIX_PASSWORD": "", "LOKET_CRYPTO_KEY": ""}
    told = desk.fails("run", status=2, **none).splitlines()[-1]
    assert "LOKET_CRYPTO_KEY: is not set; make one with `openssl rand -base64 32`" in told
    short = desk.fails("run", status=2, **none | {"LOKET_CRYPTO_KEY": "short"})
    assert "is shorter than 16 characters" in short
    told = desk.fails("run", status=2, **none | {"LOKET_CRYPTO_KEY": "x" * 16})
    assert "LOKET_MATRIX_TOKEN" in told.splitlines()[-1]


def test_evaluate_without_data_is_told_what_to_name(desk: Desk) -> None:
    assert "--data DIR" in desk.fails("evaluate", status=2)


def test_a_broken_line_in_the_data_is_told_with_its_place(desk: Desk) -> None:
    (desk.folder / "kb.jsonl").write_text('{"id": "a", "question": "Q?"}\nnot json\n')
    (desk.folder / "queries.jsonl").write_text("")
    assert "kb.jsonl:2: not JSON" in desk.fails("evaluate", "--data", str(desk.folder))


def test_a_reader_that_leaves_early_is_no_error(desk: Desk) -> None:
    command = [sys.executable, "-m", "bot", "entries", "list"]
    process = subprocess.Popen(
        [*command, "--config", str(desk.folder / "config.yaml")],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert b"Traceback" not in process.stderr.read()
    process.stderr.close()
    process.wait(60)


@pytest.mark.model
class TestWithTheModel:
    """What needs the real model."""

    def test_ask_shows_hits_decision_and_reason(self, desk: Desk) -> None:
        done = desk.loket("ask", "how do I get a citizen service number", "--json")
        told = json.loads(done.stdout)
        assert (told["decision"], told["entry"], told["lang"]) == ("answer", "e0", "en")
        assert told["hits"][0]["entry"] == "e0"
        assert told["confidence"] >= told["needed"]
        text = desk.loket("ask", "which shop sells the best bread in town?").stdout
        assert "Decision: people get the question: not sure enough." in text

    def test_an_unreadable_index_is_told_and_rebuilt(self, desk: Desk) -> None:
        assert "run: loket index build" in desk.fails("index", "status")
        assert "3 entries" in desk.loket("index", "build").stdout
        assert "sound" in desk.loket("index", "status").stdout
        live = next((desk.folder / "data" / "index").glob("2*"))
        (live / "vectors.faiss").write_bytes(b"damaged")
        told = desk.fails("index", "status")
        assert "vectors.faiss differs from its checksum; run: loket index build" in told
        assert "3 entries" in desk.loket("index", "build").stdout
        assert desk.loket("index", "status").returncode == 0

    def test_the_build_before_can_be_brought_back(self, desk: Desk) -> None:
        desk.loket("index", "build")
        assert "no previous build" in desk.fails("index", "rollback")
        write(ENTRIES[:2], desk.folder / "entries")
        assert "2 entries" in desk.loket("index", "build").stdout
        assert "3 entries" in desk.loket("index", "rollback").stdout

    def test_evaluate_ends_with_the_keys_in_json(self, desk: Desk) -> None:
        kb = [{"id": each.id, "question": each.question, "lang": "en"} for each in ENTRIES]
        queries = [
            {"id": "1", "query": "citizen service number", "relevant": ["e0"], "lang": "en"},
            {"id": "2", "query": "the weather", "relevant": [], "lang": "en"},
        ]
        for name, rows in (("kb", kb), ("queries", queries)):
            lines = "\n".join(map(json.dumps, rows))
            (desk.folder / f"{name}.jsonl").write_text(lines)
        told = json.loads(
            desk.loket("evaluate", "--data", str(desk.folder)).stdout.splitlines()[-1]
        )
        assert list(told) == [
            "recall_at_1",
            "recall_at_3",
            "recall_at_10",
            "mrr",
            "auroc",
            "coverage_at_95",
            "coverage_at_90",
            "shipped",
        ]
        assert told["recall_at_1"] == 1
        assert {"answered_right", "precision", "answers", "suggested", "escalated"} <= told[
            "shipped"
        ].keys()

    def test_doctor_names_each_fault_with_what_to_do(self, desk: Desk) -> None:
        done = desk.loket("doctor", LOKET_MATRIX_TOKEN="syt_wrong", LOKET_CRYPTO_KEY="")
        assert "FAULT  log-in: LOKET_CRYPTO_KEY: is not set" in done.stdout
        key = "x" * 16
        done = desk.loket("doctor", LOKET_MATRIX_TOKEN="syt_wrong", LOKET_CRYPTO_KEY=key)
        assert done.returncode == 1
        assert "ok     settings" in done.stdout
        assert "ok     model" in done.stdout
        assert "FAULT  index: there is no index" in done.stdout
        assert "what to do: run: loket index build" in done.stdout
        assert "FAULT  homeserver" in done.stdout
        assert "syt_wrong" not in done.stdout + done.stderr

    def test_doctor_says_what_is_wrong_with_opening_hours(self, desk: Desk) -> None:
        path = desk.folder / "config.yaml"
        kept = path.read_text()
        for change, told in (
            ({"body": "Gemeente Vorbeeld"}, "hours[0]: none of the responders is of this role"),
            (
                {"holidays": {"country": "ZZ"}},
                "hours: hours[0].holidays.country: 'ZZ' is not known",
            ),
        ):
            raw = yaml.safe_load(kept)
            raw["hours"][0] |= change
            path.write_text(yaml.safe_dump(raw))
            assert f"FAULT  {told}" in desk.loket("doctor", "--offline").stdout
        path.write_text(kept)
        assert "ok     hours: 1 groups of people" in desk.loket("doctor", "--offline").stdout

    def test_doctor_names_the_topics_that_nobody_takes(self, desk: Desk) -> None:
        assert (
            "ok     responders: every topic is somebody's"
            in desk.loket("doctor", "--offline").stdout
        )
        path = desk.folder / "config.yaml"
        raw = yaml.safe_load(path.read_text())
        for each in raw["responders"]:
            each["topics"] = ["tax"]
        path.write_text(yaml.safe_dump(raw))
        told = desk.loket("doctor", "--offline").stdout
        assert "FAULT  responders: nobody takes questions about: housing, registration" in told
        assert "add the topic to the topics of a responder" in told

    def test_the_console_plays_the_whole_job(self, desk: Desk) -> None:
        lines = [
            "Loket, how do I get a citizen service number?",
            "Loket, where can I borrow a cargo bike?",
            "/as volunteer",
            "/thread 4 !answer At the community centre.",
        ]
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "bot",
                "chat",
                "--config",
                str(desk.folder / "config.yaml"),
            ],
            cwd=ROOT,
            input="\n".join(lines) + "\n",
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert "At your municipality." in done.stdout
        assert "brought it to the volunteers" in done.stdout
        assert "Case 1" in done.stdout
