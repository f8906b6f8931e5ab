"""How much waits in the tables, and how long what was said had waited."""

from __future__ import annotations

import json
from datetime import datetime

from sqlite_utils import Database

from bot.cases import ENDED, Status
from bot.figures import Figures
from bot.messages import Priority
from bot.store import rows

_UNSENT = "event IS NULL AND undeliverable IS NULL"


def figures(db: Database) -> Figures:
    """See ``Store.figures``."""
    inbox, parked, oldest_inbox = db.execute(
        "SELECT coalesce(sum(parked_at IS NULL), 0), count(parked_at),"
        " min(iif(parked_at IS NULL, sent_at, NULL)) FROM inbox"
    ).fetchone()
    waiting = db.execute(
        f"SELECT priority, count(*), min(queued_at) FROM outbox WHERE {_UNSENT} GROUP BY priority"
    ).fetchall()
    cases = db.execute(
        "SELECT status, count(*) FROM cases"
        " WHERE status NOT IN (SELECT value FROM json_each(?)) GROUP BY status",
        (json.dumps(sorted(ENDED)),),
    ).fetchall()
    (heard_at,) = db.execute("SELECT max(received_at) FROM positions").fetchone()
    return Figures(
        inbox=inbox,
        parked=parked,
        outbox={Priority(priority): count for priority, count, _ in waiting},
        oldest_inbox=_time(oldest_inbox),
        oldest_outbox=_time(
            min((at for what, _, at in waiting if what != Priority.UPKEEP), default=None)
        ),
        cases={Status(status): count for status, count in cases},
        heard_at=_time(heard_at),
    )


def waits(db: Database, since: datetime, limit: int) -> list[float]:
    """See ``Store.waits``."""
    said = db.execute(
        "SELECT queued_at, sent_at FROM outbox WHERE sent_at >= ? ORDER BY sent_at DESC LIMIT ?",
        (rows.stamp(since), limit),
    )
    return [
        (datetime.fromisoformat(sent) - datetime.fromisoformat(queued)).total_seconds()
        for queued, sent in said
    ]


def _time(stamp: str | None) -> datetime | None:
    return datetime.fromisoformat(stamp) if stamp else None
