"""One encrypted file with all that makes the bot the same device again after its disk is lost.

Layout: a line that names the version, 16 bytes of salt, 16 of check, 12 of nonce, and a zip file
encrypted with AES-256-GCM, all before it bound in. Key and check are the first 32 and the last 16
bytes of scrypt over the secret; the check tells a wrong secret from a damaged file.
"""

from __future__ import annotations

import hmac
import io
import json
import os
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from bot.chat.matrix.crypto.private_file import write_private
from bot.chat.matrix.crypto.seeds import RESTORED
from bot.errors import ConfigError, LoketError

SECRET = "LOKET_CRYPTO_KEY"
"""Where the secret comes from, for what people are told."""

_MAGIC = b"loket crypto backup 1\n"
_SALT, _CHECK, _NONCE = 16, 16, 12
_HEAD = len(_MAGIC) + _SALT + _CHECK + _NONCE

_FOLDER = "crypto"
_SEEDS = f"{_FOLDER}/seeds.json"
_OLM = f"{_FOLDER}/olm.db"
_SESSION = "matrix-session.json"
_NAMES = (_SEEDS, _OLM, _SESSION)
_MADE = "made.json"


@dataclass(frozen=True, slots=True)
class Contents:
    """What a backup holds.

    Attributes:
        made_at: When it was made.
        names: The files, as paths in the bot's data folder.
    """

    made_at: datetime
    names: tuple[str, ...]


def back_up(data: Path, target: Path, secret: str, now: datetime) -> Contents:
    """Writes a backup; the bot may run meanwhile.

    The log-in is in it where the bot keeps one; with a token from the environment it keeps none.

    Args:
        data: The bot's data folder.
        target: The file; a backup that is there already is replaced.
        secret: What it is encrypted with.
        now: The time.

    Raises:
        LoketError: There is nothing to back up yet, or a file can't be read or written.
    """
    if target.exists() and not _is_backup(target):
        raise LoketError(f"{target}: is something else than a backup; it is left as it is")
    found: dict[str, bytes] = {}
    try:
        for name in (_SEEDS, _OLM):
            if not (data / name).is_file():
                text = "is not there yet; it is made by `loket run` with encryption"
                raise LoketError(f"{data / name}: {text}")
        found[_SEEDS] = (data / _SEEDS).read_bytes()
        found[_OLM] = _copied(data / _OLM)
        if (data / _SESSION).is_file():
            found[_SESSION] = (data / _SESSION).read_bytes()
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(_MADE, json.dumps({"made_at": now.isoformat()}))
            for name, content in found.items():
                archive.writestr(name, content)
        write_private(target, _sealed(packed.getvalue(), secret))
    except sqlite3.Error as error:
        raise LoketError(f"{data / _OLM}: can't be read: {error}") from error
    except OSError as error:
        raise LoketError(f"{error.filename or target}: {error.strerror}") from error
    return Contents(now, tuple(found))


def restore(source: Path, data: Path, secret: str, *, force: bool = False) -> Contents:
    """Puts back what a backup holds; the bot must not run.

    Nothing is touched before all of it is known to be sound.

    Args:
        source: The backup.
        data: The bot's data folder.
        secret: What it was encrypted with.
        force: Whether what is there already may be replaced.

    Raises:
        ConfigError: The secret is another one.
        LoketError: The file can't be read, is damaged or no backup; or something is there already.
    """
    try:
        files, made_at = _unpacked(source, _opened(source, source.read_bytes(), secret))
        there = [str(data / name) for name in _NAMES if (data / name).exists()]
        if there and not force:
            raise LoketError(f"{', '.join(there)}: there already; --force replaces what is there")
        # Left-overs of the old database would be played into the new one.
        for end in ("-wal", "-shm", "-journal"):
            (data / f"{_OLM}{end}").unlink(missing_ok=True)
        # First of all, so that whatever ends this half-way, no device goes on with old keys.
        write_private(data / _FOLDER / RESTORED, b"")
        for name, content in files.items():
            write_private(data / name, content)
    except OSError as error:
        raise LoketError(f"{error.filename or source}: {error.strerror}") from error
    return Contents(made_at, tuple(files))


def _copied(path: Path) -> bytes:
    """A consistent copy of a database that may be written meanwhile."""
    # For reading only, so that a missing database is not made.
    with (
        closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(":memory:")) as copy,
    ):
        source.backup(copy)
        return copy.serialize()


def _keys(secret: str, salt: bytes) -> tuple[bytes, bytes]:
    # A third of a second and 64 MB on a small machine; once a backup.
    derived = Scrypt(salt=salt, length=32 + _CHECK, n=2**16, r=8, p=1).derive(secret.encode())
    return derived[:32], derived[32:]


def _sealed(plain: bytes, secret: str) -> bytes:
    salt, nonce = os.urandom(_SALT), os.urandom(_NONCE)
    key, check = _keys(secret, salt)
    head = _MAGIC + salt + check + nonce
    return head + AESGCM(key).encrypt(nonce, plain, head)


def _opened(source: Path, sealed: bytes, secret: str) -> bytes:
    if not sealed.startswith(_MAGIC) or len(sealed) < _HEAD:
        raise LoketError(f"{source}: is not a backup of Loket's keys, or of a newer version")
    head, body = sealed[:_HEAD], sealed[_HEAD:]
    salt = head[len(_MAGIC) :][:_SALT]
    key, check = _keys(secret, salt)
    if not hmac.compare_digest(check, head[len(_MAGIC) + _SALT :][:_CHECK]):
        raise ConfigError(SECRET, f"is not the one that {source} was made with")
    try:
        return AESGCM(key).decrypt(head[-_NONCE:], body, head)
    except InvalidTag as error:
        raise LoketError(f"{source}: is damaged; nothing was changed") from error


def _unpacked(source: Path, plain: bytes) -> tuple[dict[str, bytes], datetime]:
    try:
        with zipfile.ZipFile(io.BytesIO(plain)) as archive:
            made_at = datetime.fromisoformat(json.loads(archive.read(_MADE))["made_at"])
            names = set(archive.namelist())
            return {name: archive.read(name) for name in _NAMES if name in names}, made_at
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError) as error:
        raise LoketError(f"{source}: holds something else than Loket's keys") from error


def _is_backup(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_MAGIC)) == _MAGIC
    except OSError:
        return False
