"""``loket desk``: a responder's command, as at the desk, beside a running bot or without one."""

from __future__ import annotations

import argparse
import asyncio
import sys
import uuid

from bot import app, config
from bot.cli import index
from bot.cli.logs import log_to_stderr
from bot.commands import Command, Verb, parse
from bot.errors import ConfigError, HandleAgain

TRIES = 5
"""How often it is done when the running bot changed the case first."""

_ASKS = frozenset({Verb.HELP, Verb.QUEUE, Verb.MINE, Verb.RECORD, Verb.PREVIEW, Verb.HISTORY})
"""What is done once it is answered; anything else has to change something."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what the command takes."""
    verbs = ", ".join(verb for verb in Verb)
    parser.epilog = (
        f"Commands: {verbs}; `help` tells what each takes. A case's number stands behind the"
        " command: `loket desk --as @vera:example.org answer 12 'Ask at the harbour.'`. The rules"
        " are those of the desk, whose thread tells who wrote what; a running bot says what is to"
        " be said."
    )
    parser.add_argument(
        "--as",
        dest="responder",
        required=True,
        metavar="ID",
        help="the responder whose command it is, as in the settings",
    )
    parser.add_argument("verb", metavar="COMMAND", help="as at the desk, with or without its !")
    parser.add_argument(
        "words",
        nargs="*",
        metavar="WORDS",
        help="what stands behind it; - reads the rest from standard input",
    )


async def execute(given: argparse.Namespace) -> int:
    """Gives the command; status 1 where nothing came of it."""
    settings = config.load(given.config)
    log_to_stderr("error")
    app.need_database(settings)
    text = "!" + given.verb.removeprefix("!")
    for word in given.words:
        text += " " + (await asyncio.to_thread(sys.stdin.read) if word == "-" else word)
    command = parse(text)
    if not isinstance(command, Command):
        known = ", ".join(verb for verb in Verb)
        raise ConfigError("COMMAND", f"there is no command {given.verb!r}; there are: {known}")
    return await _give(settings, given.responder, text.strip(), command)


async def _give(settings: config.Config, responder: str, text: str, command: Command) -> int:
    from bot.acting import SHOWN
    from bot.chat.matrix.events import FRONT
    from bot.running import acting

    name = uuid.uuid4().hex
    async with (
        app.open_store(settings) as store,
        app.open_search(settings, app.embedder(settings)) as search,
    ):
        for attempt in range(TRIES):
            person, here = await acting(settings, store, FRONT, search, responder, command)
            done = await here.act(person, text, name)
            if done.outcome is None:
                break
            try:
                await store.commit(done.outcome)
            except HandleAgain:
                if attempt == TRIES - 1:
                    raise
            else:
                break
        print("\n\n".join(done.told) or "done")
        outcome = done.outcome
        if outcome is None or outcome.reason == SHOWN:
            return 0 if command.verb in _ASKS else 1
        if outcome.entry or outcome.withdrawn:
            return await index.follow(settings, store)
    return 0
