"""What happened in a trial, what came of it, and how that is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from stage.crash.check import Duty, Verdict
from stage.crash.plan import RANDOM, STEPS


@dataclass(slots=True)
class Report:
    """What happened, and what came of it.

    Attributes:
        seed: Of the plan.
        kills: How many lives were ended, by step, or ``random``.
        ended_itself: How often the bot ended unasked, by its last words.
        restarts: How often the homeserver went away, by how.
        faults: How often the network failed, by how.
        stories: How many were begun, by plot.
        seconds: How long the killing took.
        settled: Whether the bot came to rest at the end.
        inbox, outbox, undeliverable: What was left in its database then.
        vetted, versions: Entries published at the desk, and how many versions they have.
        given_up: Stories whose people went away without a reply; not a failure by itself.
        unread: What the bot said in the encrypted chat, and its reader's client could not show.
        verdict: See ``Verdict``.
    """

    seed: int
    kills: Counter[str] = field(default_factory=Counter)
    ended_itself: Counter[str] = field(default_factory=Counter)
    restarts: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    stories: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    settled: bool = False
    inbox: int = 0
    outbox: int = 0
    undeliverable: int = 0
    vetted: int = 0
    versions: int = 0
    given_up: int = 0
    unread: int = 0
    verdict: Verdict | None = None

    @property
    def good(self) -> bool:
        """Whether nothing was lost, nothing doubled, and nothing is left to do."""
        at_rest = self.settled and not (self.inbox or self.outbox or self.undeliverable)
        return (
            at_rest
            and self.vetted == self.versions
            and not self.unread
            and self.verdict is not None
            and self.verdict.good
        )


def as_text(report: Report) -> Iterator[str]:
    """The lines for people; the last one tells the result."""
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
    if report.inbox or report.outbox:
        yield f"left over: {report.inbox} to handle, {report.outbox} to say"
    if report.undeliverable:
        yield f"given up by the bot: {report.undeliverable}"
    if report.vetted != report.versions:
        yield f"published more than once: {report.versions - report.vetted}"
    if report.unread:
        yield f"said encrypted, but not readable: {report.unread}"
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


def as_json(report: Report) -> dict[str, Any]:
    """The same for programs."""
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
