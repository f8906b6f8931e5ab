"""The bot and a person at its terminal tell each other what they see and decide."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from bot.chat.matrix.crypto.emoji import EMOJI
from bot.chat.matrix.crypto.steps import Stage
from bot.chat.matrix.crypto.terminal import (
    FRESH,
    Decision,
    decide,
    publish,
    read,
    take_decisions,
    withdraw,
)
from bot.chat.matrix.crypto.verifications import Shown
from tests.unit.test_verification import NOW

SHOWN = Shown(
    "0a1b2c3d",
    "@vera:example.org",
    "VERAPHONE",
    Stage.SHOWN,
    EMOJI[57:],
    (1000, 5000, 9191),
)


def test_the_person_reads_what_the_bot_shows(tmp_path: Path) -> None:
    folder = tmp_path / "crypto"
    assert read(folder) is None
    publish(folder, [SHOWN], NOW)
    board = read(folder)
    assert board is not None
    assert board.verifications == (SHOWN,)
    told = json.loads((folder / "verifications.json").read_text())
    pin = {"emoji": "📌", "en": "Pin", "nl": "Duimspijker"}
    assert told["verifications"][0]["emoji"][-1] == pin
    publish(folder, [], NOW)
    board = read(folder)
    assert board is not None
    assert board.verifications == ()
    withdraw(folder)
    assert read(folder) is None
    withdraw(folder)


def test_only_the_bots_own_user_can_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "crypto"
    publish(folder, [SHOWN], NOW)
    decide(folder, Decision("0a1b2c3d", True))
    for path in folder.rglob("*.json"):
        assert path.stat().st_mode & 0o077 == 0, path
    assert folder.stat().st_mode & 0o077 == 0
    assert sorted(path.name for path in folder.rglob("*")) == [
        "0a1b2c3d.json",
        "decisions",
        "verifications.json",
    ]


def test_an_old_word_is_not_fresh(tmp_path: Path) -> None:
    publish(tmp_path, [], NOW)
    board = read(tmp_path)
    assert board is not None
    assert board.fresh(NOW + FRESH)
    assert not board.fresh(NOW + FRESH + timedelta(seconds=1))
    assert not board.fresh(NOW - FRESH - timedelta(seconds=1))


def test_a_decision_is_taken_once(tmp_path: Path) -> None:
    assert take_decisions(tmp_path) == []
    decide(tmp_path, Decision("0a1b2c3d", False))
    decide(tmp_path, Decision("ffffffff", True))
    assert take_decisions(tmp_path) == [Decision("0a1b2c3d", False), Decision("ffffffff", True)]
    assert take_decisions(tmp_path) == []


@pytest.mark.parametrize("text", ["", "[]", "yes", '{"match": "yes"}', '{"match": 1}', "\udcff"])
def test_what_is_no_decision_is_taken_away(tmp_path: Path, text: str) -> None:
    folder = tmp_path / "decisions"
    folder.mkdir()
    (folder / "0a1b2c3d.json").write_text(text, errors="surrogateescape")
    (folder / "passwd.json").write_text('{"match": true}')
    assert take_decisions(tmp_path) == []
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        '{"written_at": "2026-03-02T09:00:00", "verifications": []}',
        '{"written_at": 7, "verifications": []}',
        '{"written_at": "2026-03-02T09:00:00+00:00", "verifications": [{"id": 1}]}',
        '{"written_at": "2026-03-02T09:00:00+00:00", "verifications": 3}',
    ],
)
def test_a_board_that_is_none_counts_as_no_bot(tmp_path: Path, text: str) -> None:
    (tmp_path / "verifications.json").write_text(text)
    assert read(tmp_path) is None
