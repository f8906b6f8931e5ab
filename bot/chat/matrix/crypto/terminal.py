"""What the running bot and a person at its terminal tell each other, through files.

The bot writes ``verifications.json`` every few seconds, also when there are none: that it is fresh
says that the bot runs. ``loket crypto verify`` writes ``decisions/ID.json``, which the bot takes
away. Both stand in the folder of the keys, for the bot's own user only.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.chat.matrix.crypto.emoji import Emoji
from bot.chat.matrix.crypto.private_file import write_private
from bot.chat.matrix.crypto.steps import Stage
from bot.chat.matrix.crypto.verifications import Shown

FRESH = timedelta(seconds=30)
"""How old the bot's last word may be for it to count as running; it writes every few seconds."""

_DECISION = re.compile(r"([0-9a-f]{8})\.json")


@dataclass(frozen=True, slots=True)
class Board:
    """The bot's last word.

    Attributes:
        written_at: When.
        verifications: Those that are open or ended not long ago, the newest last.
    """

    written_at: datetime
    verifications: tuple[Shown, ...]

    def fresh(self, now: datetime) -> bool:
        """Whether the bot runs."""
        return abs(now - self.written_at) <= FRESH


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's word on the verification of that short id."""

    id: str
    match: bool


def publish(folder: Path, verifications: Sequence[Shown], now: datetime) -> None:
    """The bot's side: tells which there are, and that it runs.

    Raises:
        OSError: It can't be written.
    """
    told = {
        "written_at": now.isoformat(),
        "verifications": [
            {
                "id": each.id,
                "user_id": each.user_id,
                "device_id": each.device_id,
                "stage": each.stage.value,
                "emoji": [
                    {"emoji": one.emoji, "en": one.english, "nl": one.dutch} for one in each.emoji
                ],
                "numbers": list(each.numbers),
                "code": each.code,
            }
            for each in verifications
        ],
    }
    write_private(_board(folder), json.dumps(told).encode(), lasting=False)


def withdraw(folder: Path) -> None:
    """The bot's side: it ends; nobody shall wait for it."""
    _board(folder).unlink(missing_ok=True)


def take_decisions(folder: Path) -> list[Decision]:
    """The bot's side: what people decided; each is told once."""
    found = []
    for path in sorted(_decisions(folder).glob("*.json")):
        name = _DECISION.fullmatch(path.name)
        try:
            match = json.loads(path.read_text(encoding="utf-8"))["match"]
        except (OSError, ValueError, KeyError, TypeError):
            match = None
        path.unlink(missing_ok=True)
        if name is not None and isinstance(match, bool):
            found.append(Decision(name[1], match))
    return found


def read(folder: Path) -> Board | None:
    """The person's side: the bot's last word; None when it never said any."""
    try:
        told = json.loads(_board(folder).read_text(encoding="utf-8"))
        at = datetime.fromisoformat(told["written_at"])
        # Only what says its zone can be compared with the time.
        shown = tuple(_shown(each) for each in told["verifications"])
        return Board(at, shown) if at.tzinfo is not None else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def decide(folder: Path, decision: Decision) -> None:
    """The person's side: tells the bot.

    Raises:
        OSError: It can't be written.
    """
    path = _decisions(folder) / f"{decision.id}.json"
    write_private(path, json.dumps({"match": decision.match}).encode(), lasting=False)


def _shown(told: dict[str, Any]) -> Shown:
    return Shown(
        id=str(told["id"]),
        user_id=str(told["user_id"]),
        device_id=str(told["device_id"]),
        stage=Stage(told["stage"]),
        emoji=tuple(Emoji(one["emoji"], one["en"], one["nl"]) for one in told["emoji"]),
        numbers=tuple(int(number) for number in told["numbers"]),
        code=str(told["code"]),
    )


def _board(folder: Path) -> Path:
    return folder / "verifications.json"


def _decisions(folder: Path) -> Path:
    return folder / "decisions"
