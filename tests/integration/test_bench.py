"""The benchmark runs, and tells what it measured in JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.model

ROOT = Path(__file__).parents[2]


def measured(*rows: str) -> dict[str, Any]:
    only = [word for row in rows for word in ("--only", row)]
    done = subprocess.run(
        [sys.executable, "-m", "stage.bench", "--quick", *only, "--json"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "scripts")])},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def test_one_row_is_measured_beside_its_baseline_and_told_in_json() -> None:
    told = measured("search")
    assert {"processor", "cores"} <= set(told["machine"])
    assert list(told["rows"]) == ["search"]
    row = told["rows"]["search"]
    assert row["ratios"]["time"]["repetitions"] == 40
    assert row["ratios"]["time"]["value"] > 0
    figures = row["figures"]
    assert figures["entries"] == 200
    assert 0 < figures["models_share"] < 1
    for part in ("whole", "without_model", "plain_encode"):
        assert 0 < figures[f"{part}_p50_ms"] <= figures[f"{part}_p99_ms"]
    assert figures["without_model_p50_ms"] < figures["whole_p50_ms"]


@pytest.mark.synapse
def test_rows_about_the_bot_are_measured_beside_the_echo_bot_and_stated_bounds() -> None:
    rows = measured("rooms", "follow", "memory")["rows"]
    assert list(rows) == ["rooms", "follow", "memory"]
    assert {"burst_1", "time_1", "burst_3", "time_3"} == set(rows["rooms"]["ratios"])
    # The least that a bot can do is done sooner.
    assert rows["rooms"]["ratios"]["time_1"]["value"] > 1
    follow = rows["follow"]
    for kind in ("edited_question", "redacted_question", "edited_answer", "reaction"):
        assert follow["ratios"][f"{kind}_p95"]["goal"] == "less than 1"
        assert 0 < follow["figures"][f"{kind}_p50_ms"] <= follow["figures"][f"{kind}_p95_ms"]
    memory = rows["memory"]
    assert memory["figures"]["messages"] == 3000
    # A known question is answered; an unknown one to the bot makes a case, told to two rooms.
    assert 100 < memory["figures"]["said"] < 300
    assert memory["figures"]["database_end_mb"] > memory["figures"]["database_start_mb"]
    if "memory" in memory["ratios"]:
        assert 0.5 < memory["ratios"]["memory"]["value"] < 2


@pytest.mark.synapse
def test_a_full_desk_is_measured_beside_one_with_a_single_case_and_under_limits() -> None:
    row = measured("desk")["rows"]["desk"]
    ratios = row["ratios"]
    under_limits = {"quiet_p95", "quiet_said", "overdue_p95", "overdue_said"}
    assert {"queue_p95", "queue", "card_p95", "card", "events"} | under_limits == set(ratios)
    # A move costs what is told in its thread, and one edit of the card.
    assert row["figures"]["events_per_move"] == 2
    assert 0 < row["figures"]["queue_with_40_p50_ms"] <= row["figures"]["queue_with_40_p95_ms"]
    assert row["ratios"]["card_p95"]["goal"] == "less than 1"
    # What is overdue is told of in a message for each kind, and nothing goes beyond the limits.
    assert row["figures"]["overdue_cases"] == 16
    assert row["figures"]["overdue_told_in_messages"] in (1, 2)
    assert ratios["quiet_said"]["value"] <= 1
    assert ratios["overdue_said"]["value"] <= 1
    assert row["figures"]["quiet_events"] == 3
