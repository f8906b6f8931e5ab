"""The bot's own identity: three seeds from which its cross-signing keys follow, sealed on disk.

Whoever holds them can make a device that every client takes for the bot. They are sealed with a
secret that only the environment knows (AES-256-GCM under a key that scrypt derives).
"""

from __future__ import annotations

import json
import os
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from bot.errors import ConfigError

SECRET = "LOKET_CRYPTO_KEY"
"""The environment's name for the secret."""

RESTORED = "restored"
"""The file that marks keys which came from a back-up: the homeserver has gone on since with those
of the device, so a new device takes its place, which inherits the rooms' keys."""

_VERSION = 1
_BYTES = 32
_WORK = {"n": 2**15, "r": 8, "p": 1}
"""scrypt's cost: 32 MiB and about 0.1 s, once at each start (RFC 7914 advises no less)."""


@dataclass(frozen=True, slots=True)
class Seeds:
    """Seeds of Ed25519 keys, 32 bytes each."""

    master: bytes = field(repr=False)
    self_signing: bytes = field(repr=False)
    user_signing: bytes = field(repr=False)

    @staticmethod
    def new() -> Seeds:
        """Random ones."""
        return Seeds(*(os.urandom(_BYTES) for _ in range(3)))


def seal(seeds: Seeds, secret: str) -> bytes:
    """The seeds as a file's content, which only the secret opens."""
    salt, nonce = os.urandom(16), os.urandom(12)
    each = (seeds.master, seeds.self_signing, seeds.user_signing)
    sealed = AESGCM(_key(secret, salt)).encrypt(nonce, b"".join(each), None)
    parts = {"salt": salt, "nonce": nonce, "sealed": sealed}
    return json.dumps(
        {"version": _VERSION, **{name: b64encode(part).decode() for name, part in parts.items()}}
    ).encode()


def unseal(content: bytes, secret: str) -> Seeds:
    """The seeds in a file's content.

    Raises:
        ValueError: The content is damaged, or sealed with another secret.
    """
    kept = json.loads(content)
    if not isinstance(kept, dict) or kept.get("version") != _VERSION:
        raise ValueError("not a file of seeds")
    try:
        salt, nonce, sealed = (b64decode(kept[name]) for name in ("salt", "nonce", "sealed"))
        opened = AESGCM(_key(secret, salt)).decrypt(nonce, sealed, None)
    except (KeyError, TypeError, InvalidTag) as error:
        raise ValueError("damaged, or sealed with another secret") from error
    return Seeds(*(opened[start : start + _BYTES] for start in range(0, 3 * _BYTES, _BYTES)))


def load(path: Path, secret: str) -> Seeds | None:
    """The seeds in a file; None where there is none.

    Raises:
        ConfigError: It can't be opened with this secret.
    """
    try:
        return unseal(path.read_bytes(), secret)
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        text = f"does not open {path}; set the secret it was made with, or restore a backup"
        raise ConfigError(SECRET, text) from None


def save(path: Path, seeds: Seeds, secret: str) -> None:
    """Keeps them, for the owner only, whole or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(seal(seeds, secret))
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def pickle_key(secret: str, user_id: str) -> str:
    """With what nio seals its own database."""
    derived = HKDF(SHA256(), _BYTES, salt=user_id.encode(), info=b"loket olm store")
    return derived.derive(secret.encode()).hex()


def _key(secret: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=_BYTES, **_WORK).derive(secret.encode())
