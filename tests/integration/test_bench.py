"""The benchmark runs, and tells what it measured in JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.model

ROOT = Path(__file__).parents[2]


def test_one_row_is_measured_beside_its_baseline_and_told_in_json() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "stage.bench", "--quick", "--only", "search", "--json"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "scripts")},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
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
