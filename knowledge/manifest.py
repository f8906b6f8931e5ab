"""What is written down about one build of the index, and whether its files still agree."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path

from knowledge.entry import Entry
from knowledge.errors import IndexMismatch, IndexUnavailable

FORMAT = 1
"""Counts up when the layout of a build's folder changes; another number is refused."""
MANIFEST = "manifest.json"
"""Written last: a build's folder without it is half-finished."""
REBUILD = "run: loket index build"


@dataclass(frozen=True, slots=True)
class Manifest:
    """One finished build.

    Attributes:
        name: The build's folder.
        model: ``Embedder.model``: model, weights and prefix.
        dimension: Columns of the vectors.
        index: ``Index.kind`` of the vectors' file.
        built_at: Aware, UTC.
        previous: The build that was live before; None for the first.
        count: How many wordings it holds.
        entries: For each entry's id its version and ``Entry.content_hash``.
        files: For each other file of the build its SHA-256.
    """

    name: str
    model: str
    dimension: int
    index: str
    built_at: datetime
    previous: str | None
    count: int
    entries: Mapping[str, tuple[int, str]]
    files: Mapping[str, str]


def versions(entries: list[Entry]) -> dict[str, tuple[int, str]]:
    """What ``Manifest.entries`` holds about these."""
    return {entry.id: (entry.version, entry.content_hash()) for entry in entries}


def write_manifest(folder: Path, manifest: Manifest) -> Path:
    """Writes it into the build's folder; gives the file."""
    values = {field.name: getattr(manifest, field.name) for field in fields(manifest)}
    content = {"format": FORMAT, **values, "built_at": manifest.built_at.isoformat()}
    path = folder / MANIFEST
    path.write_text(json.dumps(content, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def read_manifest(folder: Path) -> Manifest:
    """Reads it from the build's folder.

    Raises:
        IndexMismatch: The build has another layout.
        IndexUnavailable: The file is missing or damaged.
    """
    try:
        content = json.loads((folder / MANIFEST).read_bytes())
        if content["format"] != FORMAT:
            text = f"{folder} has layout {content['format']}, this Loket reads {FORMAT}; {REBUILD}"
            raise IndexMismatch(text)
        return Manifest(
            name=content["name"],
            model=content["model"],
            dimension=content["dimension"],
            index=content["index"],
            built_at=datetime.fromisoformat(content["built_at"]),
            previous=content["previous"],
            count=content["count"],
            entries={id_: (number, hash_) for id_, (number, hash_) in content["entries"].items()},
            files=dict(content["files"]),
        )
    except OSError as error:
        text = f"{folder / MANIFEST} can't be read: {error.strerror}; {REBUILD}"
        raise IndexUnavailable(text) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexUnavailable(f"{folder / MANIFEST} is damaged; {REBUILD}") from error


def check_files(folder: Path, manifest: Manifest) -> None:
    """Holds every file of a build against its checksum.

    Raises:
        IndexUnavailable: A file is missing or differs.
    """
    for name, expected in manifest.files.items():
        try:
            found = checksum(folder / name)
        except OSError as error:
            text = f"{folder / name} can't be read: {error.strerror}; {REBUILD}"
            raise IndexUnavailable(text) from error
        if found != expected:
            raise IndexUnavailable(f"{folder / name} differs from its checksum; {REBUILD}")


def check_model(manifest: Manifest, model: str) -> None:
    """Refuses vectors of another model.

    Raises:
        IndexMismatch: The build's model is not this one.
    """
    if manifest.model != model:
        text = f"the index was built with {manifest.model}, embedding.model is {model}; {REBUILD}"
        raise IndexMismatch(text)


def checksum(path: Path) -> str:
    """SHA-256 of a file, as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
