"""``loket evaluate``."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from bot import app, config
from bot.cli.logs import log_to_stderr
from bot.decision import is_sure
from bot.errors import ConfigError
from knowledge.ports import Hit

if TYPE_CHECKING:
    from knowledge.evaluate import Report


def arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what the command takes."""
    parser.add_argument("--data", type=Path, help="a folder with kb.jsonl and queries.jsonl")
    parser.add_argument("--kb", type=Path, help="JSON lines: id, question, answer, lang, topic")
    parser.add_argument(
        "--queries", type=Path, help="JSON lines: id, query, relevant (kb ids; empty: none), lang"
    )
    parser.add_argument("--json", action="store_true", help="only the JSON object")
    parser.epilog = (
        "The last line of output is a JSON object. recall_at_k: share of answerable questions "
        "with a right entry among the first k. coverage_at_p: share of them answered right at "
        "the best bound that keeps p % of all answers right. shipped: what the settings do."
    )


async def execute(given: argparse.Namespace) -> int:
    """Measures, and prints what was found."""
    kb = given.kb or (given.data and given.data / "kb.jsonl")
    queries = given.queries or (given.data and given.data / "queries.jsonl")
    if not kb or not queries:
        raise ConfigError("", "name the data: --data DIR, or --kb FILE and --queries FILE")
    settings = config.load(given.config)
    log_to_stderr("warning")
    report = await asyncio.to_thread(_measure, settings, kb, queries)
    if not given.json:
        print(report.as_text())
    print(json.dumps(report.as_dict()))
    return 0


def _measure(settings: config.Config, kb: Path, queries: Path) -> Report:
    from knowledge.evaluate import evaluate, read_kb, read_queries

    def decide(hits: Sequence[Hit]) -> Literal["answer", "escalate"]:
        return "answer" if is_sure(hits, settings.answering.confidence.addressed) else "escalate"

    return evaluate(
        read_kb(kb),
        read_queries(queries),
        app.embedder(settings),
        settings.embedding.lexical_weight,
        decide,
    )
