"""``loket doctor``: looks at everything the bot needs, and says what to do for each fault."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable, Iterator

from bot import app, config
from bot.cli.logs import log_to_stderr
from bot.config import Config
from bot.coverage import scopes_of, uncovered
from bot.errors import ConfigError, Hindered, LoketError
from bot.ports import Finding
from knowledge.entry import Severity, check, unserved
from knowledge.errors import KnowledgeError


def arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what the command takes."""
    parser.add_argument(
        "--offline", action="store_true", help="leave out the homeserver and its rooms"
    )


async def execute(given: argparse.Namespace) -> int:
    """Looks at everything; 1 if anything is wrong."""
    log_to_stderr("error")
    faults = 0

    def tell(finding: Finding) -> None:
        nonlocal faults
        print(f"{'ok   ' if finding.ok else 'FAULT'}  {finding.name}: {finding.text}")
        if not finding.ok:
            faults += 1
            print(f"       what to do: {finding.remedy}")

    try:
        settings = config.load(given.config)
    except ConfigError as error:
        tell(Finding("settings", False, str(error), f"mend {given.config}"))
        return 1
    tell(Finding("settings", True, f"{given.config} is sound"))
    for finding in _hours(settings):
        tell(finding)
    tell(await _store(settings))
    for look in (_entries, _model, _index):
        for finding in await asyncio.to_thread(_caught, look, settings):
            tell(finding)
    tell(await _web(settings))
    if not given.offline:
        for finding in await _matrix(settings):
            tell(finding)
    print("All is well." if not faults else f"{faults} to mend.")
    return 1 if faults else 0


def _hours(settings: Config) -> Iterator[Finding]:
    from bot.calendars import agenda

    try:
        agenda(settings.hours, app.now())
    except ConfigError as error:
        yield Finding("hours", False, str(error), "mend that in the settings")
        return
    for number, group in enumerate(settings.hours):
        if not any(
            group.role in (None, each.role) and group.body in (None, each.body)
            for each in settings.responders
        ):
            text = "none of the responders is of this role and body"
            yield Finding(f"hours[{number}]", False, text, "correct role and body, or leave it out")
    always = "those of no group are always there"
    yield Finding("hours", True, f"{len(settings.hours)} groups of people; {always}")


async def _store(settings: Config) -> Finding:
    try:
        async with app.open_store(settings) as store:
            cases = await store.open_cases()
            entries = await store.entries()
    except LoketError as error:
        return Finding("database", False, str(error), "mend or restore the file named above")
    return Finding("database", True, f"{len(entries)} entries served, {len(cases)} open cases")


def _caught(look: Callable[[Config], Iterator[Finding]], settings: Config) -> list[Finding]:
    try:
        return list(look(settings))
    except KnowledgeError as error:
        name, remedy = _REMEDIES[look.__name__]
        return [Finding(name, False, str(error), remedy)]


_REMEDIES = {
    "_entries": ("entries", "mend what is named; `loket entries check` shows it again"),
    "_model": ("model", "set embedding.model to `bundled`, a folder or a name at a model hub"),
    "_index": ("index", "run: loket index build"),
}


def _entries(settings: Config) -> Iterator[Finding]:
    from knowledge.files import read

    if settings.entries is None:
        yield Finding("entries", True, "no folder is set; only what is in the database is served")
        return
    entries = read(settings.entries)
    today = app.today(settings)
    stale = [entry for entry in entries if not entry.holds_on(today)]
    wrong = [
        problem
        for entry in entries
        for problem in check(entry, today)
        if problem.severity is Severity.ERROR
    ]
    text = f"{len(entries)} in {settings.entries}, {len(stale)} no longer hold"
    remedy = f"{wrong[0].entry_id}: {wrong[0].text}" if wrong else ""
    yield Finding("entries", not wrong, text, remedy)
    for problem in unserved(entries, scopes_of(settings.rooms.community)):
        remedy = f"correct the scope of {problem.entry_id}, or that of a room"
        yield Finding("entries", False, f"{problem.entry_id}: {problem.text}", remedy)
    topics = {entry.topic for entry in entries}
    for number, community in enumerate(settings.rooms.community):
        for topic in community.topics:
            if topic not in topics:
                path = f"rooms.community[{number}].topics"
                known = ", ".join(sorted(topics))
                text = f"no entry is about {topic!r}"
                yield Finding(path, False, text, f"use one of: {known}")
    yield _covered(settings, topics)


def _covered(settings: Config, topics: set[str]) -> Finding:
    wanted = topics | {each for room in settings.rooms.community for each in room.topics}
    missing = uncovered(wanted, settings.responders)
    if not missing:
        return Finding("responders", True, "every topic is somebody's")
    text = f"nobody takes questions about: {', '.join(missing)}"
    remedy = "add the topic to the topics of a responder; without topics they take all of them"
    return Finding("responders", False, text, remedy)


def _model(settings: Config) -> Iterator[Finding]:
    model = app.embedder(settings)
    columns = model.embed(["Hoe vraag ik een BSN aan?"]).shape[1]
    yield Finding("model", True, f"{model.model}, {columns} columns")


def _index(settings: Config) -> Iterator[Finding]:
    from knowledge.build import open_index

    loaded = open_index(app.index_folder(settings), app.embedder(settings))
    loaded.close()
    text = f"{len(loaded.manifest.entries)} entries in {loaded.manifest.count} wordings"
    yield Finding("index", True, text)


async def _web(settings: Config) -> Finding:
    from bot.web.listener import answers_at

    host, port = settings.web.host, settings.web.port
    if port is None:
        return Finding("web", True, "off; no monitoring is told how the bot is")
    try:
        server = await asyncio.start_server(lambda *_: None, host, port)
    except OSError as error:
        if await answers_at(host, port):
            return Finding("web", True, f"a running Loket answers at {host}:{port}")
        text = f"nothing can listen at {host}:{port} ({error.strerror or error})"
        return Finding("web", False, text, "set web.port to a free one, or to null for none")
    server.close()
    return Finding("web", True, f"{host}:{port} is free")


async def _matrix(settings: Config) -> list[Finding]:
    secrets = config.secrets()
    try:
        async with app.open_matrix(settings, secrets, beside=True) as chat:
            return [*await chat.check(), *await chat.check_keys()]
    except Hindered as error:
        return [Finding("homeserver", False, str(error), error.remedy)]
    except ConfigError as error:
        return [Finding("log-in", False, str(error), "mend that, then run the check again")]
    except LoketError as error:
        remedy = "check matrix.homeserver, matrix.user_id and the secret in the environment"
        return [Finding("homeserver", False, str(error), remedy)]
