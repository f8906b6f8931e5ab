"""What the bot's words look like in a Matrix room."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bot.chat.matrix.content import CUT, KEY, SIZE_LIMIT, content_of, link_to
from bot.chat.matrix.powers import power_of, room_finding, server_finding
from bot.errors import Undeliverable
from bot.messages import MessageRef, Outgoing, Style
from bot.words import paragraph


def outgoing(
    style: Style = Style.NOTICE,
    text: str = "Apply at DUO.",
    *,
    html: str = "",
    thread: str | None = None,
    reply_to: str | None = None,
    mentions: tuple[str, ...] = (),
) -> Outgoing:
    return Outgoing("loketkey", "matrix", "!room", style, text, html, thread, reply_to, mentions)


@pytest.mark.parametrize(("style", "msgtype"), [(Style.NOTICE, "m.notice"), (Style.TEXT, "m.text")])
def test_a_style_is_a_message_type(style: Style, msgtype: str) -> None:
    kind, content = content_of(outgoing(style))
    assert kind == "m.room.message"
    assert content == {
        "msgtype": msgtype,
        "body": "Apply at DUO.",
        "m.mentions": {},
        KEY: "loketkey",
    }


def test_an_edit_carries_the_new_words_and_alerts_nobody() -> None:
    """Clients that don't know edits show it as a text that begins with a star."""
    said = replace(outgoing(html="<b>Apply</b>", mentions=("@anna:x",)), replaces="$answer")
    kind, content = content_of(said)
    assert kind == "m.room.message"
    assert content["m.relates_to"] == {"rel_type": "m.replace", "event_id": "$answer"}
    assert (content["body"], content["formatted_body"]) == ("* Apply at DUO.", "* <b>Apply</b>")
    new = content["m.new_content"]
    assert (new["body"], new["formatted_body"]) == ("Apply at DUO.", "<b>Apply</b>")
    assert new["m.mentions"] == {"user_ids": ["@anna:x"]}
    assert content["m.mentions"] == {}


def test_an_edit_that_is_too_large_is_shortened_in_both_places() -> None:
    _, content = content_of(replace(outgoing(text="é" * 60_000), replaces="$answer"))
    assert len(json.dumps(content, ensure_ascii=False).encode()) <= 65_000
    assert content["m.new_content"]["body"].endswith(CUT)


def test_html_stands_beside_the_whole_plain_text() -> None:
    _, content = content_of(outgoing(html="<b>Apply</b> at DUO."))
    assert content["body"] == "Apply at DUO."
    assert content["format"] == "org.matrix.custom.html"
    assert content["formatted_body"] == "<b>Apply</b> at DUO."


def test_people_are_alerted_by_id_and_the_text_stays_as_it_is() -> None:
    _, content = content_of(outgoing(Style.TEXT, mentions=("@anna:x", "@omar:x")))
    assert content["m.mentions"] == {"user_ids": ["@anna:x", "@omar:x"]}
    assert content["body"] == "Apply at DUO."


@pytest.mark.parametrize(("reply_to", "shown"), [(None, "$root"), ("$latest", "$latest")])
def test_in_a_thread_older_clients_see_a_reply(reply_to: str | None, shown: str) -> None:
    _, content = content_of(outgoing(thread="$root", reply_to=reply_to))
    assert content["m.relates_to"] == {
        "rel_type": "m.thread",
        "event_id": "$root",
        "is_falling_back": True,
        "m.in_reply_to": {"event_id": shown},
    }


def test_a_reply_outside_threads_is_a_plain_reply() -> None:
    _, content = content_of(outgoing(reply_to="$question"))
    assert content["m.relates_to"] == {"m.in_reply_to": {"event_id": "$question"}}


def test_a_reaction_names_its_event_and_key() -> None:
    kind, content = content_of(outgoing(Style.REACTION, "✅", reply_to="$note"))
    assert kind == "m.reaction"
    relation = {"rel_type": "m.annotation", "event_id": "$note", "key": "✅"}
    assert content == {"m.relates_to": relation, KEY: "loketkey"}


def test_a_reaction_to_nothing_is_undeliverable() -> None:
    with pytest.raises(Undeliverable, match="needs the event"):
        content_of(outgoing(Style.REACTION, "✅"))


def test_half_a_surrogate_pair_is_replaced() -> None:
    """Synapse 1.163 answers 500 to one, so that the message would be tried for ever."""
    _, content = content_of(outgoing(text="half \ud83d", html="<i>\ud83d</i>"))
    assert (content["body"], content["formatted_body"]) == ("half ?", "<i>?</i>")


BOT = "@loket:x"


def create(version: str, *more: str) -> dict[str, object]:
    content = {"room_version": version, "additional_creators": list(more)}
    return {"sender": "@vera:x", "content": content}


def levels(**content: object) -> dict[str, object]:
    return {"content": content}


@pytest.mark.parametrize(
    ("user", "version", "content", "power"),
    [
        (BOT, "11", {"users": {BOT: 50}}, 50),
        (BOT, "9", {"users": {BOT: "50"}}, 50),
        (BOT, "11", {"users": {BOT: "much"}, "users_default": 5}, 5),
        (BOT, "11", {"users_default": 10}, 10),
        (BOT, "11", {"users": []}, 0),
        ("@vera:x", "11", {"users": {}}, 0),
        ("@vera:x", "12", {"users": {}}, float("inf")),
        (BOT, "12", {"users": {}}, 0),
    ],
)
def test_power_is_read_as_the_room_version_has_it(
    user: str, version: str, content: dict[str, object], power: float
) -> None:
    assert power_of(user, create(version), levels(**content)) == power


def test_without_levels_only_the_creator_has_power() -> None:
    assert power_of("@vera:x", create("11"), {}) == 100
    assert power_of(BOT, create("11"), {}) == 0
    assert power_of(BOT, create("12", BOT), {}) == float("inf")


def test_a_room_where_the_bot_may_not_speak_is_told_with_the_remedy() -> None:
    muted = levels(events_default=10, events={"m.reaction": 0})
    finding = room_finding("desk", BOT, encrypted=False, create=create("11"), levels=muted)
    assert not finding.ok
    assert "may not write" in finding.text
    assert finding.remedy == f"give {BOT} power 10 there"
    shy = levels(events={"m.reaction": 1})
    finding = room_finding("desk", BOT, encrypted=False, create=create("11"), levels=shy)
    assert "may not react" in finding.text


def test_what_the_bot_may_take_back_is_told() -> None:
    def told(**content: object) -> tuple[bool, str]:
        found = room_finding(
            "desk", BOT, encrypted=False, create=create("11"), levels=levels(**content)
        )
        return found.ok, found.text

    own = "joined; the bot may write, react and take back its own words, not others'"
    assert told() == (True, own)
    assert told(users={BOT: 50})[1].endswith("its own and others' words")
    assert told(redact=0)[1].endswith("its own and others' words")
    ok, text = told(events={"m.room.redaction": 7})
    assert not ok
    assert text.startswith("the bot may not take back what it said")


def test_an_encrypted_room_is_told_whatever_the_bot_may() -> None:
    sealed = {"encrypted": True, "create": create("12", BOT), "levels": {}}
    finding = room_finding("desk", BOT, **sealed)  # type: ignore[arg-type]
    assert not finding.ok
    assert "encrypted" in finding.text
    assert room_finding("desk", BOT, unseals=True, **sealed).ok  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("versions", "ok"),
    [(["r0.6.1", "v1.15"], True), (["v1.4"], True), (["v1.3"], False), ([], False), (None, False)],
)
def test_a_homeserver_must_know_threads(versions: object, ok: bool) -> None:
    assert server_finding({"versions": versions}).ok is ok


@pytest.mark.parametrize("character", ["a", "é", "ع", "👍", "\n", '"', "<"])
def test_what_is_too_large_is_sent_shorter_rather_than_refused(character: str) -> None:
    text = character * 70_000
    kind, content = content_of(
        Outgoing("key", "matrix", "!r", Style.TEXT, text, html=f"<p>{text}</p>")
    )
    assert kind == "m.room.message"
    assert len(json.dumps(content, ensure_ascii=False).encode()) <= SIZE_LIMIT + 100
    assert content["body"].startswith(character * 1000)
    assert content["body"].endswith(CUT)
    assert "formatted_body" not in content


def test_large_words_lose_their_html_before_they_lose_an_end() -> None:
    text = "a" * 40_000
    _, content = content_of(Outgoing("key", "matrix", "!r", Style.TEXT, text, html=f"<p>{text}"))
    assert content["body"] == text
    assert "formatted_body" not in content


def test_a_link_opens_an_event_and_names_a_server_that_has_it() -> None:
    for room in ("!old:example.org", "!twelve"):
        address = link_to(MessageRef("matrix", room, "$event/+"), "@loket:host.example:8448")
        assert address == (
            f"https://matrix.to/#/{room.replace('!', '%21').replace(':', '%3A')}/%24event%2F%2B"
            "?via=host.example%3A8448"
        )
        words = paragraph(f"Here: {address}\nNow:")
        said = outgoing(text=words.text, html=words.html)
        _, content = content_of(said)
        assert address in content["body"]
        assert f'<a href="{address}">' in content["formatted_body"]
