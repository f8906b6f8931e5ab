"""Files that nobody but the bot's own user may read, there whole or not at all."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import ConfigError


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Holds a folder of keys for the one Loket that works with them; gone with the process.

    Raises:
        ConfigError: Another holds it.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            text = f"another Loket runs with the keys in {folder}; stop it, or name another folder"
            raise ConfigError("data_dir", text) from None
        yield
    finally:
        os.close(descriptor)


def write_private(path: Path, data: bytes, *, lasting: bool = True) -> None:
    """Puts a file in place by one rename; its folder is made where it is missing.

    Args:
        path: The file.
        data: All of it.
        lasting: Whether it must survive a power cut from now on; costs a write to the disk.

    Raises:
        OSError: It can't be written; what was there before is still there.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        if lasting:
            os.fsync(file.fileno())
    new.replace(path)
    if lasting:
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
