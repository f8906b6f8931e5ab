"""What the crash test tells: whatever is not as it should be has a line, and fails it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from stage.crash.check import Duty, Verdict
from stage.crash.report import Report, as_json, as_text

LOST = Duty("answer", 1001, "!room", "$asked", "Go to the counter.")


def verdict(**changes: object) -> Verdict:
    nothing = Verdict(met={"answer": 3}, lost=[], doubled=[], strays=[], unheard=[], heard=5)
    return replace(nothing, **changes)  # type: ignore[arg-type]


def report(**changes: object) -> Report:
    well = Report(seed=1, seconds=3.0, settled=True, vetted=2, versions=2, verdict=verdict())
    well.kills.update({"before send": 2, "random": 1})
    return replace(well, **changes)  # type: ignore[arg-type]


def test_all_well_ends_with_the_two_zeros() -> None:
    lines = list(as_text(report()))
    assert lines[0] == "seed 1: 3 kills, 1.00 s each"
    assert "       2  before send" in lines
    assert lines[-1] == "lost 0 doubled 0"
    assert report().good


@pytest.mark.parametrize(
    ("wrong", "line"),
    [
        ({"verdict": verdict(lost=[LOST])}, "lost: answer of story 1001"),
        ({"verdict": verdict(doubled=[(LOST, ["$a", "$b"])])}, "doubled: answer of story 1001"),
        ({"verdict": verdict(unheard=["$gone"])}, "not on the timelines"),
        ({"settled": False}, "did not come to rest"),
        ({"inbox": 1}, "left over: 1 to handle"),
        ({"outbox": 1}, "1 to say"),
        ({"undeliverable": 1}, "given up by the bot: 1"),
        ({"unread": 1}, "not readable: 1"),
        ({"versions": 3}, "published more than once: 1"),
    ],
)
def test_what_is_wrong_fails_and_has_a_line(wrong: dict[str, object], line: str) -> None:
    bad = report(**wrong)
    assert not bad.good
    assert any(line in each for each in as_text(bad))
    assert as_json(bad)["good"] is False
    assert any(line in each for each in as_json(bad)["failures"])


def test_the_last_line_counts_what_was_lost() -> None:
    *_, last = as_text(report(verdict=verdict(lost=[LOST])))
    assert last == "lost 1 doubled 0"
