"""``loket entries`` over the life of an answer: versions, reviews, and git folders both ways."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from bot import app, config
from knowledge.entry import Entry
from knowledge.files import write
from tests.exported import change
from tests.integration.test_cli import ENTRIES, Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def answers(desk: Desk) -> dict[str, str]:
    """What is served: id → answer."""
    out = desk.folder / "served.jsonl"
    assert desk.loket("entries", "export", str(out)).returncode == 0
    return {row["id"]: row["answer"] for row in map(json.loads, out.read_text().splitlines())}


def test_versions_are_told_shown_and_brought_back_and_a_restart_leaves_that_alone(
    desk: Desk,
) -> None:
    desk.loket("entries", "list")
    write([replace(ENTRIES[0], answer="Online."), *ENTRIES[1:]], desk.folder / "entries")
    lines = desk.loket("entries", "history", "e0").stdout.splitlines()
    assert [line.split("\t")[0] for line in lines] == ["v2", "v1"]
    assert lines[0].split("\t")[2:] == [
        *("advice", "maintainer", "-", "changed in the folder of entries", "served")
    ]
    shown = desk.loket("entries", "show", "e0", "--version", "1").stdout
    assert shown.startswith("# version 1, published ")
    assert yaml.safe_load(shown)[0]["answer"] == "At your municipality."

    words = ("entries", "restore", "e0", "1", "--reason", "not online after all")
    done = desk.loket(*words)
    assert done.stdout.startswith("e0: version 1 is served again, as version 3 (advice).")
    assert answers(desk)["e0"] == "At your municipality."
    newest, *older = json.loads(desk.loket("entries", "history", "e0", "--json").stdout)
    assert newest["reason"] == "brought back version 1: not online after all"
    assert [newest["served"], *(each["served"] for each in older)] == [True, False, False]
    assert "says what is served now" in desk.fails(*words, status=2)
    assert lines[0].split("\t")[1].endswith(" UTC")
    over = replace(ENTRIES[1], valid_until=date(2026, 1, 2))
    for each in (over, ENTRIES[1]):
        write([ENTRIES[0], each, ENTRIES[2]], desk.folder / "entries")
        desk.loket("entries", "list")
    done = desk.loket("entries", "restore", "e1", "2", "--reason", "to look at")
    assert done.stdout.startswith("e1: version 2 is brought back, not served, as version 4")
    untold = desk.fails("entries", "restore", "e0", "2", "--reason", " ", status=2)
    assert "argument --reason: is empty" in untold


def test_a_last_day_is_one_of_the_communitys_time_zone(desk: Desk) -> None:
    """Where one zone has begun the next day, the other one, 25 hours behind, never has."""
    behind, ahead = "Pacific/Pago_Pago", "Pacific/Kiritimati"
    ends = datetime.now(ZoneInfo(behind)).date()
    path = desk.folder / "last.yaml"
    write([replace(ENTRIES[0], valid_until=ends, scope="Atlantis")], path)
    settings = desk.folder / "config.yaml"
    raw = yaml.safe_load(settings.read_text())
    told = {}
    for zone in (behind, ahead):
        raw["rooms"]["time_zone"] = zone
        settings.write_text(yaml.safe_dump(raw))
        told[zone] = desk.loket("entries", "check", str(path)).stdout
    assert "no room is about atlantis" in told[ahead]
    assert f"ended on {ends}" in told[ahead]
    assert f"ended on {ends}" not in told[behind]


def test_a_version_that_is_not_there_is_one_line(desk: Desk) -> None:
    told = desk.fails("entries", "show", "e0", "--version", "7", status=2)
    assert told == "loket: error: e0 has no version 7; it has 1 to 1"
    assert "there never was" in desk.fails("entries", "history", "nothing", status=2)


def test_no_answer_is_brought_back_or_added_beside_another_one_to_the_same_question(
    desk: Desk,
) -> None:
    desk.loket("entries", "list")
    other = replace(ENTRIES[1], id="new", question=ENTRIES[0].question, answer="Elsewhere.")
    moved = replace(ENTRIES[0], question="What is a citizen service number?")
    write([moved, *ENTRIES[1:], other], desk.folder / "entries")
    told = desk.fails("entries", "restore", "e0", "1", "--reason", "why not", status=2)
    assert "e0 asks what new answers differently for nl" in told
    words = ["--id", "x", "--lang", "en", "--topic", "t", "--answer", "Nowhere.", "--source", "UWV"]
    told = desk.fails("entries", "add", *words, "--question", other.question)
    assert "x asks what new answers differently" in told
    named = desk.fails("entries", "add", *words, "--question", "Q?", "--translation-of", "e0")
    assert "translation_of: e0 is in en too" in named


def test_due_names_what_is_over_or_will_be_and_gives_status_1(desk: Desk) -> None:
    today = date.today()
    fresh = {"checked": today, "valid_until": None}
    write(
        [
            replace(ENTRIES[0], **fresh),
            replace(ENTRIES[1], checked=today, valid_until=today + timedelta(days=20)),
            replace(ENTRIES[2], checked=today, valid_until=today - timedelta(days=1)),
        ],
        desk.folder / "entries",
    )
    done = desk.loket("entries", "due", "--json")
    assert done.returncode == 1
    rows = json.loads(done.stdout)
    assert [(row["id"], row["state"]) for row in rows] == [
        ("e2", "no longer served"),
        ("e1", "due"),
    ]
    done = desk.loket("entries", "due", "--within", "10", "--period", "5")
    assert [line.split("\t")[0] for line in done.stdout.splitlines()[:-1]] == ["e2", "e0"]
    write([replace(each, **fresh) for each in ENTRIES], desk.folder / "entries")
    done = desk.loket("entries", "due")
    assert (done.returncode, done.stdout) == (0, "0 entries are due within 30 days\n")


def test_translations_older_than_their_original_are_due_too(desk: Desk) -> None:
    original = replace(ENTRIES[0], checked=date.today(), valid_until=None)
    translation = replace(original, id="pl", lang="pl", translation_of=original.id)
    write([original, translation], desk.folder / "entries")
    assert desk.loket("entries", "due").returncode == 0
    write([replace(original, answer="Nowhere."), translation], desk.folder / "entries")
    done = desk.loket("entries", "due")
    assert done.returncode == 1
    assert done.stdout.startswith("pl\t")
    assert "\ttranslation older than its original\t" in done.stdout
    assert done.stdout.endswith("1 translations are older than their original\n")


def test_conflicts_are_found_by_their_words(desk: Desk) -> None:
    done = desk.loket("entries", "conflicts")
    assert done.returncode == 0
    assert done.stdout.startswith("3 entries compared, 0 conflicts. There is no index")
    twin = replace(ENTRIES[0], id="twin", answer="Nowhere.")
    narrower = replace(twin, id="utrecht", scope="Utrecht")
    over = replace(twin, id="over", valid_until=date(2026, 1, 2))
    write([*ENTRIES, twin, narrower, over], desk.folder / "entries")
    done = desk.loket("entries", "conflicts", "--json")
    assert done.returncode == 1
    (found,) = json.loads(done.stdout)["conflicts"]
    assert (found["one"], found["other"]) == ("e0", "twin")


@pytest.mark.model
def test_no_answer_is_brought_back_beside_another_one_in_other_words(desk: Desk) -> None:
    """Only the same words were looked for."""
    desk.loket("entries", "list")
    asked = "How do I get my citizen service number"
    twin = replace(ENTRIES[0], id="twin", answer="Nowhere.", alternatives=(), question=asked)
    write([*ENTRIES[1:], twin], desk.folder / "entries")
    assert desk.loket("index", "build").returncode == 0
    words = ("entries", "restore", "e0", "1", "--reason", "it was right")
    assert "e0 asks what twin answers differently for nl" in desk.fails(*words, status=2)
    assert "e0" not in answers(desk)
    write([*ENTRIES[1:], replace(twin, scope="utrecht")], desk.folder / "entries")
    assert desk.loket("index", "build").returncode == 0
    live = desk.folder / "data" / "index" / "current" / "manifest.json"
    kept = live.read_text()
    live.write_text("{}")
    assert "search does not work" in desk.fails(*words)
    assert "e0" not in answers(desk)
    live.write_text(kept)
    told = desk.loket(*words).stdout
    assert "e0: version 1 is served again" in told
    assert "twin (en, utrecht) may answer the same question" in told


@pytest.mark.model
def test_conflicts_are_found_by_their_sense_too(desk: Desk) -> None:
    twin = replace(ENTRIES[0], id="twin", answer="Nowhere.", alternatives=(), question="")
    twin = replace(twin, question="How do I get my citizen service number")
    write([*ENTRIES, twin], desk.folder / "entries")
    assert desk.loket("index", "build").returncode == 0
    done = desk.loket("entries", "conflicts", "--json")
    found = json.loads(done.stdout)
    assert [(row["one"], row["other"]) for row in found["conflicts"]] == [("e0", "twin")]
    assert found["conflicts"][0]["similarity"] >= 0.92
    assert (found["across"], found["note"]) == ([], "")


def test_what_changed_in_an_exported_folder_and_here_comes_together(desk: Desk) -> None:
    git = desk.folder / "git"
    desk.loket("entries", "export", str(git))
    change(git, "e0", answer="Online.", vetted_by="")
    change(git, "e1", answer="Write an e-mail.")
    write(
        [
            ENTRIES[0],
            replace(ENTRIES[1], source="https://example.org/moved"),
            replace(ENTRIES[2], answer="Before May."),
        ],
        desk.folder / "entries",
    )
    tried = desk.loket("entries", "import", str(git), "--dry-run")
    assert tried.returncode == 0
    assert tried.stdout.endswith("Nothing was taken over.\n")
    assert answers(desk)["e0"] == "At your municipality."

    done = desk.loket("entries", "import", str(git), "--reason", "reviewed")
    assert (
        done.stdout.splitlines()[:-2]
        == tried.stdout.splitlines()[:-1]
        == [
            "e0: changed in the folder: answer (advice)",
            "e1: merged: answer from the folder, source as changed here",
            "e2: kept: answer",
        ]
    )
    summed_up, index = done.stdout.splitlines()[-2:]
    assert summed_up.startswith("0 new, 1 changed, 0 unchanged, 1 kept, 1 mer")
    assert index == "There is no index yet: run `loket index build`."
    assert answers(desk) == {"e0": "Online.", "e1": "Write an e-mail.", "e2": "Before May."}
    assert "moved" in desk.loket("entries", "show", "e1").stdout
    assert "\treviewed\tserved" in desk.loket("entries", "history", "e0").stdout

    again = desk.loket("entries", "import", str(git))
    assert (again.returncode, again.stdout.splitlines()[:-2]) == (
        0,
        ["e1: kept: source", "e2: kept: answer"],
    )
    # What the folder holds was taken, so that a new export loses nothing.
    assert desk.loket("entries", "export", str(git)).returncode == 0
    assert desk.loket("entries", "import", str(git)).stdout.startswith("0 new, 0 changed, 3 unch")


def test_what_both_sides_changed_is_shown_and_waits_for_a_choice(desk: Desk) -> None:
    git = desk.folder / "git"
    desk.loket("entries", "export", str(git))
    change(git, "e0", answer="In the folder.")
    change(git, "e1", answer="Write an e-mail.")
    write([replace(ENTRIES[0], answer="Here."), *ENTRIES[1:]], desk.folder / "entries")
    done = desk.loket("entries", "import", str(git))
    assert done.returncode == 1
    assert done.stdout.splitlines()[:-3] == [
        "e0: conflict, nothing of it was taken: answer",
        "  answer, in the folder:",
        "    - At your municipality.",
        "    + In the folder.",
        "  answer, here:",
        "    - At your municipality.",
        "    + Here.",
        "  choose: --theirs e0 (the folder) or --ours e0 (as served)",
    ]
    assert answers(desk) | {"e2": ""} == {"e0": "Here.", "e1": "Write an e-mail.", "e2": ""}
    refused = desk.fails("entries", "export", str(git))
    assert "holds changes that were not imported" in refused
    assert "e0" in refused

    assert desk.loket("entries", "import", str(git), "--ours", "e0").returncode == 0
    assert answers(desk)["e0"] == "Here."
    assert desk.loket("entries", "import", str(git), "--theirs", "e0").returncode == 0
    assert answers(desk)["e0"] == "In the folder."


def test_what_the_folder_leaves_out_is_served_until_somebody_says_so(desk: Desk) -> None:
    git = desk.folder / "git"
    desk.loket("entries", "export", str(git))
    (git / "tax.yaml").unlink()
    done = desk.loket("entries", "import", str(git))
    assert done.returncode == 1
    assert done.stdout.startswith("e2: left out of the folder, and still served")
    assert "e2" in answers(desk)
    assert desk.loket("entries", "import", str(git), "--theirs", "e2").returncode == 0
    assert "e2" not in answers(desk)
    gone, version = desk.loket("entries", "history", "e2").stdout.splitlines()
    assert gone.split("\t")[0] == version.split("\t")[0] == "v1"
    assert gone.split("\t")[2:] == ["withdrawn", "maintainer", "-", "imported from git"]
    (told,) = json.loads(desk.loket("entries", "history", "e2", "--json").stdout)
    assert told["withdrawn"]["reason"] == "imported from git"
    # Withdrawn here, and in a later version of the folder again: that is for a person to say.
    write([ENTRIES[2]], desk.folder / "e2.yaml")
    (git / "back.yaml").write_text((desk.folder / "e2.yaml").read_text())
    assert desk.loket("entries", "import", str(git)).stdout.startswith("e2: kept")
    assert desk.loket("entries", "import", str(git), "--theirs", "e2").returncode == 0
    assert "e2" in answers(desk)


def test_what_a_folder_changes_of_a_vetted_entry_is_vetted_no_more(desk: Desk) -> None:
    """Its question could be changed, and it went on as vetted without a word."""
    vetted: list[Entry] = [replace(each, vetted_by="UWV") for each in ENTRIES]
    write(vetted, desk.folder / "entries")
    git = desk.folder / "git"
    desk.loket("entries", "export", str(git))
    change(git, "e0", question="Where do I cancel my passport?")
    change(git, "e1", answer="By e-mail.", vetted_by="volunteers")
    change(git, "e2", topic="taxes")
    lines = desk.loket("entries", "import", str(git)).stdout.splitlines()
    assert [line for line in lines if line.startswith("warning")] == [
        "warning: e0: vetted_by: question changed, and nothing there says that UWV vetted that:"
        " emptied; have it vetted again, or write in checked when they did"
    ]
    assert "vetted_by" not in desk.loket("entries", "show", "e0").stdout
    assert "vetted_by: UWV" in desk.loket("entries", "show", "e2").stdout
    # The folder still says so: that is no change, and brings nothing back.
    assert "e0: kept: vetted_by" in desk.loket("entries", "import", str(git)).stdout
    assert "vetted_by" not in desk.loket("entries", "show", "e0").stdout


def test_nothing_says_that_a_body_vetted_it_unless_that_is_vouched_for(desk: Desk) -> None:
    git, file = desk.folder / "git", desk.folder / "new.yaml"
    write([replace(ENTRIES[0], id="new", question="New?", vetted_by="SVB")], file)
    told = desk.fails("entries", "import", str(file))
    assert "new: vetted_by: citizens would read that SVB vetted it, and nobody did so here" in told
    assert "new" not in answers(desk)
    done = desk.loket("entries", "import", str(file), "--trust-vetting")
    assert done.returncode == 0
    assert done.stdout.startswith("warning: new: vetted_by: citizens will read that SVB vetted it")
    # What is known here may come back in any form; what it changes there may not say so.
    desk.loket("entries", "export", str(git))
    change(git, "new", source="https://example.org/moved")
    assert desk.loket("entries", "import", str(git)).returncode == 0
    assert "vetted_by: SVB" in desk.loket("entries", "show", "new").stdout
    change(git, "new", answer="Elsewhere.", checked=date(2026, 2, 2))
    assert "--trust-vetting" in desk.fails("entries", "import", str(git))
    change(git, "e0", vetted_by="UWV")
    assert "e0: vetted_by" in desk.fails("entries", "import", str(git))


def test_a_file_without_a_record_takes_what_was_brought_back_for_unchanged(desk: Desk) -> None:
    file = desk.folder / "e0.jsonl"
    write([replace(ENTRIES[0], answer="First.")], file)
    desk.loket("entries", "import", str(file))
    desk.loket("entries", "restore", "e0", "1", "--reason", "no")
    write([replace(ENTRIES[0], answer="Second.")], file)
    tried = desk.loket("entries", "import", str(file), "--dry-run").stdout
    assert tried.startswith("e0: changed in the file: answer (advice)")
    told = desk.loket("entries", "import", str(file), "--change", "minor").stdout.splitlines()
    assert told[1].startswith("0 new, 1 changed, 0 unchanged")
    newest = desk.loket("entries", "history", "e0").stdout.splitlines()[0].split("\t")
    assert (newest[0], newest[2], newest[5]) == ("v4", "minor", "imported from e0.jsonl")


@pytest.mark.parametrize("name", ["all.yaml", "all.jsonl", "all.csv"])
def test_a_file_exported_at_the_first_version_overwrites_nothing(desk: Desk, name: str) -> None:
    """Its answer was brought back with another field of it that was edited in the file."""
    file = desk.folder / name
    desk.loket("entries", "export", str(file))
    write([replace(ENTRIES[0], answer="NEW."), *ENTRIES[1:]], desk.folder / "entries")
    desk.loket("entries", "list")
    exported = file.read_text()
    file.write_text(exported.replace("registration", "population"))
    done = desk.loket("entries", "import", str(file))
    assert done.stdout.startswith("e0: merged: topic from the file, answer as changed here")
    assert answers(desk)["e0"] == "NEW."
    assert "topic: population" in desk.loket("entries", "show", "e0").stdout

    file.write_text(exported.replace("At your municipality.", "By post."))
    told = desk.fails("entries", "import", str(file))
    assert "e0: answer: changed here too since version 1; write version 3 there" in told
    assert "answer, in the file:" in told
    assert "choose: --theirs e0 (the file) or --ours e0 (as served)" in told
    assert answers(desk)["e0"] == "NEW."
    assert desk.loket("entries", "import", str(file), "--ours", "e0").returncode == 0
    assert answers(desk)["e0"] == "NEW."
    assert desk.loket("entries", "import", str(file), "--theirs", "e0").returncode == 0
    assert answers(desk)["e0"] == "By post."


@pytest.mark.parametrize("name", ["all.yaml", "all.jsonl", "all.csv", "git"])
def test_what_was_withdrawn_here_does_not_come_back_by_an_import(desk: Desk, name: str) -> None:
    """An unchanged export of one file served it again, as if it held."""
    target = desk.folder / name
    desk.loket("entries", "export", str(target))
    write(ENTRIES[1:], desk.folder / "entries")
    assert "e0" not in answers(desk)
    if name == "git":
        assert desk.loket("entries", "import", str(target)).stdout.startswith("e0: kept")
        assert "e0" not in answers(desk)
        return
    told = desk.fails("entries", "import", str(target))
    assert "e0: was withdrawn here on " in told
    assert ": left out where it came from; `loket entries restore e0 1 --reason …`" in told
    assert "e0: was withdrawn" in desk.fails("entries", "import", str(target), "--theirs", "e0")
    assert desk.loket("entries", "import", str(target), "--ours", "e0").returncode == 0
    assert "e0" not in answers(desk)


def test_the_id_of_what_was_withdrawn_is_never_used_for_another_question(desk: Desk) -> None:
    desk.loket("entries", "list")
    write(ENTRIES[1:], desk.folder / "entries")
    git, file = desk.folder / "git", desk.folder / "dogs.yaml"
    desk.loket("entries", "export", str(git))
    write([replace(ENTRIES[0], question="Where may my dog run?", answer="In the park.")], file)
    assert "never used for another question" in desk.fails("entries", "import", str(file))
    (git / "dogs.yaml").write_text(file.read_text())
    for words in ([], ["--theirs", "e0"]):
        told = desk.fails("entries", "import", str(git), *words)
        assert "never used for another question: choose another one" in told
    assert "e0" not in answers(desk)


def test_a_choice_that_is_none_and_a_folder_that_is_read_anyway_are_refused(desk: Desk) -> None:
    git = desk.folder / "git"
    desk.loket("entries", "export", str(git))
    told = desk.fails("entries", "import", str(git), "--theirs", "nothing", status=2)
    assert "it never held an entry 'nothing'" in told
    told = desk.fails("entries", "import", str(git), "--theirs", "e0", "--ours", "e0", status=2)
    assert "'e0' stands there twice" in told
    folder = str(desk.folder / "entries")
    assert "is read at every start" in desk.fails("entries", "import", folder, status=2)


def test_no_file_brings_in_a_second_answer_to_a_question(desk: Desk) -> None:
    file = desk.folder / "twin.yaml"
    write([replace(ENTRIES[0], id="twin", answer="Nowhere.")], file)
    told = desk.fails("entries", "import", str(file))
    assert "twin asks what e0 answers differently for nl" in told
    write([replace(ENTRIES[0], id="twin", answer="Nowhere.", translation_of="e0")], file)
    told = desk.fails("entries", "import", str(file))
    assert "twin asks what e0 answers differently for nl" in told
    assert "translation_of: e0 is in en too" in told
    assert set(answers(desk)) == {"e0", "e1", "e2"}


def test_an_exported_file_takes_back_nothing_that_changed_here_since(desk: Desk) -> None:
    file = desk.folder / "all.jsonl"
    desk.loket("entries", "export", str(file))
    newer = [replace(ENTRIES[0], answer="Online."), *ENTRIES[1:]]
    write(newer, desk.folder / "entries")
    assert answers(desk)["e0"] == "Online."
    done = desk.loket("entries", "import", str(file))
    assert done.stdout.startswith("e0: kept: answer")
    assert answers(desk)["e0"] == "Online."

    desk.loket("entries", "export", str(file))
    write([replace(newer[0], answer="By post."), *ENTRIES[1:]], desk.folder / "entries")
    rows = list(map(json.loads, file.read_text().splitlines()))
    file.write_text("".join(f"{json.dumps(row | {'answer': 'By phone.'})}\n" for row in rows[:1]))
    told = desk.fails("entries", "import", str(file))
    assert "e0: answer: changed here too since version 2; write version 3" in told
    assert answers(desk)["e0"] == "By post."
    seen = rows[0] | {"answer": "By phone.", "version": 3}
    file.write_text(json.dumps(seen))
    assert desk.loket("entries", "import", str(file)).returncode == 0
    assert answers(desk)["e0"] == "By phone."


def test_an_id_is_never_used_again_and_an_added_entry_has_a_last_day(desk: Desk) -> None:
    words = ["entries", "add", "--lang", "en", "--topic", "t", "--answer", "A.", "--source", "UWV"]
    assert desk.loket(*words, "--id", "x", "--question", "Q?").returncode == 0
    shown = yaml.safe_load(desk.loket("entries", "show", "x").stdout)[0]
    today = app.today(config.load(desk.folder / "config.yaml"))
    assert shown["valid_until"] == today + timedelta(days=365)
    write([], desk.folder / "entries" / "tax.yaml")
    desk.loket("entries", "list")
    told = desk.fails(*words, "--id", "e2", "--question", "Where may my dog run?", status=2)
    assert "'e2' was used already" in told
    # What could not be imported again from an export is not added either.
    y = (*words, "--id", "y", "--question", "P?")
    assert "--alternative: is empty" in desk.fails(*y, "--alternative", "", status=2)
    old = desk.fails(*y, "--translation-of", "e0", "--translation-of-version=-1", status=2)
    assert "--translation-of-version: '-1' is no whole number from 1" in old
    told = desk.fails(
        *words, "--id", "y", "--question", "P?", "--valid-until", "2020-01-01", status=2
    )
    assert "2020-01-01 is over" in told


def test_a_translation_names_the_version_that_it_translates_and_is_bound_to_that(
    desk: Desk,
) -> None:
    original, other = ENTRIES[0], ENTRIES[1:]
    changed = replace(original, answer="Online.")
    dutch = replace(original, id="nl", lang="nl", translation_of="e0", translation_of_version=3)
    write([original, *other], desk.folder / "entries")
    desk.loket("entries", "list")
    # What names a version that is not there is left out, told, and stops nothing else.
    write([changed, dutch, *other], desk.folder / "entries")
    checked = desk.loket("entries", "check")
    assert checked.returncode == 1
    told = "names version 3 of e0, and the newest one is 2; leave it out if this translates"
    assert f"error: nl: translation_of_version: {told}" in checked.stdout
    assert answers(desk) == {"e0": "Online.", **{each.id: each.answer for each in other}}

    named = replace(dutch, translation_of_version=1)
    write([changed, named, *other], desk.folder / "entries")
    assert "translation_of_version: 1" in desk.loket("entries", "show", "nl").stdout
    assert "older than its original" in desk.loket("entries", "due").stdout

    git = desk.folder / "git"
    desk.loket("entries", "export", str(git))
    change(git, "nl", answer="Via internet.")
    warned = desk.loket("entries", "import", str(git), "--dry-run").stdout
    assert "this translates version 1 of e0, which is at 2; write 2 if it translates" in warned
    change(git, "nl", translation_of_version=4)
    for words in ([], ["--dry-run"]):
        failed = desk.fails("entries", "import", str(git), *words)
        assert "nl: translation_of_version: names version 4 of e0" in failed
    change(git, "nl", translation_of_version=2)
    done = desk.loket("entries", "import", str(git))
    assert done.stdout.startswith("nl: changed in the folder: answer, translation_of_version")
    assert "older than its original" not in desk.loket("entries", "due").stdout

    words = ["--lang", "nl", "--topic", "t", "--question", "Q?", "--answer", "A.", "--source", "s"]
    add = ("entries", "add", "--id", "new", *words, "--translation-of", "gone")
    failed = desk.fails(*add, "--translation-of-version", "1")
    assert "new: translation_of: names gone, which does not exist" in failed


def parking(desk: Desk, id_: str, question: str, answer: str, *more: str) -> tuple[str, ...]:
    """The words that add an entry about the price of a permit."""
    about = ("--lang", "en", "--topic", "parking", "--source", "https://example.org/parking")
    return (
        *("entries", "add", "--id", id_, "--question", question, "--answer", answer),
        *(*about, *more),
    )


PERMIT = "How much does a residents' parking permit cost?"
PRICE = "What is the price of a parking permit for residents?"


@pytest.mark.model
def test_nothing_is_added_beside_what_answers_its_question_in_other_words(desk: Desk) -> None:
    """A paraphrase with another answer was published without a word."""
    done = desk.loket(*parking(desk, "park", PERMIT, "90 euro a year."))
    assert "Only the same words were compared, not what they mean: there is no index" in done.stderr
    assert desk.loket("index", "build").returncode == 0
    told = desk.fails(*parking(desk, "park2", PRICE, "120 euro a year."))
    assert "park2 asks nearly what park answers differently for nl" in told
    file = desk.folder / "more.yaml"
    there = replace(ENTRIES[0], id="a", topic="parking", question=PRICE, answer="300 euro.")
    write([there], file)
    assert "a asks nearly what park answers differently" in desk.fails(
        "entries", "import", str(file)
    )
    assert {"park2", "a"}.isdisjoint(answers(desk))
    # Nor two in one file, which no index holds yet.
    dogs = replace(there, id="d1", question="Where may my dog run free?", answer="In the park.")
    again = replace(dogs, id="d2", question="Where can my dog run free?", answer="Nowhere.")
    write([dogs, again], file)
    assert "d2 asks nearly what d1 answers differently" in desk.fails(
        "entries", "import", str(file)
    )
    write([there], file)
    assert desk.loket("entries", "import", str(file), "--apart", "for firms").returncode == 0
    assert "another question: for firms" in desk.loket("entries", "history", "a").stdout


@pytest.mark.model
def test_a_national_entry_that_is_added_gives_way_to_a_narrower_one(desk: Desk) -> None:
    """Asked for in other words, it was given in Utrecht, which has an answer of its own."""
    raw = yaml.safe_load((desk.folder / "config.yaml").read_text())
    raw["rooms"]["community"] = [{"room": "#u:localhost", "languages": ["en"], "scope": "utrecht"}]
    (desk.folder / "config.yaml").write_text(yaml.safe_dump(raw))
    local = parking(desk, "utr", PERMIT, "In Utrecht 300 euro.", "--scope", "utrecht")
    assert desk.loket(*local).returncode == 0
    assert desk.loket("index", "build").returncode == 0
    file = desk.folder / "nat.yaml"
    write([replace(ENTRIES[0], id="nat", question=PRICE, answer="Nationally 90 euro.")], file)
    done = desk.loket("entries", "import", str(file))
    assert (
        f"nat: also asked as {PERMIT!r}, like utr for utrecht" in done.stdout.replace('"', "'")
        or "nat: also asked as" in done.stdout
    )
    assert PERMIT in desk.loket("entries", "show", "nat").stdout.replace("''", "'")
    assert desk.loket("entries", "import", str(file)).returncode == 0
    assert len(desk.loket("entries", "history", "nat").stdout.splitlines()) == 1


def test_what_nobody_would_look_at_again_or_be_given_is_not_published(desk: Desk) -> None:
    """All of it was published, without a last day, with one in 9999, for no room at all."""
    today = app.today(config.load(desk.folder / "config.yaml"))
    far = today + timedelta(days=5 * 366 + 1)
    told = desk.fails(*parking(desk, "x", PERMIT, "90 euro.", "--valid-until", str(far)))
    assert f"x: valid_until: {far} is more than 5 years ahead" in told
    nowhere = parking(desk, "x", PERMIT, "90 euro.", "--scope", "Atlantis")
    assert "x: scope: no room is about atlantis, so nobody is given this" in desk.fails(*nowhere)
    assert desk.loket(*nowhere, "--unserved").returncode == 0

    file, git = desk.folder / "new.jsonl", desk.folder / "git"
    new = replace(ENTRIES[0], question="New?")
    write([replace(new, id="a", valid_until=far), replace(new, id="b", valid_until=None)], file)
    told = desk.fails("entries", "import", str(file))
    assert f"a: valid_until: {far} is more than 5 years ahead" in told
    assert "b: valid_until: is empty" in told
    assert f"({file}:1)" in told or f"({file}: line 1)" in told
    write([replace(new, id="c", scope="Lemuria")], file)
    assert "c: scope: no room is about lemuria" in desk.fails("entries", "import", str(file))
    # What is there already may be changed otherwise; a folder may be that of several Lokets.
    write([replace(ENTRIES[0], valid_until=None), *ENTRIES[1:]], desk.folder / "entries")
    desk.loket("entries", "export", str(git))
    change(git, "e0", topic="population")
    change(git, "e1", scope="Lemuria")
    done = desk.loket("entries", "import", str(git))
    assert done.returncode == 0
    assert "warning: e1: scope: no room is about lemuria" in done.stdout
    change(git, "e2", valid_until=date(9999, 12, 31))
    assert "e2: valid_until: 9999-12-31 is more than" in desk.fails("entries", "import", str(git))
