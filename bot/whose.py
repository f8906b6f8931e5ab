"""Whose case it is, where several stand in one thread.

Rules:

- What somebody writes or taps in a thread belongs to their own case there, or else to the one whose
  answer they wait for. Who has neither means what they reply to, or who opened the thread.
- What the bot said belongs to the case it was said for.
"""

from __future__ import annotations

from bot.cases import Case
from bot.messages import Message, MessageRef, Outgoing, key_for
from bot.parting import led
from bot.ports import Store


async def theirs(store: Store, message: Message) -> Case | None:
    """The case that words in a thread, or a reply, belong to; None: no question's."""
    front, room, root = message.ref.front, message.ref.room, message.thread or message.reply_to
    if root is None:
        return None
    found = await store.cases_in_thread(front, room, root)
    cases = [each for each in found if not each.about_entry]
    if len(cases) < 2:
        return next(iter(cases), None)
    if own := next((each for each in cases if each.asker == message.sender), None):
        return own
    for each in cases:
        into = await led(store, each)
        waits = await store.followers(into.id)
        if message.sender in (into.asker, *(one.person for one in waits)):
            return each
    if meant := await _replied_to(store, message, cases):
        return meant
    return next((each for each in cases if each.asked.event == each.root), cases[-1])


async def _replied_to(store: Store, message: Message, cases: list[Case]) -> Case | None:
    """Of these cases the one whose question is replied to, or what was said for it."""
    at = message.target
    if message.reply_to is None or message.reply_to == message.thread:
        return None
    if own := next((each for each in cases if each.asked == at), None):
        return own
    if original := await store.original(at.front, at.room, at.event):
        copies = await store.copies(original)
        said = await said_for(store, copies[0]) if copies else None
        return next((each for each in cases if said and each.id == said.id), None)
    key = await store.said(at.front, at.room, at.event)
    return next((each for each in cases if key == key_for(each.asked, "handover")), None)


async def said_for(store: Store, said: Outgoing) -> Case | None:
    """The case that something the bot said in its asker's thread was said for.

    Args:
        store: Knows the cases.
        said: What was said; to the asker it replies to their question.
    """
    if said.reply_to is not None:
        at = MessageRef(said.front, said.room, said.reply_to)
        if case := await store.case_asked(at):
            return case
    if said.thread is None:
        return None
    return await store.case_in_thread(said.front, said.room, said.thread)


async def answer_of(store: Store, answer: MessageRef) -> Case | None:
    """The case whose asker has the answer that a responder wrote there, from its copies."""
    for copy in await store.copies(answer):
        if copy.thread is None:
            continue
        at = MessageRef(copy.front, copy.room, copy.reply_to or "")
        found = [
            await store.case_asked(at),
            *await store.cases_in_thread(copy.front, copy.room, copy.thread),
        ]
        for each in found:
            if each is not None and (into := await led(store, each)).answered_in == answer.event:
                return into
    return None
