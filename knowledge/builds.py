"""The folder of builds: which one is live, which one was before, who may change that.

It holds one folder for each build, and ``current``, a symbolic link to the live one::

    index/
      current -> 20260302T091500Z-0007
      20260302T091500Z-0007/  vectors.faiss rows.jsonl lexical.db manifest.json
      20260301T180000Z-0006/  the previous one, for ``rollback``
      lock

A build's name is never used twice, so a changed name always means a changed index.
"""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from knowledge.errors import IndexBusy, IndexUnavailable
from knowledge.manifest import (
    MANIFEST,
    REBUILD,
    Manifest,
    check_files,
    check_model,
    read_manifest,
)

CURRENT = "current"
LOCK = "lock"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Status:
    """What stands in the folder.

    Attributes:
        live: The build that ``current`` names; None without a readable one.
        previous: The build that ``rollback`` would switch to.
        problem: What is wrong with the live one, and what to do; empty: nothing.
    """

    live: Manifest | None
    previous: Manifest | None
    problem: str


def current_build(folder: Path) -> str | None:
    """The name of the live build; None when there is none. Costs one look at a link."""
    try:
        return os.readlink(folder / CURRENT)
    except OSError:
        return None


def status(folder: Path) -> Status:
    """What stands in the folder; reads every file of the live build once."""
    name = current_build(folder)
    previous = _previous(folder, name)
    if name is None:
        return Status(None, previous, f"there is no index in {folder}; {REBUILD}")
    try:
        live = read_manifest(folder / name)
    except IndexUnavailable as error:
        return Status(None, previous, str(error))
    try:
        check_files(folder / name, live)
    except IndexUnavailable as error:
        return Status(live, previous, str(error))
    return Status(live, previous, "")


def rollback(folder: Path, model: str) -> Manifest:
    """Switches to the other of the two builds that are kept.

    Doing it twice is doing nothing. It holds until the next build, which starts from the
    entries as they are then.

    Args:
        folder: Where the builds stand.
        model: ``Embedder.model`` as configured; a build of another one would not load.

    Returns:
        The manifest of the build that is live now.

    Raises:
        IndexBusy: A build is running.
        IndexMismatch: The other build is of another model or layout; nothing was switched.
        IndexUnavailable: There is no other build, or it is damaged; nothing was switched.
    """
    if not folder.is_dir():
        raise IndexUnavailable(f"there is no index in {folder}; {REBUILD}")
    with only_builder(folder):
        manifest = _previous(folder, current_build(folder))
        if manifest is None:
            raise IndexUnavailable(f"there is no previous build in {folder}; {REBUILD}")
        check_model(manifest, model)
        check_files(folder / manifest.name, manifest)
        switch(folder, manifest.name)
    log.info("index_rolled_back", extra={"build": manifest.name})
    return manifest


def _builds(folder: Path) -> list[str]:
    """The names of all builds, oldest first, half-finished ones too."""
    names = [path.name for path in folder.iterdir() if path.is_dir() and not path.is_symlink()]
    return sorted(names, key=_number)


def _number(name: str) -> int:
    number = name.rpartition("-")[2]
    return int(number) if number.isdecimal() else 0


def next_name(folder: Path, now: datetime) -> str:
    """The time tells apart builds made before and after the folder was emptied."""
    number = 1 + max(map(_number, _builds(folder)), default=0)
    return f"{now:%Y%m%dT%H%M%SZ}-{number:04d}"


def _previous(folder: Path, live: str | None) -> Manifest | None:
    """The newest build with a readable manifest beside the live one."""
    if not folder.is_dir():
        return None
    for name in reversed(_builds(folder)):
        if name != live:
            try:
                return read_manifest(folder / name)
            except IndexUnavailable:
                continue
    return None


def sweep(folder: Path, keep: set[str | None], *, finished: bool = False) -> None:
    """Deletes builds: half-finished ones, and finished ones only if asked to."""
    for name in _builds(folder):
        if name not in keep and (finished or not (folder / name / MANIFEST).exists()):
            shutil.rmtree(folder / name)


def switch(folder: Path, name: str) -> None:
    """Makes a build the live one: one rename."""
    link = folder / f"{CURRENT}.new"
    link.unlink(missing_ok=True)
    link.symlink_to(name)
    link.replace(folder / CURRENT)
    sync(folder)


def sync(path: Path) -> None:
    """Returns once the file's or folder's content is on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def only_builder(folder: Path) -> Iterator[None]:
    """Holds the folder's lock, which ends with the process at the latest."""
    with (folder / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            text = f"another build is running in {folder}; run it again when that is done"
            raise IndexBusy(text) from error
        yield
