"""Who waits for the demo sees how far the bot is, and nothing that is no progress."""

from __future__ import annotations

import pytest
from stage.bot import embedded

from bot.cli.index import progress_bar


def test_the_demo_reads_the_bar_that_the_bot_draws(capfd: pytest.CaptureFixture[str]) -> None:
    with progress_bar() as show:
        show(0, 276)
        show(276, 276)
    log = f"2026-11-24 INFO bot.app entries_taken_over new=276\n{capfd.readouterr().err}"
    assert embedded(log.encode()) == "embedding the knowledge base: 276 of 276 entries"


def test_other_lines_of_the_log_are_no_progress() -> None:
    assert embedded(b"2026-11-24 INFO bot.app entries_taken_over new=276 changed=0\n") == ""
