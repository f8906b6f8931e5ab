"""What the tables hold, as the bot's own types and back.

Times are ISO 8601 in UTC, always with microseconds, so that their order is that of the text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from typing import Any

from sqlite_utils import Database

from bot.aftercare import Withdrawal
from bot.cases import AskedBack, Case, Status
from bot.holding import Version
from bot.messages import Kind, Message, MessageRef, Outgoing, Place, Priority, Style
from bot.near import Near
from bot.outcome import Follower, Given, Note, Reaction, Revision
from bot.store import drafted
from knowledge.change import Change
from knowledge.entry import Entry

Row = Mapping[str, Any]


def insert(db: Database, table: str, row: Row, conflict: str = "") -> bool:
    """Writes one row.

    Args:
        db: Inside a transaction.
        table: Its name.
        row: Column → value.
        conflict: An ``ON CONFLICT`` clause; without one a second row is an IntegrityError.

    Returns:
        Whether a row was written.
    """
    columns = ", ".join(row)
    values = ", ".join(f":{column}" for column in row)
    sql = f"INSERT INTO {table} ({columns}) VALUES ({values}) {conflict}"
    return db.execute(sql, dict(row)).rowcount > 0


def stamp(at: datetime) -> str:
    """An aware time as the tables hold it."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def sound(message: Message) -> Message:
    """The message without half characters, which JSON may carry and UTF-8 can't.

    One such message would otherwise stop every message after it.
    """
    ref = message.ref
    return replace(
        message,
        ref=MessageRef(ref.front, _whole(ref.room), _whole(ref.event)),
        sender=_whole(message.sender),
        text=_whole(message.text),
        thread=message.thread and _whole(message.thread),
        reply_to=message.reply_to and _whole(message.reply_to),
    )


def ref_row(ref: MessageRef) -> Row:
    """A reference's columns."""
    return {"front": ref.front, "room": ref.room, "event": ref.event}


def message_row(message: Message, sender: str) -> Row:
    """A row of ``inbox``; the sender is the person's key."""
    return {
        **ref_row(message.ref),
        "place": message.place,
        "sender": sender,
        "kind": message.kind,
        "text": message.text,
        "sent_at": stamp(message.sent_at),
        "thread": message.thread,
        "reply_to": message.reply_to,
        "addressed": message.addressed,
        "hidden": message.hidden,
    }


def message(row: Row) -> Message:
    """The message in a row of ``inbox``."""
    return Message(
        ref=_ref(row),
        place=Place(row["place"]),
        sender=row["sender"],
        kind=Kind(row["kind"]),
        text=row["text"],
        sent_at=datetime.fromisoformat(row["sent_at"]),
        thread=row["thread"],
        reply_to=row["reply_to"],
        addressed=bool(row["addressed"]),
        hidden=row["hidden"],
        failures=row["failures"],
        waits=row["waits"],
        received_at=_time(row["received_at"]),
    )


def outgoing_row(outgoing: Outgoing, at: datetime) -> Row:
    """A row of ``outbox``; mentions have a table of their own."""
    return {
        "key": outgoing.key,
        "front": outgoing.front,
        "room": outgoing.room,
        "style": outgoing.style,
        "text": outgoing.text,
        "html": outgoing.html,
        "thread": outgoing.thread,
        "reply_to": outgoing.reply_to,
        "queued_at": stamp(at),
        "priority": int(outgoing.priority),
        "replaces": outgoing.replaces,
        "if_there": outgoing.if_there,
        "original_front": outgoing.original and outgoing.original.front,
        "original_room": outgoing.original and outgoing.original.room,
        "original_event": outgoing.original and outgoing.original.event,
    }


def outgoing(row: Row, mentions: tuple[str, ...]) -> Outgoing:
    """What is said, from a row of ``outbox``."""
    return Outgoing(
        key=row["key"],
        front=row["front"],
        room=row["room"],
        style=Style(row["style"]),
        text=row["text"],
        html=row["html"],
        thread=row["thread"],
        reply_to=row["reply_to"],
        mentions=mentions,
        priority=Priority(row["priority"]),
        replaces=row["replaces"],
        original=MessageRef(row["original_front"], row["original_room"], row["original_event"])
        if row["original_event"] is not None
        else None,
        if_there=bool(row["if_there"]),
        attempted_at=row["attempted_at"] and datetime.fromisoformat(row["attempted_at"]),
    )


def case_row(case: Case) -> Row:
    """A row of ``cases``, with the version that it gets by being written."""
    return {
        "id": case.id,
        **ref_row(case.asked),
        "root": case.root,
        "direct": case.direct,
        "asker": case.asker,
        "question": case.question,
        "lang": case.lang,
        "topic": case.topic,
        "scope": case.scope,
        "opened_at": stamp(case.opened_at),
        "due_at": case.due_at and stamp(case.due_at),
        "status": case.status,
        "claimed_by": case.claimed_by,
        "answered_by": case.answered_by,
        "answered_in": case.answered_in,
        "told": case.told,
        "draft": case.draft and drafted.kept(case.draft),
        "earlier": drafted.kept_words(case.earlier),
        "desk_thread": case.desk_thread,
        "hidden": case.hidden,
        "why": case.why,
        "near": json.dumps([asdict(each) for each in case.near]),
        "patient": case.patient,
        "body": case.body,
        "officials": case.officials,
        "handed_at": case.handed_at and stamp(case.handed_at),
        "claimed_at": case.claimed_at and stamp(case.claimed_at),
        "snoozed_until": case.snoozed_until and stamp(case.snoozed_until),
        "answer_by": case.answer_by and stamp(case.answer_by),
        "reached": case.reached,
        "reminded_at": case.reminded_at and stamp(case.reminded_at),
        "look_at": case.look_at and stamp(case.look_at),
        "merged_into": case.merged_into,
        "demand": case.demand,
        "numbered": case.numbered,
        "asked_back": case.asked_back,
        "card": case.card,
        "version": case.version + 1,
    }


def case(row: Row) -> Case:
    """The case in a row of ``cases``."""
    return Case(
        id=row["id"],
        asked=_ref(row),
        root=row["root"],
        direct=bool(row["direct"]),
        asker=row["asker"],
        question=row["question"],
        lang=row["lang"],
        topic=row["topic"],
        opened_at=datetime.fromisoformat(row["opened_at"]),
        scope=row["scope"],
        due_at=_time(row["due_at"]),
        status=Status(row["status"]),
        claimed_by=row["claimed_by"],
        answered_by=row["answered_by"],
        answered_in=row["answered_in"],
        told=row["told"],
        draft=row["draft"] and drafted.draft(row["draft"]),
        earlier=drafted.words(row["earlier"]),
        desk_thread=row["desk_thread"],
        hidden=row["hidden"],
        why=row["why"],
        near=tuple(Near(**each) for each in json.loads(row["near"])),
        patient=bool(row["patient"]),
        body=row["body"],
        officials=bool(row["officials"]),
        handed_at=_time(row["handed_at"]),
        claimed_at=_time(row["claimed_at"]),
        snoozed_until=_time(row["snoozed_until"]),
        answer_by=_time(row["answer_by"]),
        reached=row["reached"],
        reminded_at=_time(row["reminded_at"]),
        look_at=_time(row["look_at"]),
        merged_into=row["merged_into"],
        demand=row["demand"],
        numbered=row["numbered"],
        asked_back=AskedBack(row["asked_back"]),
        card=row["card"],
        version=row["version"],
    )


def note_row(note: Note) -> Row:
    """A row of ``notes``."""
    return {
        **ref_row(note.ref),
        "case_id": note.case_id,
        "author": note.author,
        "text": note.text,
    }


def note(row: Row) -> Note:
    """The note in a row of ``notes``."""
    return Note(_ref(row), row["case_id"], row["author"], row["text"])


def given_row(given: Given, at: datetime) -> Row:
    """A row of ``given``."""
    return {**asdict(given), "asker": given.asker or None, "given_at": stamp(at)}


def given(row: Row) -> Given:
    """Who was given what, from a row of ``given``."""
    return Given(
        asker=row["asker"] or "",
        entry_id=row["entry_id"],
        version=row["version"],
        key=row["key"],
        lang=row["lang"],
        withdrawn=bool(row["withdrawn"]),
        news=row["news"],
        stale=bool(row["stale"]),
    )


def follower_row(follower: Follower) -> Row:
    """A row of ``followers``."""
    return {
        "case_id": follower.case_id,
        "person": follower.person,
        **ref_row(follower.ref),
        "root": follower.root,
        "lang": follower.lang,
        "asked": follower.asked,
    }


def follower(row: Row) -> Follower:
    """The follower in a row of ``followers``."""
    return Follower(
        row["case_id"], row["person"], _ref(row), row["root"], row["lang"], bool(row["asked"])
    )


def reaction_row(reaction: Reaction) -> Row:
    """A row of ``reactions``."""
    return {
        **ref_row(reaction.ref),
        "target_front": reaction.target.front,
        "target_room": reaction.target.room,
        "target_event": reaction.target.event,
        "emoji": reaction.emoji,
        "mirror": reaction.mirror,
    }


def reaction(row: Row) -> Reaction:
    """The reaction in a row of ``reactions``."""
    target = MessageRef(row["target_front"], row["target_room"], row["target_event"])
    return Reaction(_ref(row), target, row["emoji"], row["mirror"])


def entry_row(entry: Entry, version: int, origin: str, at: datetime, revision: Revision) -> Row:
    """A row of ``entry_versions``."""
    columns = asdict(entry)
    return {
        "translates": columns.pop("translation_of_version"),
        **columns,
        "alternatives": json.dumps(entry.alternatives),
        "checked": entry.checked and entry.checked.isoformat(),
        "valid_until": entry.valid_until and entry.valid_until.isoformat(),
        "version": version,
        "origin": origin,
        "published_at": stamp(at),
        **asdict(revision),
        "change": revision.change or "",
        "wrote": json.dumps(revision.wrote),
    }


def version(row: Row) -> Version:
    """The version in a row of ``entry_versions``."""
    return Version(
        entry=entry(row),
        origin=row["origin"],
        published_at=datetime.fromisoformat(row["published_at"]),
        revision=Revision(
            author=row["author"],
            vetter=row["vetter"],
            change=Change(row["change"]) if row["change"] else None,
            reason=row["reason"],
            author_person=row["author_person"],
            vetter_person=row["vetter_person"],
            wrote=tuple(json.loads(row["wrote"])),
        ),
        withdrawal=Withdrawal(
            at=datetime.fromisoformat(row["withdrawn_at"]),
            by=row["withdrawn_by"],
            reason=row["withdrawn_reason"],
            person=row["withdrawn_person"],
        )
        if row["withdrawn_at"]
        else None,
    )


def entry(row: Row) -> Entry:
    """The entry in a row of ``entry_versions``."""
    return Entry(
        id=row["id"],
        lang=row["lang"],
        topic=row["topic"],
        question=row["question"],
        answer=row["answer"],
        alternatives=tuple(json.loads(row["alternatives"])),
        source=row["source"],
        body=row["body"],
        scope=row["scope"],
        checked=row["checked"] and date.fromisoformat(row["checked"]),
        valid_until=row["valid_until"] and date.fromisoformat(row["valid_until"]),
        vetted_by=row["vetted_by"],
        translation_of=row["translation_of"],
        translation_of_version=row["translates"],
        sample=bool(row["sample"]),
        version=row["version"],
        advice_version=row["advice_version"],
    )


def _time(stamped: str | None) -> datetime | None:
    return datetime.fromisoformat(stamped) if stamped else None


def _ref(row: Row) -> MessageRef:
    return MessageRef(row["front"], row["room"], row["event"])


def _whole(text: str) -> str:
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
