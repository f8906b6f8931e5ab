"""How a line of the log looks, to people and to programs."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.cli.logs import log_to_stderr

LOG = logging.getLogger("bot.loops")


@contextmanager
def logging_to_stderr(level: str, form: str) -> Iterator[None]:
    """As a command does it; what that sets for the whole process is put back."""
    root = logging.getLogger()
    loggers = [root, logging.getLogger("bot"), logging.getLogger("knowledge")]
    handlers, levels = root.handlers[:], [logger.level for logger in loggers]
    root.handlers = []
    try:
        log_to_stderr(level, form)
        yield
    finally:
        root.handlers = handlers
        for logger, before in zip(loggers, levels, strict=True):
            logger.setLevel(before)


def test_for_people_the_event_comes_first_then_the_fields(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with logging_to_stderr("info", "human"):
        LOG.info("handled", extra={"reason": "no question", "tries": 2})
    assert capsys.readouterr().err.endswith("INFO bot.loops handled reason='no question' tries=2\n")


def test_for_programs_a_line_is_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    fields = {"reason": "één regel\nof twee", "level": 3}
    with logging_to_stderr("info", "json"):
        LOG.warning("not_said_yet", extra=fields)
    (line,) = capsys.readouterr().err.splitlines()
    told = json.loads(line)
    assert told.pop("time").endswith("+00:00")
    assert told == {
        "level": "warning",
        "logger": "bot.loops",
        "event": "not_said_yet",
        "fields": fields,
    }


def test_what_went_wrong_inside_stays_in_the_same_line_for_programs(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with logging_to_stderr("debug", "json"):
        try:
            raise RuntimeError("broken")
        except RuntimeError as error:
            LOG.debug("failed_at", exc_info=error)
    (line,) = capsys.readouterr().err.splitlines()
    assert "RuntimeError: broken" in json.loads(line)["exception"]


@pytest.mark.parametrize("form", ["human", "json"])
def test_libraries_are_silent_unless_the_level_is_debug(
    capsys: pytest.CaptureFixture[str], form: str
) -> None:
    with logging_to_stderr("info", form):
        logging.getLogger("nio.client").error("@anna:example.org said hello")
    assert capsys.readouterr().err == ""
