"""``loket status``: what waits, and how long things wait; beside a running bot or without one."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

from bot import app, config
from bot.cases import ENDED, Status
from bot.cli.logs import log_to_stderr
from bot.figures import Figures, Waits
from bot.messages import Message, Priority

LAST = 50
"""How many messages that were said last are looked at."""

MOST = 100_000
"""How many messages of a day are looked at, at most."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what the command takes."""
    parser.add_argument("--json", action="store_true", help="one JSON object instead of text")
    parser.add_argument(
        "--retry", action="store_true", help="first have what was parked handled again"
    )
    parser.epilog = "Numbers only. For whether the bot is well, see `loket doctor` and /healthz."


async def execute(given: argparse.Namespace) -> int:
    """Tells; 0 however much waits."""
    settings = config.load(given.config)
    log_to_stderr("error")
    app.need_database(settings)
    now = app.now()
    async with app.open_store(settings) as store:
        if given.retry:
            again = await store.unpark()
            print(f"{again} parked messages are handled again by the bot.", file=sys.stderr)
        figures = await store.figures()
        parked = [_parked(message, now) for message in await store.parked()]
        waits = {
            "last_hour": Waits.of(await store.waits(now - timedelta(hours=1), MOST)),
            "last_day": Waits.of(await store.waits(now - timedelta(days=1), MOST)),
            f"last_{LAST}": Waits.of(await store.waits(datetime.min.replace(tzinfo=UTC), LAST)),
        }
    index = await asyncio.to_thread(_index, settings)
    found = _as_dict(figures, waits, index, now) | {"parked_messages": parked}
    print(json.dumps(found) if given.json else _as_text(found))
    return 0


def _index(settings: config.Config) -> dict[str, Any]:
    from knowledge.builds import status

    found = status(app.index_folder(settings))
    return {
        "entries": len(found.live.entries) if found.live else 0,
        "built_at": found.live.built_at.isoformat() if found.live else None,
        "problem": found.problem,
    }


def _as_dict(
    figures: Figures, waits: dict[str, Waits], index: dict[str, Any], now: datetime
) -> dict[str, Any]:
    return {
        "to_handle": figures.inbox,
        "to_handle_oldest_s": _age(figures.oldest_inbox, now),
        "parked": figures.parked,
        "to_say": {priority.name.lower(): figures.outbox.get(priority, 0) for priority in Priority},
        "to_say_oldest_s": _age(figures.oldest_outbox, now),
        "waited_s": {
            name: {"messages": each.count, "median": each.median, "p90": each.p90}
            for name, each in waits.items()
        },
        "cases": {
            status.value: figures.cases.get(status, 0) for status in Status if status not in ENDED
        },
        "heard_s": _age(figures.heard_at, now),
        "index": index,
    }


def _age(since: datetime | None, now: datetime) -> float | None:
    return None if since is None else round(max(0.0, (now - since).total_seconds()), 3)


def _parked(message: Message, now: datetime) -> dict[str, Any]:
    """What may be told of a parked message: nothing of who wrote it, and no words."""
    return {
        "kind": message.kind.value,
        "place": message.place.value,
        "failures": message.failures,
        "sent_s": _age(message.sent_at, now),
    }


def _as_text(found: dict[str, Any]) -> str:
    index = found["index"]
    state = f"{index['entries']} entries, built {str(index['built_at'])[:16].replace('T', ' ')} UTC"
    heard = found["heard_s"]
    lines = {
        "to handle": f"{found['to_handle']}{_since(found['to_handle_oldest_s'])}",
        "parked": f"{found['parked']}" + (" (the desk was told)" if found["parked"] else ""),
        "to say": f"{_each(found['to_say'])}{_since(found['to_say_oldest_s'])}",
        "open cases": _each(found["cases"]),
        "last news": f"{spoken(heard)} ago" if heard is not None else "none yet",
        "index": index["problem"] or state,
    }
    for name, waited in found["waited_s"].items():
        lines[f"waited, {name.replace('_', ' ')}"] = (
            f"median {spoken(waited['median'])}, p90 {spoken(waited['p90'])}"
            f" ({waited['messages']} said)"
            if waited["messages"]
            else "nothing was said"
        )
    told = [f"{name:<18} {text}" for name, text in lines.items()]
    told += [
        f"  parked: {each['kind']} ({each['place']}), {each['failures']} tries, "
        f"sent {spoken(each['sent_s'])} ago"
        for each in found["parked_messages"]
    ]
    return "\n".join(told)


def _each(counts: dict[str, int]) -> str:
    told = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    return told or "0"


def _since(oldest: float | None) -> str:
    return f", the oldest since {spoken(oldest)}" if oldest is not None else ""


def spoken(seconds: float) -> str:
    """A time as people say it."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    if seconds < 3600:
        return f"{seconds / 60:.0f} min"
    if seconds < 86400:
        return f"{seconds / 3600:.1f} h"
    return f"{seconds / 86400:.1f} days"
