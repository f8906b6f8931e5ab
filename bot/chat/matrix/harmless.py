"""Makes what is said harmless: it alerts nobody but those meant, and its HTML only shows. Pure.

A relay carries other people's words. ``@room`` and somebody's user id in them would alert, or
turn into a person's name, for whoever reads them, so a sign of no width is put behind the ``@``:
they look the same and mean nothing. ``bot/words.py`` escapes what people wrote; the last gate
for HTML is nh3, a kept library.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection
from urllib.parse import unquote

import nh3

BREAK = "\u2060"
"""The word joiner: seen by nobody, and no reason to break a line."""

# Those that the specification allows, but for pictures, which would be fetched from elsewhere.
_TAGS = {
    "del", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "p", "a", "ul", "ol", "sup", "sub",
    "li", "b", "i", "u", "strong", "em", "s", "code", "hr", "br", "div", "table", "thead", "tbody",
    "tr", "th", "td", "caption", "pre", "span", "details", "summary",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto"}

_ROOM = re.compile(r"(?<![\w.+-])@(?=room)|@(?=room\b(?!\.\w))", re.IGNORECASE)
_LINK = re.compile(r"matrix(?=\.to/#/(?P<person>(?:@|%40)[^\s<>\"?]*)|:u(?:ser)?/)", re.IGNORECASE)
# Not within an e-mail address, nor in the path of a web address, but behind matrix.to.
_ID = re.compile(
    r"(?:(?<![\w.+/-])|(?<=/#/))@[^\s:@<>\"]{1,255}:[\w.:\[\]-]{0,255}[\w\]]", re.IGNORECASE
)
_PERSON = re.compile(r"https?://matrix\.to/#/(@[^/?]*)", re.IGNORECASE)
_TAG = re.compile(r"(<[^>]*>)")


def harmless(text: str, meant: Collection[str]) -> str:
    """The text as it looks, alerting nobody but the user ids that are meant."""

    def link(match: re.Match[str]) -> str:
        person = match["person"]
        return match.group() + ("" if person and unquote(person) in meant else BREAK)

    def person(match: re.Match[str]) -> str:
        found = match.group()
        return found if found in meant else f"@{BREAK}{found[1:]}"

    return _ID.sub(person, _ROOM.sub(f"@{BREAK}", _LINK.sub(link, text)))


def harmless_html(markup: str, meant: Collection[str]) -> str:
    """The same for HTML; what Matrix does not allow is dropped, its text stays."""

    def kept(tag: str, attribute: str, value: str) -> str | None:
        person = _PERSON.match(unquote(value)) if attribute == "href" else None
        return None if person and person[1] not in meant else value

    clean = nh3.clean(
        markup,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=kept,
        url_schemes=_SCHEMES,
        link_rel=None,
    )
    # From here on a "<" begins a tag: nh3 has escaped all others.
    parts = _TAG.split(clean)
    parts[::2] = [
        html.escape(harmless(html.unescape(part), meant), quote=False) for part in parts[::2]
    ]
    return "".join(parts)
