"""How well personal details are found, and what is not.

The lines are made up, so the figures hold for these forms only: what real askers write may differ.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from bot import privacy
from knowledge.files import read

ENTRIES = Path(__file__).parents[2] / "knowledge" / "entries"
LINES = Path(__file__).parents[1] / "data" / "personal_nl_en.yaml"
_PLACEHOLDER = re.compile("|".join(re.escape(privacy.placeholder(k, "en")) for k in privacy.Kind))

MISSED: dict[str, set[str]] = {
    "lines": {"Plantage Middenlaan 14", "annadv"},
    "held": {"Weteringschans 31", "Hugo de Grootkade 20"},
}
"""All details in the lines that are left in."""

WRONG: dict[str, set[str]] = {
    "lines": {"Middenlaan 14", "030-2860000"},
    "held": {"Grootkade 20", "1-1-1960"},
}
"""All that is left out of the lines and is nobody's, or is only a part of a detail."""


def left_out_of(line: str) -> list[str]:
    """What ``masked`` left out of a line, from the left."""
    parts = [re.escape(part) for part in _PLACEHOLDER.split(privacy.masked(line, "en")[0])]
    found = re.fullmatch("(.+?)".join(parts), line)
    assert found
    return list(found.groups())


@pytest.mark.parametrize(("part", "least"), [("lines", 0.95), ("held", 0.8)])
def test_most_details_are_found_and_little_else(
    part: str, least: float, record_property: pytest.RecordProperty
) -> None:
    lines = yaml.safe_load(LINES.read_text("utf-8"))[part]
    right = 0
    missed: set[str] = set()
    wrong: set[str] = set()
    for marked in lines:
        details = re.findall("«(.+?)»", marked)
        gone = left_out_of(re.sub("[«»]", "", marked))
        for detail in details:
            if any(detail in each for each in gone):
                right += 1
            else:
                missed.add(detail)
        wrong |= {each for each in gone if not any(detail in each for detail in details)}
    precision = right / (right + len(wrong))
    recall = right / (right + len(missed))
    told = f"{part}: {len(lines)} lines, precision {precision:.3f}, recall {recall:.3f}"
    record_property("personal", told)
    print(told)  # pytest -rP shows it.
    assert (missed, wrong) == (MISSED[part], WRONG[part])
    assert min(precision, recall) >= least, told


def test_nothing_in_the_questions_of_the_sample_entries_is_taken_for_personal() -> None:
    wordings = [each for entry in read(ENTRIES) for each in entry.wordings]
    assert len(wordings) > 1000
    assert [each for each in wordings if privacy.found(each)] == []
