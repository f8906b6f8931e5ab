"""Tells what happens on the stage: for people, or one JSON object a line."""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
import time
from collections.abc import Sequence
from typing import TextIO


class Transcript:
    """Prints the story as it happens."""

    def __init__(self, out: TextIO, *, as_json: bool) -> None:
        """Prepares.

        Args:
            out: Where it goes. Progress goes to standard error when it is JSON.
            as_json: One JSON object a line instead of text.
        """
        self._out = out
        self._as_json = as_json
        self._began = time.monotonic()
        self._width = min(100, shutil.get_terminal_size((100, 24)).columns)

    def progress(self, text: str) -> None:
        """Something takes its time."""
        self._print(f"… {text}", sys.stderr if self._as_json else self._out)

    def scene(self, text: str) -> None:
        """A new part of the story begins."""
        if not self._as_json:
            self._print(f"\n── {text} " + "─" * max(3, self._width - len(text) - 4))

    def event(
        self,
        who: str,
        room: str,
        kind: str,
        text: str,
        event_id: str,
        *,
        seconds: float | None,
        alerts: Sequence[str] = (),
    ) -> None:
        """Somebody did something.

        Args:
            who: Their name.
            room: The room's name.
            kind: ``text``, ``notice``, ``reaction`` or ``edit``.
            text: What they wrote; for a reaction its key, for an edited card what is new in it.
            event_id: The homeserver's.
            seconds: How long the other side had waited for it, where somebody did.
            alerts: The names of those whom it mentions.
        """
        if self._as_json:
            line: dict[str, object] = {
                "t_ms": round((time.monotonic() - self._began) * 1000),
                "who": who,
                "room": room,
                "kind": kind,
                "text": text,
                "event_id": event_id,
            }
            if seconds is not None:
                line["seconds"] = round(seconds, 3)
            if alerts:
                line["alerts"] = list(alerts)
            self._print(json.dumps(line, ensure_ascii=False))
            return
        took = f"  ({seconds:.1f} s)" if seconds is not None else ""
        if alerts:
            took += f"  alerts {', '.join(alerts)}"
        tapped = kind == "reaction"
        did = f" taps {text}" if tapped else " edits its message:" if kind == "edit" else ":"
        self._print(f"\n{who} · {room}{took}{did}")
        if not tapped:
            for line in text.splitlines():
                indent = "    " + ("> " if line.startswith("> ") else "")
                wrapped = textwrap.wrap(
                    line,
                    self._width - 4,
                    initial_indent="    ",
                    subsequent_indent=indent,
                    break_long_words=False,
                    break_on_hyphens=False,
                )
                self._print("\n".join(wrapped))

    def result(self, result: str, **facts: object) -> None:
        """The last line."""
        if self._as_json:
            self._print(json.dumps({"result": result, **facts}, ensure_ascii=False))
        else:
            told = ", ".join(f"{name} {value}" for name, value in facts.items())
            self._print(f"\nThe story ended: {result} ({told}).")

    def say(self, text: str) -> None:
        """Something for the person at the terminal."""
        self._print(text, sys.stderr if self._as_json else self._out)

    def _print(self, text: str, out: TextIO | None = None) -> None:
        print(text, file=out or self._out, flush=True)
