"""The row about the whole way: from a citizen's question to the answer, on a real homeserver."""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from knowledge.entry import Entry
from knowledge.files import read
from stage.bench.figures import Ratio, Row, peak_memory, percentile, ratio_of
from stage.bench.finding import Models, Sizes, Tell
from stage.bench.place import answers, desk_with, echo_bot, loket, people, sample
from stage.bot import ROOT
from stage.homeserver import Account, Homeserver
from stage.person import Person

WITHIN = 20.0
"""Seconds after which a question counts as not answered."""

WARM_UP = 5
"""Questions that are not counted."""

QUIET = 0.2
"""Seconds between two questions, so that what a bot does after its answer slows nobody."""

_ALONE = """
import json, sys
from sentence_transformers import SentenceTransformer
from transformers.utils import logging
logging.disable_progress_bar()
model = SentenceTransformer(sys.argv[1], device="cpu", local_files_only=True)
model.encode(json.load(sys.stdin), show_progress_bar=False)
lines = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(int(lines["VmHWM"].split()[0]) * 1024)
"""
"""Embeds texts with the plain model, and tells the process's peak memory in bytes."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where questions are asked, and who answers there."""

    asker: Person
    community: str
    loket: Account
    echo_room: str
    echo: Account


@dataclass(slots=True)
class _Taken:
    """Seconds, one for each question that both bots answered."""

    loket: list[float] = field(default_factory=list)
    echo: list[float] = field(default_factory=list)
    model: list[float] = field(default_factory=list)
    to_people: int = 0


async def answer(models: Models, sizes: Sizes, folder: Path, tell: Tell) -> Row:
    """Questions that entries answer, put to Loket and to an echo bot in turn."""
    async with AsyncExitStack() as stack:
        tell("answer: starting a throwaway Matrix homeserver (Synapse)")
        homeserver = await stack.enter_async_context(Homeserver())
        anna, vera, echo = await stack.enter_async_context(
            people(homeserver, "anna", "vera", "echo")
        )
        bot = await homeserver.register("loket")
        place = _Place(
            anna,
            await anna.create_room("Welcome"),
            bot,
            await anna.create_room("Echo"),
            echo.account,
        )
        desk = await desk_with(bot, vera)
        await echo.join(place.echo_room)
        tell("answer: starting the echo bot, and Loket (loket run): model, sample entries, index")
        echo_process = await stack.enter_async_context(echo_bot(homeserver, place.echo))
        loket_process = await stack.enter_async_context(
            loket(
                folder,
                homeserver,
                bot,
                desk=desk,
                community=place.community,
                responders=[vera.user_id],
            )
        )
        models.encode(["warming up"])
        taken = await _ask_all(place, models, sizes.asked, tell)
        memory = {"loket": loket_process.memory(), "echo": peak_memory(echo_process.pid)}
    if memory["loket"]:
        tell("answer: the model alone in a process, for its memory")
        memory["model_alone"] = await _model_alone(models)
    return _row(taken, memory)


async def _ask_all(place: _Place, models: Models, count: int, tell: Tell) -> _Taken:
    taken = _Taken()
    for number, entry in enumerate(sample(WARM_UP + count)):
        if number % 10 == 0:
            tell(f"answer: question {number + 1} of {WARM_UP + count}, to both bots in turn")
        loket, said = await _ask_loket(place, entry)
        echo = await _ask_echo(place, entry.question)
        began = time.perf_counter()
        models.ours.embed([entry.question])
        model = time.perf_counter() - began
        await asyncio.sleep(QUIET)
        if number < WARM_UP:
            continue
        if not answers(entry, said):
            taken.to_people += 1
            continue
        taken.loket.append(loket)
        taken.echo.append(echo)
        taken.model.append(model)
    return taken


async def _ask_loket(place: _Place, entry: Entry) -> tuple[float, str]:
    began = time.monotonic()
    mention = [place.loket.user_id]
    asked = await place.asker.say(place.community, entry.question, mention=mention)
    reply = await place.asker.wait_for(
        lambda seen: seen.sender == place.loket.user_id and seen.thread == asked,
        WITHIN,
        f"Loket's answer to {entry.id}",
    )
    await asyncio.sleep(QUIET)
    return reply.arrived - began, reply.text


async def _ask_echo(place: _Place, text: str) -> float:
    began = time.monotonic()
    await place.asker.say(place.echo_room, text)
    reply = await place.asker.wait_for(
        lambda seen: (
            seen.sender == place.echo.user_id and seen.text == text and seen.arrived > began
        ),
        WITHIN,
        f"the echo of {text!r}",
    )
    await asyncio.sleep(QUIET)
    return reply.arrived - began


def _row(taken: _Taken, memory: dict[str, int]) -> Row:
    of = "question to answer: Loket ÷ an echo bot of matrix-nio alone"
    ratios = [ratio_of("time", taken.loket, taken.echo, of)]
    if memory["loket"]:
        for name, other in {
            "echo": "the echo bot",
            "model_alone": "the model alone, embedding the same",
        }.items():
            of = f"peak memory of loket run ÷ {other}"
            ratios.append(Ratio(f"memory_{name}", memory["loket"] / memory[name], of, 1))
    figures = {"questions": float(len(taken.loket)), "not_answered": float(taken.to_people)}
    for name, values in {"loket": taken.loket, "echo": taken.echo, "model": taken.model}.items():
        for percent in (50, 95):
            figures[f"{name}_p{percent}_ms"] = 1000 * percentile(values, percent)
    figures["models_share"] = statistics.median(taken.model) / statistics.median(taken.loket)
    figures |= {f"{name}_peak_mb": peak / 2**20 for name, peak in memory.items()}
    return Row("answer", tuple(ratios), figures)


async def _model_alone(models: Models) -> int:
    """The peak memory of a process that embeds what Loket embedded, and does nothing else."""
    entries = read(ROOT / "knowledge" / "entries")
    texts = [models.prefix + text for entry in entries for text in entry.wordings]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _ALONE, models.folder),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        told, _ = await process.communicate(json.dumps(texts).encode())
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    return int(told)
