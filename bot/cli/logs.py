"""The log: one line an event, its name first, then fields; for people or for programs.

An event's name is a word in snake_case that never varies; what varies is in the fields. See
docs/operations.md for what each event means.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any

_PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    """What was given as ``extra``."""
    return {name: value for name, value in vars(record).items() if name not in _PLAIN}


class _Human(logging.Formatter):
    """Puts the fields behind the event's name."""

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        fields = " ".join(f"{name}={value!r}" for name, value in _fields(record).items())
        return f"{line} {fields}" if fields else line


class _Json(logging.Formatter):
    """One object a line; the time is ISO 8601 in UTC."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC)
        line: dict[str, Any] = {
            "time": at.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            "fields": _fields(record),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def log_to_stderr(level: str, form: str = "human") -> None:
    """Sends the log to standard error; libraries speak only when the level is debug.

    Libraries put ids, addresses and texts into their lines.

    Args:
        level: debug, info, warning or error.
        form: human or json.
    """
    to_stderr = logging.StreamHandler()
    human = _Human("%(asctime)s %(levelname)s %(name)s %(message)s")
    to_stderr.setFormatter(_Json() if form == "json" else human)
    logging.basicConfig(handlers=[to_stderr], level=logging.CRITICAL)
    for ours in ("bot", "knowledge"):
        logging.getLogger(ours).setLevel(level.upper())
    if level == "debug":
        logging.getLogger().setLevel(logging.DEBUG)
