"""What people wrote passes through with its look and without its effect."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import briefing, replies
from bot.chat.matrix.content import content_of
from bot.chat.matrix.events import Identity, message_from
from bot.chat.matrix.harmless import BREAK
from bot.config import Responder, Role
from bot.messages import Outgoing, Place, Style
from bot.words import Words, items, paragraph, quote, strong
from tests.contracts.examples import NOW

ANNA = "@anna:example.org"
OFFICIAL = Responder("@omar:example.org", Role.OFFICIAL, "SVB")
ALLOWED = {"p", "strong", "blockquote", "ul", "li", "a", "br"}
"""All that the bot's own words need."""

MARKUP = [
    "<b>", "</p>", "<img src=x onerror=alert(1)>", "<script>", "<!--", "-->", "&lt;", "&#64;room",
    "@room", "@Room", "@anna:example.org", "@anna:example.org:8448", "https://matrix.to/#/@a:b",
    "https://matrix.to/#/%40a%3Ab", "matrix:u/a:b", "http://x.nl/?a=\"><i>", "javascript:alert(1)",
    "a@room.nl", "anna@example.org", "<mx-reply>", "\n", " ", "'", '"', ">", "&", "<a href='",
    "<![CDATA[", "</strong", "<svg/onload=x>", "\u200b", "\u2060",
]  # fmt: skip
people = st.lists(st.sampled_from(MARKUP) | st.text(max_size=8), max_size=30).map("".join)


class Shown(HTMLParser):
    """The tags, links and visible text of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name == "href"]
        if tag == "br":
            self.text += "\n"

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError("a comment")

    def unknown_decl(self, data: str) -> None:
        raise AssertionError("a declaration")


def sent(words: Words, *mentions: str) -> tuple[str, str]:
    said = Outgoing("k", "matrix", "!r", Style.TEXT, words.text, words.html, mentions=mentions)
    _, content = content_of(said)
    return content["body"], content["formatted_body"]


def heard(text: str) -> str:
    """A text as it comes in; without words that is nothing."""
    content = {"msgtype": "m.text", "body": text}
    event = {"type": "m.room.message", "sender": ANNA, "event_id": "$1", "content": content}
    message = message_from(event, "!r", Place.COMMUNITY, Identity("@loket:x"), NOW)
    return message.text if message else "x"


def looks(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace(BREAK, "")).strip()


@given(people)
def test_whatever_people_write_the_html_only_shows_it(text: str) -> None:
    text = heard(text)
    for words in (
        paragraph(text),
        quote(text),
        strong(text),
        items([text]),
        replies.carried(text, OFFICIAL, "en"),
        briefing.written("asker_adds", text, "nl"),
    ):
        body, html = sent(words)
        shown = Shown(html)
        assert shown.tags <= ALLOWED
        assert shown.attributes <= {"href"}
        assert all(re.match("https?://", link) for link in shown.links)
        assert not any("matrix.to/#/@" in link.casefold() for link in shown.links)
        assert looks(Shown(words.html).text) == looks(shown.text)
        assert looks(text) in looks(shown.text)
        assert looks(words.text) == looks(body)


@given(people)
def test_nobody_is_alerted_by_anything_that_people_write(text: str) -> None:
    text = heard(text)
    body, html = sent(quote(text), "@vera:example.org")
    for said in (body, Shown(html).text):
        assert not re.search(r"(?<![\w.+-])@room|@room(?!\.\w)\b", said, re.IGNORECASE)
        assert not re.search(r"(?<![\w.+/-])@[a-z]+:[a-z]", said)
        assert not re.search(r"matrix\.to/#/(@|%40)", said)
        assert "matrix:u/" not in said


@pytest.mark.parametrize(
    "words",
    [
        "Write to anna@example.org or info@room.nl.",
        "See https://social.example/@gemeente and https://example.org/a?b=@c.",
        "Open at 9:00, room 3 @ town hall: ask there.",
        "https://matrix.to/#/#welcome:example.org",
    ],
)
def test_what_alerts_nobody_is_left_as_it_is(words: str) -> None:
    body, html = sent(paragraph(words))
    assert body == words
    assert Shown(html).text == words


def test_the_ids_of_those_meant_are_left_as_they_are() -> None:
    words = paragraph(f"{ANNA}, see https://matrix.to/#/{ANNA} and @ben:example.org.")
    body, html = sent(words, ANNA)
    for said in (body, Shown(html).text):
        assert said.startswith(f"{ANNA}, see https://matrix.to/#/{ANNA} and @{BREAK}ben")
    assert Shown(html).links == [f"https://matrix.to/#/{ANNA}"]


def test_html_that_got_past_everything_else_is_stopped_at_the_last_gate() -> None:
    evil = (
        '<img src="https://evil.example/x"><script>alert(1)</script><p onclick="x">Hi'
        '<a href="javascript:x">a</a><a href="https://matrix.to/#/%40anna%3Ax">b</a>'
        "<span>&#64;room</span></p>"
    )
    _, html = sent(Words("Hi", evil))
    assert html == f"<p>Hi<a>a</a><a>b</a><span>@{BREAK}room</span></p>"


def test_an_edit_carries_the_same_harmless_words() -> None:
    said = Outgoing("k", "matrix", "!r", Style.NOTICE, "@room", "<p>@room</p>", replaces="$1")
    _, content = content_of(replace(said, mentions=("@a:x",)))
    assert "@room" not in str(content)
