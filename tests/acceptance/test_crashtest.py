"""Killed again and again while people talk, the bot loses nothing and says nothing twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from stage.crash.plan import RANDOM, STEPS

pytestmark = pytest.mark.synapse

ROOT = Path(__file__).parents[2]


def trial(kills: int, within: float, keep: Path) -> dict[str, Any]:
    """Runs the crash test; gives what it told, or fails with its failures."""
    options = ["--json", "--seed", "1", "--kills", str(kills), "--keep", str(keep)]
    done = subprocess.run(
        [sys.executable, "-m", "stage.crash", *options],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "scripts")])},
        capture_output=True,
        text=True,
        timeout=within,
    )
    assert done.stdout, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    assert done.returncode == 0, "\n".join([*told["failures"], done.stderr])
    return told


def assert_all_was_said_once(told: dict[str, Any]) -> None:
    assert (told["lost"], told["doubled"], told["strays"]) == (0, 0, 0)
    assert {"answer", "handover", "card", "carried"} <= told["met"].keys()
    assert told["heard"] > 0


def test_killed_15_times_it_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    told = trial(15, 240, tmp_path)
    assert sum(told["kills"].values()) == 15
    assert sum(told["restarts"].values()) == 2
    assert_all_was_said_once(told)


@pytest.mark.slow
def test_killed_200_times_at_every_step_it_loses_nothing_and_doubles_nothing(
    tmp_path: Path,
) -> None:
    told = trial(200, 1200, tmp_path)
    assert sum(told["kills"].values()) == 200
    assert told["kills"].keys() == {*STEPS, RANDOM}
    assert len(told["faults"]) == 5
    assert_all_was_said_once(told)
    assert {"published", "vetted", "offer"} <= told["met"].keys()
