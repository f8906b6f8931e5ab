"""``loket ask``: retrieval and decision for one question, with the reasons."""

from __future__ import annotations

import argparse
import json

from bot import app, config, replies
from bot.answering import HITS
from bot.catalogue import FALLBACK, speaks
from bot.cli.index import progress_bar
from bot.cli.logs import log_to_stderr
from bot.decision import Answer, Candidate, Escalate, candidates, decide, past
from bot.errors import ConfigError
from knowledge.calibrate import confidence
from knowledge.entry import LANGUAGE, NATIONAL, place
from knowledge.ports import Question
from knowledge.review import holds

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
        lang = given.lang or await app.detector().detect(given.question, ())
        async with app.open_search(settings, model) as search:
            scope = place(given.scope)
            hits = await search.find(Question(given.question, lang), HITS)
        entries = await store.kindred([hit.entry_id for hit in hits], scope)
        today = app.today(settings)
        found = candidates(hits, entries, scope=scope, today=today)
        old = past(hits, entries, scope=scope, today=today)
        bounds = settings.answering.confidence
        bound = bounds.unaddressed if given.unaddressed else bounds.addressed
        verdict = decide(found, bound, old=old)
        if isinstance(verdict, Answer):
            best = verdict.best.entry
            family = {each.id: each for each in await store.translations(best.knowledge)}
            same = [
                each
                for each in family.values()
                if (each.lang, each.scope) == (lang, best.scope) and holds(each, family, today)
            ]
            if same:
                verdict = Answer(Candidate(verdict.best.hit, same[0]))
    if given.json:
        print(json.dumps(_as_json(verdict, found, lang, bound), ensure_ascii=False))
    else:
        print(_as_text(verdict, found, lang, bound))
    return 0


def _as_json(
    verdict: Answer | Escalate,
    found: list[Candidate],
    lang: str,
    bound: float,
) -> dict[str, object]:
    answered = isinstance(verdict, Answer)
    return {
        "decision": "answer" if answered else "escalate",
        "reason": "sure" if isinstance(verdict, Answer) else str(verdict.why),
        "lang": lang,
        "entry": verdict.best.entry.id if isinstance(verdict, Answer) else None,
        "answer": verdict.best.entry.answer if isinstance(verdict, Answer) else None,
        "score": round(found[0].hit.score, 4) if found else None,
        "confidence": round(confidence([each.hit for each in found]), 4),
        "needed": bound,
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
    bound: float,
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
        sure = confidence([each.hit for each in found])
        lines.append(f"Confidence in the best {sure:.2f}, needed {bound}.")
    if isinstance(verdict, Escalate):
        return "\n".join([*lines, f"Decision: people get the question: {verdict.why}."])
    shown = replies.answer(verdict.best.entry, lang if speaks(lang) else FALLBACK).text
    return "\n".join([*lines, "Decision: sure. The bot posts:", "", shown])
