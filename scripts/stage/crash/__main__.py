"""``scripts/crashtest``: kills the bot again and again, and counts what was lost or doubled."""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from stage.bot import BotFailed
from stage.crash.check import Duty, Verdict
from stage.crash.plan import RANDOM, STEPS
from stage.crash.trial import Report, Trial
from stage.homeserver import HomeserverFailed
from stage.person import Refused

_ABOUT = """\
Kills the bot with SIGKILL while people ask and answer on a real Synapse: at random moments and at
every named step of a message's path. Now and then the homeserver goes away too, and a proxy
between the two loses requests, cuts answers short and answers 502, also for what was carried out.
In the end every reply that had to come is counted on the homeserver's own timelines.

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
        print(json.dumps(_as_json(report)) if given.json else "\n".join(_as_text(report)))
    return 0 if good else 1


def _as_text(report: Report) -> Iterator[str]:
    verdict = _verdict(report)
    count = report.kills.total()
    yield f"seed {report.seed}: {count} kills, {report.seconds / count:.2f} s each"
    yield ""
    yield "the bot was killed"
    yield from _rows({step: report.kills[step] for step in (*STEPS, RANDOM)})
    yield from _section("the homeserver went away", report.restarts)
    yield from _section("the network failed", report.faults)
    yield from _section(
        "the bot ended by itself at its start, and was started again", report.ended_itself
    )
    yield from _section("people's stories", report.stories)
    yield from _section("said by the bot exactly once", verdict.met)
    yield ""
    yield f"said by people and found on the timelines: {verdict.heard}"
    yield f"entries published: {report.vetted}, versions of them: {report.versions}"
    yield (
        f"left in the inbox {report.inbox}, in the outbox {report.outbox}; "
        f"undeliverable {report.undeliverable}"
    )
    yield ""
    yield from _failures(report)
    yield _result(verdict)


def _failures(report: Report) -> Iterator[str]:
    verdict = _verdict(report)
    if not report.settled:
        yield "the bot did not come to rest at the end"
    for duty in verdict.lost:
        yield f"lost: {_told(duty)}: {duty.text[:60]!r}"
    for duty, events in verdict.doubled:
        yield f"doubled: {_told(duty)}: {', '.join(events)}"
    for event in verdict.strays:
        text = str(event["content"].get("body", event["content"]))[:80]
        yield f"owed to nobody: {event['event_id']} {text!r}"
    for said in verdict.unheard:
        yield f"not on the timelines, though the homeserver took it: {said}"


def _told(duty: Duty) -> str:
    return f"{duty.what} of story {duty.about}, to {duty.to or 'the desk'}"


def _result(verdict: Verdict) -> str:
    result = f"lost {len(verdict.lost)} doubled {len(verdict.doubled)}"
    if verdict.strays:
        result += f" owed to nobody {len(verdict.strays)}"
    return result


def _as_json(report: Report) -> dict[str, Any]:
    verdict = _verdict(report)
    # Not by `asdict`, which takes a Counter's pairs for its members.
    told = {each.name: getattr(report, each.name) for each in fields(report)}
    return told | {
        "verdict": _result(verdict),
        "good": report.good,
        "met": verdict.met,
        "heard": verdict.heard,
        "lost": len(verdict.lost),
        "doubled": len(verdict.doubled),
        "strays": len(verdict.strays),
        "failures": list(_failures(report)),
    }


def _verdict(report: Report) -> Verdict:
    if report.verdict is None:
        raise ValueError("a report without a verdict is not told")
    return report.verdict


def _section(title: str, counts: Mapping[str, int]) -> Iterator[str]:
    if counts:
        yield ""
        yield title
        yield from _rows(counts)


def _rows(counts: Mapping[str, int]) -> Iterator[str]:
    for name, count in counts.items():
        yield f"  {count:6}  {name}"


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
