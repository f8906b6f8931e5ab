"""Entries in files: a folder of YAML files, or one file of YAML, JSON lines or CSV.

``knowledge.formats`` tells what each looks like. A version is the store's: it is written, so
that a reader sees what was served, and where an entry is new it begins with that number; any
later one is counted on.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from knowledge.entry import Entry
from knowledge.errors import EntriesUnreadable, ExportRefused
from knowledge.formats import BY_SUFFIX, YAML, Format
from knowledge.rows import entry_of

MARK = "# Written by Loket's export. Publish what you change here: the next export replaces it.\n"
"""The first line of each YAML file of an export, by which a later export knows it."""

_YAML_SUFFIXES = (".yaml", ".yml")


def read(path: Path, *, may_be_empty: bool = False) -> list[Entry]:
    """The entries of a file or folder, in the order of files and rows.

    Args:
        path: A folder, whose YAML files are read at any depth, or one file. Files and folders
            whose names begin with a dot are passed over.
        may_be_empty: Whether a folder without a YAML file is one of no entries.

    Raises:
        EntriesUnreadable: Something is wrong somewhere; tells all of it.
    """
    if may_be_empty and path.is_dir() and not _yaml_files(path):
        return []
    entries, problems = read_valid(path)
    if problems:
        raise EntriesUnreadable(problems)
    return entries


def read_valid(path: Path) -> tuple[list[Entry], list[str]]:
    """The entries that can be read, and a line for each thing wrong with the others.

    For a running bot, which rather serves the rest. Entries that are missing here because of
    a problem are not gone: don't withdraw any while there are problems.
    """
    entries: list[Entry] = []
    problems: list[str] = []
    places: dict[str, str] = {}
    try:
        files = _files(path)
    except EntriesUnreadable as error:
        return [], error.problems
    for file, form in files:
        try:
            text = _decoded(file)
        except EntriesUnreadable as error:
            problems += error.problems
            continue
        for row in form.parse(str(file), text):
            if isinstance(row, str):
                problems.append(row)
                continue
            entry, wrong = entry_of(row)
            problems += wrong
            if entry is None:
                continue
            if other := places.get(entry.id):
                text = f"{entry.id} stands in {other} already; give one of them another id"
                problems.append(f"{row.places.get('id', row.place)}: id: {text}")
                continue
            places[entry.id] = row.place
            entries.append(entry)
    return entries, problems


def places(path: Path, field: str) -> dict[str, str]:
    """File and line of each entry that can be read, by id: of that field, if it has its own."""
    rows = [
        row
        for file, form in _files(path)
        for row in form.parse(str(file), _decoded(file))
        if not isinstance(row, str)
    ]
    return {str(row.values.get("id")): row.places.get(field, row.place) for row in rows}


def write(entries: Iterable[Entry], path: Path, *, all_known: bool = False) -> None:
    """Writes entries so that ``read`` gives the same, ordered by id.

    A file is written beside its place and renamed, so that nobody reads half of it. In a
    folder each topic has its file; files of topics that are gone are removed. When one of many
    renames fails, the folder holds old and new files: export again.

    Args:
        entries: With ids that differ.
        path: A file ending in ``.jsonl``, ``.csv``, ``.yaml`` or ``.yml``, which is replaced,
            or a folder, made when missing. All YAML files in it must come from an export;
            other files are left alone.
        all_known: The folder is one that an export made: entries that somebody put into files
            of their own there may be replaced too.

    Raises:
        ExportRefused: The folder holds other YAML files, or the place can't be written; choose
            another.
    """
    ordered = sorted(entries, key=lambda entry: entry.id)
    try:
        if path.is_dir() or not path.suffix:
            _write_folder(ordered, path, all_known=all_known)
        elif form := BY_SUFFIX.get(path.suffix.lower()):
            path.parent.mkdir(parents=True, exist_ok=True)
            _replace({path: form.render(ordered)})
        else:
            raise ExportRefused(f"{path}: {_choose()}")
    except OSError as error:
        raise ExportRefused(f"{path}: can't be written: {error.strerror}") from error


def _files(path: Path) -> list[tuple[Path, Format]]:
    if path.is_dir():
        if found := _yaml_files(path):
            return [(file, YAML) for file in found]
        raise EntriesUnreadable([f"{path}: holds no .yaml file"])
    if not path.exists():
        raise EntriesUnreadable([f"{path}: does not exist; name a folder or file of entries"])
    form = BY_SUFFIX.get(path.suffix.lower())
    if form is None:
        raise EntriesUnreadable([f"{path}: {_choose()}"])
    return [(path, form)]


def _yaml_files(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in _YAML_SUFFIXES
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
        and path.is_file()
    )


def _choose() -> str:
    return f"is no format of entries; use a folder or one of {', '.join(BY_SUFFIX)}"


def _decoded(file: Path) -> str:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise EntriesUnreadable([f"{file}: can't be read: {error.strerror}"]) from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        text = "is not UTF-8; save it as UTF-8 (in a spreadsheet: 'CSV UTF-8')"
        raise EntriesUnreadable([f"{file}: line {line}: {text}"]) from error


def _write_folder(entries: list[Entry], folder: Path, *, all_known: bool) -> None:
    old = _yaml_files(folder)
    for path in old:
        if not (_exported(path) or (all_known and _holds_entries(path))):
            text = "was not written by an export; move it elsewhere, or choose an empty folder"
            raise ExportRefused(f"{path}: {text}")
    topics: dict[Path, list[Entry]] = {}
    for entry in entries:
        topics.setdefault(folder / f"{_file_name(entry.topic)}.yaml", []).append(entry)
    folder.mkdir(parents=True, exist_ok=True)
    _replace({path: MARK + "\n" + YAML.render(each) for path, each in topics.items()})
    for path in old:
        if path not in topics:
            path.unlink()


def _exported(path: Path) -> bool:
    with path.open("rb") as file:
        return file.readline().decode(errors="replace") == MARK


def _holds_entries(path: Path) -> bool:
    """Whether a person put entries there, and nothing else."""
    entries, problems = read_valid(path)
    return bool(entries) and not problems


def _file_name(topic: str) -> str:
    """Safe in every file system; topics that come out the same share a file."""
    plain = unicodedata.normalize("NFC", topic.casefold())
    return re.sub(r"\W+", "-", plain).strip("-")[:50] or "topic"


def _replace(texts: dict[Path, str]) -> None:
    beside = {path: path.with_name(f".{path.name}.new") for path in texts}
    try:
        for path, text in texts.items():
            beside[path].write_bytes(text.encode())
        for path, new in beside.items():
            os.replace(new, path)
    finally:
        for new in beside.values():
            new.unlink(missing_ok=True)
