"""What stands in a folder beside exported entries: how they were when the two sides last agreed.

Without it an import could not tell who changed what. It holds the entries whole, since what
both sides agreed on need not be a version that any database has. One line an entry, so that
git merges it as it merges the files. Each has the number of its version there, with which it
begins in a database that never had it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from knowledge.entry import Entry
from knowledge.errors import EntriesUnreadable, ExportRefused
from knowledge.rows import Row, entry_of, values_of

RECORD = ".loket-export.json"
"""Its name; readers of entries pass over names that begin with a dot."""

FORMAT = 1
"""Counts up when its layout changes; another number is refused."""


@dataclass(frozen=True, slots=True)
class Record:
    """What stands in it, by id.

    Attributes:
        entries: As both sides last had them.
        withdrawn: What some of these translate, served no more: as it was last. Without it nobody
            could tell that they are old.
    """

    entries: Mapping[str, Entry]
    withdrawn: Mapping[str, Entry]


def read_record(folder: Path) -> Record | None:
    """What stands in the folder's record; None: no export made this folder.

    Raises:
        EntriesUnreadable: It is damaged, or of a newer Loket.
    """
    path = folder / RECORD
    try:
        content = json.loads(path.read_bytes())
        layout = content["format"]
        parts = [dict(content["entries"]), dict(content.get("withdrawn", {}))]
        read = [
            [entry_of(Row(f"{path}: {id_}", {"id": id_, **row})) for id_, row in part.items()]
            for part in parts
        ]
    except FileNotFoundError:
        return None
    except OSError as error:
        raise EntriesUnreadable([f"{path}: can't be read: {error.strerror}"]) from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        text = "is damaged; take it from git again, or export to another folder"
        raise EntriesUnreadable([f"{path}: {text}"]) from error
    if layout != FORMAT:
        text = f"has layout {layout}, this Loket reads {FORMAT}; export to another folder"
        raise EntriesUnreadable([f"{path}: {text}"])
    if problems := [problem for part in read for _, wrong in part for problem in wrong]:
        raise EntriesUnreadable(problems)
    return Record(*({each.id: each for each, _ in part if each is not None} for part in read))


def write_record(folder: Path, entries: Iterable[Entry], withdrawn: Iterable[Entry] = ()) -> None:
    """Writes it beside its place and renames it, by id.

    Args:
        folder: Where.
        entries, withdrawn: As in ``Record``.

    Raises:
        ExportRefused: The folder can't be written.
    """
    text = f'{{"format": {FORMAT}, "entries": {{\n{_lines(entries)}\n}}'
    if gone := _lines(withdrawn):
        text += f', "withdrawn": {{\n{gone}\n}}'
    text += "}\n"
    new = folder / f"{RECORD}.new"
    try:
        new.write_text(text, encoding="utf-8")
        os.replace(new, folder / RECORD)
    except OSError as error:
        raise ExportRefused(f"{folder}: can't be written: {error.strerror}") from error


def _lines(entries: Iterable[Entry]) -> str:
    lines = []
    for entry in sorted(entries, key=lambda entry: entry.id):
        values = {name: value for name, value in values_of(entry).items() if name != "id"}
        shown = json.dumps(values, ensure_ascii=False, default=str)
        lines.append(f"{json.dumps(entry.id)}: {shown}")
    return ",\n".join(lines)
