"""``loket ask``: retrieval and decision for one question, with the reasons."""

from __future__ import annotations

import argparse
import json

from bot import app, config, replies
from bot.answering import HITS
from bot.catalogue import FALLBACK, speaks
from bot.cli.index import progress_bar
from bot.cli.logs import log_to_stderr
from bot.decision import Answer, Candidate, Escalate, candidates, decide, margin
from bot.errors import ConfigError
from knowledge.entry import LANGUAGE, NATIONAL

SHOWN = 5
"""How many hits are shown."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what the command takes."""
    parser.add_argument("question", help="in the words of whoever asks, in quotes")
    parser.add_argument(
        "--lang", metavar="CODE", help="the question's language, ISO 639 (default: found out)"
    )
    parser.add_argument("--scope", default=NATIONAL, help="the place asked about (default: nl)")
    parser.add_argument(
        "--unaddressed",
        action="store_true",
        help="as if nobody had put the question to the bot, which is stricter",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object instead of text")


async def execute(given: argparse.Namespace) -> int:
    """Asks; 0 whether the bot is sure or not."""
    settings = config.load(given.config)
    if given.lang and not LANGUAGE.fullmatch(given.lang):
        raise ConfigError("--lang", f"{given.lang!r} is not an ISO 639 code such as nl or en")
    log_to_stderr("warning")
    async with app.open_store(settings) as store:
        await app.take_over_entries(settings, store)
        model = app.embedder(settings)
        with progress_bar() as progress:
            await app.build_index(settings, store, model, progress=progress)
        async with app.open_search(settings, model) as search:
            hits = await search.find(given.question, HITS)
        entries = await store.entries([hit.entry_id for hit in hits])
        lang = given.lang or await app.detector().detect(given.question, ())
        found = candidates(hits, entries, scope=given.scope, today=app.now().date())
        sure = settings.answering.unaddressed if given.unaddressed else settings.answering.addressed
        verdict = decide(found, sure)
        if isinstance(verdict, Answer):
            siblings = await store.translations(verdict.best.entry.knowledge)
            same = [each for each in siblings if each.lang == lang]
            if same:
                verdict = Answer(Candidate(verdict.best.hit, same[0]))
    lead = margin([each.hit for each in found]) if found else 0.0
    if given.json:
        print(json.dumps(_as_json(verdict, found, lang, lead, sure), ensure_ascii=False))
    else:
        print(_as_text(verdict, found, lang, lead, sure))
    return 0


def _as_json(
    verdict: Answer | Escalate,
    found: list[Candidate],
    lang: str,
    lead: float,
    sure: config.Sure,
) -> dict[str, object]:
    answered = isinstance(verdict, Answer)
    return {
        "decision": "answer" if answered else "escalate",
        "reason": "sure" if isinstance(verdict, Answer) else str(verdict.why),
        "lang": lang,
        "entry": verdict.best.entry.id if isinstance(verdict, Answer) else None,
        "answer": verdict.best.entry.answer if isinstance(verdict, Answer) else None,
        "score": round(found[0].hit.score, 4) if found else None,
        "margin": round(lead, 4) if found else None,
        "needed": {"score": sure.score, "margin": sure.margin},
        "hits": [
            {
                "entry": each.entry.id,
                "lang": each.entry.lang,
                "question": each.entry.question,
                "wording": each.entry.wordings[each.hit.wording]
                if each.hit.wording < len(each.entry.wordings)
                else each.entry.question,
                "score": round(each.hit.score, 4),
                "dense": round(each.hit.dense, 4),
                "lexical": round(each.hit.lexical, 4),
            }
            for each in found[:SHOWN]
        ],
    }


def _as_text(
    verdict: Answer | Escalate,
    found: list[Candidate],
    lang: str,
    lead: float,
    sure: config.Sure,
) -> str:
    lines = [f"Language: {lang}", "Nearest entries (score = cosine + words):"]
    for each in found[:SHOWN]:
        hit, entry = each.hit, each.entry
        lines.append(
            f"  {hit.score:.3f} = {hit.dense:.3f} + words {hit.lexical:.2f}  "
            f"{entry.lang}  {entry.id}: {entry.question}"
        )
    if not found:
        lines.append("  none")
    else:
        lines.append(
            f"Best {found[0].hit.score:.3f} (needed {sure.score}), "
            f"lead over the next different entry {lead:.3f} (needed {sure.margin})."
        )
    if isinstance(verdict, Escalate):
        return "\n".join([*lines, f"Decision: people get the question: {verdict.why}."])
    shown = replies.answer(verdict.best.entry, lang if speaks(lang) else FALLBACK).text
    return "\n".join([*lines, "Decision: sure. The bot posts:", "", shown])
