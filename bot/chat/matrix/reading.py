"""JSON from a homeserver, whatever other people put into it. Pure.

Others decide what stands in an event. One that nests deeper than Python's parser goes, or holds
a number longer than it takes, would spoil the whole answer of ``/sync`` again and again, and the
bot would be deaf for ever. So what can't be read as it is, is read once more with such parts cut.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

DEPTH = 100
"""Levels that are kept where an answer nests too deep; what stands deeper becomes null."""

_DIGITS = 300
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}]', re.DOTALL)


def read_object(body: bytes) -> dict[str, Any] | None:
    """The object in an answer; None where there is none."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        told = _read_carefully(body)
    return told if isinstance(told, dict) else None


def _read_carefully(body: bytes) -> Any:
    text = body.decode(errors="replace")
    try:
        return json.loads(_shallow(text), parse_int=_integer)
    except (ValueError, RecursionError):
        return None


def _shallow(text: str) -> str:
    kept: list[str] = []
    depth = start = 0
    for token in _TOKEN.finditer(text):
        sign = token.group()
        if sign in ("{", "["):
            if depth == DEPTH:
                kept.append(text[start : token.start()] + "null")
            depth += 1
        elif sign in ("}", "]"):
            depth -= 1
            if depth == DEPTH:
                start = token.end()
    # A text cut short within such a part stays no JSON, as before.
    return "".join(kept) + (text[start:] if depth <= DEPTH else "")


def _integer(digits: str) -> int | None:
    return int(digits) if len(digits) <= _DIGITS else None


def mapping(value: Any) -> Mapping[str, Any]:
    """The value if it is an object; else an empty one."""
    return value if isinstance(value, dict) else {}


def listed(value: Any) -> list[Any]:
    """The value if it is a list; else an empty one."""
    return value if isinstance(value, list) else []
