"""What a case would become as an entry, and whose words that is, as a row of ``cases`` keeps it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any

from bot.authorship import Draft, Rewrite, Tie


def kept(draft: Draft) -> str:
    """The draft as JSON."""
    return json.dumps(asdict(draft), default=str)


def draft(text: str) -> Draft:
    """The draft in that JSON."""
    kept = json.loads(text)
    end = date.fromisoformat(kept["valid_until"])
    # Older ones hold no alternatives, and of those who wrote its words only the last.
    others = tuple(kept.get("alternatives", ()))
    last = kept.pop("worded_by", "")
    by = _rewrites(kept.get("rewrites", ()))
    read = {
        "valid_until": end,
        "alternatives": others,
        "rewrites": by or ((Rewrite(kept["answer"], (last,)),) if last else ()),
        "menders": tuple(kept.get("menders", ())),
        "ties": tuple(Tie(**each) for each in kept.get("ties", ())),
    }
    return Draft(**{**kept, **read})


def kept_words(said: Iterable[Rewrite]) -> str:
    """What was said, as JSON."""
    return json.dumps([asdict(each) for each in said])


def words(text: str) -> tuple[Rewrite, ...]:
    """What was said, in that JSON."""
    return _rewrites(json.loads(text))


def _rewrites(kept: Iterable[dict[str, Any]]) -> tuple[Rewrite, ...]:
    return tuple(Rewrite(each["text"], tuple(each["by"])) for each in kept)
