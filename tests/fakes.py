"""The store and the clock as the tests use them: in memory, at a time the test decides."""

from __future__ import annotations

import copy
import itertools
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bot.aftercare import Flag, Got, Instead, Renewal, Review, Tally, Withdrawal, correction
from bot.cases import AT_WORK, Case, Status
from bot.deeds import Deed, Track, What
from bot.errors import HandleAgain
from bot.expectation import FirstAnswer
from bot.figures import Figures
from bot.holding import Published, Version
from bot.messages import (
    Kind,
    Message,
    MessageRef,
    Outgoing,
    Place,
    Priority,
    Shown,
    Style,
    key_after,
    key_for,
)
from bot.outcome import (
    UNTOLD,
    Doubtful,
    Follower,
    Given,
    Note,
    Outcome,
    Outdated,
    Reaction,
    Revision,
    tying,
)
from bot.ports import LONGEST_PUT_OFF, Clock
from knowledge.change import Change, in_use, proposed
from knowledge.entry import NATIONAL, Entry
from knowledge.errors import VersionUnknown
from knowledge.review import due_on
from knowledge.translations import bound_to


def _corrects(edit: Outgoing, given: Given) -> bool:
    said, withdrawn = edit.replaces or "", given.withdrawn
    keys = correction(said, given.entry_id, given.version, withdrawn=withdrawn)
    return edit.key == given.key == keys[0]


class FakeClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta) -> None:
        """Moves the time on."""
        self.now += by


class MemoryStore:
    """A ``Store`` without a file; what it holds is open to a test."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock = clock or FakeClock()
        self.persons: dict[tuple[str, str], str] = {}
        self.positions: dict[str, str] = {}
        self.inbox: dict[MessageRef, Message] = {}
        self.handled: set[MessageRef] = set()
        self.failures: dict[MessageRef, int] = {}
        self.waited: Counter[MessageRef] = Counter()
        self.hidden: dict[MessageRef, datetime] = {}
        self.outbox: dict[str, Outgoing] = {}
        self.events: dict[str, str] = {}
        self.queued_at: dict[str, datetime] = {}
        self.said_at: dict[str, datetime] = {}
        self.heard_at: datetime | None = None
        self.refused: dict[str, str] = {}
        self.cases: dict[int, Case] = {}
        self.numbered = 0
        self.first: dict[int, FirstAnswer] = {}
        self.promises: dict[int, datetime] = {}
        self.did: dict[Deed, datetime] = {}
        self.did_by: dict[Deed, set[MessageRef]] = {}
        self.notes_kept: dict[MessageRef, Note] = {}
        self.gave: dict[str, tuple[Given, datetime]] = {}
        self.asked: dict[str, Message] = {}
        self.asked_about: dict[str, tuple[Review, datetime]] = {}
        self.flagged: dict[int, Flag] = {}
        self.moves: dict[str, str] = {}
        self.renewed: dict[tuple[str, int], datetime] = {}
        self.judged: dict[frozenset[str], tuple[Entry, ...]] = {}
        self.counted: dict[tuple[str, int, bool], Tally] = {}
        self.reactions: dict[MessageRef, Reaction] = {}
        self.joined: dict[tuple[int, str, str], Follower] = {}
        self.attempts: dict[str, datetime] = {}
        self.set_aside: list[MessageRef] = []
        self.spendings: list[tuple[str, str, datetime]] = []
        self.versions: dict[str, list[Version]] = {}
        self.served: set[str] = set()
        self.origins: dict[str, dict[str, str]] = {}

    async def receive(self, front: str, messages: Sequence[Message], position: str) -> None:
        for message in messages:
            if message.kind is Kind.SAID:
                await self.sent(message.text, message.ref.event)
                continue
            if message.ref in self.handled | self.inbox.keys():
                if message.kind is Kind.MOVED and message.text:
                    self.moves[message.ref.room] = message.text
                continue
            sender = self._person(message.ref.front, message.sender)
            self.inbox[message.ref] = replace(message, sender=sender, received_at=self.clock())
            self._change_what_waits(self.inbox[message.ref])
        self.positions[front] = position
        self.heard_at = self.clock()

    async def position(self, front: str) -> str | None:
        return self.positions.get(front)

    async def unhandled(
        self, now: datetime, limit: int, but_in: Collection[str] = ()
    ) -> list[Message]:
        shown = [
            replace(m, failures=self.failures.get(m.ref, 0), waits=self.waited[m.ref])
            for m in self.inbox.values()
            if m.ref not in self.set_aside
            and not timedelta() < self.hidden.get(m.ref, now) - now <= LONGEST_PUT_OFF
            and not self._edits_what_waits(m)
            and m.ref.room not in but_in
        ]
        return shown[:limit]

    async def put_off(self, ref: MessageRef, until: datetime) -> int:
        if ref not in self.inbox:
            return 0
        self.hidden[ref] = until
        self.failures[ref] = self.failures.get(ref, 0) + 1
        return self.failures[ref]

    async def wait(self, ref: MessageRef, until: datetime, *, for_keys: bool = False) -> int:
        if ref not in self.inbox:
            return 0
        if for_keys and self.inbox[ref].kind is not Kind.UNREADABLE:
            return 0
        self.hidden[ref] = until
        self.waited[ref] += for_keys
        return self.waited[ref]

    async def parked(self) -> list[Message]:
        return [
            replace(self.inbox[ref], failures=self.failures.get(ref, 0), waits=self.waited[ref])
            for ref in self.set_aside
        ]

    async def unpark(self) -> int:
        for ref in self.set_aside:
            self.hidden.pop(ref, None)
            self.failures.pop(ref, None)
            self.waited.pop(ref, None)
        count, self.set_aside = len(self.set_aside), []
        return count

    async def commit(self, outcome: Outcome) -> None:
        handled = outcome.handled
        if handled and (handled not in self.inbox or handled in self.set_aside):
            raise HandleAgain("the message is no longer in the inbox")
        if handled and self._edits_what_waits(self.inbox[handled]):
            raise HandleAgain("what it edits waits again")
        cases = [*([outcome.case] if outcome.case else []), *outcome.cases]
        for case in cases:
            stored = self.cases.get(case.id)
            if case.version != (stored.version if stored else 0):
                raise HandleAgain(f"case {case.id} changed since it was read")
        if outcome.entry and outcome.over not in (
            None,
            self._newest(outcome.entry.id),
        ):
            raise HandleAgain(f"entry {outcome.entry.id} changed since it was read")
        if outcome.entry and outcome.edition not in ("", await self.edition()):
            raise HandleAgain("other entries are served than those it was held against")
        for each in [*([outcome.given] if outcome.given else []), *outcome.also_given]:
            comes = outcome.entry is not None and each.entry_id == outcome.entry.id
            if not comes and self._is_past(each, outcome.outgoing):
                raise HandleAgain(f"entry {each.entry_id} changed since it was read")
        if outcome.flag and await self.flags([outcome.flag.entry_id]):
            raise HandleAgain(f"entry {outcome.flag.entry_id} was flagged just now")
        for case in cases:
            self.cases[case.id] = replace(case, version=case.version + 1)
            if case.status in (Status.ANSWERED, Status.VETTED):
                answer = FirstAnswer(case.topic, case.opened_at, self.clock())
                self.first.setdefault(case.id, answer)
        for case in cases:
            top = case
            while top.merged_into is not None:
                top = self.cases[top.merged_into]
            if self.cases[top.id].status not in {Status.WAITING, *AT_WORK}:
                for each in (case, *await self.cases_merged(case.id)):
                    self.promises.pop(each.id, None)
        if outcome.promise and outcome.promise.until:
            self.promises[outcome.promise.case_id] = outcome.promise.until
        elif outcome.promise:
            self.promises.pop(outcome.promise.case_id, None)
        for deed in outcome.undone:
            self._undo(deed)
        for each in outcome.deeds:
            deed = replace(each, ref=None)
            if deed not in self.did:
                self.did[deed] = self.clock()
                self.did_by[deed] = {each.ref} if each.ref else set()
            elif each.ref and self.did_by[deed]:
                self.did_by[deed].add(each.ref)
            elif not each.ref:
                self.did_by[deed].clear()
        if handled and outcome.read:
            sender = self.inbox[handled].sender
            at = self.inbox[handled].received_at
            read = replace(outcome.read, sender=sender, failures=0, waits=0, received_at=at)
            self.inbox[handled] = read
            self._unhide(handled)
            self._change_what_waits(self.inbox[handled])
        elif handled and outcome.parked:
            self.set_aside.append(handled)
        elif handled:
            heard = self.inbox[handled]
            self._finish(handled, outcome)
        for ref in outcome.taken_back:
            self._take_back(ref)
        for outgoing in outcome.outgoing:
            self._queue(outgoing)
        if handled in self.handled:
            self._keep_question(heard, outcome)
        given = [*([outcome.given] if outcome.given else []), *outcome.also_given]
        if entry := outcome.entry:
            confirmed = outcome.over is not None
            version = self._serve(entry, "desk", outcome.revision, confirmed=confirmed)
            mine = [replace(each, version=version) for each in given if each.entry_id == entry.id]
            given = [each for each in given if each.entry_id != entry.id] + mine
            for each in outcome.tied:
                self._serve(each, "desk", tying(entry))
            for other in outcome.apart:
                pair = frozenset((entry.id, other))
                self.judged[pair] = tuple(self.versions[id][-1].entry for id in pair)
        for each in given:
            self.gave.setdefault(each.key, (each, self.clock()))
        await self.withdraw(outcome.withdrawn, revision=outcome.revision)
        if renewal := outcome.renewal:
            self.renewed.setdefault((renewal.entry_id, renewal.state), self.clock())
        if review := outcome.review:
            self.asked_about.setdefault(review.key, (review, self.clock()))
        if outcome.flag:
            self.flagged[outcome.flag.case_id] = outcome.flag
            self._ask_anew([outcome.flag.entry_id])
        if tally := outcome.tally:
            self.counted[tally.entry_id, tally.version, tally.withdrawn] = tally
        if outcome.note:
            self.notes_kept[outcome.note.ref] = outcome.note
        for gone in outcome.unfollowed:
            self.joined.pop((gone.case_id, gone.person, gone.ref.event), None)
        for joins in outcome.followers:
            self.joined.setdefault((joins.case_id, joins.person, joins.ref.event), joins)
        if outcome.reaction:
            self.reactions.setdefault(outcome.reaction.ref, outcome.reaction)

    async def unsent(
        self, limit: int, aside: Collection[str] = (), alone: Collection[str] = ()
    ) -> list[Outgoing]:
        user_ids = {key: user_id for (_, user_id), key in self.persons.items()}
        waiting = [each for each in self.outbox.values() if self._waits(each.key)]
        waiting = [each for each in waiting if each.key not in alone]
        urgency: dict[object, int] = {}
        ready: list[tuple[object, Outgoing]] = []
        blocked: set[object] = set()
        for each in waiting:
            line = (each.front, each.room, self._line(each))
            urgency[line] = min(urgency.get(line, each.priority), each.priority)
            if each.key in aside or self._held(each):
                blocked.add(line)
            if line not in blocked:
                ready.append((line, each))
        ready.sort(key=lambda pair: urgency[pair[0]])
        return [
            replace(
                each,
                thread=self._event(each.thread),
                reply_to=self._event(each.reply_to),
                replaces=self._event(each.replaces),
                mentions=tuple(user_ids[key] for key in each.mentions),
                attempted_at=self.attempts.get(each.key),
            )
            for _, each in ready
        ][:limit]

    async def attempt(self, key: str) -> Outgoing | None:
        ready = {each.key: each for each in await self.unsent(len(self.outbox))}
        if key in ready:
            self.attempts.setdefault(key, self.clock())
        return ready.get(key)

    async def sent(self, key: str, event: str) -> None:
        if key in self.outbox and key not in self.events:
            self.events[key] = event
            self.said_at[key] = self.clock()
            older = itertools.takewhile(lambda each: each != key, list(self.outbox))
            for each in older:
                replaces = self.outbox[each].replaces
                if replaces and replaces == self.outbox[key].replaces and self._waits(each):
                    self.refused[each] = "merged"

    async def undeliverable(self, key: str, reason: str) -> None:
        if not self._waits(key):
            return
        self.refused[key] = reason
        for each in self.outbox.values():
            beside = each.style in (Style.REACTION, Style.REDACTION) and each.reply_to == key
            if self._waits(each.key) and (beside or each.replaces == key):
                self.refused[each.key] = "what it belongs to was never said"

    async def figures(self) -> Figures:
        inbox = [m for m in self.inbox.values() if m.ref not in self.set_aside]
        waiting = [each for each in self.outbox.values() if self._waits(each.key)]
        due = [each for each in waiting if each.priority is not Priority.UPKEEP]
        return Figures(
            inbox=len(inbox),
            parked=len(self.set_aside),
            outbox=Counter(each.priority for each in waiting),
            oldest_inbox=min((m.sent_at for m in inbox), default=None),
            oldest_outbox=min((self.queued_at[each.key] for each in due), default=None),
            cases=Counter(case.status for case in await self.open_cases()),
            heard_at=self.heard_at,
        )

    async def waits(self, since: datetime, limit: int) -> list[float]:
        said = sorted(self.said_at.items(), key=lambda pair: pair[1], reverse=True)
        lately = [(key, at) for key, at in said if at >= since][:limit]
        return [(at - self.queued_at[key]).total_seconds() for key, at in lately]

    async def enroll(self, front: str, user_ids: Sequence[str]) -> Mapping[str, str]:
        return {user_id: self._person(front, user_id) for user_id in user_ids}

    async def next_case_id(self) -> int:
        self.numbered += 1
        return self.numbered

    async def case(self, case_id: int) -> Case | None:
        return self.cases.get(case_id)

    async def case_in_thread(self, front: str, room: str, root: str) -> Case | None:
        return next(iter(await self.cases_in_thread(front, room, root)), None)

    async def cases_in_thread(self, front: str, room: str, root: str) -> list[Case]:
        def there(case: Case) -> bool:
            desk = self.outbox.get(case.desk_thread or "")
            asked = (case.asked.front, case.asked.room)
            if (front, room) == asked and case.root in [
                each.thread
                for each in self.outbox.values()
                if (each.front, each.room, self.events.get(each.key)) == (front, room, root)
            ]:
                return True
            return (case.asked.front, case.asked.room, case.root) == (front, room, root) or (
                desk is not None
                and (desk.front, desk.room, self.events.get(desk.key)) == (front, room, root)
            )

        found = filter(there, self.cases.values())
        return sorted(found, key=lambda case: (case.about_entry, -case.id))

    async def cases_at(self, front: str, room: str, event: str) -> list[Case]:
        key = await self.said(front, room, event)
        root = self.outbox[key].thread if key else None
        there = [
            case
            for case in self.cases.values()
            if (case.asked.front, case.asked.room, case.root) == (front, room, root or "")
        ]
        return sorted(there, key=lambda case: -case.id) if key else []

    async def case_asked(self, ref: MessageRef) -> Case | None:
        found = [case for case in self.cases.values() if case.asked == ref]
        return max(found, key=lambda case: case.id, default=None)

    async def original(self, front: str, room: str, event: str) -> MessageRef | None:
        for key, said in self.events.items():
            each = self.outbox[key]
            if (each.front, each.room, said) == (front, room, event):
                return each.original
        return None

    async def copies(self, original: MessageRef) -> list[Outgoing]:
        gone = {each.reply_to for each in self.outbox.values() if each.style is Style.REDACTION}
        return [
            replace(each, mentions=(), attempted_at=self.attempts.get(each.key))
            for each in self.outbox.values()
            if each.original == original
            and each.key not in gone | self.refused.keys()
            and each.style not in (Style.REACTION, Style.REDACTION)
            and each.replaces is None
        ]

    async def given(self, key: str) -> tuple[Given, datetime] | None:
        found = [key, *(each.key for each in self.outbox.values() if each.replaces == key)]
        return next((self.gave[each] for each in reversed(found) if each in self.gave), None)

    async def reaction(self, ref: MessageRef) -> Reaction | None:
        return self.reactions.get(ref)

    async def mirrored(self, target: MessageRef, emoji: str) -> list[Reaction]:
        found = [each for each in self.reactions.values() if each.target == target]
        same = [each for each in found if each.emoji == emoji]
        return sorted(same, key=lambda each: each.ref.event)

    async def spent(self, person: str, room: str, since: datetime) -> tuple[int, int]:
        lately = [(who, where) for who, where, at in self.spendings if at >= since]
        return sum(who == person for who, _ in lately), sum(where == room for _, where in lately)

    async def said(self, front: str, room: str, event: str) -> str | None:
        for key, said in self.events.items():
            each = self.outbox[key]
            if (each.front, each.room, said) == (front, room, event):
                return key
        return None

    async def cases_due(self, now: datetime) -> list[Case]:
        due = [case for case in self.cases.values() if case.look_at and case.look_at <= now]
        return sorted(due, key=lambda case: (case.opened_at, case.id))

    async def alerted(self, thread: str, person: str, since: datetime) -> bool:
        return any(
            each.thread == thread
            and person in each.mentions
            and self.queued_at[each.key] >= since
            and each.key not in self.refused
            for each in self.outbox.values()
        )

    async def cases_slipped(self, now: datetime) -> list[Case]:
        late = [
            (self.cases[id].merged_into is not None, until, id)
            for id, until in self.promises.items()
            if until <= now
        ]
        return [self.cases[id] for *_, id in sorted(late)]

    async def first_answers(self, since: datetime, limit: int) -> list[FirstAnswer]:
        found = [(each.answered_at, id) for id, each in self.first.items()]
        lately = [id for at, id in sorted(found, reverse=True) if at >= since]
        return [self.first[id] for id in lately[:limit]]

    async def deeds(self, since: datetime, until: datetime, person: str = "") -> Mapping[What, int]:
        return Counter(
            deed.what
            for deed, at in self.did.items()
            if since <= at < until and person in ("", deed.person)
        )

    async def cases_answered(self, since: datetime, until: datetime) -> int:
        answers = (What.ANSWERED, What.SENT)
        return len(
            {
                deed.case_id
                for deed, at in self.did.items()
                if since <= at < until and deed.what in answers
            }
        )

    async def first_answers_of(self, person: str) -> list[float]:
        return [
            (at - self.first[deed.case_id].opened_at).total_seconds()
            for deed, at in self.did.items()
            if deed.person == person
            and deed.what in (What.ANSWERED, What.SENT)
            and self.first[deed.case_id].answered_at == at
        ]

    async def tracks(self, since: datetime) -> Mapping[str, Track]:
        own = [deed for deed, at in self.did.items() if deed.what is What.ANSWERED and at >= since]
        good = [each for each in own if replace(each, what=What.WAS_VETTED) in self.did]
        return {
            person: Track(
                sum(each.person == person for each in own),
                sum(each.person == person for each in good),
            )
            for person in {each.person for each in own}
        }

    async def cases_merged(self, case_id: int) -> list[Case]:
        found = [case for case in self.cases.values() if case.merged_into == case_id]
        for case in list(found):
            found += await self.cases_merged(case.id)
        return sorted(found, key=lambda case: (case.opened_at, case.id))

    async def cases_of(self, asker: str, front: str, room: str) -> list[Case]:
        found = [
            case
            for case in self.cases.values()
            if (case.asker, case.asked.front, case.asked.room) == (asker, front, room)
        ]
        return sorted(found, key=lambda case: (case.opened_at, case.id))

    async def open_cases(self) -> list[Case]:
        found = [case for case in self.cases.values() if not case.ended]
        return sorted(found, key=lambda case: (case.opened_at, case.id))

    async def followers(self, case_id: int) -> list[Follower]:
        found = [each for (id, *_), each in self.joined.items() if id == case_id]
        return sorted(
            found, key=lambda each: (each.ref.front, each.ref.room, each.ref.event, each.person)
        )

    async def following(self, ref: MessageRef) -> list[Follower]:
        return [each for each in self.joined.values() if each.ref == ref]

    async def note(self, ref: MessageRef) -> Note | None:
        return self.notes_kept.get(ref)

    async def entries(self, ids: Sequence[str] = ()) -> list[Entry]:
        return [self.versions[id][-1].entry for id in sorted(self.served) if not ids or id in ids]

    async def translations(self, knowledge: str) -> list[Entry]:
        return [entry for entry in await self.entries() if entry.knowledge == knowledge]

    async def kindred(self, ids: Sequence[str], scope: str) -> list[Entry]:
        entries = await self.entries()
        known = {each.knowledge for each in entries if each.id in ids} | set(ids)
        return [
            each for each in entries if each.knowledge in known or each.scope == scope != NATIONAL
        ]

    async def publish(
        self,
        entries: Sequence[Entry],
        origin: str,
        *,
        complete: bool = False,
        edition: str = "",
        revision: Revision = UNTOLD,
    ) -> Published:
        await self._hold(edition)
        before = (copy.deepcopy(self.versions), set(self.served), copy.deepcopy(self.origins))
        bases = self.origins.setdefault(origin, {})
        new = changed = unchanged = withdrawn = 0
        replaced: list[str] = []
        wrong: dict[str, str] = {}
        beside = {each.id: each.version for each in entries}
        for entry in sorted(entries, key=lambda each: each.translation_of is not None):
            content = f"{entry.content_hash()} {entry.translation_of_version or ''}".strip()
            now = await self.entries((entry.id,))
            bound = (None, *(each.translation_of_version for each in now))
            same = any(each.content_hash() == entry.content_hash() for each in now)
            try:
                if content == bases.get(entry.id) or (
                    same and entry.translation_of_version in bound
                ):
                    unchanged += 1
                else:
                    known = entry.id in self.versions
                    of = beside.get(entry.translation_of or "", 0)
                    self._serve(entry, origin, revision, beside=of)
                    new, changed = new + (not known), changed + known
                    if now and now[0].content_hash() != bases.get(entry.id, "").split(" ")[0]:
                        replaced.append(entry.id)
            except ValueError as error:
                wrong[entry.id] = str(error)
            bases[entry.id] = content
        if wrong:
            self.versions, self.served, self.origins = before
            raise VersionUnknown(wrong)
        if complete:
            gone = bases.keys() - {entry.id for entry in entries}
            self.origins[origin] = {id: bases[id] for id in bases.keys() - gone}
            left_out = replace(revision, reason="left out where it came from")
            withdrawn = await self.withdraw(list(gone), revision=left_out)
        return Published(new, changed, unchanged, withdrawn, tuple(replaced))

    async def merge(
        self,
        entries: Sequence[Entry],
        origin: str,
        *,
        begun: Sequence[Entry] = (),
        gone: Sequence[str] = (),
        edition: str = "",
        revision: Revision = UNTOLD,
    ) -> None:
        await self._hold(edition)
        before = (copy.deepcopy(self.versions), set(self.served))
        wrong: dict[str, str] = {}
        for some in (begun, entries):
            for entry in sorted(some, key=lambda each: each.translation_of is not None):
                try:
                    self._serve(entry, origin, revision)
                except ValueError as error:
                    wrong[entry.id] = str(error)
        if wrong:
            self.versions, self.served = before
            raise VersionUnknown(wrong)
        await self.withdraw(gone, revision=revision)

    async def _hold(self, edition: str) -> None:
        if edition and edition != await self.edition():
            raise HandleAgain("other entries are served than those it was held against")

    async def history(self, entry_id: str) -> list[Version]:
        return self.versions.get(entry_id, [])[::-1]

    async def withdraw(self, ids: Sequence[str], *, revision: Revision = UNTOLD) -> int:
        found = self.served & set(ids)
        for each in found:
            gone = Withdrawal(
                self.clock(),
                revision.vetter or revision.author,
                revision.reason,
                revision.vetter_person or revision.author_person,
            )
            self.versions[each][-1] = replace(self.versions[each][-1], withdrawal=gone)
            self._recall(each, gone=True)
        self.served -= found
        self._ask_anew(ids)
        return len(found)

    async def got(self, since: datetime) -> list[Got]:
        found = {
            (self.outbox[key].room, given.entry_id, given.lang)
            for key, (given, at) in self.gave.items()
            if at >= since
        }
        return [Got(room, self._latest(room), *each) for room, *each in sorted(found)]

    async def outdated(
        self,
        since: datetime,
        limit: int,
        instead: Sequence[Instead] = (),
        held: Sequence[str] = (),
    ) -> list[Outdated]:
        others = {(each.room, each.given, each.lang): each for each in instead}
        gone = {each.reply_to for each in self.outbox.values() if each.style is Style.REDACTION}
        last = {
            each.replaces or each.key: each.key
            for each in self.outbox.values()
            if self.refused.get(each.key) != "recalled"
        }
        under_way = {given.news for given, _ in self.gave.values() if self._waits(given.news or "")}
        under_way |= {
            key
            for key, (given, _) in self.gave.items()
            if self.outbox[key].replaces and not given.news and self._waits(key)
        }
        told = [
            (given, self.outbox[given.news].mentions)
            for given, at in self.gave.values()
            if given.news and at >= since and given.news not in self.refused
        ]
        found: list[Outdated] = []
        for key, root in ((key, root) for root, key in last.items()):
            if key not in self.gave or root in gone or root not in self.events:
                continue
            given, at = self.gave[key]
            versions = self.versions[given.entry_id]
            newer = [each for each in versions if each.entry.version > given.version]
            other = others.get((self.outbox[root].room, given.entry_id, given.lang))
            now, newest = given.entry_id, self._newest(given.entry_id)
            if other:
                outdated, now, newest = True, other.entry_id, other.version
            elif now not in self.served:
                outdated = not given.withdrawn
            else:
                advice = any(each.revision.change is Change.ADVICE for each in newer)
                outdated = bool(newer) and (given.withdrawn or advice)
            if now in self.served and {now, self.versions[now][-1].entry.knowledge} & set(held):
                continue
            if outdated and at >= since:
                said = self.outbox[root]
                people = tuple(self._readers(given, root))
                said = replace(said, text="", html="", mentions=())
                stands = MessageRef(said.front, said.room, self.events[root])
                room = self._latest(said.room)
                found.append(Outdated(given, said, now, newest, people, stands, room))
        order = list(self.outbox)
        found.sort(key=lambda each: order.index(each.said.key))
        later: set[tuple[str, str]] = set()
        for place, each in reversed(list(enumerate(found))):
            entry_id = each.entry_id
            know = {
                person
                for given, people in told
                if (given.entry_id, given.version) == (entry_id, each.version)
                and (given.withdrawn or entry_id in self.served)
                for person in people
            }
            know |= {person for id, person in later if id == entry_id}
            later |= {(entry_id, person) for person in each.untold}
            untold = tuple(person for person in each.untold if person not in know)
            found[place] = replace(each, untold=untold)
        found.sort(key=lambda each: not each.untold)
        return found[: max(0, limit - len(under_way))]

    async def reviews_due(self, by: date, since: datetime, limit: int) -> list[Entry]:
        asked = {(each.entry_id, each.valid_until) for each, _ in self.asked_about.values()}
        lately = sum(at >= since for _, at in self.asked_about.values())
        due = [
            (due_on(each), each.id, each)
            for each in await self.entries()
            if due_on(each) <= by and not each.sample and (each.id, due_on(each)) not in asked
        ]
        return [each for _, _, each in sorted(due)[: max(0, limit - lately)]]

    async def review(self, key: str) -> Review | None:
        found = self.asked_about.get(key)
        return found and found[0]

    async def answer_at(self, front: str, room: str, event: str) -> tuple[Given, str | None] | None:
        here = [each for each in self.outbox.values() if (each.front, each.room) == (front, room)]
        there = {
            each.replaces or each.key
            for each in here
            if event in (each.thread, self.events.get(each.key))
        }
        by_news = {given.news: given for given, _ in self.gave.values() if given.news}
        for each in reversed(here):
            if {each.key, each.replaces} & there:
                if each.key in self.gave:
                    return self.gave[each.key][0], each.thread
                if each.key in by_news:
                    return by_news[each.key], each.thread
        return None

    async def edition(self) -> str:
        return f"{sum(map(len, self.versions.values()))}/{len(self.served)}"

    async def apart(self, entry_id: str) -> list[tuple[Entry, Entry]]:
        pairs = [sorted(e, key=lambda each: each.id != entry_id) for e in self.judged.values()]
        found = [(own, other) for own, other in pairs if own.id == entry_id]
        return sorted(found, key=lambda each: each[1].id)

    async def shown(self, what: str) -> list[Shown]:
        return [
            Shown(
                MessageRef(each.front, each.room, self.events[each.key]),
                shows.state,
                self.said_at[each.key],
            )
            for each in self.outbox.values()
            for shows in each.shows
            if shows.what == what and each.key in self.events
        ]

    async def flags(self, ids: Sequence[str] = ()) -> list[Flag]:
        return [
            each
            for id, each in sorted(self.flagged.items())
            if not self.cases[id].ended and (not ids or each.entry_id in ids)
        ]

    async def notes(self, case_id: int) -> list[Note]:
        found = [each for each in self.notes_kept.values() if each.case_id == case_id]
        passed = [each.original for each in self.outbox.values()]

        def order(note: Note) -> tuple[int, str, str, str]:
            ref = note.ref
            first = passed.index(ref) if ref in passed else -1
            return first, ref.front, ref.room, ref.event

        return sorted(found, key=order)

    async def stale(self, ids: Sequence[str] = ()) -> list[str]:
        return [each.entry_id for each in await self.renewals(ids)]

    async def renewals(self, ids: Sequence[str] = ()) -> list[Renewal]:
        found = []
        for entry in await self.entries(ids):
            of = entry.translation_of or ""
            if versions := self.versions.get(of, []):
                state = versions[-1].entry.advice_version
                if of not in self.served:
                    found.append(Renewal(entry.id, of, -state))
                elif state > (entry.translation_of_version or 1):
                    found.append(Renewal(entry.id, of, state))
        return found

    async def renewals_due(self, since: datetime, limit: int) -> list[Renewal]:
        lately = sum(at >= since for at in self.renewed.values())
        due = [
            each
            for each in await self.renewals()
            if (each.entry_id, each.state) not in self.renewed
            and not self.versions[each.entry_id][-1].entry.sample
        ]
        return due[: max(0, limit - lately)]

    async def doubtful(self, since: datetime, limit: int) -> list[Doubtful]:
        stale = await self.stale()
        gone = {each.reply_to for each in self.outbox.values() if each.style is Style.REDACTION}
        last = {
            each.replaces or each.key: each.key
            for each in self.outbox.values()
            if self.refused.get(each.key) != "recalled"
        }
        found, waiting = [], 0
        order = list(self.outbox)
        knows: dict[tuple[str, str], tuple[int, bool]] = {}
        for key, (given, at) in self.gave.items():
            root = self.outbox[key].replaces or key
            if root in gone or root not in self.events or at < since or given.withdrawn:
                continue
            for person in self._readers(given, root):
                says = (order.index(key), given.stale)
                knows[given.entry_id, person] = max(
                    says, knows.get((given.entry_id, person), (-1, False))
                )
        for root, key in last.items():
            if key not in self.gave:
                continue
            given, at = self.gave[key]
            waiting += key != root and given.news is None and self._waits(key)
            versions = self.versions[given.entry_id]
            newer = [each for each in versions if each.entry.version > given.version]
            if (
                at >= since
                and given.entry_id in self.served
                and not given.withdrawn
                and given.stale is not (given.entry_id in stale)
                and not any(each.revision.change is Change.ADVICE for each in newer)
                and root in self.events
                and root not in gone
            ):
                said = replace(self.outbox[root], text="", html="")
                found.append(Doubtful(given, said, tuple(self._readers(given, root))))
        found.sort(key=lambda each: order.index(each.said.key))
        later: set[tuple[str, str]] = set()
        for place, each in reversed(list(enumerate(found))):
            entry_id = each.given.entry_id
            ignorant = [
                person
                for person in each.untold
                if (entry_id, person) not in later
                and knows[entry_id, person][1] is each.given.stale
            ]
            later |= {(entry_id, person) for person in each.untold}
            found[place] = replace(each, untold=tuple(ignorant))
        found.sort(key=lambda each: (not each.untold, order.index(each.given.key)))
        return found[: max(0, limit - waiting)]

    async def tallies(self, since: datetime) -> list[Tally]:
        states: dict[tuple[str, int, bool], dict[str, str]] = {}
        for given, at in self.gave.values():
            if given.news and at >= since:
                people = states.setdefault((given.entry_id, given.version, given.withdrawn), {})
                state = "a told" if given.news in self.events else "b waiting"
                state = "c unreachable" if given.news in self.refused else state
                for person in self.outbox[given.news].mentions:
                    people[person] = min(people.get(person, state), state)
        counts = [(key, Counter(each.values())) for key, each in sorted(states.items()) if each]
        found = [
            Tally(*key, count["a told"], count["c unreachable"], count["b waiting"])
            for key, count in counts
        ]
        found += [
            Tally(*key, 0, 0, 0)
            for key, each in self.counted.items()
            if each.waiting and not each.told and not states.get(key)
        ]
        return [
            each
            for each in found
            if self.counted.get((each.entry_id, each.version, each.withdrawn)) != each
        ]

    async def close(self) -> None:
        """Nothing to end."""

    def _change_what_waits(self, edit: Message) -> None:
        edited = self.inbox.get(edit.target)
        if edit.kind is not Kind.EDIT or edited is None or edited.sender != edit.sender:
            return
        edits = [m for m in self.inbox.values() if m.kind is Kind.EDIT and m.target == edit.target]
        if [m for m in edits if m.sender == edit.sender][-1].ref != edit.ref:
            return
        if edited.kind is Kind.UNREADABLE:
            addressed = edited.addressed or edit.addressed
            edited = replace(edited, kind=Kind.TEXT, thread=edit.thread, addressed=addressed)
            self._unhide(edited.ref)
            if edited.ref in self.set_aside:
                self.set_aside.remove(edited.ref)
        if edited.kind is Kind.TEXT:
            self.inbox[edited.ref] = replace(edited, text=edit.text, hidden=edit.hidden)

    def _unhide(self, ref: MessageRef) -> None:
        for kept in (self.hidden, self.failures, self.waited):
            kept.pop(ref, None)

    def _edits_what_waits(self, message: Message) -> bool:
        edited = self.inbox.get(message.target)
        return (
            message.kind is Kind.EDIT
            and edited is not None
            and (edited.kind, edited.sender) == (Kind.TEXT, message.sender)
        )

    def _person(self, front: str, user_id: str) -> str:
        return self.persons.setdefault((front, user_id), f"person{len(self.persons) + 1}")

    def _finish(self, ref: MessageRef, outcome: Outcome) -> None:
        before = list(self.inbox)[: list(self.inbox).index(ref)]
        message = self.inbox.pop(ref)
        self.handled.add(ref)
        here = (ref.front, ref.room)
        answered = any((each.front, each.room) == here for each in outcome.outgoing)
        opened = outcome.case is not None and outcome.case.version == 0
        words = message.kind in (Kind.TEXT, Kind.EDIT, Kind.UNREADABLE)
        passed_on = words and bool(outcome.outgoing)
        if (
            (answered or opened or passed_on)
            and not outcome.free
            and message.place is not Place.DESK
        ):
            self.spendings.append((message.sender, ref.room, self.clock()))
        if outcome.gone:
            for each in [each for each in before if (each.front, each.room) == here]:
                del self.inbox[each]
                self.handled.add(each)
            for said in self.outbox.values():
                lately = self.queued_at[said.key] > message.sent_at
                kept = lately or message.place is Place.DESK
                if (said.front, said.room) == here and self._waits(said.key) and not kept:
                    self.refused[said.key] = "the bot is no longer in that room"
            for case in self.cases.values():
                there = (case.asked.front, case.asked.room) == here
                if case.status is Status.WAITING and there and case.opened_at <= message.sent_at:
                    closed = replace(case, status=Status.CLOSED, question="")
                    self.cases[case.id] = replace(closed, version=case.version + 1)
        if outcome.moved_to is not None:
            self._move(ref, outcome.moved_to)

    async def name_room(self, front: str, name: str, room: str) -> None:
        if name != room:
            self.moves[name] = room

    async def room_named(self, front: str, name: str) -> str:
        return self._latest(name)

    def _latest(self, room: str) -> str:
        while room in self.moves:
            room = self.moves[room]
        return room

    def _move(self, ref: MessageRef, to: str) -> None:
        self.moves[ref.room] = to
        self.asked = {key: each for key, each in self.asked.items() if each.ref.room != ref.room}
        for each in list(self.outbox.values()):
            if (each.front, each.room) != (ref.front, ref.room) or not self._waits(each.key):
                continue
            if each.replaces or each.style in (Style.REACTION, Style.REDACTION):
                self.refused[each.key] = "the room was replaced"
                continue
            self.attempts.pop(each.key, None)
            self.outbox[each.key] = replace(each, room=to, thread=None, reply_to=None)
        for case in self.cases.values():
            if (case.asked.front, case.asked.room) == (ref.front, ref.room):
                asked = replace(case.asked, room=to)
                moved = replace(case, asked=asked, root="", version=case.version + 1)
                self.cases[case.id] = moved
        for key, joined in list(self.joined.items()):
            if (joined.ref.front, joined.ref.room) == (ref.front, ref.room):
                self.joined[key] = replace(joined, ref=replace(joined.ref, room=to), root="")

    def _take_back(self, ref: MessageRef) -> None:
        edits = [m.ref for m in self.inbox.values() if m.kind is Kind.EDIT and m.target == ref]
        for each in [ref, *edits]:
            if self.inbox.pop(each, None):
                self.handled.add(each)
        self.asked = {key: each for key, each in self.asked.items() if each.ref != ref}
        self.notes_kept.pop(ref, None)
        self.reactions.pop(ref, None)
        for each in [each for each in self.outbox.values() if each.original == ref]:
            self._redact(each.key)
        self._question_gone(ref)
        for deed, messages in list(self.did_by.items()):
            if messages == {ref}:
                self._undo(deed)
            messages.discard(ref)

    def _undo(self, deed: Deed) -> None:
        self.did.pop(replace(deed, ref=None), None)
        self.did_by.pop(replace(deed, ref=None), None)

    def _redact(self, key: str) -> None:
        for each in list(self.outbox.values()):
            if key not in (each.key, each.replaces) or each.key in self.refused:
                continue
            if each.style is Style.REDACTION:
                continue
            if each.key not in self.events and each.key not in self.attempts:
                self.refused[each.key] = "taken back"
                continue
            redaction = Outgoing(
                key_after(each.key, "taken back"),
                each.front,
                each.room,
                Style.REDACTION,
                "",
                reply_to=each.key,
                priority=Priority.WORDS,
            )
            if redaction.key not in self.outbox:
                self.outbox[redaction.key] = redaction
                self.queued_at[redaction.key] = self.clock()

    def _readers(self, given: Given, root: str) -> list[str]:
        said = self.outbox[root]
        place = (said.front, said.room, said.thread)
        joined = sorted(
            each.person
            for each in self.joined.values()
            if (each.ref.front, each.ref.room, each.root) == place and not each.asked
        )
        people = dict.fromkeys((given.asker, *said.mentions, *joined))
        return [each for each in people if each]

    def _is_past(self, given: Given, outgoing: Sequence[Outgoing]) -> bool:
        served = given.entry_id in self.served or given.withdrawn
        versions = self.versions.get(given.entry_id, [])
        newer = [each for each in versions if each.entry.version > given.version]
        corrects = any(_corrects(each, given) for each in outgoing)
        advice = any(each.revision.change is Change.ADVICE for each in newer)
        return not served or (bool(newer) and (corrects or (advice and not given.withdrawn)))

    def _keep_question(self, heard: Message, outcome: Outcome) -> None:
        if heard.kind is Kind.EDIT:
            heard = replace(heard, ref=heard.target, kind=Kind.TEXT, reply_to=None)
        key = key_for(heard.ref, "answer")
        said = [each.key for each in outcome.outgoing if key in (each.key, each.replaces)]
        kept = self.asked.get(key)
        if said:
            self.asked.pop(key, None)
            if outcome.given and outcome.given.key == said[0] and self._untouched(key):
                self.asked[key] = heard
        elif kept and kept.ref == heard.ref and kept.sender == heard.sender:
            self.asked[key] = replace(kept, text=heard.text, hidden=heard.hidden)

    def _ask_anew(self, ids: Sequence[str]) -> None:
        those = {
            id
            for id, versions in self.versions.items()
            if {id, versions[-1].entry.translation_of} & set(ids)
        }
        last = {each.replaces or each.key: each.key for each in self.outbox.values()}
        for key in [root for root in last if self._untouched(root)]:
            given, _ = self.gave.get(last[key], (None, None))
            if given is None or given.entry_id not in those:
                continue
            known = [
                case
                for case in self.cases.values()
                if key_for(case.asked, "answer") == key
                and case.status is Status.CLOSED
                and case.question
                and case.desk_thread is None
            ]
            if asked := self.asked.pop(key, None):
                self.handled.discard(asked.ref)
                self.inbox[asked.ref] = asked
                spent = [
                    each for each in self.spendings if each[:2] == (asked.sender, asked.ref.room)
                ]
                for each in spent[-1:]:
                    self.spendings.remove(each)
            elif known:
                (case,) = known
                now, version = self.clock(), case.version + 1
                waits = replace(case, status=Status.WAITING, due_at=now, version=version)
                self.cases[case.id] = replace(waits, look_at=now)
            else:
                continue
            for each in [each for each in self.outbox.values() if key in (each.key, each.replaces)]:
                del self.outbox[each.key]
                self.gave.pop(each.key, None)
                self.refused.pop(each.key, None)

    def _recall(self, entry_id: str, *, gone: bool) -> None:
        for given in [each for each, _ in self.gave.values() if each.entry_id == entry_id]:
            edit, news = self.outbox.get(given.key), given.news or ""
            if edit and given.withdrawn and _corrects(edit, replace(given, withdrawn=False)):
                owed = replace(given, withdrawn=not gone)
                self.gave[given.key] = (owed, self.gave[given.key][1])
            if edit is None or not _corrects(edit, given):
                continue
            news_waits = self._untouched(news)
            if self._untouched(edit.key) and (news_waits or not news):
                self.refused[edit.key] = "recalled"
                del self.gave[edit.key]
            elif news_waits:
                chain = [
                    key
                    for key, each in self.outbox.items()
                    if edit.replaces in (key, each.replaces) and key in self.gave
                ]
                earlier = [self.gave[key][0] for key in chain[: chain.index(edit.key)]]
                before = [each.version for each in earlier if each.entry_id == entry_id]
                owed = replace(given, news=None, version=(before or [given.version])[-1])
                if not before:
                    owed = replace(owed, withdrawn=not gone)
                self.gave[edit.key] = (owed, self.gave[edit.key][1])
            if news_waits:
                self.refused[news] = "recalled"

    def _question_gone(self, ref: MessageRef) -> None:
        answer = key_for(ref, "answer")
        if answer in self.gave:
            self._unname(self.gave[answer][0].asker, [answer])
        who = [
            (case.asker, ref.room, case.root, ref.event)
            for case in self.cases.values()
            if case.asked == ref
        ]
        for each in self.joined.values():
            case = self.cases[each.case_id]
            if each.ref == ref and not each.asked:
                here = (each.ref.room, each.root) == (case.asked.room, case.root)
                event = case.asked.event if here else None
                who.append((each.person, ref.room, each.root, event))  # type: ignore[arg-type]
        for person, room, root, event in who:
            said = [
                each.key
                for each in self.outbox.values()
                if (each.room, each.thread, each.reply_to) == (room, root, event)
                and not each.replaces
                and (each.style is Style.TEXT or each.key in self.gave)
            ]
            self._unname(person, said)

    def _unname(self, person: str, said: Sequence[str]) -> None:
        edits = [each.key for each in self.outbox.values() if each.replaces in said]
        news = {self.gave[key][0].news for key in edits if key in self.gave}
        for each in list(self.outbox.values()):
            waits = each.key in news or each.reply_to in said
            if each.key not in said and not (waits and self._untouched(each.key)):
                continue
            if person in each.mentions:
                left = tuple(one for one in each.mentions if one != person)
                self.outbox[each.key] = replace(each, mentions=left)
                if not left and self._untouched(each.key):
                    self.refused[each.key] = "recalled"
        for key in [*said, *edits]:
            if key in self.gave and self.gave[key][0].asker == person:
                given, at = self.gave[key]
                self.gave[key] = (replace(given, asker=""), at)

    def _queue(self, outgoing: Outgoing) -> None:
        if outgoing.key in self.outbox:
            return
        if outgoing.style is Style.REDACTION and outgoing.reply_to in self.outbox:
            self._redact(outgoing.reply_to)
            return
        if target := outgoing.replaces:
            while target in self.outbox and (first := self.outbox[target].replaces):
                target = first
            outgoing = replace(outgoing, replaces=target)
            for each in self.outbox.values():
                if each.replaces == target and self._untouched(each.key):
                    self.refused[each.key] = "merged"
            if self._untouched(target):
                changed = replace(self.outbox[target], text=outgoing.text, html=outgoing.html)
                self.outbox[target] = changed
                self.refused[outgoing.key] = "merged"
            elif target not in self.outbox or target in self.refused:
                self.refused[outgoing.key] = "what it changes is not there"
        self.outbox[outgoing.key] = outgoing
        self.queued_at[outgoing.key] = self.clock()

    def _waits(self, key: str) -> bool:
        return key in self.outbox and key not in self.events and key not in self.refused

    def _untouched(self, key: str) -> bool:
        return self._waits(key) and key not in self.attempts

    def _held(self, each: Outgoing) -> bool:
        hangs_on = [key for key in (each.thread, each.reply_to) if key in self.outbox]
        unsaid = any(self._waits(key) for key in hangs_on)
        return unsaid or (each.replaces is not None and each.replaces not in self.events)

    def _event(self, key: str | None) -> str | None:
        return self.events.get(key) if key in self.outbox else key

    def _line(self, each: Outgoing) -> str:
        if each.style in (Style.REACTION, Style.REDACTION):
            return each.key
        if each.replaces is not None and each.thread is None:
            return f"edits {each.replaces}"
        if each.thread in self.refused:
            return ""
        return self._event(each.thread) or each.thread or ""

    def _serve(
        self,
        entry: Entry,
        origin: str,
        revision: Revision,
        *,
        confirmed: bool = False,
        beside: int = 0,
    ) -> int:
        versions = self.versions.setdefault(entry.id, [])
        before = versions[-1].entry if versions else None
        current = [self.versions[id][-1].entry for id in self.served]
        change = revision.change or proposed(before, entry, in_use(current, entry.id))
        if before:
            number = before.version + 1
            advice = number if change is Change.ADVICE else before.advice_version
            entry = replace(entry, version=number, advice_version=advice)
        told = replace(revision, change=change)
        anew = confirmed or change in (Change.NEW, Change.ADVICE) or before is None
        made = (entry.checked, entry.translation_of)
        anew = anew or (before is not None and (before.checked, before.translation_of) != made)
        if entry.translation_of and entry.translation_of_version:
            there = self._newest(entry.translation_of)
            bound = bound_to(entry, there, beside)
            entry = replace(entry, translation_of_version=bound)
        elif entry.translation_of:
            newest = self._newest(entry.translation_of) or None
            bound = newest if anew or before is None else before.translation_of_version
            entry = replace(entry, translation_of_version=bound)
        self._recall(entry.id, gone=False)
        versions.append(Version(entry, origin, self.clock(), told))
        self.served.add(entry.id)
        if change is Change.ADVICE:
            self._ask_anew([entry.id])
        return entry.version

    def _newest(self, entry_id: str) -> int:
        versions = self.versions.get(entry_id)
        return versions[-1].entry.version if versions else 0
