"""What is heard of a Matrix event, and what is not."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.matrix.content import CUT, KEY
from bot.chat.matrix.events import (
    TEXT_LIMIT,
    Identity,
    completed_edit,
    entries_of_others,
    message_from,
    own_entry,
)
from bot.chat.matrix.invites import is_direct_invite
from bot.messages import Kind, Message, Place

BOT = Identity("@loket:example.org", "Loket")
NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
SENT_MS = int((NOW - timedelta(minutes=1)).timestamp() * 1000)


def event(content: Any = None, **other: Any) -> dict[str, Any]:
    return {
        "type": "m.room.message",
        "event_id": "$question",
        "sender": "@anna:example.org",
        "origin_server_ts": SENT_MS,
        "content": content,
    } | other


def text(body: Any, **more: Any) -> dict[str, Any]:
    return event({"msgtype": "m.text", "body": body} | more)


def reaction(key: Any = "📤", target: Any = "$answer") -> dict[str, Any]:
    relation = {"rel_type": "m.annotation", "event_id": target, "key": key}
    return event({"m.relates_to": relation}, type="m.reaction")


def heard(raw: Any, place: Place = Place.COMMUNITY) -> Message | None:
    return message_from(raw, "!room", place, BOT, NOW)


def said(raw: Any, place: Place = Place.COMMUNITY) -> Message:
    message = heard(raw, place)
    assert message is not None
    return message


def test_a_text_is_heard_with_its_sender_place_and_time() -> None:
    message = said(text("How do I get a DigiD?"))
    assert message.text == "How do I get a DigiD?"
    assert (message.ref.front, message.ref.room, message.ref.event) == (
        "matrix",
        "!room",
        "$question",
    )
    assert (message.place, message.kind) == (Place.COMMUNITY, Kind.TEXT)
    assert message.sender == "@anna:example.org"
    assert message.sent_at == NOW - timedelta(minutes=1)
    assert (message.thread, message.reply_to, message.addressed) == (None, None, False)


def test_an_emote_is_heard_too() -> None:
    assert said(event({"msgtype": "m.emote", "body": "wonders"})).text == "wonders"


@pytest.mark.parametrize(
    "raw",
    [
        event({"msgtype": "m.notice", "body": "An answer", KEY: "loket1"}),
        event({"m.relates_to": {}, KEY: "loket1"}, type="m.reaction"),
        event({}, type="m.room.encrypted", unsigned={"transaction_id": "loket1"}),
        event({}, type="m.room.redaction", unsigned={"transaction_id": "loket1"}),
    ],
)
def test_of_what_the_bot_itself_says_the_key_is_heard(raw: dict[str, Any]) -> None:
    message = said(raw | {"sender": BOT.user_id})
    assert (message.kind, message.text) == (Kind.SAID, "loket1")
    assert message.ref.event == "$question"


@pytest.mark.parametrize(
    "raw",
    [
        event({"msgtype": "m.notice", "body": "I am a bot"}),
        event({"msgtype": "m.text", "body": "what a second Loket says", KEY: "loket1"}),
        text("mine") | {"sender": BOT.user_id},
        text("* better", **{"m.relates_to": {"rel_type": "m.replace", "event_id": "$old"}}),
        text("* better", **{"m.relates_to": {"rel_type": "m.replace"}, "m.new_content": 5}),
        event({}, type="m.room.redaction"),
        event({"algorithm": "m.olm.v1"}, type="m.room.encrypted"),
        event({}, unsigned={"redacted_because": {}}),
        event({}),
        text("a state event") | {"state_key": ""},
        event({"membership": "join"}, type="m.room.member"),
        text("\u200b\u200b"),
        text(""),
        text(None),
        text(["a", "list"]),
        text("no id") | {"event_id": None},
        text("no sender") | {"sender": 5},
        reaction(key=7),
        reaction(key=""),
        reaction(target=None),
        event({"m.relates_to": {"rel_type": "m.thread"}}, type="m.reaction"),
        event("not a mapping"),
        "not an event",
        None,
        [],
    ],
)
def test_what_is_no_persons_words_is_not_heard(raw: Any) -> None:
    assert heard(raw) is None


def test_an_edit_is_heard_with_the_new_words_and_what_it_edits() -> None:
    relation = {"rel_type": "m.replace", "event_id": "$old"}
    new = {"msgtype": "m.text", "body": "Loket: better"}
    message = said(text("* better", **{"m.relates_to": relation, "m.new_content": new}))
    assert (message.kind, message.text, message.addressed) == (Kind.EDIT, "better", True)
    assert message.target.event == "$old"


@pytest.mark.parametrize(
    ("change", "heard_at_all"),
    [
        ({}, True),
        ({"sender": "@mallory:example.org"}, False),
        ({"type": "m.room.encrypted"}, False),
        ({"content": {"m.relates_to": {"rel_type": "m.replace", "event_id": "$x"}}}, False),
    ],
)
def test_an_edit_counts_only_when_the_same_person_wrote_both(
    change: dict[str, Any], heard_at_all: bool
) -> None:
    relation = {"rel_type": "m.replace", "event_id": "$old"}
    new = {"msgtype": "m.text", "body": "better"}
    edit = said(text("* better", **{"m.relates_to": relation, "m.new_content": new}))
    in_thread = {"m.relates_to": {"rel_type": "m.thread", "event_id": "$root"}}
    original = text("worse", **in_thread) | {"origin_server_ts": SENT_MS - 60_000} | change
    whole = completed_edit(edit, original)
    assert (whole is not None) is heard_at_all
    if whole:
        assert (whole.thread, whole.text) == ("$root", "better")
        assert whole.sent_at == NOW - timedelta(minutes=2)


@pytest.mark.parametrize(
    "raw",
    [
        event({}, type="m.room.redaction", redacts="$old"),
        event({"redacts": "$old"}, type="m.room.redaction"),
    ],
)
def test_a_redaction_is_heard_in_older_and_newer_room_versions(raw: Any) -> None:
    message = said(raw)
    assert (message.kind, message.target.event) == (Kind.REDACTION, "$old")


@pytest.mark.parametrize("msgtype", ["m.image", "m.file", "m.audio", "m.video", "m.location"])
def test_that_there_was_a_file_is_heard_and_nothing_of_it(msgtype: str) -> None:
    message = said(event({"msgtype": msgtype, "body": "scan_of_my_passport.jpg"}))
    assert (message.kind, message.text, message.addressed) == (Kind.FILE, "", False)


def test_what_is_encrypted_is_kept_as_it_came_but_for_who_sent_it() -> None:
    raw = event({"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "x"}, type="m.room.encrypted")
    message = said(raw)
    assert message.kind is Kind.UNREADABLE
    del raw["sender"]
    assert json.loads(message.text) == raw


def test_signs_that_are_not_seen_are_counted() -> None:
    message = said(text("How ‮do‬ I󠁁 get a BSN?"))
    assert (message.text, message.hidden) == ("How do I get a BSN?", 3)


def test_a_reaction_is_heard_with_its_key_and_target() -> None:
    message = said(reaction(), Place.DESK)
    assert (message.kind, message.text, message.reply_to) == (Kind.REACTION, "📤", "$answer")
    assert not message.addressed


@pytest.mark.parametrize("raw", [text("hello"), reaction()])
def test_in_a_direct_chat_everything_is_addressed_to_the_bot(raw: dict[str, Any]) -> None:
    assert said(raw, Place.DIRECT).addressed


@pytest.mark.parametrize(
    "body",
    [
        "@loket:example.org: where do I register?",
        "@loket:example.org where do I register?",
        "@loket where do I register?",
        "@Loket: where do I register?",
        "Loket: where do I register?",
        "loket, where do I register?",
        "LOKET : where do I register?",
        "[Loket](https://matrix.to/#/@loket:example.org) where do I register?",
        "[Loket](https://matrix.to/#/%40loket%3Aexample.org?via=x): where do I register?",
        "https://matrix.to/#/@loket:example.org where do I register?",
        "!ask where do I register?",
        "!ASK: where do I register?",
        "Loket: !ask where do I register?",
    ],
)
def test_a_call_in_front_addresses_the_bot_and_is_no_part_of_the_question(body: str) -> None:
    message = said(text(body))
    assert message.addressed
    assert message.text == "where do I register?"


@pytest.mark.parametrize(
    "body",
    [
        "Loket is closed today",
        "Is the loket open?",
        "Loketten: where are they?",
        "!asking for a friend",
        "@loketten where?",
        "@loket:example.organic where?",
    ],
)
def test_the_bots_name_as_a_word_does_not_address_it(body: str) -> None:
    message = said(text(body))
    assert not message.addressed
    assert message.text == body


def test_a_mention_addresses_the_bot_wherever_it_stands() -> None:
    mentions = {"m.mentions": {"user_ids": [BOT.user_id]}}
    assert said(text("what does Loket say?", **mentions)).addressed
    pill = said(text("Loket where do I register?", **mentions))
    assert (pill.addressed, pill.text) == (True, "where do I register?")


@pytest.mark.parametrize(
    "mentions",
    [{"user_ids": ["@omar:example.org"]}, {"room": True}, {}, [BOT.user_id], {"user_ids": "@x"}],
)
def test_mentions_of_others_do_not_address_the_bot(mentions: Any) -> None:
    assert not said(text("and you?", **{"m.mentions": mentions})).addressed


def test_a_bare_call_is_heard_without_words() -> None:
    message = said(text("@loket:example.org"))
    assert (message.text, message.addressed) == ("", True)


def test_a_thread_is_named_by_its_root() -> None:
    relation = {
        "rel_type": "m.thread",
        "event_id": "$root",
        "is_falling_back": True,
        "m.in_reply_to": {"event_id": "$latest"},
    }
    message = said(text("in a thread", **{"m.relates_to": relation}))
    assert (message.thread, message.reply_to, message.root) == ("$root", None, "$root")


def test_a_reply_chosen_in_a_thread_is_known() -> None:
    relation = {
        "rel_type": "m.thread",
        "event_id": "$root",
        "is_falling_back": False,
        "m.in_reply_to": {"event_id": "$note"},
    }
    message = said(text("that one", **{"m.relates_to": relation}))
    assert (message.thread, message.reply_to) == ("$root", "$note")


def test_the_quote_in_a_reply_is_no_part_of_the_text() -> None:
    reply = {"m.relates_to": {"m.in_reply_to": {"event_id": "$first"}}}
    body = "> <@omar:example.org> first line\n> second line\n\nthank you"
    message = said(text(body, **reply))
    assert (message.text, message.reply_to) == ("thank you", "$first")
    html = "<mx-reply><blockquote>old</blockquote></mx-reply>thank you"
    assert said(text(html, **reply)).text == "thank you"


def test_a_quote_that_the_person_wrote_stays() -> None:
    body = "> your application is rejected\nwhat does this mean?"
    assert said(text(body)).text == body


@pytest.mark.parametrize(
    ("hidden", "shown"),
    [
        ("care\u200b allow\u200dance", "care allowance"),
        ("ignore\U000e0041\U000e0042 this", "ignore this"),
        ("\u202etxt.exe\u202c", "txt.exe"),
        ("a\u2066b\u2069c\x00d\x1b[31m", "abcd[31m"),
        ("smuggled\U000e0101\U000e0163", "smuggled"),
        ("half \ud83d pair", "half  pair"),
        ("two\r\nlines\rthree", "two\nlines\nthree"),
    ],
)
def test_signs_that_nobody_sees_are_dropped(hidden: str, shown: str) -> None:
    assert said(text(hidden)).text == shown


@pytest.mark.parametrize("body", ["می‌خواهم", "क्‍ष", "👩‍👩‍👧 family", "❤️ thanks", "a\tb\nc"])
def test_signs_that_a_script_needs_stay(body: str) -> None:
    assert said(text(body)).text == body


def test_a_text_of_a_megabyte_is_cut_and_read_at_once() -> None:
    began = time.perf_counter()
    for body in ("x" * 10**6, "<mx-reply>" * 10**5, "[" * 10**6, "> <@" + "\n>" * 10**6):
        message = heard(text(body, **{"m.relates_to": {"m.in_reply_to": {"event_id": "$e"}}}))
        assert message is None or len(message.text) <= TEXT_LIMIT + len(CUT)
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize("stamp", [None, "yesterday", -1, 2**60, 1e300, SENT_MS * 10, True, [1]])
def test_an_impossible_time_is_never_later_than_now(stamp: Any) -> None:
    message = said(text("when?") | {"origin_server_ts": stamp})
    assert message.sent_at <= NOW
    assert message.sent_at.tzinfo is UTC


def test_a_bot_without_a_name_is_called_by_its_id() -> None:
    nameless = Identity("@loket:example.org")
    message = message_from(text("loket: hello"), "!room", Place.COMMUNITY, nameless, NOW)
    assert message is not None
    assert (message.text, message.addressed) == ("hello", True)


def member(user: str, membership: str, before: str | None = None) -> dict[str, Any]:
    unsigned = {"prev_content": {"membership": before}} if before else {}
    return event(
        {"membership": membership}, type="m.room.member", state_key=user, unsigned=unsigned
    )


def test_what_a_room_said_before_the_bot_joined_is_not_the_bots() -> None:
    timeline = [text("old"), member(BOT.user_id, "join", "invite"), text("new")]
    assert own_entry(timeline, BOT.user_id, invited=False) == 2


def test_a_direct_chat_counts_from_the_invitation() -> None:
    timeline = [
        text("never meant for the bot"),
        member(BOT.user_id, "invite"),
        text("early question"),
        member(BOT.user_id, "join", "invite"),
    ]
    assert own_entry(timeline, BOT.user_id, invited=True) == 2


def test_others_coming_and_a_new_name_of_the_bot_cut_nothing_off() -> None:
    timeline = [
        text("one"),
        member("@omar:example.org", "join"),
        member(BOT.user_id, "join", "join"),
    ]
    assert own_entry(timeline, BOT.user_id, invited=False) == 0
    assert own_entry([None, 5, "x"], BOT.user_id, invited=True) == 0


def test_who_came_in_is_counted_and_not_who_went_or_took_a_new_name() -> None:
    timeline = [
        member("@a:x", "invite"),
        member("@a:x", "join", "invite"),
        member("@b:x", "join"),
        member("@b:x", "join", "join"),
        member("@c:x", "leave", "join"),
        member(BOT.user_id, "join", "invite"),
        text("@d:x came in"),
    ]
    assert entries_of_others(timeline, BOT.user_id) == 2
    assert entries_of_others([None, 5, "x"], BOT.user_id) == 0


def stripped(kind: str, content: dict[str, Any], key: str = "") -> dict[str, Any]:
    return {"type": kind, "content": content, "state_key": key, "sender": "@anna:example.org"}


CLOSED = stripped("m.room.join_rules", {"join_rule": "invite"})


@pytest.mark.parametrize(
    ("state", "direct"),
    [
        ([stripped("m.room.member", {"is_direct": True}, BOT.user_id)], True),
        ([stripped("m.room.member", {"is_direct": "yes"}, BOT.user_id)], False),
        ([stripped("m.room.member", {"is_direct": True}, "@anna:example.org")], False),
        ([CLOSED, stripped("m.room.member", {}, BOT.user_id)], True),
        ([CLOSED, stripped("m.room.name", {"name": "Party"})], False),
        ([stripped("m.room.join_rules", {"join_rule": "public"})], False),
        ([], False),
    ],
)
def test_an_invitation_to_a_chat_for_two_is_told_from_others(
    state: list[dict[str, Any]], direct: bool
) -> None:
    assert is_direct_invite(state, BOT.user_id) is direct


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
WORDS = st.text(st.characters(), max_size=40) | st.sampled_from(
    ["!ask", "Loket: x", "> <@a> b\nc", "\u200b", "\ud800", "m.text", "m.emote", "m.thread"]
)


def maybe(value: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(value, value, value, JSON)


RELATIONS = st.fixed_dictionaries(
    {},
    optional={
        "rel_type": maybe(st.sampled_from(["m.thread", "m.annotation", "m.replace"])),
        "event_id": maybe(st.just("$other")),
        "key": maybe(WORDS),
        "is_falling_back": maybe(st.booleans()),
        "m.in_reply_to": maybe(st.fixed_dictionaries({"event_id": maybe(WORDS)})),
    },
)
CONTENTS = st.fixed_dictionaries(
    {},
    optional={
        "msgtype": maybe(st.just("m.text")),
        "body": maybe(WORDS),
        "m.relates_to": maybe(RELATIONS),
        "m.mentions": maybe(st.fixed_dictionaries({"user_ids": maybe(st.lists(WORDS))})),
    },
)
EVENTS = st.fixed_dictionaries(
    {},
    optional={
        "type": maybe(st.sampled_from(["m.room.message", "m.reaction"])),
        "event_id": maybe(st.just("$question")),
        "sender": maybe(st.just("@anna:example.org")),
        "origin_server_ts": maybe(st.integers()),
        "content": maybe(CONTENTS),
        "unsigned": maybe(st.just({})),
    },
)


@given(EVENTS | JSON, st.sampled_from(Place))
def test_any_json_is_a_clean_message_or_none(raw: Any, place: Place) -> None:
    message = heard(raw, place)
    own_entry([raw], BOT.user_id, invited=True)
    entries_of_others([raw], BOT.user_id)
    if message is None:
        return
    if message.kind is not Kind.UNREADABLE:
        assert len(message.text) <= TEXT_LIMIT + len(CUT)
        assert len(message.text) <= TEXT_LIMIT or message.text.endswith(CUT)
    assert not set(message.text) & set("\x00\u200b\u202e\u2066\U000e0041")
    assert message.sent_at <= NOW
    for each in (message.text, message.sender, message.thread, message.reply_to):
        (each or "").encode()
