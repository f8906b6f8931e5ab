"""``scripts/bench``: how fast and how large Loket is, each beside a baseline."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from stage.bench.answer import answer
from stage.bench.figures import Row, machine
from stage.bench.finding import QUICK, Models, Sizes, embedding, reindex, search
from stage.bot import BotFailed
from stage.homeserver import HomeserverFailed
from stage.person import Refused

ROWS = ("embedding", "reindex", "search", "answer")

_ABOUT = """\
Measures speed and memory, each beside a baseline in the same run, in turn: what counts are the
ratios. Nothing is judged; the status is 0 however slow it was. About 10 minutes on two cores.

  embedding  texts a second when an index is built, against sentence-transformers alone
  reindex    building again after 1 % of 10,000 entries changed, against building all
  search     one question among 10,000 entries, against embedding it alone
  answer     from question to answer on a real Synapse, against a bare echo bot
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
    parser.add_argument("--quick", action="store_true", help="small sizes, to try it")
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
    sizes = QUICK if given.quick else Sizes()
    try:
        with tempfile.TemporaryDirectory(prefix="loket-bench-") as folder:
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
        print(json.dumps({"machine": about, "quick": given.quick, "rows": by_name}))
    return 0


def _measured(names: Sequence[str], sizes: Sizes, folder: Path) -> Iterator[Row]:
    models = Models()
    index = folder / "index"
    for name in ROWS:
        if name not in names:
            continue
        match name:
            case "embedding":
                yield embedding(models, sizes, _tell)
            case "reindex":
                yield reindex(models, sizes, index, _tell)
            case "search":
                yield search(models, sizes, index, _tell)
            case "answer":
                bot = folder / "bot"
                bot.mkdir()
                yield asyncio.run(answer(models, sizes, bot, _tell))


def _tell(text: str) -> None:
    print(f"… {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
