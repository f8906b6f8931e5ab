"""``scripts/crashtest``: kills the bot again and again, and counts what was lost or doubled."""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from stage.bot import BotFailed
from stage.crash.report import as_json, as_text
from stage.crash.trial import Trial
from stage.homeserver import HomeserverFailed
from stage.person import Refused

_ABOUT = """\
Kills the bot with SIGKILL while people ask and answer on a real Synapse: at random moments and at
every named step of a message's path. Now and then the homeserver goes away too, and a proxy
between the two loses requests, cuts answers short and answers 502, also for what was carried out.
In the end every reply that had to come is counted on the homeserver's own timelines.
One of the chats is encrypted, its citizen's client strict (matrix-js-sdk): there replies are
counted by the questions that they hang on, and each must have been readable.

What runs is `loket run` with its own front, store, loops and index, forked for each life from a
process that has imported it. Only two things are not what they are elsewhere, because they take
seconds to load and no crash depends on them: the embedding model, in whose place words are
compared, and the language detector, which says English. (`loket run` as it is, with its model,
is killed in tests/acceptance/test_crash.py.)

The last line tells the result: `lost 0 doubled 0`, and the status is 0; else 1, with every failure
named above it. Progress goes to standard error.
"""


def main() -> int:
    """Runs a trial; gives the exit status."""
    parser = argparse.ArgumentParser(
        prog="scripts/crashtest",
        description=_ABOUT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--kills", type=int, default=200, help="how many (default: 200)")
    parser.add_argument(
        "--seed", type=int, default=1, help="the same one gives the same plan (default: 1)"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object, nothing else")
    parser.add_argument(
        "--keep",
        type=Path,
        metavar="FOLDER",
        help="after a failure: put database, log, timelines and what was owed there",
    )
    given = parser.parse_args()
    if given.kills < 1:
        parser.error("--kills: at least 1")
    # Ended from outside counts as Ctrl-C, so that everything started is ended too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    with tempfile.TemporaryDirectory(prefix="loket-crash-") as name:
        folder = Path(name)
        report = None
        try:
            report = asyncio.run(Trial(given.kills, given.seed, folder, _tell).run())
        except* (BotFailed, HomeserverFailed, Refused, TimeoutError) as group:
            for error in _leaves(group):
                print(f"the trial broke off: {error}", file=sys.stderr)
        except* KeyboardInterrupt:
            print("ended from outside", file=sys.stderr)
        good = report is not None and report.good
        if given.keep is not None and not good:
            shutil.copytree(folder, given.keep, dirs_exist_ok=True, symlinks=True)
            _tell(f"kept in {given.keep}")
    if report is not None:
        print(json.dumps(as_json(report)) if given.json else "\n".join(as_text(report)))
    return 0 if good else 1


def _leaves(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield from _leaves(each)
    else:
        yield error


def _tell(text: str) -> None:
    print(f"… {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
