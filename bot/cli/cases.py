"""``loket cases``: the open cases, beside a running bot or without one; ends and frees them."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot import app, config
from bot.cases import Case
from bot.cli.logs import log_to_stderr
from bot.cli.status import spoken
from bot.config import Config, Responder
from bot.errors import ConfigError
from bot.ports import Store


def arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what the command takes."""
    parser.epilog = "Who asked is never told. Responders act on cases at the desk; what is done to"
    parser.epilog += " one here is told there too, by the bot once it runs."
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    listed = actions.add_parser("list", help="one line for each open case, the oldest first")
    shown = actions.add_parser(
        "show",
        help="one case whole, open or not, with the asker's own words and the answer as they"
        " stand in this machine's database: they may be private, don't pass them on",
    )
    shown.add_argument("number", type=int, metavar="N", help="the case's number")
    closed = actions.add_parser("close", help="end a case; unanswered, the asker reads why")
    closed.add_argument(
        "--reason", default="", metavar="TEXT", help="why, in the asker's language and plainly"
    )
    freed = actions.add_parser("release", help="free a case from whoever has it")
    for each in (closed, freed):
        each.add_argument("number", type=int, metavar="N", help="the case's number")
    for each in (listed, shown):
        each.add_argument("--json", action="store_true", help="JSON instead of text")
        each.add_argument(
            "--who", action="store_true", help="the responder's user id instead of the role"
        )


async def execute(given: argparse.Namespace) -> int:
    """Lists, or shows one."""
    settings = config.load(given.config)
    log_to_stderr("error")
    app.need_database(settings)
    async with app.open_store(settings) as store:
        roster = await _roster(settings, store)
        if given.action == "list":
            return _list(await store.open_cases(), roster, as_json=given.json, who=given.who)
        case = await store.case(given.number)
        if case is None:
            text = f"there is no case {given.number}; `loket cases list` names the open ones"
            raise ConfigError("", text)
        if given.action == "show":
            return _show(case, roster, as_json=given.json, who=given.who)
        return await _act(given, settings, store, case)


async def _act(given: argparse.Namespace, settings: Config, store: Store, case: Case) -> int:
    from bot.chat.matrix.events import FRONT
    from bot.running import maintaining

    here = await maintaining(settings, store, FRONT, case)
    if given.action == "close":
        await store.commit(await here.close(case, given.reason.strip()))
        print(f"case {case.id} is closed")
    else:
        await store.commit(await here.release(case))
        print(f"case {case.id} is free")
    return 0


async def _roster(settings: Config, store: Store) -> Mapping[str, Responder]:
    """The configured responders by their random keys, as the running bot has them."""
    from bot.chat.matrix.events import FRONT

    by_id = {responder.id: responder for responder in settings.responders}
    keys = await store.enroll(FRONT, list(by_id))
    return {key: by_id[user_id] for user_id, key in keys.items()}


def _list(cases: list[Case], roster: Mapping[str, Responder], *, as_json: bool, who: bool) -> int:
    rows = [_row(case, roster, app.now(), who=who) for case in cases]
    if as_json:
        print(json.dumps(rows, ensure_ascii=False))
        return 0
    for row in rows:
        told = (row["id"], row["status"], row["topic"] or "-", row["lang"], spoken(row["age_s"]))
        print("\t".join(map(str, (*told, row["held_by"] or "-"))))
    return 0


def _show(case: Case, roster: Mapping[str, Responder], *, as_json: bool, who: bool) -> int:
    row = _row(case, roster, app.now(), who=who) | {
        "scope": case.scope,
        "in_a_direct_chat": case.direct,
        "answered_by": _named(case.answered_by, roster, who=who),
        "question": case.question,
        "answer": case.told,
    }
    if as_json:
        print(json.dumps(row, ensure_ascii=False))
        return 0
    for name, value in row.items():
        lines = str("-" if value in (None, "") else value).splitlines()
        print(f"{name.replace('_', ' '):<17} {lines[0]}")
        for line in lines[1:]:
            print(f"{'':<17} {line}")
    return 0


def _row(
    case: Case, roster: Mapping[str, Responder], now: datetime, *, who: bool
) -> dict[str, Any]:
    return {
        "id": case.id,
        "status": case.status,
        "topic": case.topic,
        "lang": case.lang,
        "opened_at": case.opened_at.isoformat(timespec="seconds"),
        "age_s": round((now - case.opened_at).total_seconds()),
        "due_at": case.due_at and case.due_at.isoformat(timespec="seconds"),
        "held_by": _named(case.claimed_by, roster, who=who),
    }


def _named(person: str | None, roster: Mapping[str, Responder], *, who: bool) -> str | None:
    """A responder as the public may know them; by name only where that was asked for."""
    if person is None:
        return None
    responder = roster.get(person)
    if responder is None:
        return "no responder any more"
    if who:
        return responder.id
    return f"{responder.role} of {responder.body}" if responder.body else str(responder.role)
