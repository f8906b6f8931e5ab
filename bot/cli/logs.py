"""The log: one line an event, its name first, then fields."""

from __future__ import annotations

import logging

_PLAIN = frozenset(vars(logging.makeLogRecord({})))


class _Fields(logging.Formatter):
    """Puts what was given as ``extra`` behind the event's name."""

    def format(self, record: logging.LogRecord) -> str:
        given = {name: value for name, value in vars(record).items() if name not in _PLAIN}
        given.pop("message", None)
        given.pop("asctime", None)
        line = super().format(record)
        fields = " ".join(f"{name}={value!r}" for name, value in given.items())
        return f"{line} {fields}" if fields else line


def log_to_stderr(level: str) -> None:
    """Sends the log to standard error; libraries speak only when the level is debug.

    Libraries put ids, addresses and texts into their lines.
    """
    to_stderr = logging.StreamHandler()
    to_stderr.setFormatter(_Fields("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(handlers=[to_stderr], level=logging.CRITICAL)
    for ours in ("bot", "knowledge"):
        logging.getLogger(ours).setLevel(level.upper())
    if level == "debug":
        logging.getLogger().setLevel(logging.DEBUG)
