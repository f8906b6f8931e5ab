"""``loket cases``: what maintainers see of cases, and what they never see."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from bot import app
from bot.cases import Status
from bot.messages import Style
from bot.outcome import Outcome
from bot.store.sqlite import SqliteStore
from tests.contracts.examples import ASKER, NOW, case, outgoing, ref
from tests.fakes import FakeClock
from tests.integration.test_cli import ENTRIES, Desk

VERA = "@vera:example.org"
OMAR = "@omar:example.org"


@pytest.fixture
async def desk(tmp_path: Path) -> Desk:
    """Three cases: one open, one that an official of UWV has, one closed."""
    desk = Desk(tmp_path)
    path = tmp_path / "config.yaml"
    raw = yaml.safe_load(path.read_text())
    raw["responders"] = [
        {"id": VERA, "role": "volunteer"},
        {"id": OMAR, "role": "official", "body": "UWV", "may_vet": True},
    ]
    path.write_text(yaml.safe_dump(raw))
    store = await SqliteStore.open(tmp_path / "data" / "loket.db", clock=FakeClock())
    asker = (await store.enroll("matrix", [ASKER]))[ASKER]
    keys = await store.enroll("matrix", [VERA, OMAR])
    cases = (
        case(asker, 1, opened_at=app.now() - timedelta(hours=3)),
        case(asker, 2, status=Status.CLAIMED, claimed_by=keys[OMAR], question="Two\nlines"),
        case(asker, 3, status=Status.CLOSED, answered_by=keys[VERA], told="At the town hall."),
    )
    await store.commit(Outcome("given", cases=cases))
    await store.close()
    return desk


def test_open_cases_are_listed_with_the_role_of_who_has_them(desk: Desk) -> None:
    lines = [line.split("\t") for line in desk.loket("cases", "list").stdout.splitlines()]
    assert [(line[0], line[1], line[2], line[3], line[5]) for line in lines] == [
        ("2", "claimed", "passport", "en", "official of UWV"),
        ("1", "open", "passport", "en", "-"),
    ]
    assert lines[1][4] == "3.0 h"
    rows = json.loads(desk.loket("cases", "list", "--json", "--who").stdout)
    assert [(row["id"], row["held_by"]) for row in rows] == [(2, OMAR), (1, None)]
    assert rows[0]["opened_at"] == NOW.isoformat()


def test_one_case_is_shown_with_its_question_also_when_it_is_closed(desk: Desk) -> None:
    shown = desk.loket("cases", "show", "2").stdout
    assert "question          Two\n                  lines\n" in shown
    row = json.loads(desk.loket("cases", "show", "3", "--json").stdout)
    assert (row["status"], row["answer"]) == ("closed", "At the town hall.")
    assert row["answered_by"] == "volunteer"


def test_who_asked_is_never_told(desk: Desk) -> None:
    for words in (["list"], ["show", "1"], ["show", "3"]):
        for more in ([], ["--json"], ["--json", "--who"]):
            told = desk.loket("cases", *words, *more)
            assert told.returncode == 0
            assert "ada" not in told.stdout + told.stderr
            assert "asker" not in told.stdout


def test_a_case_that_is_not_there_is_one_line(desk: Desk) -> None:
    told = desk.fails("cases", "show", "9", status=2)
    assert told == "loket: error: there is no case 9; `loket cases list` names the open ones"


@pytest.fixture
async def at_desk(desk: Desk) -> SqliteStore:
    """Two more cases, with cards at the desk: 4 that Omar has, 5 that is answered."""
    store = await SqliteStore.open(desk.folder / "data" / "loket.db", clock=FakeClock())
    asker = (await store.enroll("matrix", [ASKER]))[ASKER]
    keys = await store.enroll("matrix", [OMAR])
    for id, status in ((4, Status.CLAIMED), (5, Status.ANSWERED)):
        asked = ref(f"${id}")
        card = outgoing(f"card{id}", room="!desk", style=Style.TEXT, original=asked)
        at_desk = case(
            asker,
            id,
            asked=asked,
            root=f"${id}",
            status=status,
            claimed_by=keys[OMAR],
            desk_thread=card.key,
        )
        await store.commit(Outcome("given", case=at_desk, outgoing=(card,)))
        await store.attempt(card.key)
        await store.sent(card.key, f"$card{id}")
    return store


async def test_a_case_is_closed_and_its_asker_and_the_desk_are_told(
    desk: Desk, at_desk: SqliteStore
) -> None:
    told = desk.loket("cases", "close", "4", "--reason", "The counter has moved.")
    assert (told.returncode, told.stdout) == (0, "case 4 is closed\n"), told.stderr
    kept = await at_desk.case(4)
    assert kept is not None
    assert (kept.status, kept.look_at) == (Status.CLOSED, None)
    said = {(each.room, each.thread): each for each in await at_desk.unsent(10)}
    to_asker = said["!welcome", "$4"]
    assert "> The counter has moved." in to_asker.text
    assert to_asker.mentions == (ASKER,)
    at_desk_said = [each for each in await at_desk.unsent(10) if each.room == "!desk"]
    assert [each.text for each in at_desk_said if each.thread == "$card4"] == [
        "Case 4 is closed. The asker has been told that there is no answer.",
        "A maintainer did this, outside the desk.",
    ]
    (card,) = [each for each in at_desk_said if each.replaces == "$card4"]
    assert "Now: closed" in card.text
    assert desk.fails("cases", "close", "4", "--reason", "Again.") == (
        "loket: error: That can't be done with case 4 now: it is closed."
    )
    await at_desk.close()


async def test_a_case_is_freed_and_who_had_it_is_told(desk: Desk, at_desk: SqliteStore) -> None:
    told = desk.loket("cases", "release", "4")
    assert (told.returncode, told.stdout) == (0, "case 4 is free\n"), told.stderr
    kept = await at_desk.case(4)
    assert kept is not None
    assert (kept.status, kept.claimed_by) == (Status.OPEN, None)
    assert kept.look_at is not None
    said = [each for each in await at_desk.unsent(10) if each.thread == "$card4"]
    assert [(each.text, each.mentions) for each in said] == [
        ("Case 4 is free again.", ()),
        ("A maintainer did this, outside the desk.", (OMAR,)),
    ]
    await at_desk.close()


async def test_what_the_desk_could_not_do_the_command_line_can_not_either(
    desk: Desk, at_desk: SqliteStore
) -> None:
    assert "give a reason" in desk.fails("cases", "close", "4")
    assert "case 5 now" in desk.fails("cases", "release", "5")
    assert desk.fails("cases", "close", "1") == "loket: error: case 1 is not at the desk"
    assert desk.loket("cases", "close", "5").stdout == "case 5 is closed\n"
    assert not [each for each in await at_desk.unsent(10) if each.room == "!welcome"]
    await at_desk.close()


async def test_a_responders_command_is_given_beside_the_desk(
    desk: Desk, at_desk: SqliteStore
) -> None:
    told = desk.loket("desk", "--as", OMAR, "askback", "4", "Which", "street?")
    assert told.returncode == 0, told.stderr
    assert told.stdout == (
        "Your question went to the asker of case 4. What they write comes here.\n\n"
        "> How do I renew my passport?\n"
    )
    said = await at_desk.unsent(10)
    (to_asker,) = [each for each in said if each.room == "!welcome"]
    assert "Which street?" in to_asker.text
    assert f"On the command line, for {OMAR}:" in said[0].text + said[1].text
    kept = await at_desk.case(4)
    assert kept is not None
    assert kept.look_at is not None
    listed = desk.loket("desk", "--as", VERA, "!queue")
    assert (listed.returncode, "4 · " in listed.stdout) == (0, True), listed
    await at_desk.close()


async def test_a_responders_command_that_changes_nothing_is_told_by_the_status(
    desk: Desk, at_desk: SqliteStore
) -> None:
    told = desk.loket("desk", "--as", VERA, "release", "4")
    assert (told.returncode, told.stdout) == (
        1,
        f"{OMAR} has case 4. They can give it back with !release; if nothing happens, others can "
        "!take it.\n",
    )
    assert "'dance'; there are: claim" in desk.fails("desk", "--as", VERA, "dance", status=2)
    wrong = desk.fails("desk", "--as", "@who:example.org", "claim", "4", status=2)
    assert "--as: '@who:example.org' is no responder in the settings" in wrong
    assert not await at_desk.unsent(10)
    await at_desk.close()


@pytest.mark.model
@pytest.mark.parametrize("found", [True, False], ids=["an alias", "a room id"])
async def test_an_entry_is_confirmed_where_there_is_no_case(desk: Desk, found: bool) -> None:
    """The desk is where the settings say; an alias leads where it led at the last start."""
    path = desk.folder / "config.yaml"
    raw = yaml.safe_load(path.read_text())
    raw["entries"] = None
    raw["rooms"]["desk"] = "#desk:example.org" if found else "!desk:example.org"
    path.write_text(yaml.safe_dump(raw))
    store = await SqliteStore.open(desk.folder / "data" / "loket.db", clock=FakeClock())
    for number in (1, 2):
        kept = await store.case(number)
        assert kept is not None
        await store.commit(Outcome("ended", case=replace(kept, status=Status.CLOSED)))
    await store.publish([ENTRIES[0]], "files")
    assert desk.loket("index", "build").returncode == 0
    words = ("desk", "--as", OMAR, "confirm", "e0")
    if found:
        told = desk.fails(*words)
        assert "it is not known yet where that is; start `loket run` once" in told
        await store.name_room("matrix", "#desk:example.org", "!desk:example.org")
    done = desk.loket(*words)
    assert (done.returncode, ENTRIES[0].answer in done.stdout) == (1, True), done
    (shown,) = await store.unsent(10)
    assert (shown.room, ENTRIES[0].answer in shown.text) == ("!desk:example.org", True)
    await store.attempt(shown.key)
    await store.sent(shown.key, "$shown")
    done = desk.loket(*words)
    assert (done.returncode, "e0 is confirmed" in done.stdout) == (0, True), done
    (served,) = await store.entries()
    assert served.version == 2
    told_of = desk.loket("desk", "--as", VERA, "history", "e0")
    assert (told_of.returncode, "confirmed" in told_of.stdout) == (0, True), told_of
    assert not await store.unsent(10)
    await store.close()


def test_before_there_is_a_database_that_is_said(tmp_path: Path) -> None:
    assert "is not there yet" in Desk(tmp_path).fails("cases", "list")
