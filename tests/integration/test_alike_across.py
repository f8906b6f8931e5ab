"""How well questions in Dutch and English are told to be one, with the model that comes with Loket.

Run as a program it prints the table of docs/adr/0002.
"""

from __future__ import annotations

import asyncio
import itertools
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from bot.config import Desk
from knowledge import files
from knowledge.centring import centres
from knowledge.likeness import Likeness
from knowledge.ports import Question
from knowledge.sbert import SentenceTransformerEmbedder
from knowledge.search import wordings

ROOT = Path(__file__).parents[2]
BOUND = Desk().alike_across
HALVES = ("one", "other")

Pair = tuple[str, str]
"""A Dutch question and an English one."""


@dataclass(frozen=True)
class Measured:
    """How near each Dutch question is to each English one.

    Attributes:
        near: Of any two of them, −1 to 1.
        same: Those that ask the same, by half.
        misses: Those that nearly do, by half.
    """

    near: dict[Pair, float]
    same: dict[str, list[Pair]]
    misses: dict[str, list[Pair]]

    def reach(self, pairs: list[Pair], bound: float) -> int:
        return sum(self.near[pair] >= bound for pair in pairs)

    def precision(self, halves: tuple[str, ...], bound: float) -> float:
        right = sum(self.reach(self.same[half], bound) for half in halves)
        wrong = sum(self.reach(self.misses[half], bound) for half in halves)
        return right / (right + wrong)

    def strangers(self) -> list[Pair]:
        """All that do not ask the same, the near misses among them."""
        one = {pair for pairs in self.same.values() for pair in pairs}
        return [pair for pair in self.near if pair not in one]


async def measure(cache: Path) -> Measured:
    """Compares them as the bot does, beside the sample entries."""
    model = SentenceTransformerEmbedder("bundled", "query: ", 1, cache)
    entries = files.read(ROOT / "knowledge" / "entries")
    lang = {each.id: each.lang for each in entries}
    texts = wordings(entries)
    langs = [lang[id.rpartition("#")[0]] for id, _ in texts]
    middle = centres(model.embed([text for _, text in texts]), langs)
    same: dict[str, list[Pair]] = {half: [] for half in HALVES}
    misses: dict[str, list[Pair]] = {half: [] for half in HALVES}
    data = ROOT / "tests" / "data" / "alike_nl_en.yaml"
    for topic in yaml.safe_load(data.read_text(encoding="utf-8")):
        pairs = [(dutch, english) for dutch, english in topic["same"]]
        same[topic["half"]] += pairs
        misses[topic["half"]] += [(dutch, english) for dutch, english in topic["not"]]
        misses[topic["half"]] += [
            (one[0], other[1]) for one, other in itertools.permutations(pairs, 2)
        ]
    all_pairs = [pair for kind in (same, misses) for pairs in kind.values() for pair in pairs]
    english = {number: each[1] for number, each in enumerate(all_pairs)}
    asked = {number: Question(text, "en") for number, text in english.items()}
    likeness = Likeness(model, lambda: middle)
    near: dict[Pair, float] = {}
    for dutch in dict.fromkeys(pair[0] for pair in all_pairs):
        for number, how in await likeness.alike(Question(dutch, "nl"), asked):
            near[dutch, english[number]] = how
    return Measured(near, same, misses)


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Measured:
    return asyncio.run(measure(tmp_path_factory.mktemp("models")))


@pytest.mark.model
class TestAcrossDutchAndEnglish:
    def test_there_is_enough_to_measure_with(self, measured: Measured) -> None:
        assert sum(map(len, measured.same.values())) >= 40
        assert sum(map(len, measured.misses.values())) >= 80

    @pytest.mark.parametrize("halves", [HALVES[:1], HALVES[1:], HALVES])
    def test_of_what_is_proposed_nearly_all_asks_the_same(
        self, measured: Measured, halves: tuple[str, ...]
    ) -> None:
        assert measured.precision(halves, BOUND) >= 0.95

    def test_something_is_proposed_in_either_half(self, measured: Measured) -> None:
        for half in HALVES:
            assert measured.reach(measured.same[half], BOUND) >= 3

    def test_no_question_is_taken_for_any_other_one(self, measured: Measured) -> None:
        strangers = measured.strangers()
        assert len(strangers) > 15_000
        assert measured.reach(strangers, BOUND) == 0


def table(measured: Measured) -> str:
    """As it stands in the docs."""
    strangers = measured.strangers()
    lines = []
    for bound in (0.65, 0.68, 0.70, 0.72, 0.75, 0.80):
        cells = [f"{bound:.2f}"]
        for half in HALVES:
            same, misses = measured.same[half], measured.misses[half]
            cells.append(f"{measured.reach(same, bound)} of {len(same)}")
            cells.append(f"{measured.reach(misses, bound)} of {len(misses)}")
        cells.append(f"{measured.precision(HALVES, bound):.2f}")
        cells.append(f"{measured.reach(strangers, bound)} of {len(strangers):,}")
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        print(table(asyncio.run(measure(Path(folder)))))
