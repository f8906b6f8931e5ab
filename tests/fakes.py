"""The store and the clock as the tests use them: in memory, at a time the test decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.cases import Case, Status
from bot.errors import HandleAgain
from bot.messages import Message, MessageRef, Outgoing
from bot.outcome import Given, Note, Outcome
from bot.ports import Published
from knowledge.entry import Entry


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

    def __init__(self) -> None:
        self.persons: dict[tuple[str, str], str] = {}
        self.positions: dict[str, str] = {}
        self.inbox: dict[MessageRef, Message] = {}
        self.handled: set[MessageRef] = set()
        self.failures: dict[MessageRef, int] = {}
        self.hidden: dict[MessageRef, datetime] = {}
        self.outbox: dict[str, Outgoing] = {}
        self.events: dict[str, str] = {}
        self.refused: dict[str, str] = {}
        self.cases: dict[int, Case] = {}
        self.notes: dict[MessageRef, Note] = {}
        self.given: dict[str, Given] = {}
        self.versions: dict[str, list[Entry]] = {}
        self.served: set[str] = set()
        self.origins: dict[str, dict[str, str]] = {}

    async def receive(self, front: str, messages: Sequence[Message], position: str) -> None:
        for message in messages:
            if message.ref not in self.handled | self.inbox.keys():
                sender = self._person(message.ref.front, message.sender)
                self.inbox[message.ref] = replace(message, sender=sender)
        self.positions[front] = position

    async def position(self, front: str) -> str | None:
        return self.positions.get(front)

    async def unhandled(self, now: datetime, limit: int) -> list[Message]:
        shown = [m for m in self.inbox.values() if self.hidden.get(m.ref, now) <= now]
        return shown[:limit]

    async def put_off(self, ref: MessageRef, until: datetime) -> int:
        if ref not in self.inbox:
            return 0
        self.hidden[ref] = until
        self.failures[ref] = self.failures.get(ref, 0) + 1
        return self.failures[ref]

    async def commit(self, outcome: Outcome) -> None:
        if outcome.handled and outcome.handled not in self.inbox:
            raise HandleAgain("the message is no longer in the inbox")
        if case := outcome.case:
            stored = self.cases.get(case.id)
            if case.version != (stored.version if stored else 0):
                raise HandleAgain(f"case {case.id} changed since it was read")
            self.cases[case.id] = replace(case, version=case.version + 1)
        if outcome.handled:
            del self.inbox[outcome.handled]
            self.handled.add(outcome.handled)
        for outgoing in outcome.outgoing:
            self.outbox.setdefault(outgoing.key, outgoing)
        if outcome.entry:
            self._serve(outcome.entry)
        if outcome.given:
            self.given.setdefault(outcome.given.key, outcome.given)
        if outcome.note:
            self.notes[outcome.note.ref] = outcome.note

    async def unsent(self, limit: int) -> list[Outgoing]:
        user_ids = {key: user_id for (_, user_id), key in self.persons.items()}
        done = self.events.keys() | self.refused.keys()
        said = [
            replace(
                each,
                thread=self.events.get(each.thread) if each.thread in self.outbox else each.thread,
                mentions=tuple(user_ids[key] for key in each.mentions),
            )
            for each in self.outbox.values()
            if each.key not in done and (each.thread not in self.outbox or each.thread in done)
        ]
        return said[:limit]

    async def sent(self, key: str, event: str) -> None:
        if key in self.outbox:
            self.events.setdefault(key, event)

    async def undeliverable(self, key: str, reason: str) -> None:
        if key in self.outbox and key not in self.events:
            self.refused.setdefault(key, reason)

    async def enroll(self, front: str, user_ids: Sequence[str]) -> Mapping[str, str]:
        return {user_id: self._person(front, user_id) for user_id in user_ids}

    async def next_case_id(self) -> int:
        return max(self.cases, default=0) + 1

    async def case(self, case_id: int) -> Case | None:
        return self.cases.get(case_id)

    async def case_in_thread(self, front: str, room: str, root: str) -> Case | None:
        def there(case: Case) -> bool:
            desk = self.outbox.get(case.desk_thread or "")
            return (case.asked.front, case.asked.room, case.root) == (front, room, root) or (
                desk is not None
                and (desk.front, desk.room, self.events.get(desk.key)) == (front, room, root)
            )

        found = filter(there, self.cases.values())
        return max(found, key=lambda case: case.id, default=None)

    async def said(self, front: str, room: str, event: str) -> bool:
        return any(
            (self.outbox[key].front, self.outbox[key].room, said) == (front, room, event)
            for key, said in self.events.items()
        )

    async def cases_due(self, now: datetime) -> list[Case]:
        waiting = [case for case in await self.open_cases() if case.status is Status.WAITING]
        return [case for case in waiting if case.due_at and case.due_at <= now]

    async def open_cases(self) -> list[Case]:
        ended = (Status.VETTED, Status.CLOSED)
        found = [case for case in self.cases.values() if case.status not in ended]
        return sorted(found, key=lambda case: (case.opened_at, case.id))

    async def note(self, ref: MessageRef) -> Note | None:
        return self.notes.get(ref)

    async def entries(self, ids: Sequence[str] = ()) -> list[Entry]:
        return [self.versions[id][-1] for id in sorted(self.served) if not ids or id in ids]

    async def translations(self, knowledge: str) -> list[Entry]:
        return [entry for entry in await self.entries() if entry.knowledge == knowledge]

    async def publish(
        self, entries: Sequence[Entry], origin: str, *, complete: bool = False
    ) -> Published:
        bases = self.origins.setdefault(origin, {})
        new = changed = unchanged = withdrawn = 0
        for entry in entries:
            content = entry.content_hash()
            now = await self.entries((entry.id,))
            if content in (bases.get(entry.id), *(each.content_hash() for each in now)):
                unchanged += 1
            elif self._serve(entry) == 1:
                new += 1
            else:
                changed += 1
            bases[entry.id] = content
        if complete:
            gone = bases.keys() - {entry.id for entry in entries}
            self.origins[origin] = {id: bases[id] for id in bases.keys() - gone}
            withdrawn = await self.withdraw(list(gone))
        return Published(new=new, changed=changed, unchanged=unchanged, withdrawn=withdrawn)

    async def withdraw(self, ids: Sequence[str]) -> int:
        found = self.served & set(ids)
        self.served -= found
        return len(found)

    async def close(self) -> None:
        """Nothing to end."""

    def _person(self, front: str, user_id: str) -> str:
        return self.persons.setdefault((front, user_id), f"person{len(self.persons) + 1}")

    def _serve(self, entry: Entry) -> int:
        versions = self.versions.setdefault(entry.id, [])
        versions.append(replace(entry, version=len(versions) + 1))
        self.served.add(entry.id)
        return len(versions)
