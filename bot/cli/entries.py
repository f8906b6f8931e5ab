"""``loket entries``."""

from __future__ import annotations

import argparse
import asyncio
import sys
from datetime import date
from pathlib import Path

from bot import app, config
from bot.cli.logs import log_to_stderr
from bot.errors import ConfigError
from bot.ports import Published, Store
from knowledge.entry import NATIONAL, Entry, Problem, Severity, check, check_together
from knowledge.errors import EntriesUnreadable

REBUILD = "Run `loket index build`, and a running bot finds them."


def arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what the command takes."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    listed = actions.add_parser("list", help="one line for each entry that is served")
    listed.add_argument("--topic", help="only this topic")
    listed.add_argument("--lang", help="only this language, ISO 639")
    show = actions.add_parser("show", help="one entry whole, as YAML")
    show.add_argument("id")
    add = actions.add_parser("add", help="publish one new entry")
    for name, text in {
        "id": "lower-case letters, digits and hyphens; never used before",
        "lang": "ISO 639 code of question and answer",
        "topic": "one word for the field, such as housing",
        "question": "as a citizen would put it",
        "answer": "posted word for word; - reads it from standard input",
        "source": "where it can be checked, best a URL",
    }.items():
        add.add_argument(f"--{name}", required=True, help=text)
    add.add_argument("--alternative", action="append", default=[], help="another wording; again")
    add.add_argument("--body", default="", help="the organisation that decides")
    add.add_argument("--scope", default=NATIONAL, help="the place where it holds (default: nl)")
    add.add_argument("--valid-until", type=_day, metavar="DATE", help="last day, as 2027-12-31")
    add.add_argument("--translation-of", metavar="ID", help="the entry that it translates")
    imported = actions.add_parser(
        "import", help="publish what a file or folder holds; all of it or nothing"
    )
    imported.add_argument("path", type=Path, help="a .yaml, .jsonl or .csv file, or a folder")
    exported = actions.add_parser("export", help="write all entries that are served")
    exported.add_argument("path", type=Path, help="a .yaml, .jsonl or .csv file, or a folder")
    checked = actions.add_parser(
        "check", help="find broken, duplicate, stale and sourceless entries; status 1 if any"
    )
    checked.add_argument(
        "path", type=Path, nargs="?", help="a file or folder (default: what would be served)"
    )


async def execute(given: argparse.Namespace) -> int:
    """Does one of the actions."""
    settings = config.load(given.config)
    log_to_stderr("error")
    if given.action == "check" and given.path:
        return await asyncio.to_thread(_check_files, given.path)
    async with app.open_store(settings) as store:
        await app.take_over_entries(settings, store)
        match given.action:
            case "list":
                return await _list(store, given.topic, given.lang)
            case "show":
                return await _show(store, given.id)
            case "add":
                return await _add(store, given)
            case "import":
                return await _import(store, given.path)
            case "export":
                return await _export(store, given.path)
        if settings.entries is not None:
            return await _check_all(store, settings.entries)
        return _tell(*_checked(await store.entries()))


async def _list(store: Store, topic: str | None, lang: str | None) -> int:
    for entry in await store.entries():
        if topic in (None, entry.topic) and lang in (None, entry.lang):
            print(f"{entry.id}\t{entry.lang}\t{entry.topic}\tv{entry.version}\t{entry.question}")
    return 0


async def _show(store: Store, entry_id: str) -> int:
    from knowledge.formats import render_yaml

    for entry in await store.entries([entry_id]):
        print(render_yaml([entry]), end="")
        return 0
    raise ConfigError("", f"there is no entry {entry_id!r}; `loket entries list` names them")


async def _add(store: Store, given: argparse.Namespace) -> int:
    answer = await asyncio.to_thread(sys.stdin.read) if given.answer == "-" else given.answer
    entry = Entry(
        id=given.id,
        lang=given.lang,
        topic=given.topic,
        question=given.question,
        answer=answer.strip(),
        alternatives=tuple(given.alternative),
        source=given.source,
        body=given.body,
        scope=given.scope,
        checked=app.now().date(),
        valid_until=given.valid_until,
        translation_of=given.translation_of,
    )
    if await store.entries([entry.id]):
        text = f"{entry.id!r} exists already; change it with `loket entries import`"
        raise ConfigError("--id", text)
    _refuse_errors([entry], {})
    return _published(await store.publish([entry], "added"))


async def _import(store: Store, path: Path) -> int:
    from knowledge.files import read

    entries = await asyncio.to_thread(read, path)
    _refuse_errors(entries, {entry.id: str(path) for entry in entries})
    return _published(await store.publish(entries, "import"))


async def _export(store: Store, path: Path) -> int:
    from knowledge.files import write

    entries = await store.entries()
    await asyncio.to_thread(write, entries, path)
    print(f"{len(entries)} entries written to {path}")
    return 0


def _check_files(path: Path) -> int:
    from knowledge.files import read_valid

    entries, problems = read_valid(path)
    found, count = _checked(entries)
    return _tell([*problems, *found], count)


async def _check_all(store: Store, folder: Path) -> int:
    """The folder's files as they are, and what else is served."""
    from knowledge.files import read_valid

    entries, problems = await asyncio.to_thread(read_valid, folder)
    known = {entry.id for entry in entries}
    others = [entry for entry in await store.entries() if entry.id not in known]
    found, count = _checked([*entries, *others])
    return _tell([*problems, *found], count)


def _checked(entries: list[Entry]) -> tuple[list[str], int]:
    today = app.now().date()
    found: list[Problem] = [problem for entry in entries for problem in check(entry, today)]
    return [str(problem) for problem in [*found, *check_together(entries)]], len(entries)


def _tell(problems: list[str], count: int) -> int:
    for problem in problems:
        print(problem)
    print(f"{count} entries checked, {len(problems)} problems")
    return 1 if problems else 0


def _refuse_errors(entries: list[Entry], places: dict[str, str]) -> None:
    today = app.now().date()
    wrong = [
        f"{places.get(entry.id, 'loket')}: {problem}"
        for entry in entries
        for problem in check(entry, today)
        if problem.severity is Severity.ERROR
    ]
    if wrong:
        raise EntriesUnreadable([*wrong, "nothing was taken over"])


def _published(done: Published) -> int:
    print(f"{done.new} new, {done.changed} changed, {done.unchanged} unchanged. {REBUILD}")
    return 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date; write 2027-12-31") from None
