"""Words with the same content twice: plain and as HTML.

The plain text is always complete, for screen readers and clients without HTML. Everything
that people wrote is escaped; only links to web addresses are made.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass

_URL = re.compile(r"https?://[^\s<>\"']*[^\s<>\"'.,;:!?)]")


@dataclass(frozen=True, slots=True)
class Words:
    """The same words plain and as HTML."""

    text: str
    html: str


def paragraph(text: str) -> Words:
    """A paragraph; its line breaks are kept."""
    return Words(text, f"<p>{_inline(text)}</p>")


def strong(text: str) -> Words:
    """A paragraph that stands out."""
    return Words(text, f"<p><strong>{_inline(text)}</strong></p>")


def quote(text: str) -> Words:
    """Somebody else's words, word for word."""
    plain = "\n".join(f"> {line}" for line in text.splitlines() or [""])
    return Words(plain, f"<blockquote><p>{_inline(text)}</p></blockquote>")


def quoted(words: Words) -> Words:
    """Several parts as somebody would read them elsewhere."""
    return Words(quote(words.text).text, f"<blockquote>{words.html}</blockquote>")


def items(texts: Iterable[str]) -> Words:
    """A list."""
    texts = list(texts)
    plain = "\n".join(f"- {text}" for text in texts)
    return Words(plain, f"<ul>{''.join(f'<li>{_inline(text)}</li>' for text in texts)}</ul>")


def page(*parts: Words) -> Words:
    """Parts below each other."""
    return Words("\n\n".join(part.text for part in parts), "".join(part.html for part in parts))


def _inline(text: str) -> str:
    pieces: list[str] = []
    end = 0
    for match in _URL.finditer(text):
        pieces.append(html.escape(text[end : match.start()]))
        url = html.escape(match.group())
        pieces.append(f'<a href="{url}">{url}</a>')
        end = match.end()
    pieces.append(html.escape(text[end:]))
    return "<br>".join("".join(pieces).splitlines())
