"""``scripts/demo``: the whole job on a real homeserver, then a place to try it."""

from __future__ import annotations

import argparse
import asyncio
import shutil
import signal
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from stage.bot import ROOT, BotFailed
from stage.desk_story import DeskStory
from stage.homeserver import HomeserverFailed
from stage.person import Refused
from stage.story import Stage, Story, StoryFailed, set_stage
from stage.transcript import Transcript

STORIES = {"main": Story, "desk": DeskStory}

KEPT_INDEX = ROOT / "data" / "demo-index"
"""The index of the run before, so that the next one embeds only what changed."""


def main() -> int:
    """Plays the story; gives the exit status."""
    parser = argparse.ArgumentParser(
        prog="scripts/demo",
        description="Shows the whole job on a real Matrix homeserver made for this one run, then "
        "stays up so that you can join with any Matrix client. Ctrl-C ends it.",
    )
    parser.add_argument(
        "--story",
        choices=STORIES,
        default="main",
        help="main: from a question to knowledge (the default); desk: a case, all who ask it, and "
        "what becomes of its answer",
    )
    parser.add_argument("--exit", action="store_true", help="end after the story")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    given = parser.parse_args()
    transcript = Transcript(sys.stdout, as_json=given.json)
    try:
        return asyncio.run(_play(transcript, STORIES[given.story], stay=not given.exit))
    except (StoryFailed, BotFailed, HomeserverFailed, Refused) as error:
        transcript.result("failed", reason=str(error))
        return 1
    except (KeyboardInterrupt, asyncio.CancelledError):
        return 130


async def _play(transcript: Transcript, story: type[Story], *, stay: bool) -> int:
    loop = asyncio.get_running_loop()
    this = asyncio.current_task()
    if this is not None:
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, this.cancel)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="loket-demo-") as name:
        folder = Path(name)
        if KEPT_INDEX.exists():
            shutil.copytree(KEPT_INDEX, folder / "data" / "index", symlinks=True)
        async with set_stage(folder, transcript) as stage:
            _keep_index(folder / "data" / "index")
            ready = time.monotonic()
            await story(stage, transcript).play()
            facts = {
                "seconds_to_start": round(ready - began, 1),
                "seconds_of_story": round(time.monotonic() - ready, 1),
                "bot_peak_mb": stage.bot.memory() // 2**20,
            }
            transcript.result("ok", **facts)
            if stay:
                if stage.bot.ahead:
                    transcript.progress("starting the bot again with the clock of today")
                    await stage.bot.restart(timedelta())
                _invite(stage, transcript)
                await asyncio.Event().wait()
    return 0


def _keep_index(index: Path) -> None:
    fresh = KEPT_INDEX.with_name(f"{KEPT_INDEX.name}.{index.parents[1].name}")
    shutil.copytree(index, fresh, symlinks=True)
    shutil.rmtree(KEPT_INDEX, ignore_errors=True)
    fresh.replace(KEPT_INDEX)


def _invite(stage: Stage, transcript: Transcript) -> None:
    lines = [
        "",
        "The homeserver stays up. Join with any Matrix client:",
        f"  homeserver  {stage.homeserver.url}",
        "  rooms       #welcome:localhost (citizens), #desk:localhost (Vera and Omar)",
    ]
    roles = {"Anna": "citizen", "Bilal": "citizen", "Carla": "citizen"}
    roles |= {"Vera": "volunteer", "Omar": "official, may vet"}
    for name, role in roles.items():
        account = stage.accounts[name]
        lines.append(f"  log-in      {account.user_id}  {account.password}  {role}")
    lines += [f"  bot's log   {stage.bot.log}", "Ctrl-C ends it and removes everything.", ""]
    transcript.say("\n".join(lines))


if __name__ == "__main__":
    sys.exit(main())
