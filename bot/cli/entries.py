"""``loket entries``."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Collection
from datetime import date
from pathlib import Path

from bot import app, config
from bot.cli import admission, bindings, exchange, index, reading, reviews, versions
from bot.cli.logs import log_to_stderr
from bot.cli.rivalry import Seek
from bot.coverage import scopes_of
from bot.errors import ConfigError
from bot.outcome import Revision
from bot.ports import Store
from knowledge.change import Change
from knowledge.entry import NATIONAL, Entry, Problem, check, check_together, unserved
from knowledge.errors import VersionUnknown
from knowledge.review import PERIOD


def arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what the command takes."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    listed = actions.add_parser("list", help="one line for each entry that is served")
    listed.add_argument("--topic", help="only this topic")
    listed.add_argument("--lang", help="only this language, ISO 639")
    show = actions.add_parser("show", help="one entry whole, as YAML")
    show.add_argument("id")
    show.add_argument("--version", type=int, metavar="N", help="as it was in that version")
    history = actions.add_parser(
        "history",
        help="all versions of one entry: when, how much changed, by whom, why; also a withdrawal",
    )
    history.add_argument("id")
    restore = actions.add_parser("restore", help="publish what an old version said as the next one")
    restore.add_argument("id")
    restore.add_argument("number", type=int, metavar="N", help="which version")
    restore.add_argument("--reason", type=_words, required=True, help="why; kept with the version")
    due = actions.add_parser(
        "due", help="what has to be held against its source again; status 1 if anything"
    )
    due.add_argument(
        "--within", type=_days, default=30, metavar="DAYS", help="from today (default: 30)"
    )
    due.add_argument(
        "--period",
        type=_days,
        default=PERIOD.days,
        metavar="DAYS",
        help=f"how long a check holds where no last day is set (default: {PERIOD.days})",
    )
    conflicting = actions.add_parser(
        "conflicts",
        help="entries that answer one question for one scope differently, by their words and,"
        " where there is an index, by their sense; status 1 if any",
    )
    for parser_ in (history, due, conflicting):
        parser_.add_argument("--json", action="store_true", help="JSON instead of text")
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
    add.add_argument(
        "--alternative", type=_words, action="append", default=[], help="another wording; again"
    )
    add.add_argument("--body", default="", help="the organisation that decides")
    add.add_argument("--scope", default=NATIONAL, help="the place where it holds (default: nl)")
    add.add_argument(
        "--valid-until",
        type=_day,
        metavar="DATE",
        help=f"last day, as 2027-12-31 (default: {PERIOD.days} days from today)",
    )
    add.add_argument("--translation-of", metavar="ID", help="the entry that it translates")
    add.add_argument(
        "--translation-of-version",
        type=_number,
        metavar="N",
        help="which version of it (default: the newest)",
    )
    imported = actions.add_parser(
        "import",
        help="publish what a file or folder holds, all of it or nothing; of an exported folder,"
        " what changed in it since, beside what changed here; status 1 if you have to choose",
    )
    imported.add_argument("path", type=Path, help="a .yaml, .jsonl or .csv file, or a folder")
    imported.add_argument("--dry-run", action="store_true", help="only show what it would do")
    for side, text in {
        "theirs": "of these entries, take what the folder holds (one left out is withdrawn)",
        "ours": "of these entries, keep what is served here",
    }.items():
        imported.add_argument(
            f"--{side}", nargs="+", action="extend", default=[], metavar="ID", help=text
        )
    imported.add_argument(
        "--trust-vetting",
        action="store_true",
        help="also what says that a body vetted it where nobody did so here; you know who did",
    )
    imported.add_argument("--reason", default="", help="why; kept with each version")
    for parser_ in (add, imported):
        parser_.add_argument(
            "--unserved",
            action="store_true",
            help="also for a place that no room is about, where nobody is given it (of a folder,"
            " which several Lokets may share, that is a warning)",
        )
        parser_.add_argument(
            "--apart",
            type=_words,
            metavar="WHY",
            help="also where another entry is asked nearly the same: why they are about different"
            " things; kept with the version",
        )
    for parser_ in (restore, imported):
        parser_.add_argument(
            "--change",
            type=Change,
            choices=[Change.TYPO, Change.MINOR, Change.ADVICE],
            help="how much it changes (default: as the two versions look)",
        )
    exported = actions.add_parser(
        "export", help="write all entries that are served; a folder can be imported again"
    )
    exported.add_argument("path", type=Path, help="a .yaml, .jsonl or .csv file, or a folder")
    exported.add_argument(
        "--overwrite", action="store_true", help="also changes in the folder not yet imported"
    )
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
    today, scopes = app.today(settings), scopes_of(settings.rooms.community)
    if given.action == "check" and given.path:
        return await asyncio.to_thread(_check_files, given.path, today, scopes)
    if given.action == "import" and settings.entries is not None:
        _refuse_configured(given.path, settings.entries)
    async with app.open_store(settings) as store:
        await app.take_over_entries(settings, store)
        match given.action:
            case "list":
                return await _list(store, given.topic, given.lang)
            case "show":
                return await versions.show(store, given.id, given.version)
            case "history":
                return await versions.history(store, given.id, as_json=given.json)
            case "restore":
                status = await versions.restore(
                    settings, store, given.id, given.number, given.reason, given.change, today
                )
                return max(status, await index.follow(settings, store))
            case "due":
                return await reviews.tell_due(
                    store, today, given.within, given.period, as_json=given.json
                )
            case "conflicts":
                return await reviews.tell_conflicts(settings, store, as_json=given.json)
            case "add":
                status = await add(store, given, today, scopes, Seek(settings, store, today))
                return max(status, await index.follow(settings, store))
            case "import":
                status = await exchange.take(
                    store, given, today, scopes, Seek(settings, store, today)
                )
                indexed = 0 if given.dry_run else await index.follow(settings, store)
                return max(status, indexed)
            case "export":
                return await exchange.export(store, given.path, overwrite=given.overwrite)
        if settings.entries is not None:
            return await _check_all(store, settings.entries, today, scopes)
        return _tell(*_checked(await store.entries(), today, scopes))


def _refuse_configured(path: Path, folder: Path) -> None:
    """What is read at every start needs no import, and would be taken over before it is merged."""
    if path.resolve() == folder.resolve():
        text = "is the configured folder of entries, which is read at every start; import another"
        raise ConfigError("", f"{path}: {text}")


async def _list(store: Store, topic: str | None, lang: str | None) -> int:
    for entry in await store.entries():
        if topic in (None, entry.topic) and lang in (None, entry.lang):
            print(f"{entry.id}\t{entry.lang}\t{entry.topic}\tv{entry.version}\t{entry.question}")
    return 0


async def add(
    store: Store,
    given: argparse.Namespace,
    today: date,
    scopes: Collection[str],
    seek: Seek | None = None,
) -> int:
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
        checked=today,
        valid_until=given.valid_until or today + PERIOD,
        translation_of=given.translation_of,
        translation_of_version=given.translation_of_version,
    )
    if entry.valid_until and entry.valid_until < today:
        raise ConfigError("--valid-until", f"{entry.valid_until} is over; give a day to come")
    async with reading.held_against(store) as before:
        if await store.history(entry.id):
            text = (
                f"{entry.id!r} was used already; change it with `loket entries import`, bring it"
                " back with `loket entries restore`, or choose another id"
            )
            raise ConfigError("--id", text)
        told: tuple[str, ...] = ()
        wrong: tuple[str, ...] = ()
        if seek:
            sought = await seek.among([entry], before.served)
            (entry,), told = sought.entries, sought.told
            wrong = () if given.apart else sought.against
        wrong = (*wrong, *admission.endless([entry], {}, today).values())
        if not given.unserved:
            wrong = (*wrong, *admission.nowhere([entry], {}, scopes))
        admission.refuse([entry], before.served, None, today, wrong=wrong)
        for line in told:
            print(line)
        for problem in unserved([entry], scopes):
            print(problem)
        reason = f"another question: {given.apart}" if given.apart else ""
        revision = Revision(app.MAINTAINER, reason=reason)
        await store.publish([entry], "added", edition=before.edition, revision=revision)
    print("1 new.")
    return 0


def _check_files(path: Path, today: date, scopes: Collection[str]) -> int:
    from knowledge.files import read_valid

    entries, problems = read_valid(path)
    found, count = _checked(entries, today, scopes)
    return _tell([*problems, *found], count)


async def _check_all(store: Store, folder: Path, today: date, scopes: Collection[str]) -> int:
    """The folder's files as they are, and what else is served."""
    from knowledge.files import read_valid

    entries, problems = await asyncio.to_thread(read_valid, folder)
    known = {entry.id for entry in entries}
    others = [entry for entry in await store.entries() if entry.id not in known]
    found, count = _checked([*entries, *others], today, scopes)
    try:
        await bindings.bound(store, entries, {entry.id: entry.version for entry in entries})
    except VersionUnknown as error:
        problems = [*problems, *(f"error: {problem}" for problem in error.problems)]
    return _tell([*problems, *found], count)


def _checked(entries: list[Entry], today: date, scopes: Collection[str]) -> tuple[list[str], int]:
    found: list[Problem] = [problem for entry in entries for problem in check(entry, today)]
    found += [*check_together(entries), *unserved(entries, scopes)]
    return [str(problem) for problem in found], len(entries)


def _tell(problems: list[str], count: int) -> int:
    for problem in problems:
        print(problem)
    print(f"{count} entries checked, {len(problems)} problems")
    return 1 if problems else 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date; write 2027-12-31") from None


def _words(text: str) -> str:
    if text.strip():
        return text.strip()
    raise argparse.ArgumentTypeError("is empty")


def _number(text: str) -> int:
    if text.isdecimal() and int(text) > 0:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1")


def _days(text: str) -> int:
    if text.isdecimal() and int(text) <= 36_500:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no number of days from 0 to 36500")
