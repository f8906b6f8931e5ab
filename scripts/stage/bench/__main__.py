"""``scripts/bench``: how fast and how large Loket is, each beside a baseline."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Coroutine, Iterator, Sequence
from pathlib import Path
from typing import Any

from stage.bench.answer import answer
from stage.bench.desk import desk
from stage.bench.figures import Row, machine
from stage.bench.finding import FULL, QUICK, Models, Sizes, Tell, embedding, reindex, search
from stage.bench.follow import follow
from stage.bench.memory import memory
from stage.bench.place import RUN
from stage.bench.queue import queue
from stage.bench.rooms import rooms
from stage.bench.start import start
from stage.bot import BotFailed
from stage.homeserver import HomeserverFailed
from stage.person import Refused

_FINDING: dict[str, Callable[[Models, Sizes, Path, Tell], Row]] = {
    "embedding": lambda models, sizes, _, tell: embedding(models, sizes, tell),
    "reindex": reindex,
    "search": search,
}
_BOT: dict[str, Callable[[Sizes, Path, Tell], Coroutine[Any, Any, Row]]] = {
    "rooms": rooms,
    "follow": follow,
    "queue": queue,
    "desk": desk,
    "memory": memory,
    "start": start,
}
ROWS = (*_FINDING, "answer", *_BOT)

_ABOUT = """\
Measures speed and memory, each beside a baseline in the same run, in turn: what counts are the
ratios. Nothing is judged; the status is 0 however slow it was. About 20 minutes on two cores.
Where Synapse runs, it shares those cores with the bots and the people's clients.

  embedding  texts a second when an index is built, against sentence-transformers alone
  reindex    building again after 1 % of 10,000 entries changed, or one, against building all
  search     one question among 10,000 entries, against embedding it alone
  answer     from question to answer on a real Synapse, against a bare echo bot
  rooms      answers a second and answer times in 1, 10 and 50 rooms, against the echo bot
  follow     until edits, redactions and reactions show on the other side, against 1 s
  queue      what is to be said at once under Synapse's own limits, against what they allow
  desk       the list of cases and a case's card with 500 open cases, against with one; and
             under Synapse's own limits, also while 200 are overdue at once, against 1 s
  memory     memory and speed after 20,000 messages, against those after 1,000
  start      the first minutes with 300 rooms and a week's backlog, against stated bounds
"""


def main() -> int:
    """Measures; gives the exit status."""
    parser = argparse.ArgumentParser(
        prog="scripts/bench",
        description=_ABOUT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--only",
        action="append",
        choices=ROWS,
        metavar="ROW",
        help="measure this row alone; may be given several times",
    )
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="small sizes, to try it")
    size.add_argument(
        "--full",
        action="store_true",
        help="100,000 messages for memory, 1,000 rooms for start, 40 messages for queue, 20 minutes"
        " at the desk",
    )
    parser.add_argument(
        "--json", action="store_true", help="one JSON object with everything on the last line"
    )
    given = parser.parse_args()
    # Nothing is downloaded, and no row may be broken by a hub that is away.
    os.environ["HF_HUB_OFFLINE"] = "1"
    # Ended from outside counts as Ctrl-C, so that everything started is ended too; also in the
    # background, where shells let it be ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    about = machine()
    print("machine: " + ", ".join(f"{name} {value}" for name, value in about.items()))
    rows: list[Row] = []
    sizes = QUICK if given.quick else FULL if given.full else Sizes()
    try:
        with tempfile.TemporaryDirectory(prefix=RUN) as folder:
            for row in _measured(given.only or ROWS, sizes, Path(folder)):
                print(f"\n{row.as_text()}", flush=True)
                rows.append(row)
    except (BotFailed, HomeserverFailed, Refused, TimeoutError) as error:
        print(f"could not be measured: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    if given.json:
        by_name = {row.name: row.as_dict() for row in rows}
        size = "quick" if given.quick else "full" if given.full else "usual"
        print(json.dumps({"machine": about, "size": size, "rows": by_name}))
    return 0


def _measured(names: Sequence[str], sizes: Sizes, folder: Path) -> Iterator[Row]:
    models = Models()
    for name in ROWS:
        if name not in names:
            continue
        if name in _FINDING:
            yield _FINDING[name](models, sizes, folder / "index", _tell)
        elif name in _BOT:
            yield asyncio.run(_BOT[name](sizes, folder / name, _tell))
        else:
            yield asyncio.run(answer(models, sizes, folder / name, _tell))


def _tell(text: str) -> None:
    print(f"… {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
